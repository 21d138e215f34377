// The status bar item: which model would answer for the file that is looked at, and why. It asks the gateway and shows; it
// decides nothing. It is told when something may have changed, and never looks by itself.
import * as vscode from 'vscode';
import type { Disposable } from './emitter.ts';
import { badgeOf, explainRoute } from './explain.ts';
import type { Gateway } from './gatewayTypes.ts';
import { asMarkdown } from './markdownText.ts';
import { RouteError } from './routeError.ts';
import { isAside, sourceOf } from './vscodeSource.ts';

export interface StatusBarDeps {
  gateway: Gateway;
  /** Events after which another answer is possible: settings, key, marks, visibility, ledger. */
  changes: readonly ((listener: () => void) => Disposable)[];
  /** Further lines of the tooltip, sentences: ghost text is off, or its last request failed. */
  notes: () => readonly string[];
  /** What was spent, a line each. */
  bill: () => readonly string[];
}

/** Several changes at once (switching editors fires twice) are one look. */
const quietMs = 60;

const sign = { cloud: '☁', local: '⌂', none: '$(warning)' };

export class StatusBar implements vscode.Disposable {
  readonly #gateway: Gateway;
  readonly #notes: () => readonly string[];
  readonly #bill: () => readonly string[];
  readonly #item: vscode.StatusBarItem;
  readonly #subscriptions: Disposable[];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sources: string[] = [];
  /** Answers of earlier looks that come late are dropped. */
  #look = 0;

  constructor({ gateway, changes, notes, bill }: StatusBarDeps) {
    this.#gateway = gateway;
    this.#notes = notes;
    this.#bill = bill;
    this.#item = vscode.window.createStatusBarItem('fathom.route', vscode.StatusBarAlignment.Right, 100);
    this.#item.name = vscode.l10n.t('Fathom: Where Code Goes');
    this.#item.command = 'fathom.menu';
    const later = () => this.#later();
    this.#subscriptions = [
      vscode.window.onDidChangeActiveTextEditor(later),
      vscode.workspace.onDidChangeWorkspaceFolders(later),
      vscode.workspace.onDidGrantWorkspaceTrust(later),
      ...changes.map((subscribe) => subscribe(later)),
    ];
    this.#later();
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#update(), quietMs); // Nobody waits for the status bar; it never throws.
  }

  async #update(): Promise<void> {
    const look = ++this.#look;
    const document = vscode.window.activeTextEditor?.document;
    // Whoever reads what was sent still works on the file.
    if (document === undefined) this.#sources = [];
    else if (!isAside(document.uri)) this.#sources = [sourceOf(document.uri)];
    const sources = this.#sources;
    const [answers, completes] = await Promise.all([
      this.#gateway.answerer(sources, 'chat'),
      this.#gateway.answerer(sources, 'complete'),
    ]);
    if (look !== this.#look) return;
    const badge = badgeOf(answers);
    const asks = RouteError.is(answers.problem, 'askFirst');
    this.#item.text = `${asks ? '$(question)' : sign[badge.place]} ${badge.text}`;
    const ghost = completes.model;
    const lines = [
      explainRoute(answers),
      ...(ghost === undefined || ghost === answers.model ? [] : [vscode.l10n.t('Ghost text: {0}.', ghost)]),
      ...this.#notes(),
    ];
    const bill = this.#bill();
    this.#item.tooltip = tooltipOf(lines, bill);
    this.#item.accessibilityInformation = { label: `Fathom: ${badge.text}. ${[...lines, ...bill].join(' ')}` };
    this.#item.show();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#look++;
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#item.dispose();
  }
}

/** The only commands that the tooltip may run. */
const links = {
  'fathom.showSent': () => vscode.l10n.t('What was sent'),
  'fathom.showBill': () => vscode.l10n.t('The bill'),
};

/** A line each; then what was spent. Names of folders and models are text, whatever is in them. */
function tooltipOf(lines: readonly string[], bill: readonly string[]): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString();
  tooltip.isTrusted = { enabledCommands: Object.keys(links) };
  for (const group of [lines, bill]) {
    if (group.length === 0) continue;
    for (const text of group.flatMap((each) => each.split('\n'))) tooltip.appendMarkdown(`${asMarkdown(text)}  \n`);
    tooltip.appendMarkdown('\n');
  }
  const shown = Object.entries(links).map(([id, title]) => `[${title()}](command:${id})`);
  return tooltip.appendMarkdown(shown.join(' · '));
}
