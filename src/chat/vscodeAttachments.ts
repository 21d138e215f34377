// What the active editor offers to a question: its file and its selection. Which of it goes along is decided by the chips.
import * as vscode from 'vscode';
import type { PromptAttachment } from '../context/chatPrompt.ts';
import { pathOfDocument, sourceOf } from '../privacy/vscodeSource.ts';
import type { EditorContext } from './chips.ts';
import { whyNotAttached } from './chips.ts';

/** Documents that are code of the person: files (also remote and virtual ones) and untitled ones; no output, no diff's other side. */
export function isAttachable({ uri }: vscode.TextDocument): boolean {
  return (
    uri.scheme === 'file' || uri.scheme === 'untitled' || vscode.workspace.fs.isWritableFileSystem(uri.scheme) === true
  );
}

/** File and selection of `editor`, as far as they may go along by themselves; undefined when it shows no code of the person. */
export function editorContext(editor: vscode.TextEditor | undefined): EditorContext | undefined {
  if (!editor || !isAttachable(editor.document)) return undefined;
  const { document, selection } = editor;
  const attachments: PromptAttachment[] = [];
  const text = textOf(document);
  const refused = whyNotAttached(document.fileName, text);
  if (refused === undefined && text.trim() !== '') {
    attachments.push({ ...fileOf(document, text), focusLine: selection.active.line + 1 });
  }
  const selected = selectionOf(editor);
  if (selected && (refused === undefined || refused === 'huge')) attachments.push(selected);
  return { source: sourceOf(document.uri), attachments };
}

/** The whole document. */
export function fileOf(document: vscode.TextDocument, text = textOf(document)): PromptAttachment {
  return {
    kind: 'file',
    ...placeOf(document),
    text,
    startLine: 1,
    endLine: document.lineCount,
  };
}

/** The selected lines, whole; undefined when nothing, or everything, is selected. */
export function selectionOf({ document, selection }: vscode.TextEditor): PromptAttachment | undefined {
  if (selection.isEmpty) return undefined;
  const { start, end } = selection;
  // A selection that ends before a line's first character doesn't mean that line.
  const last = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
  if (start.line === 0 && last === document.lineCount - 1) return undefined;
  const range = new vscode.Range(start.line, 0, last, Number.MAX_SAFE_INTEGER);
  const text = withLineFeeds(document.getText(document.validateRange(range)));
  if (text.trim() === '') return undefined;
  return { kind: 'selection', ...placeOf(document), text, startLine: start.line + 1, endLine: last + 1 };
}

function placeOf(document: vscode.TextDocument): Pick<PromptAttachment, 'source' | 'path' | 'languageId'> {
  const path = document.isUntitled ? document.uri.path : pathOfDocument(document.uri);
  return { source: sourceOf(document.uri), path, languageId: document.languageId };
}

/** The cursor moves more often than the text changes. */
const texts = new WeakMap<vscode.TextDocument, { version: number; text: string }>();

function textOf(document: vscode.TextDocument): string {
  const known = texts.get(document);
  if (known?.version === document.version) return known.text;
  const text = withLineFeeds(document.getText());
  texts.set(document, { version: document.version, text });
  return text;
}

function withLineFeeds(text: string): string {
  return text.replaceAll('\r\n', '\n');
}
