// What the gateway routes by, for a document: one rule for every room that hands over text.
import type * as vscode from 'vscode';

/** The path of a file, or the URI of what is no file. */
export function sourceOf(uri: vscode.Uri): string {
  return uri.scheme === 'file' ? uri.fsPath : uri.toString();
}

/** Documents of VS Code's and Fathom's own, which nobody asks about: output, and what was sent. */
export function isAside(uri: vscode.Uri): boolean {
  return uri.scheme === 'output' || uri.scheme === 'fathom-sent';
}
