// Tells the person, once, that the settings of a workspace try to change what only they may decide. Nothing of it is in force: this
// is so that they know what kind of workspace they have opened.
import * as vscode from 'vscode';
import { applicationOnly } from '../settings.ts';
import type { Storage } from './storage.ts';
import { workspaceTries, type WorkspaceTries } from './workspaceTries.ts';

const toldKey = 'fathom.workspaceTries';
/** What was told about more files than this is forgotten, the oldest first. */
const mostTold = 500;

interface Place {
  file: vscode.Uri;
  kind: 'settings' | 'codeWorkspace';
  /** What people call it. */
  name: string;
}

/** Looks at the settings of every folder and of the workspace, now and whenever they change. */
export class WorkspaceTriesWatch implements vscode.Disposable {
  readonly #storage: Storage;
  readonly #subscription: vscode.Disposable;
  #watchers: vscode.Disposable[] = [];
  /** Looks go one after the other, so that two of them don't tell the same. */
  #looking: Promise<void> = Promise.resolve();

  constructor(storage: Storage) {
    this.#storage = storage;
    this.#subscription = vscode.workspace.onDidChangeWorkspaceFolders(() => this.#watch());
    this.#watch();
  }

  #watch(): void {
    for (const watcher of this.#watchers) watcher.dispose();
    this.#watchers = places().map((place) => {
      const parent = vscode.Uri.joinPath(place.file, '..');
      const name = place.file.path.slice(place.file.path.lastIndexOf('/') + 1);
      const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(parent, name));
      const look = (): void => this.#look(place);
      watcher.onDidChange(look);
      watcher.onDidCreate(look);
      look();
      return watcher;
    });
  }

  #look(place: Place): void {
    this.#looking = this.#looking.then(() => this.#tell(place));
  }

  async #tell({ file, kind, name }: Place): Promise<void> {
    const text = await read(file);
    if (text === undefined) return;
    const guarded = applicationOnly.map((key) => `fathom.${key}`);
    const tries = workspaceTries(text, kind, guarded);
    const all = [...tries.ours, ...tries.proxy];
    if (all.length === 0) return;
    const entry = `${file.toString()} ${[...all].sort().join(' ')}`;
    const stored = this.#storage.get(toldKey);
    const told = Array.isArray(stored) ? (stored as unknown[]) : [];
    if (told.includes(entry)) return;
    await this.#storage.update(toldKey, [...told, entry].slice(-mostTold));
    const show = vscode.l10n.t('Show Settings');
    // The next look need not wait until the person has read this one.
    void vscode.window.showWarningMessage(sentences(name, tries), show).then(async (pressed) => {
      if (pressed === show) await vscode.window.showTextDocument(file);
    });
  }

  dispose(): void {
    this.#subscription.dispose();
    for (const watcher of this.#watchers) watcher.dispose();
  }
}

function places(): Place[] {
  const { workspaceFile, workspaceFolders = [], name = '' } = vscode.workspace;
  return [
    // A workspace that was never saved has only what the person did in this window.
    ...(workspaceFile === undefined || workspaceFile.scheme === 'untitled'
      ? []
      : [{ file: workspaceFile, kind: 'codeWorkspace' as const, name }]),
    ...workspaceFolders.map((folder) => ({
      file: vscode.Uri.joinPath(folder.uri, '.vscode', 'settings.json'),
      kind: 'settings' as const,
      name: folder.name,
    })),
  ];
}

/** Undefined for a file that isn't there or can't be read: then VS Code doesn't read it either. */
async function read(file: vscode.Uri): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  } catch {
    return undefined;
  }
}

function sentences(name: string, { ours, proxy }: WorkspaceTries): string {
  const list = (names: string[]): string =>
    new Intl.ListFormat(vscode.env.language, { type: 'conjunction' }).format(names);
  return [
    ...(ours.length === 0 ? [] : [vscode.l10n.t('“{0}” tries to change {1}. Fathom ignores that.', name, list(ours))]),
    ...(proxy.length === 0
      ? []
      : [
          vscode.l10n.t(
            '“{0}” tries to change {1}. VS Code takes that from your own settings only, so requests go where they went.',
            name,
            list(proxy),
          ),
        ]),
  ].join(' ');
}
