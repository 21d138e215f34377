// Ghost text in VS Code: takes a snapshot of the document, asks the engine, and gives VS Code what it would show. No decision about
// what to suggest is made here.
import * as vscode from 'vscode';
import type { Gateway } from '../privacy/gatewayTypes.ts';
import { sourceOf } from '../privacy/vscodeSource.ts';
import { Engine, type ChangeKind } from './engine.ts';
import { Problems } from './problems.ts';
import { after, before, linePrefix, type Snapshot } from './snapshot.ts';
import { itemFor, type Item } from './visible.ts';

export interface GhostTextDeps {
  gateway: Pick<Gateway, 'fill'>;
  /** The setting `completion.enabled` in the document's scope. */
  isEnabled: (document: vscode.TextDocument) => boolean;
  /** The setting `completion.delay`, in milliseconds. */
  delayMs: (document: vscode.TextDocument) => number;
  isSnoozed: () => boolean;
  /** Milliseconds. */
  now: () => number;
  /** A request failed: told once per reason in five minutes. Ghost text itself never shows an error. */
  onProblem: (error: unknown) => void;
  /** Never given any code. */
  log?: Pick<vscode.LogOutputChannel, 'debug'>;
}

/** Documents that a person writes: not output, not diffs' other sides, not the commit box, nothing of Fathom's own. */
const schemes: ReadonlySet<string> = new Set([
  'file',
  'untitled',
  'vscode-notebook-cell',
  'vscode-vfs',
  'vscode-remote',
]);

/** Lines of a document that are read on either side of the cursor. */
const linesBefore = 512;
const linesAfter = 256;

export class GhostText implements vscode.InlineCompletionItemProvider, vscode.Disposable {
  readonly #deps: GhostTextDeps;
  readonly #engine: Engine;
  readonly #problems: Problems;
  readonly #shown = new vscode.EventEmitter<void>();
  readonly #disposables: { dispose(): unknown }[];
  #everShown = false;

  /** A suggestion was handed to VS Code. */
  readonly onDidShow = this.#shown.event;

  constructor(deps: GhostTextDeps) {
    this.#deps = deps;
    this.#problems = new Problems(deps.now, deps.onProblem);
    this.#engine = new Engine({
      gateway: deps.gateway,
      now: deps.now,
      setTimer: (callback, ms) => {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      },
      onProblem: (error) => {
        deps.log?.debug(`ghost text: ${error instanceof Error ? error.message : 'failed'}`);
        this.#problems.note(error);
      },
    });
    this.#disposables = [
      this.#shown,
      vscode.workspace.onDidChangeTextDocument((event) => this.#noteChange(event)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#engine.forget(document.uri.toString())),
    ];
  }

  /** Asks again at once where a failure made it wait: call it when a key, a model or a route has changed. */
  retryNow(): void {
    this.#problems.clear();
    this.#engine.retryNow();
  }

  async provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[] | undefined> {
    if (!schemes.has(document.uri.scheme) || token.isCancellationRequested) return undefined;
    // Also when asked expressly: the same key asks other extensions, and off has to mean that nothing is sent.
    if (this.#deps.isSnoozed() || !this.#deps.isEnabled(document)) return undefined;

    const { version } = document;
    const snapshot = this.#snapshot(document, position, context);
    const controller = new AbortController();
    const cancel = token.onCancellationRequested(() => controller.abort());
    try {
      const fitted = await this.#engine.suggest(snapshot, controller.signal);
      if (!fitted || controller.signal.aborted || document.version !== version) return undefined;
      const eol = document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
      const item = itemFor(snapshot, fitted, eol);
      const selected = context.selectedCompletionInfo;
      const given = item && (selected ? extending(selected, item, snapshot, position) : inLine(item, position.line));
      if (!given) return undefined;
      this.#noteShown();
      return [given];
    } finally {
      cancel.dispose();
    }
  }

  dispose(): void {
    this.#engine.dispose();
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  #noteShown(): void {
    this.#problems.clear();
    this.#shown.fire();
    if (this.#everShown) return;
    this.#everShown = true;
    // Ticks the walkthrough's step; nothing depends on when it is done.
    void vscode.commands.executeCommand('setContext', 'fathom.ghostTextShown', true);
  }

  #noteChange(event: vscode.TextDocumentChangeEvent): void {
    if (!schemes.has(event.document.uri.scheme) || event.contentChanges.length === 0) return;
    this.#engine.noteChange(event.document.uri.toString(), kindOf(event));
  }

  #snapshot(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.InlineCompletionContext,
  ): Snapshot {
    const editor = editorOf(document);
    const firstLine = Math.floor(Math.max(0, position.line - linesBefore) / 64) * 64;
    const textBefore = document.getText(new vscode.Range(firstLine, 0, position.line, position.character));
    const textAfter = document.getText(
      new vscode.Range(position, document.validatePosition(new vscode.Position(position.line + linesAfter, 0))),
    );
    const end = document.lineAt(document.lineCount - 1).range.end;
    const tabSize = editor?.options.tabSize;
    const insertSpaces = editor?.options.insertSpaces;
    return {
      document: document.uri.toString(),
      sources: [originOf(document)],
      path: document.uri.path,
      languageId: document.languageId,
      ...before(textBefore, firstLine),
      after: after(textAfter),
      character: position.character,
      offset: document.offsetAt(position) - (document.eol === vscode.EndOfLine.CRLF ? position.line : 0),
      length: document.offsetAt(end),
      automatic: context.triggerKind === vscode.InlineCompletionTriggerKind.Automatic,
      selecting: editor?.selection.isEmpty === false,
      cursors: editor?.selections.length ?? 1,
      indent: {
        tabs: typeof insertSpaces === 'boolean' ? !insertSpaces : /^\t/m.test(textBefore),
        size: typeof tabSize === 'number' ? tabSize : 4,
      },
      delayMs: this.#deps.delayMs(document),
      mayReplace: context.selectedCompletionInfo === undefined,
    };
  }
}

