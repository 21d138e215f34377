// The view "What Was Sent": the ledger as a tree in the side bar, by day, with its commands. Words and order are made elsewhere.
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import * as vscode from 'vscode';
import type { Disposable } from './emitter.ts';
import type { Ledger, LedgerEntry } from './ledger.ts';
import { exportLines, type RecordOfSent } from './record.ts';
import type { SentDay, SentList } from './sentList.ts';
import { rowOf, type Manner } from './sentWords.ts';
import type { SentDocuments } from './vscodeSentDocument.ts';

export interface SentViewDeps {
  list: SentList;
  documents: SentDocuments;
  /** Read anew each time. */
  manner: () => Manner;
  ledger: Ledger;
  record: RecordOfSent;
  /** Milliseconds since 1970. */
  now: () => number;
}

type Node = SentDay | LedgerEntry;
const isDay = (node: Node): node is SentDay => 'entries' in node;
/** While ghost text comes and goes, the list is drawn anew at most this often. */
const quietMs = 200;

export class SentView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  static readonly viewId = 'fathom.sent';
  private readonly deps: SentViewDeps;
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<Node>;
  private readonly disposables: Disposable[];
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(deps: SentViewDeps) {
    this.deps = deps;
    this.view = vscode.window.createTreeView(SentView.viewId, { treeDataProvider: this });
    this.disposables = [
      this.view,
      deps.list.onDidChange(() => this.refreshSoon()),
      // Other windows write too; what they wrote is read when someone looks.
      this.view.onDidChangeVisibility(({ visible }) => {
        if (visible) this.changed.fire(undefined);
      }),
      vscode.commands.registerCommand('fathom.showSent', () => this.reveal()),
      vscode.commands.registerCommand('fathom.openSent', (id: unknown) => this.open(id)),
      vscode.commands.registerCommand('fathom.exportSent', () => this.export()),
      vscode.commands.registerCommand('fathom.deleteSent', () => this.deleteAll()),
    ];
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node === undefined) return await this.deps.list.days(this.deps.now(), this.deps.manner());
    return isDay(node) ? [...node.entries] : [];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (isDay(node)) {
      const item = new vscode.TreeItem(node.name, vscode.TreeItemCollapsibleState.Expanded);
      item.id = node.key;
      item.description = String(node.entries.length);
      item.accessibilityInformation = { label: vscode.l10n.t('{0}, {1} requests', node.name, node.entries.length) };
      return item;
    }
    const row = rowOf(node, this.deps.manner());
    const item = new vscode.TreeItem(row.label);
    item.id = node.id;
    item.description = row.description;
    item.tooltip = row.tooltip;
    item.iconPath = new vscode.ThemeIcon(row.icon);
    item.accessibilityInformation = { label: row.spoken };
    item.command = { command: 'fathom.openSent', title: vscode.l10n.t('Open'), arguments: [node.id] };
    return item;
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const disposable of this.disposables) disposable.dispose();
    this.changed.dispose();
  }

  private refreshSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.changed.fire(undefined);
    }, quietMs);
  }

  private async reveal(): Promise<void> {
    await vscode.commands.executeCommand(`${SentView.viewId}.focus`);
  }

  private async open(id: unknown): Promise<void> {
    const entry = typeof id === 'string' ? this.deps.list.find(id) : undefined;
    if (entry !== undefined) await this.deps.documents.openEntry(entry);
  }

  private async export(): Promise<void> {
    const items = [
      {
        label: vscode.l10n.t('Figures only'),
        detail: vscode.l10n.t('Times, places, reasons, models, tokens and costs: no text that was sent.'),
        bodies: false,
      },
      {
        label: vscode.l10n.t('Figures and bodies'),
        detail: vscode.l10n.t('Also what was sent, as far as it is still there; that of private code too.'),
        bodies: true,
      },
    ];
    const title = vscode.l10n.t('What goes into the file?');
    const picked = await vscode.window.showQuickPick(items, { title });
    if (picked === undefined) return;
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const uri = await vscode.window.showSaveDialog({
      title: vscode.l10n.t('Export What Was Sent'),
      filters: { [vscode.l10n.t('JSON Lines')]: ['jsonl'] },
      ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, 'fathom-sent.jsonl') }),
    });
    if (uri === undefined) return;
    const { ledger, record } = this.deps;
    const none = { ...record, body: () => Promise.resolve(undefined) };
    const requests = await write(uri, exportLines(ledger, picked.bodies ? record : none));
    const open = vscode.l10n.t('Open');
    const pressed = await vscode.window.showInformationMessage(
      vscode.l10n.t('{0} requests were exported.', requests),
      open,
    );
    if (pressed === open) await vscode.window.showTextDocument(uri);
  }

  private async deleteAll(): Promise<void> {
    const yes = vscode.l10n.t('Delete All');
    const pressed = await vscode.window.showWarningMessage(
      vscode.l10n.t('Delete everything that Fathom keeps of what was sent?'),
      {
        modal: true,
        detail: vscode.l10n.t(
          'The list, the texts and the figures of the bill are deleted on this machine, for all windows. What a server received stays there, and budgets count from nothing again.',
        ),
      },
      yes,
    );
    if (pressed !== yes) return;
    await this.deps.record.deleteAll();
    await this.deps.ledger.deleteAll();
  }
}

/** @returns how many lines were written */
async function write(uri: vscode.Uri, lines: AsyncIterable<string>): Promise<number> {
  let count = 0;
  async function* counted(): AsyncGenerator<string> {
    for await (const line of lines) {
      count++;
      yield line;
    }
  }
  if (uri.scheme === 'file') {
    // Piece by piece: a month of requests with their bodies is long. Only its owner may read it.
    await pipeline(counted, createWriteStream(uri.fsPath, { mode: 0o600 }));
  } else {
    const pieces: string[] = [];
    for await (const piece of counted()) pieces.push(piece);
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(pieces.join('')));
  }
  return count;
}
