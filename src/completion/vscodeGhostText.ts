// Registers ghost text with VS Code, and its two commands: on or off, and silence for a while.
import * as vscode from 'vscode';
import { setSetting, setting } from '../settings.ts';
import { GhostText, type GhostTextDeps } from './provider.ts';
import { Snooze } from './snooze.ts';

const minute = 60_000;

export class GhostTextControl implements vscode.Disposable {
  readonly #snooze: Snooze;
  readonly #provider: GhostText;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #disposables: { dispose(): unknown }[];

  /** It was turned on or off, or a snooze began or ended. */
  readonly onDidChangeState = this.#changed.event;
  /** A suggestion was handed to VS Code. */
  readonly onDidShow: vscode.Event<void>;

  constructor(deps: Omit<GhostTextDeps, 'isEnabled' | 'delayMs' | 'isSnoozed'>) {
    this.#snooze = new Snooze({
      now: deps.now,
      setTimer: (callback, ms) => {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      },
      onChange: () => this.#changed.fire(),
    });
    this.#provider = new GhostText({
      ...deps,
      isEnabled: (document) => setting('completion.enabled', document),
      delayMs: (document) => setting('completion.delay', document),
      isSnoozed: () => this.isSnoozed(),
    });
    this.onDidShow = this.#provider.onDidShow;
    this.#disposables = [
      this.#changed,
      this.#provider,
      this.#snooze,
      vscode.languages.registerInlineCompletionItemProvider({ pattern: '**' }, this.#provider),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('fathom.completion')) this.#changed.fire();
      }),
      vscode.commands.registerCommand('fathom.toggleGhostText', () => this.toggle()),
      vscode.commands.registerCommand('fathom.snoozeGhostText', () => this.chooseSnooze()),
    ];
  }

  isSnoozed(): boolean {
    return this.#snooze.until !== undefined;
  }

  /** When the snooze ends (milliseconds since the epoch; `Infinity`: with the window), or undefined. */
  get snoozedUntil(): number | undefined {
    return this.#snooze.until;
  }

  /** The setting, in the scope of a document if one is given. */
  isEnabled(document?: vscode.TextDocument): boolean {
    return setting('completion.enabled', document);
  }

  /** Asks again at once where a failure made it wait: call it when a key, a model or a route has changed. */
  retryNow(): void {
    this.#provider.retryNow();
  }

  /** Turns ghost text on or off for everything. Turning it on ends a snooze. */
  async toggle(): Promise<void> {
    const on = this.isSnoozed() ? true : !setting('completion.enabled');
    this.#snooze.end();
    if (on !== setting('completion.enabled')) await setSetting('completion.enabled', on);
    const said = on ? vscode.l10n.t('Ghost text is on.') : vscode.l10n.t('Ghost text is off.');
    vscode.window.setStatusBarMessage(said, 4000);
  }

  /** Asks for how long there shall be no ghost text. */
  async chooseSnooze(): Promise<void> {
    const choices = [
      { label: vscode.l10n.t('5 minutes'), ms: 5 * minute },
      { label: vscode.l10n.t('15 minutes'), ms: 15 * minute },
      { label: vscode.l10n.t('1 hour'), ms: 60 * minute },
      { label: vscode.l10n.t('Until VS Code restarts'), ms: Infinity },
    ];
    const end = { label: vscode.l10n.t('Show ghost text again'), ms: 0 };
    const chosen = await vscode.window.showQuickPick(this.isSnoozed() ? [end, ...choices] : choices, {
      placeHolder: vscode.l10n.t('No ghost text for how long?'),
    });
    if (!chosen) return;
    if (chosen.ms === 0) this.#snooze.end();
    else this.#snooze.start(chosen.ms);
  }

  dispose(): void {
    vscode.Disposable.from(...this.#disposables).dispose();
  }
}
