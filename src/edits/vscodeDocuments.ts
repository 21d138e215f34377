// Small questions about documents and their files. Changes nothing but by opening an editor.
import * as vscode from 'vscode';

/** The last part of a URI's path. */
export function nameOf(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1);
}

/** An editor's buffer counts: untitled documents, and dirty ones whose file was deleted. */
export async function exists(uri: vscode.Uri): Promise<boolean> {
  const document = openedDocument(uri);
  if (document && (document.isUntitled || document.isDirty)) return true;
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    // Not found, or its folder or provider is gone: nothing that could be changed.
    return false;
  }
}

/** Whether nothing can be written there: a read-only file system or file. */
export async function isReadOnly(uri: vscode.Uri): Promise<boolean> {
  if (openedDocument(uri)?.isUntitled) return false;
  if (vscode.workspace.fs.isWritableFileSystem(uri.scheme) === false) return true;
  try {
    const { permissions = 0 } = await vscode.workspace.fs.stat(uri);
    return (permissions & vscode.FilePermission.Readonly) !== 0;
  } catch {
    // A dirty buffer whose file was deleted can still be edited.
    return false;
  }
}

/** The document, if some editor or extension has it open. */
export function openedDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
}

/** A new untitled document with this text, in front. */
export async function openText(content: string, language: string): Promise<void> {
  const known = (await vscode.languages.getLanguages()).includes(language);
  const document = await vscode.workspace.openTextDocument({ content, ...(known ? { language } : {}) });
  await vscode.window.showTextDocument(document, { preview: false });
}
