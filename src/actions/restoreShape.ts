// Gives a model's code the shape of the code that it replaces: indentation, line ends, blank lines around. Models dedent
// a block, swap tabs for spaces and drop the last newline; none of that was asked for. Changes no code.

export interface Shape {
  /** The whole document: tells tabs from spaces. */
  documentText: string;
  /** What is replaced, as it stands in the document; `''` for a new file. */
  base: string;
  eol: '\n' | '\r\n';
}

/** `code` (line end `\n`) as it belongs in the document. */
export function restoreShape(code: string, { documentText, base, eol }: Shape): string {
  const oldLines = base.split(/\r\n|\n/);
  const style = indentStyle(documentText);
  let lines = trimmed(code.split('\n'));
  if (style !== undefined) lines = withStyle(lines, style);
  if (base.trim() === '') return lines.join(eol);
  lines = withIndentOf(lines, trimmed(oldLines));
  const first = oldLines.findIndex((line) => line.trim() !== '');
  const last = oldLines.findLastIndex((line) => line.trim() !== '');
  return [...oldLines.slice(0, first), ...lines, ...oldLines.slice(last + 1)].join(eol);
}

export interface IndentStyle {
  tabs: boolean;
  /** Columns of one level, where the text shows it; 4 where it doesn't. */
  width: number;
}

/** How a text indents; undefined where no line is indented, or where tabs and spaces are mixed. */
export function indentStyle(text: string): IndentStyle | undefined {
  const indents = text
    .split(/\r\n|\n/)
    .filter((line) => /\S/.test(line))
    .map(indentOf);
  const tabs = indents.filter((indent) => indent.startsWith('\t')).length;
  // One space is the margin of a comment block, not a level.
  const spaces = indents.filter((indent) => indent.startsWith('  ')).length;
  if (tabs > 0 && spaces === 0) return { tabs: true, width: 4 };
  if (spaces > 0 && tabs === 0) return { tabs: false, width: stepOf(indents) };
  return undefined;
}

function withStyle(lines: string[], style: IndentStyle): string[] {
  const own = indentStyle(lines.join('\n'));
  if (own === undefined || own.tabs === style.tabs) return lines;
  return lines.map((line) => {
    const indent = indentOf(line);
    const levels = own.tabs ? indent.length : Math.floor(indent.length / own.width);
    const rest = own.tabs ? '' : ' '.repeat(indent.length % own.width);
    return (style.tabs ? '\t' : ' '.repeat(style.width)).repeat(levels) + rest + line.slice(indent.length);
  });
}

/** Puts back the indentation that all lines of `old` share and `lines` lack: on every line, or on the first if only that lost it. */
function withIndentOf(lines: string[], old: string[]): string[] {
  const wanted = commonIndent(old);
  const have = commonIndent(lines);
  if (have.length >= wanted.length || !wanted.startsWith(have)) return lines;
  const missing = wanted.slice(have.length);
  const [first = '', ...rest] = lines;
  if (rest.some((line) => /\S/.test(line))) {
    const step = commonIndent(rest).length - indentOf(first).length;
    const oldStep = commonIndent(old.slice(1)).length - indentOf(old[0] ?? '').length;
    if (step !== oldStep && commonIndent(rest).length >= wanted.length) return [missing + first, ...rest];
  }
  return lines.map((line) => (/\S/.test(line) ? missing + line : line));
}

function commonIndent(lines: string[]): string {
  const indents = lines.filter((line) => /\S/.test(line)).map(indentOf);
  return indents.reduce((common, indent) => {
    let at = 0;
    while (at < common.length && common[at] === indent[at]) at++;
    return common.slice(0, at);
  }, indents[0] ?? '');
}

/** The smallest step by which indentation grows from one line to the next, 2 columns at least. */
function stepOf(indents: string[]): number {
  let step = Infinity;
  indents.forEach((indent, index) => {
    const growth = indent.length - (indents[index - 1]?.length ?? 0);
    if (growth >= 2) step = Math.min(step, growth);
  });
  return Number.isFinite(step) ? step : 4;
}

function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

function trimmed(lines: string[]): string[] {
  const first = lines.findIndex((line) => /\S/.test(line));
  const last = lines.findLastIndex((line) => /\S/.test(line));
  return first < 0 ? [] : lines.slice(first, last + 1);
}
