// What VS Code knows about ignored files: the globs of `files.exclude`, and when files of rules change.
import * as vscode from 'vscode';
import { ignoreFileNames, type IgnoreRules } from './ignoreRules.ts';

/** Globs of `files.exclude` for a folder of the window (path or URI). One with a `when` clause counts as excluding, whatever it says. */
export function excludedGlobs(folder: string | undefined): string[] {
  const scope = vscode.workspace.workspaceFolders?.find(
    ({ uri }) => (uri.scheme === 'file' ? uri.fsPath : uri.toString()) === folder,
  );
  const globs = vscode.workspace.getConfiguration('files', scope ?? null).get<Record<string, unknown>>('exclude', {});
  return Object.keys(globs).filter((glob) => globs[glob] !== false);
}

const isRuleFile = (path: string): boolean =>
  ['.gitignore', ...ignoreFileNames].some((name) => path.endsWith(`/${name}`)) || path.endsWith('/.git/info/exclude');

/** Lets the rules be read again when one of their files is saved or changed on disk, and when settings or folders change. */
export function watchRules(rules: IgnoreRules): vscode.Disposable {
  const forget = () => rules.forget();
  const watchers = [`**/{.gitignore,${ignoreFileNames.join(',')}}`, '**/.git/{config,info/exclude}'].map((glob) =>
    vscode.workspace.createFileSystemWatcher(glob),
  );
  return vscode.Disposable.from(
    ...watchers,
    ...watchers.flatMap((watcher) => [
      watcher.onDidCreate(forget),
      watcher.onDidChange(forget),
      watcher.onDidDelete(forget),
    ]),
    // Sooner than the watcher tells of it.
    vscode.workspace.onDidSaveTextDocument(({ uri }) => isRuleFile(uri.path) && forget()),
    vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('files.exclude') && forget()),
    vscode.workspace.onDidChangeWorkspaceFolders(forget),
  );
}
