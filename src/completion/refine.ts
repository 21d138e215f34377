// Makes a suggestion of what a model wrote: takes away what is no code (markers, thinking, fences) and what the line already
// says, and gives it the document's indent. What the text after the cursor already says is the matter of fit.ts.
import { indentWidth, linePrefix, type Snapshot } from './snapshot.ts';

/** Markers that models use for fill-in-the-middle and for the end of a text; what follows one is not an answer any more. */
const markers =
  /<｜[^｜\n]{1,40}｜>|<\|[a-z_]{2,30}\|>|<fim[-_](prefix|suffix|middle|pad|hole)>|<(PRE|SUF|MID|EOT|END)>|\[(PREFIX|SUFFIX|MIDDLE)\]|<(file_sep|repo_name|gh_stars|filename|endoftext)>/;

const fenceLine = /^[ \t]*(```|~~~)[^\n`]*$/m;

/** Languages in which fences are text. */
const fencesAreText: ReadonlySet<string> = new Set([
  'markdown',
  'mdx',
  'quarto',
  'rmd',
  'restructuredtext',
  'asciidoc',
]);

/**
 * Cleans what has come so far. Leaves line ends at the end alone, since they tell that a line is complete.
 *
 * @param raw the model's text from the cursor on
 */
export function clean(raw: string, snapshot: Snapshot): string {
  let text = raw.replace(/\r\n?/g, '\n').replaceAll('\0', '');
  text = withoutThinking(text);
  text = withoutMarkers(text, snapshot);
  if (!fencesAreText.has(snapshot.languageId)) text = withoutFences(text);
  text = withoutBlankStart(text, snapshot);
  text = withoutEcho(text, snapshot);
  text = withIndent(text, snapshot);
  return text;
}

/** What is left to do when the text is complete: repetitions, trailing white space. May leave nothing. */
export function finish(text: string, snapshot: Snapshot): string {
  const whole = withoutRepetition(text)
    // Two spaces at a line's end are a line break in Markdown.
    .replace(fencesAreText.has(snapshot.languageId) ? /[ \t]+$/ : /[ \t]+$/gm, '')
    .trimEnd();
  return repeatsAbove(whole, snapshot) ? '' : whole;
}

/** Reasoning is never code: everything up to a closing tag goes, and everything from an opening tag that isn't closed. */
function withoutThinking(text: string): string {
  const closed = [...text.matchAll(/<\/(think|thinking|reasoning)>/g)].at(-1);
  const answer = closed ? text.slice(closed.index + closed[0].length).replace(/^\n+/, '') : text;
  const opened = /<(think|thinking|reasoning)\b/.exec(answer);
  return opened ? answer.slice(0, opened.index) : answer;
}

function withoutMarkers(text: string, snapshot: Snapshot): string {
  let rest = text;
  for (let found = markers.exec(rest); found; found = markers.exec(rest)) {
    if (rest.slice(0, found.index).trim() !== '') return rest.slice(0, found.index);
    rest = rest.slice(found.index + found[0].length);
  }
  // The end of a text for Llama and Mistral, but a tag of HTML where one was opened.
  return snapshot.before.includes('<s>') ? rest : rest.replace(/<\/s>\s*$/, '');
}

/** The text within a fence; a fence that only ends something cuts there. */
function withoutFences(text: string): string {
  const fence = fenceLine.exec(text);
  if (!fence) return text;
  const before = text.slice(0, fence.index);
  const inner = text.slice(fence.index + fence[0].length + 1);
  // "Here is the code:" and a fence: an answer for a chat, with the code inside.
  if (before.trim() !== '' && !/^[^\n]*:\s*$/.test(before.trim())) return before.replace(/\n$/, '');
  const end = fenceLine.exec(inner);
  return end ? inner.slice(0, end.index).replace(/\n$/, '') : inner;
}

/** On an empty line the answer begins at the cursor, not lines below it. */
function withoutBlankStart(text: string, snapshot: Snapshot): string {
  return linePrefix(snapshot).trim() === '' ? text.replace(/^(?:[ \t]*\n)+/, '') : text;
}

