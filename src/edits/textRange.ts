// Ranges of text as offsets, and the lines they touch. Knows no document and no language.

/** Half open, in UTF-16 code units, as `TextDocument.offsetAt` counts them. */
export interface TextRange {
  start: number;
  end: number;
}

/** The same range, grown to whole lines; without the last line's end. A range that ends at column 0 leaves that line alone. */
export function wholeLines(text: string, range: TextRange): TextRange {
  const start = lineStart(text, range.start);
  let last = range.end;
  if (last > range.start && text[last - 1] === '\n') last--;
  return { start, end: lineEnd(text, Math.max(last, start)) };
}

/** Offset of the first character of the line that `offset` is in. */
export function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

/** Offset of the end of the line that `offset` is in: before its `\n` or `\r\n`. */
export function lineEnd(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  if (newline < 0) return text.length;
  return newline > 0 && text[newline - 1] === '\r' ? newline - 1 : newline;
}

/** Number of the line (first is 0) that `offset` is in. */
export function lineAt(text: string, offset: number): number {
  let line = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

/** The text's lines without their ends. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n|\n/);
}
