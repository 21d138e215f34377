// A proposed change to one document, as data, and what becomes of it when the document changes meanwhile. Shows and applies nothing.
import { lineAt, wholeLines, type TextRange } from './textRange.ts';

/** What a model wants to put where. All texts have the document's own line ends. */
export interface EditProposal {
  kind: 'edit';
  /** What was asked for, for titles: "Fix". */
  title: string;
  /** The document, as a URI. */
  uri: string;
  languageId: string;
  /** The whole document when the proposal was made. */
  baseText: string;
  /** What in `baseText` is replaced. */
  range: TextRange;
  replacement: string;
}

export interface CreateProposal {
  kind: 'create';
  title: string;
  /** Where the file would be created; scheme `untitled` where there is no folder to put it in. */
  uri: string;
  languageId: string;
  content: string;
}

export type Proposal = EditProposal | CreateProposal;

/** `text` with `range` replaced. */
export function replaceRange(text: string, range: TextRange, replacement: string): string {
  return text.slice(0, range.start) + replacement + text.slice(range.end);
}

/**
 * Where the proposal's range is in `current`: the same place, moved by changes before it, or found again because its text
 * is there exactly once. Undefined when that text was changed or can't be told apart: then nothing may be applied.
 */
export function rebase(baseText: string, range: TextRange, current: string): TextRange | undefined {
  if (current === baseText) return range;
  const prefix = commonPrefix(baseText, current);
  const suffix = commonSuffix(baseText, current, prefix);
  const changed = { start: prefix, end: baseText.length - suffix };
  if (changed.start >= range.end && (range.end !== prefix || atLineEnd(current, range.end))) return range;
  if (changed.end <= range.start) {
    const shift = current.length - baseText.length;
    const moved = { start: range.start + shift, end: range.end + shift };
    if (changed.end !== range.start || atLineStart(current, moved.start)) return moved;
  }
  return findOnce(baseText, range, current);
}

/** The text that the proposal would leave, given what the document says now; undefined when it no longer applies. */
export function proposedText(proposal: EditProposal, current: string): string | undefined {
  const range = rebase(proposal.baseText, proposal.range, current);
  return range && replaceRange(current, range, proposal.replacement);
}

/** One replacement of a range of the *old* text. */
export interface TextEdit extends TextRange {
  text: string;
}

/**
 * The smallest line edits that turn `before` into `after`, ascending and disjoint: so that cursors, folds and breakpoints
 * outside of what really changes stay where they are. Texts that share next to nothing get one edit.
 */
export async function minimalEdits(before: string, after: string): Promise<TextEdit[]> {
  if (before === after) return [];
  const { diffLines } = await import('diff');
  const changes = diffLines(before, after, { maxEditLength: 4000 });
  if (!changes) return [{ start: 0, end: before.length, text: after }];
  const edits: TextEdit[] = [];
  let offset = 0;
  let open: TextEdit | undefined;
  for (const change of changes) {
    if (!change.added && !change.removed) {
      open = undefined;
      offset += change.value.length;
      continue;
    }
    if (!open) edits.push((open = { start: offset, end: offset, text: '' }));
    if (change.removed) {
      offset += change.value.length;
      open.end = offset;
    } else {
      open.text += change.value;
    }
  }
  return edits;
}

/** The lines (first is 1) that a proposal's range covers in its base, for titles and messages. */
export function lineSpan(proposal: EditProposal): { first: number; last: number } {
  return {
    first: lineAt(proposal.baseText, proposal.range.start) + 1,
    last: lineAt(proposal.baseText, wholeLines(proposal.baseText, proposal.range).end) + 1,
  };
}

function findOnce(baseText: string, range: TextRange, current: string): TextRange | undefined {
  const old = baseText.slice(range.start, range.end);
  if (old.trim() === '') return undefined;
  const wholeLinesBefore = atLineStart(baseText, range.start) && atLineEnd(baseText, range.end);
  let found: TextRange | undefined;
  for (let at = current.indexOf(old); at >= 0; at = current.indexOf(old, at + 1)) {
    const candidate = { start: at, end: at + old.length };
    if (wholeLinesBefore && !(atLineStart(current, candidate.start) && atLineEnd(current, candidate.end))) continue;
    if (found) return undefined;
    found = candidate;
  }
  return found;
}

function atLineStart(text: string, offset: number): boolean {
  return offset === 0 || text[offset - 1] === '\n';
}

function atLineEnd(text: string, offset: number): boolean {
  return offset === text.length || text[offset] === '\n' || text.startsWith('\r\n', offset);
}

function commonPrefix(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a[at] === b[at]) at++;
  return at;
}

function commonSuffix(a: string, b: string, prefix: number): number {
  const length = Math.min(a.length, b.length) - prefix;
  let at = 0;
  while (at < length && a[a.length - 1 - at] === b[b.length - 1 - at]) at++;
  return at;
}