/** Takes away what the model repeats of the cursor's line: all of it, its indent, or its last words. */
function withoutEcho(text: string, snapshot: Snapshot): string {
  const prefix = linePrefix(snapshot);
  const trimmed = prefix.trimStart();
  if (trimmed === '') return withoutIndentEcho(text, prefix, snapshot);
  const unindented = text.replace(/^[ \t]+/, '');
  if (trimmed.length >= 4 && unindented.startsWith(trimmed) && /[\p{L}\p{N}]/u.test(trimmed))
    return unindented.slice(trimmed.length);
  for (const boundary of prefix.matchAll(/(?<![\p{L}\p{N}_$])[\p{L}\p{N}_$]/gu)) {
    const last = prefix.slice(boundary.index);
    if (last.length >= 4 && text.startsWith(last)) return text.slice(last.length);
  }
  return /\s$/.test(prefix) ? unindented : text;
}

/** In a line that is indented already, an indent at the head of the text would come twice. */
function withoutIndentEcho(text: string, prefix: string, snapshot: Snapshot): string {
  const indent = /^[ \t]+/.exec(text)?.[0];
  if (indent === undefined || prefix === '' || indent.length === text.length) return text;
  const { size } = snapshot.indent;
  const above = snapshot.before.slice(0, -prefix.length).trimEnd();
  const lineAbove = above.slice(above.lastIndexOf('\n') + 1);
  const wanted = indentWidth(lineAbove, size) + (/[{([:]$|=>$/.test(lineAbove) ? size : 0);
  return indentWidth(prefix, size) >= wanted ? text.slice(indent.length) : text;
}

/** Tabs where the document has tabs, spaces where it has spaces. Indents that mix both are left alone. */
function withIndent(text: string, snapshot: Snapshot): string {
  const lines = text.split('\n');
  // The first line continues the cursor's line; its indent counts only at column 0.
  const from = linePrefix(snapshot) === '' ? 0 : 1;
  const { tabs, size } = snapshot.indent;
  const own = lines.slice(from).map((line) => /^[ \t]*/.exec(line)?.[0] ?? '');
  if (!tabs)
    return lines
      .map((line, i) => (i < from ? line : line.replace(/^\t+/, (indent) => ' '.repeat(size * indent.length))))
      .join('\n');
  const spaces = own.filter((indent) => /^ +$/.test(indent)).map((indent) => indent.length);
  const unit = [size, 4, 2, 8, 3].find((width) => spaces.every((count) => count % width === 0));
  if (spaces.length === 0 || unit === undefined) return text;
  return lines
    .map((line, i) => (i < from ? line : line.replace(/^ +/, (indent) => '\t'.repeat(indent.length / unit))))
    .join('\n');
}

/** A model caught in a loop says the same again and again: once is kept. */
function withoutRepetition(text: string): string {
  const lines = text.split('\n');
  for (let size = 1; size * 3 <= lines.length; size++) {
    for (let start = 0; start + size * 3 <= lines.length; start++) {
      const block = lines.slice(start, start + size);
      if (!block.some((line) => /[\p{L}\p{N}]/u.test(line))) continue;
      const same = [1, 2].every((n) => block.every((line, i) => line === lines[start + n * size + i]));
      if (same) return lines.slice(0, start + size).join('\n');
    }
  }
  // Within a line: four times the same, at least four characters long. Rules of dashes are no loop.
  const loop = /([^\n]{4,80}?)\1{3,}/.exec(text);
  return loop?.[1] !== undefined && /[\p{L}\p{N}]/u.test(loop[1]) ? text.slice(0, loop.index + loop[1].length) : text;
}

/** Whether the lines are those that stand right above, once more. */
function repeatsAbove(text: string, snapshot: Snapshot): boolean {
  const prefix = linePrefix(snapshot);
  const lines = (prefix + text).split('\n').map((line) => line.trim());
  if (lines.join('').length < 8) return false;
  const above = snapshot.before
    .slice(0, snapshot.before.length - prefix.length)
    .trimEnd()
    .split('\n')
    .slice(-lines.length)
    .map((line) => line.trim());
  return above.length === lines.length && lines.every((line, i) => line === above[i]);
}
