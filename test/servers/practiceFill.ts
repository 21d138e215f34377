// Fill-in-the-middle without a model: continues as the same file went on at the most similar place. For practice only.

/** Lines of a suggestion at most. */
const longest = 6;
/** How many lines before the cursor are compared. */
const compared = 8;
/** A brace alone at the end of two lines says nothing. */
const leastShared = 4;

/**
 * What could stand between `prefix` and `suffix`: what followed the longest run of lines that is the same elsewhere in the
 * file, in whole lines. Empty when no other place looks alike.
 */
export function continueFrom(prefix: string, suffix: string): string {
  const before = prefix.split('\n');
  const current = before.pop() ?? '';
  const [restOfLine = '', ...after] = suffix.split('\n');
  const typed = current.trimStart();
  if (typed.length === 1 || (typed === '' && restOfLine.trim() !== '')) return '';

  const best = bestPlace([before, after], before, typed);
  if (!best) return '';
  const [first = '', ...following] = best.lines.slice(best.at);
  const indent = leadingSpace(current);
  const shift = (line: string): string => reindented(line, leadingSpace(first), indent);
  const head = first.trimStart().slice(typed.length);
  const start = typed === '' && current === '' ? shift(first) : head;

  // Something stands behind the cursor on its line: one line at most, and not what stands there already.
  if (restOfLine.trim() !== '') return start.endsWith(restOfLine) ? start.slice(0, -restOfLine.length) : '';
  const next = after.find((line) => line.trim() !== '')?.trim();
  const taken: string[] = [];
  for (const line of following) {
    const deeper = leadingSpace(line).length - leadingSpace(first).length;
    if (taken.length + 1 >= longest || line.trim() === '' || deeper < 0 || line.trim() === next) break;
    // At the same depth: the line that closes a block, or, on a new line, the next statement. Then it is enough.
    if (deeper === 0 && taken.length === 0 && typed !== '') break;
    taken.push(shift(line));
    if (deeper === 0) break;
  }
  if (typed === '' && start.trim() === next) return '';
  return [start, ...taken].join('\n').trimEnd();
}

/** The place whose preceding lines agree with `before` most, and whose line begins with what was typed. */
function bestPlace(files: string[][], before: string[], typed: string): { lines: string[]; at: number } | undefined {
  let best: { lines: string[]; at: number; score: number } | undefined;
  for (const lines of files) {
    for (const [at, line] of lines.entries()) {
      const text = line.trim();
      if (text === '' || !text.startsWith(typed) || text === typed.trimEnd()) continue;
      const alike = likeness(lines.slice(0, at), before);
      if (typed === '' && alike === 0) continue;
      const score = alike + typed.length;
      if (!best || score >= best.score) best = { lines, at, score };
    }
  }
  return best;
}

/**
 * How much the ends of two runs of lines agree: 10 for an equal line, 4 for one that differs in its names only, less than
 * that where the last lines only end alike: `): number {`.
 */
function likeness(one: string[], other: string[]): number {
  let sum = 0;
  let telling = false;
  for (let back = 1; back <= compared; back += 1) {
    const [mine, theirs] = [one.at(-back)?.trim(), other.at(-back)?.trim()];
    if (mine === undefined || theirs === undefined) break;
    if (mine !== theirs && shapeOf(mine) !== shapeOf(theirs)) {
      const alike = back === 1 ? sharedEnd(mine, theirs) : 0;
      if (alike >= leastShared) return Math.min(alike, 30) / 10;
      break;
    }
    sum += mine === theirs ? 10 : 4;
    telling ||= /\w{2}/.test(mine);
    if (mine !== theirs) break;
  }
  return telling ? sum : 0;
}

/** How many characters at the end are the same. */
function sharedEnd(one: string, other: string): number {
  let length = 0;
  while (length < one.length && length < other.length && one.at(-1 - length) === other.at(-1 - length)) length += 1;
  return length;
}

/** A line without the names that follow its first word. */
function shapeOf(line: string): string {
  const [first = ''] = /^\W*\w+/.exec(line) ?? [];
  return first + line.slice(first.length).replace(/\w+/g, 'x');
}

function leadingSpace(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

function reindented(line: string, from: string, to: string): string {
  return line.startsWith(from) ? to + line.slice(from.length) : line;
}

const sentinels = [
  /^<\|fim_prefix\|>([\s\S]*)<\|fim_suffix\|>([\s\S]*)<\|fim_middle\|>$/,
  /^<｜fim▁begin｜>([\s\S]*)<｜fim▁hole｜>([\s\S]*)<｜fim▁end｜>$/,
];

/** Prefix and suffix of a raw prompt, which carries the model's own marks. */
export function unmarked(prompt: string): { prefix: string; suffix: string } {
  for (const sentinel of sentinels) {
    const found = sentinel.exec(prompt);
    if (found) return { prefix: found[1] ?? '', suffix: found[2] ?? '' };
  }
  return { prefix: prompt, suffix: '' };
}
