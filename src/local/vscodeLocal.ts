// The commands that set up local models: start Ollama, pull a model, choose one. They ask servers only through ModelAdmin.
import { homedir, totalmem } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { distills, insertingModels, type LocalCandidate } from '../models/catalog.ts';
import { isLoopback } from '../models/loopback.ts';
import type { WayOut } from '../models/waysOut.ts';
import { explain } from '../privacy/explain.ts';
import type { ModelAdmin } from '../privacy/gatewayTypes.ts';
import { setting } from '../settings.ts';
import { fitOf, recommended } from './fit.ts';
import { OllamaProgramError, startOllama, type OllamaProgramReason } from './ollamaProgram.ts';
import { chooseLocalModel } from './vscodeChooseModel.ts';
import { pullWithProgress } from './vscodePull.ts';

export interface LocalDeps {
  admin: ModelAdmin;
  waysOut: { run(way: WayOut): Promise<boolean> };
  /** Folder for the log of an Ollama that was started from here. */
  logFolder: vscode.Uri;
}

/** `fathom.startOllama`, `fathom.pullModel [id]` and `fathom.chooseLocalModel`: each returns true when it did so. */
export class Local implements vscode.Disposable {
  private readonly deps: LocalDeps;
  private readonly changed = new vscode.EventEmitter<void>();
  /** Ollama was started here, or a model was pulled: another one may answer now. */
  readonly onDidChange = this.changed.event;
  private readonly disposables: readonly { dispose(): unknown }[];

  constructor(deps: LocalDeps) {
    this.deps = deps;
    this.disposables = [
      this.changed,
      vscode.commands.registerCommand('fathom.startOllama', () => this.start()),
      vscode.commands.registerCommand('fathom.pullModel', (id?: unknown) =>
        this.pull(typeof id === 'string' && id !== '' ? id : undefined),
      ),
      vscode.commands.registerCommand('fathom.chooseLocalModel', () => this.choose()),
    ];
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  /** Sets the context key `fathom.ollamaReady`: an Ollama answers and has a model that runs on this machine. Never throws. */
  async refresh(signal: AbortSignal): Promise<boolean> {
    let ready = false;
    try {
      ready = (await this.deps.admin.localModels(signal)).some((model) => model.remoteHost === undefined);
    } catch {
      // Not running, or cancelled: not ready, which is all that this is about.
    }
    await vscode.commands.executeCommand('setContext', 'fathom.ollamaReady', ready);
    this.changed.fire();
    return ready;
  }

  private async start(): Promise<boolean> {
    const { admin, logFolder } = this.deps;
    const cancelled = new AbortController();
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Starting Ollama'),
      cancellable: true,
    };
    try {
      await vscode.workspace.fs.createDirectory(logFolder);
      const version = await vscode.window.withProgress(options, (_progress, token) => {
        token.onCancellationRequested(() => cancelled.abort());
        return startOllama(
          {
            machine: { platform: process.platform, env: process.env, homeDir: homedir() },
            url: admin.localUrl,
            isLoopback: isLoopback(admin.localUrl),
            version: (signal) => admin.localVersion(signal),
            logFile: path.join(logFolder.fsPath, 'ollama.log'),
          },
          cancelled.signal,
        );
      });
      if (!(await this.refresh(cancelled.signal))) {
        // Not awaited: Ollama runs, and whoever asked for that can go on.
        void this.offerPull(version);
      } else {
        void vscode.window.showInformationMessage(vscode.l10n.t('Ollama {0} is running.', version));
      }
      return true;
    } catch (error) {
      if (!cancelled.signal.aborted) await this.failedToStart(error);
      return false;
    }
  }

  private async offerPull(version: string): Promise<void> {
    const pull = vscode.l10n.t('Pull a Model…');
    const sentence = vscode.l10n.t('Ollama {0} is running, and has no model yet.', version);
    if ((await vscode.window.showInformationMessage(sentence, pull)) === pull) await this.pull(undefined);
  }

  private async failedToStart(error: unknown): Promise<void> {
    if (!OllamaProgramError.is(error)) throw error;
    const { localUrl } = this.deps.admin;
    const details = error.details ?? '';
    const sentences: Record<OllamaProgramReason, string> = {
      notInstalled: vscode.l10n.t('Ollama is not installed on this machine.'),
      elsewhere: vscode.l10n.t('{0} is not this machine, so Ollama cannot be started there from here.', localUrl),
      cannotRun: vscode.l10n.t('Ollama could not be run: {0}', details),
      exited: vscode.l10n.t('Ollama stopped right after it was started: {0}', details),
      noAnswer: vscode.l10n.t('Ollama was started and does not answer at {0}.', localUrl),
    };
    const install: WayOut = { id: 'installOllama', title: vscode.l10n.t('How to Install') };
    const settings: WayOut = {
      id: 'openSettings',
      title: vscode.l10n.t('Change the Address'),
      argument: 'fathom.local.url',
    };
    const ways = error.reason === 'notInstalled' || error.reason === 'cannotRun' ? [install] : [settings];
    await this.say(sentences[error.reason], ways);
  }

