// Turns a suggestion into the item that VS Code is given, if it would show it: what it refuses, it refuses without a word.
// Its rule, as read in its source (inlineCompletionIsVisible, computeGhostText; 1.106 to 1.139): the edit must start in the
// cursor's line once what it shares with the document is taken off its head, what stands before the cursor must stay, and what is
// replaced after the cursor must be a subsequence of the new text.
import type { Fitted } from './fit.ts';
import { linePrefix, restOfLine, type Snapshot } from './snapshot.ts';
import { isSubsequence } from './subsequence.ts';

export interface Item {
  /** Columns in the cursor's line, in UTF-16 code units. */
  start: number;
  end: number;
  /** With the document's line ends. */
  insertText: string;
}

/** From here on, a line is too long to be repeated in each item. */
const longLine = 2000;

/** The item for a suggestion at this cursor, or undefined if VS Code would not show it. */
export function itemFor(snapshot: Snapshot, fitted: Fitted, eol: '\n' | '\r\n'): Item | undefined {
  const prefix = linePrefix(snapshot);
  // From the line's start, as the API recommends: the item then survives accepting it word by word without a flash.
  const whole = prefix.length === snapshot.character && prefix.length <= longLine;
  const head = whole ? prefix : '';
  const item = {
    start: snapshot.character - head.length,
    end: snapshot.character + fitted.replace,
    insertText: head + fitted.text,
  };
  const replaced = head + restOfLine(snapshot).slice(0, fitted.replace);
  if (!wouldShow(replaced, item.insertText, head.length)) return undefined;
  return { ...item, insertText: item.insertText.replaceAll('\n', eol) };
}

/**
 * Whether VS Code shows ghost text for a replacement within the cursor's line.
 *
 * @param replaced what is replaced, from the edit's start on
 * @param insertText with `\n` as line end
 * @param cursor index of the cursor in `replaced`
 */
export function wouldShow(replaced: string, insertText: string, cursor: number): boolean {
  if (replaced.includes('\n')) return false;
  let shared = 0;
  while (shared < replaced.length && replaced[shared] === insertText[shared]) shared++;
  const old = replaced.slice(shared);
  const added = insertText.slice(shared);
  if (old === '' && added === '') return false;
  // Something before the cursor would change: that is an edit, not ghost text.
  if (shared < cursor) return false;
  return isSubsequence(old, added);
}
