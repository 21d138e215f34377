// What ghost text knows of a document at one moment, with `\n` as line end. The provider takes it; nothing here looks at an editor.

export interface Snapshot {
  /** Which document: its URI as text. */
  document: string;
  /** What the gateway routes by: the absolute path, else the URI. */
  sources: readonly string[];
  /** Path or name of the file, as far as there is one. */
  path: string;
  languageId: string;
  /** Text before the cursor, from the start of line `firstLine` or later (in a huge line). */
  before: string;
  /** Text after the cursor, as far as it matters. */
  after: string;
  /** Number of the line that `before` starts in (the document's first is 0). */
  firstLine: number;
  /** Column of the cursor, in UTF-16 code units. */
  character: number;
  /** Cursor in the whole document, in UTF-16 code units, every line end counted as one. */
  offset: number;
  /** Characters of the whole document. */
  length: number;
  /** False when the person asked for a suggestion. */
  automatic: boolean;
  /** Something is selected. */
  selecting: boolean;
  cursors: number;
  /** The document's indent: tabs, or so many spaces. */
  indent: { tabs: boolean; size: number };
  /** Shortest pause in typing, in milliseconds, before a model is asked. */
  delayMs: number;
  /** Whether a suggestion may replace closers after the cursor; false while the suggest widget prescribes the range. */
  mayReplace: boolean;
}

/** Characters of a document that are looked at on either side of the cursor: more than any window needs. */
export const reach = 40_000;

/**
 * The part of `text` that a snapshot needs, with `\n` as line end. What is cut off goes in steps, so that the start of a huge line
 * doesn't move with every key.
 *
 * @param text the document from the start of line `firstLine` to the cursor
 */
export function before(text: string, firstLine: number): Pick<Snapshot, 'before' | 'firstLine'> {
  const normal = text.replace(/\r\n?/g, '\n');
  const excess = Math.ceil(Math.max(0, normal.length - reach) / 1024) * 1024;
  let line = firstLine;
  for (let at = normal.indexOf('\n'); at >= 0 && at < excess; at = normal.indexOf('\n', at + 1)) line++;
  return { before: normal.slice(excess), firstLine: line };
}

/** The part of the text after the cursor that a snapshot needs. */
export function after(text: string): string {
  return text.slice(0, reach).replace(/\r\n?/g, '\n');
}

/** Which lines of the document a window around the cursor has in it; the document's first is 1. */
export function linesOf(
  { before: text, firstLine }: Pick<Snapshot, 'before' | 'firstLine'>,
  window: { prefix: string; suffix: string },
): { startLine: number; endLine: number } {
  const cursor = firstLine + lineEnds(text) + 1;
  return { startLine: cursor - lineEnds(window.prefix), endLine: cursor + lineEnds(window.suffix) };
}

function lineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** What stands before the cursor in its line. */
export function linePrefix(snapshot: Pick<Snapshot, 'before'>): string {
  return snapshot.before.slice(snapshot.before.lastIndexOf('\n') + 1);
}

/** What stands after the cursor in its line. */
export function restOfLine(snapshot: Pick<Snapshot, 'after'>): string {
  const end = snapshot.after.indexOf('\n');
  return end < 0 ? snapshot.after : snapshot.after.slice(0, end);
}

/** The next `count` lines below the cursor that aren't blank. */
export function linesBelow(snapshot: Pick<Snapshot, 'after'>, count: number): string[] {
  const found: string[] = [];
  let at = snapshot.after.indexOf('\n');
  while (at >= 0 && found.length < count) {
    const end = snapshot.after.indexOf('\n', at + 1);
    const line = snapshot.after.slice(at + 1, end < 0 ? undefined : end);
    if (line.trim() !== '') found.push(line.trimEnd());
    at = end;
  }
  return found;
}

/** Closing brackets and quotes, which editors write by themselves, and what ends a statement. */
export const onlyClosers = /^[\s)\]}>"'`;,:]*$/;

/** The same, or the head of a block: `if (|) {`. */
export const closersOrBlockHead = /^[\s)\]}>"'`;,:]*\{?\s*$/;

/** Width of a line's indentation in columns. */
export function indentWidth(line: string, tabSize: number): number {
  let width = 0;
  for (const character of line) {
    if (character === ' ') width++;
    else if (character === '\t') width += tabSize - (width % tabSize);
    else break;
  }
  return width;
}
