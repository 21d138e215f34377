// What the gateway routes by, for a document: one rule for every room that hands over text.
import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { toldPath } from './toldPath.ts';

/** The path of a file, or the URI of what is no file. */
export function sourceOf(uri: vscode.Uri): string {
  return uri.scheme === 'file' ? uri.fsPath : uri.toString();
}

/**
 * The path of a document as a model is told it.
 * @param withFolder whether the name of the window's folder stands before it; by default where there are several
 */
export function pathOfDocument(uri: vscode.Uri, withFolder?: boolean): string {
  const inFolder = vscode.workspace.asRelativePath(uri, withFolder);
  if (uri.scheme !== 'file') return inFolder;
  return toldPath(uri.fsPath, vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath, inFolder, existsSync);
}

/** Documents of VS Code's and Fathom's own, which nobody asks about: output, and what was sent. */
export function isAside(uri: vscode.Uri): boolean {
  return uri.scheme === 'output' || uri.scheme === 'fathom-sent';
}
