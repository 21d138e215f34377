// Which lines an action is about: the selection, the problem's function, the function or class around the cursor, the
// file, or the lines near the cursor. Offsets in, offsets out; asks no editor.
import { lineAt, lineEnd, wholeLines, type TextRange } from '../edits/textRange.ts';

export interface CodeSymbol {
  /** `callable` is wanted first, then `type`, then a `value` of several lines (a function in a variable). */
  kind: 'callable' | 'type' | 'value';
  range: TextRange;
}

export interface Situation {
  text: string;
  /** Empty (start equals end) for a cursor. */
  selection: TextRange;
  /** All symbols of the document, in any order, nested ones included. */
  symbols: readonly CodeSymbol[];
  /** Ranges of what the editor reports, given for actions that follow problems. */
  problems?: readonly TextRange[];
}

/** A file below this is taken whole; a symbol above it is too much for one answer. */
export const smallFileLines = 400;
const linesNearCursor = 60;

/** Whole lines, without the last one's end; the whole text, its last line end included, when it is the file. */
export function targetOf({ text, selection, symbols, problems = [] }: Situation): TextRange {
  const selected = wholeLines(text, selection);
  if (selection.end > selection.start && text.slice(selected.start, selected.end).trim() !== '') return selected;
  const cursor = selection.start;
  const cursorLine = wholeLines(text, { start: cursor, end: cursor });
  const problem = problems.find((range) => range.start <= cursorLine.end && range.end >= cursorLine.start);
  const place = problem ?? { start: cursor, end: cursor };
  const around = enclosing(text, symbols, place);
  if (around) return around;
  const lines = lineAt(text, text.length) + 1;
  if (lines < smallFileLines) return { start: 0, end: text.length };
  return near(text, lineAt(text, place.start));
}

/** Whether `range` is all of `text`, but for blank lines around it. */
export function isWholeText(text: string, range: TextRange): boolean {
  return text.slice(0, range.start).trim() === '' && text.slice(range.end).trim() === '';
}

function enclosing(text: string, symbols: readonly CodeSymbol[], place: TextRange): TextRange | undefined {
  const candidates = symbols
    .map(({ kind, range }) => ({ kind, range: wholeLines(text, range) }))
    .filter(({ range }) => range.start <= place.start && range.end >= place.end)
    .map((candidate) => ({
      ...candidate,
      lines: lineAt(text, candidate.range.end) - lineAt(text, candidate.range.start) + 1,
    }))
    .filter(({ kind, lines }) => lines < smallFileLines && (kind !== 'value' || lines > 1))
    .sort((a, b) => a.range.end - a.range.start - (b.range.end - b.range.start));
  for (const kind of ['callable', 'type', 'value'] as const) {
    const innermost = candidates.find((candidate) => candidate.kind === kind);
    if (innermost) return innermost.range;
  }
  return undefined;
}

function near(text: string, line: number): TextRange {
  const first = Math.max(0, line - linesNearCursor / 2);
  let start = 0;
  for (let at = 0; at < first; at++) start = text.indexOf('\n', start) + 1;
  let end = lineEnd(text, start);
  for (let at = 1; at < linesNearCursor && end < text.length; at++) end = lineEnd(text, text.indexOf('\n', end) + 1);
  return { start, end };
}