/** What the document's text is routed by; a cell belongs to its notebook. */
function originOf(document: vscode.TextDocument): string {
  let { uri } = document;
  if (uri.scheme === 'vscode-notebook-cell') {
    const holds = (notebook: vscode.NotebookDocument) => notebook.getCells().some((cell) => cell.document === document);
    uri = vscode.workspace.notebookDocuments.find(holds)?.uri ?? uri;
  }
  return sourceOf(uri);
}

function editorOf(document: vscode.TextDocument): vscode.TextEditor | undefined {
  const active = vscode.window.activeTextEditor;
  if (active?.document === document) return active;
  return vscode.window.visibleTextEditors.find((editor) => editor.document === document);
}

function kindOf(event: vscode.TextDocumentChangeEvent): ChangeKind {
  if (event.reason !== undefined) return 'undo';
  let added = 0;
  let removed = 0;
  for (const change of event.contentChanges) {
    // A new line is an insertion also where it takes trailing spaces away.
    if (change.text.trim() !== '' || change.text.includes('\n')) return 'insert';
    added += change.text.length;
    removed += change.rangeLength;
  }
  return added > removed ? 'insert' : 'remove';
}

function inLine(item: Item, line: number): vscode.InlineCompletionItem {
  return new vscode.InlineCompletionItem(item.insertText, new vscode.Range(line, item.start, line, item.end));
}

/** With an entry selected in the suggest widget, VS Code shows only what begins with that entry, in that entry's range. */
function extending(
  selected: vscode.SelectedCompletionInfo,
  item: Item,
  snapshot: Snapshot,
  position: vscode.Position,
): vscode.InlineCompletionItem | undefined {
  const { range, text } = selected;
  if (!range.isSingleLine || range.start.line !== position.line || !range.end.isEqual(position)) return undefined;
  const shared = range.start.character - item.start;
  if (shared < 0 || shared > linePrefix(snapshot).length) return undefined;
  const insertText = item.insertText.slice(shared);
  return insertText.startsWith(text) && insertText.length > text.length
    ? new vscode.InlineCompletionItem(insertText, range)
    : undefined;
}