  private async pull(id: string | undefined): Promise<boolean> {
    if (!(await this.ensureRunning())) return false;
    const model = id ?? (await chooseSize());
    if (model === undefined) return false;
    try {
      if (!(await pullWithProgress(this.deps.admin, model))) return false;
    } catch (error) {
      const { sentence, waysOut } = explain(error);
      const retry = await this.say(vscode.l10n.t('{0} was not pulled completely. {1}', model, sentence), waysOut);
      return retry ? this.pull(model) : false;
    }
    await this.refresh(new AbortController().signal);
    void vscode.window.showInformationMessage(vscode.l10n.t('{0} is installed on this machine.', model));
    return true;
  }

  private async choose(): Promise<boolean> {
    if (!(await this.ensureRunning())) return false;
    try {
      const chosen = await chooseLocalModel(await this.deps.admin.localModels(new AbortController().signal));
      if (chosen === 'pull') return await this.pull(undefined);
      return chosen === 'chosen';
    } catch (error) {
      const { sentence, waysOut } = explain(error);
      return (await this.say(sentence, waysOut)) ? this.choose() : false;
    }
  }

  private async ensureRunning(): Promise<boolean> {
    if ((await this.deps.admin.localVersion(AbortSignal.timeout(5000))) !== undefined) return true;
    return this.start();
  }

  /** @returns true if the person pressed a button after which trying again makes sense */
  private async say(sentence: string, waysOut: readonly WayOut[]): Promise<boolean> {
    const pressed = await vscode.window.showErrorMessage(sentence, ...waysOut.map(({ title }) => title));
    const way = waysOut.find(({ title }) => title === pressed);
    if (!way) return false;
    return way.id === 'retry' || this.deps.waysOut.run(way);
  }
}

/** What a window of so many tokens takes with the model that is chosen, else with deepseek-r1:8b; undefined if unknown. */
export function memoryFor(contextTokens: number): string | undefined {
  const chosen = setting('local.chatModel');
  const known: readonly LocalCandidate[] = [...distills, ...insertingModels];
  const model = known.find(({ id }) => id === (chosen === '' ? 'deepseek-r1:8b' : chosen));
  return model && vscode.l10n.t('{0} with it: {1}.', model.id, fitOf(model, contextTokens, totalmem()).sentence);
}

/** The sizes of deepseek-r1 and the models for ghost text, each with what it needs and whether this machine has it. */
async function chooseSize(): Promise<string | undefined> {
  const context = setting('local.contextTokens');
  const best = recommended(distills, context, totalmem());
  const item = (model: LocalCandidate): vscode.QuickPickItem & { id: string } => {
    const { kind, sentence } = fitOf(model, Math.min(context, model.contextTokens), totalmem());
    const icon = { fits: 'check', tight: 'warning', tooBig: 'circle-slash' }[kind];
    return {
      id: model.id,
      label: `$(${icon}) ${model.id}`,
      description: model === best ? vscode.l10n.t('recommended') : '',
      detail: sentence,
    };
  };
  const heading = (label: string) => ({ label, kind: vscode.QuickPickItemKind.Separator, id: '' });
  const other = {
    label: vscode.l10n.t('Another model…'),
    id: 'other',
    detail: vscode.l10n.t('By its name in Ollama’s library'),
  };
  const picked = await vscode.window.showQuickPick(
    [
      heading(vscode.l10n.t('Answers questions, and thinks')),
      ...distills.map(item),
      heading(vscode.l10n.t('Writes ghost text')),
      ...insertingModels.map(item),
      heading(''),
      other,
    ],
    {
      title: vscode.l10n.t('Pull a Local Model'),
      placeHolder: vscode.l10n.t('With a context window of {0} tokens', context.toLocaleString()),
      matchOnDetail: true,
    },
  );
  if (picked !== other) return picked?.id;
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t('Pull a Local Model'),
    placeHolder: 'qwen2.5-coder:3b',
    // Such a model is a name only: what is asked of it is answered on another machine.
    validateInput: (name) =>
      /[:-]cloud$/i.test(name.trim())
        ? vscode.l10n.t('This model does not run on your machine. Choose one that does.')
        : undefined,
  });
  return typed?.trim() ? typed.trim() : undefined;
}
