// What the buttons of an error do, wherever they are shown. The conversation's own (retry, continue, new chat …) are done by
// who shows them. The sentences and the choice of buttons are made elsewhere.
import * as vscode from 'vscode';
import type { WayOut, WayOutId } from '../models/waysOut.ts';
import type { Budget } from '../privacy/budget.ts';
import { noFolderKey, type Marks } from '../privacy/marks.ts';
import { setSetting, setting } from '../settings.ts';
import { sites } from './sites.ts';

export interface WaysOutDeps {
  marks: Pick<Marks, 'set' | 'clearForNow'>;
  budget: Pick<Budget, 'goOn'>;
  /** What a window of so many tokens takes: "deepseek-r1:8b with it: 10 GB, fits with 6 GB to spare"; undefined if unknown. */
  memoryFor: (contextTokens: number) => Promise<string | undefined>;
}

const largestWindow = 1_048_576;

/** Runs ways out. */
export class WaysOut {
  private readonly deps: WaysOutDeps;

  constructor(deps: WaysOutDeps) {
    this.deps = deps;
  }

  /** @returns true when it did what the error asked for, so that trying again makes sense */
  async run(way: WayOut): Promise<boolean> {
    return (await this.does[way.id]?.(way.argument)) ?? false;
  }

  private readonly does: Partial<Record<WayOutId, (argument: string | undefined) => Promise<boolean>>> = {
    signIn: () => command('fathom.signIn'),
    getKey: () => openSite(sites.keys),
    topUp: () => openSite(sites.topUp),
    switchModel: (model) => switchModel(model),
    startOllama: () => command('fathom.startOllama'),
    installOllama: () => openSite(sites.ollama),
    pullModel: (model) => command('fathom.pullModel', model),
    chooseLocalModel: () => command('fathom.chooseLocalModel'),
    confirmHost: (host) => command('fathom.confirmLocalHost', host),
    largerWindow: () => this.largerWindow(),
    allowForNow: (key) => this.mark(key, (folder) => this.deps.marks.clearForNow(folder)),
    allowAlways: (key) => this.mark(key, (folder) => this.deps.marks.set(folder, 'cleared')),
    // Tried again, because a local model may answer now that the question is settled.
    never: (key) => this.mark(key, (folder) => this.deps.marks.set(folder, 'forbidden')),
    clearRepository: (key) => this.clearRepository(key),
    goOnOverBudget: () => {
      this.deps.budget.goOn();
      return Promise.resolve(true);
    },
    showBalance: () => shown('fathom.showBalance'),
    openSettings: (key) => shown('workbench.action.openSettings', key ?? 'fathom'),
    showLog: () => shown('fathom.showLog'),
  };

  private async mark(key: string | undefined, set: (key: string) => unknown): Promise<boolean> {
    if (key === undefined) return false;
    await set(key);
    return true;
  }

  private async clearRepository(key: string | undefined): Promise<boolean> {
    if (key === undefined) return false;
    const clear = vscode.l10n.t('Clear It');
    const name =
      key === noFolderKey
        ? vscode.l10n.t('files in no folder')
        : key.slice(Math.max(key.lastIndexOf('/'), key.lastIndexOf('\\')) + 1);
    const pressed = await vscode.window.showWarningMessage(
      vscode.l10n.t('May code from “{0}” go to DeepSeek?', name),
      {
        modal: true,
        detail: vscode.l10n.t(
          'It is not known to be public. Once it is cleared, questions, edits and ghost text about {0} are sent to DeepSeek’s servers. You can take this back at any time with “Privacy of This Repository…”.',
          key === noFolderKey ? name : key,
        ),
      },
      clear,
    );
    if (pressed !== clear) return false;
    await this.deps.marks.set(key, 'cleared');
    return true;
  }

  private async largerWindow(): Promise<boolean> {
    const current = setting('local.contextTokens');
    const next = Math.min(current * 2, largestWindow);
    if (next <= current) {
      void vscode.window.showInformationMessage(vscode.l10n.t('The context window is as large as it can be.'));
      return false;
    }
    const memory = await this.deps.memoryFor(next);
    const enlarge = vscode.l10n.t('Use {0} Tokens', next.toLocaleString());
    const pressed = await vscode.window.showInformationMessage(
      vscode.l10n.t(
        'Enlarge the local context window from {0} to {1} tokens?',
        current.toLocaleString(),
        next.toLocaleString(),
      ),
      {
        modal: true,
        detail: [memory, vscode.l10n.t('The model is loaded anew with the next request.')].filter(Boolean).join('\n'),
      },
      enlarge,
    );
    if (pressed !== enlarge) return false;
    await setSetting('local.contextTokens', next);
    return true;
  }
}

async function switchModel(model: string | undefined): Promise<boolean> {
  if (model === undefined) return shown('workbench.action.openSettings', 'fathom.deepseek.models');
  await setSetting('deepseek.models', { chat: model, reasoner: model, complete: model });
  return true;
}

/** Runs one of Fathom's commands. They return true when they did what they are for. */
async function command(id: string, argument?: string): Promise<boolean> {
  const done = await vscode.commands.executeCommand(id, ...(argument === undefined ? [] : [argument]));
  return done === true;
}

async function shown(id: string, argument?: string): Promise<boolean> {
  await vscode.commands.executeCommand(id, ...(argument === undefined ? [] : [argument]));
  return false;
}

async function openSite(address: string): Promise<boolean> {
  await vscode.env.openExternal(vscode.Uri.parse(address, true));
  return false;
}
