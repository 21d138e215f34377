// What the panel does with an answer outside of itself: copy, insert into an editor, follow a link.
import * as vscode from 'vscode';
import { resolveFileLink } from './fileLinks.ts';
import { isAttachable } from './vscodeAttachments.ts';

/** How markdown calls languages that VS Code calls otherwise. */
const languageIds: Readonly<Record<string, string>> = {
  ts: 'typescript',
  tsx: 'typescriptreact',
  js: 'javascript',
  jsx: 'javascriptreact',
  py: 'python',
  rb: 'ruby',
  rs: 'rust',
  cs: 'csharp',
  'c++': 'cpp',
  sh: 'shellscript',
  bash: 'shellscript',
  zsh: 'shellscript',
  ps1: 'powershell',
  yml: 'yaml',
  md: 'markdown',
  kt: 'kotlin',
};

export async function copy(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
}

/** Puts code in place of the selection of the last active editor, as one undo step; without one, into a new document. */
export async function insert(text: string, language: string): Promise<void> {
  const editor =
    vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors.find((e) => isAttachable(e.document));
  if (editor && isAttachable(editor.document)) {
    const code = text.replace(/\n$/, '');
    const done = await editor.edit((edit) => edit.replace(editor.selection, code), {
      undoStopBefore: true,
      undoStopAfter: true,
    });
    if (done) {
      await vscode.window.showTextDocument(editor.document, editor.viewColumn);
      return;
    }
  }
  const id = languageIds[language.toLowerCase()] ?? language.toLowerCase();
  const known = (await vscode.languages.getLanguages()).includes(id);
  const document = await vscode.workspace.openTextDocument({ content: text, ...(known ? { language: id } : {}) });
  await vscode.window.showTextDocument(document);
}

/** The web by VS Code's own prompt, files of the workspace in an editor, everything else not at all. */
export async function openLink(href: string): Promise<void> {
  if (/^https?:\/\//i.test(href)) {
    await vscode.env.openExternal(vscode.Uri.parse(href, true));
    return;
  }
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const place = await resolveFileLink(
    href,
    folders.map(({ uri }) => uri.fsPath),
  );
  if (!place) {
    void vscode.window.showInformationMessage(vscode.l10n.t('{0} is not a file of this workspace.', href)); // Nobody waits for it to be read.
    return;
  }
  const at = place.line === undefined ? undefined : new vscode.Position(place.line - 1, 0);
  await vscode.window.showTextDocument(vscode.Uri.file(place.path), at ? { selection: new vscode.Range(at, at) } : {});
}
