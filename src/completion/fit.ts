// Fits a suggestion to what stands after the cursor: closers that the editor wrote already, a line's remainder, the lines below.
import { brackets, canClose, countQuotes, lackingClosers } from './brackets.ts';
import { closersOrBlockHead, linePrefix, linesBelow, onlyClosers, restOfLine, type Snapshot } from './snapshot.ts';
import { isSubsequence } from './subsequence.ts';

export interface Fitted {
  /** What to insert at the cursor; never blank. */
  text: string;
  /** How many characters after the cursor it replaces: all of its line, or none. */
  replace: number;
}

/** @returns the suggestion as it may be shown at this cursor; undefined when nothing of it is new */
export function fit(text: string, snapshot: Snapshot): Fitted | undefined {
  const rest = restOfLine(snapshot);
  let fitted: Fitted = { text: withoutLinesBelow(text, snapshot), replace: 0 };
  if (rest.trim() !== '') {
    // What goes before other code may end with a space: `await |value`.
    if (!closersOrBlockHead.test(rest)) fitted.text = withoutRest(fitted.text.split('\n', 1)[0] ?? '', rest);
    else fitted = beforeClosers(fitted.text, rest, snapshot);
  }
  return fitted.text.trim() === '' ? undefined : fitted;
}

/**
 * `foo(|)` and `a, b);`: the model closed what the editor had closed already. Where everything after the cursor comes again in the
 * suggestion, that replaces it; else the suggestion ends where the doubled closers begin.
 */
function beforeClosers(text: string, rest: string, snapshot: Snapshot): Fitted {
  const doubled = doubledFrom(text, rest, snapshot);
  if (doubled === undefined) return { text: withoutTerminator(text, rest), replace: 0 };
  if (snapshot.mayReplace && isSubsequence(rest.trim(), text.slice(doubled))) return { text, replace: rest.length };
  return { text: text.slice(0, doubled).trimEnd(), replace: 0 };
}

/** `foo(|);` and `bar();`: what ends the statement stands there already. */
function withoutTerminator(text: string, rest: string): string {
  const end = text.at(-1) ?? '';
  return /[;,:]/.test(end) && rest.includes(end) ? text.slice(0, -1).trimEnd() : text;
}

/** Where in `text` the closers begin that `rest` brings too. */
function doubledFrom(text: string, rest: string, snapshot: Snapshot): number | undefined {
  const quote = /^\s*(["'`])/.exec(rest)?.[1];
  const prefix = linePrefix(snapshot);
  if (quote !== undefined && countQuotes(prefix, quote) % 2 === 1) {
    const first = text.split('\n', 1)[0] ?? '';
    if (countQuotes(first, quote) % 2 === 1) return first.search(new RegExp(`(?<!\\\\)${quote}`));
  }
  const closers = brackets(rest).outer.map(({ closer }) => closer);
  const own = brackets(text);
  const [firstCloser] = closers;
  if (firstCloser === undefined) return undefined;
  const { open } = brackets(snapshot.before);
  const closed = canClose(
    open,
    own.outer.map(({ closer }) => closer),
  );
  const left = [...open.slice(0, open.length - own.outer.length), ...own.open];
  if (closed && canClose(left, closers)) return undefined;
  return own.outer.find(({ closer }) => closer === firstCloser)?.at;
}

/** Takes the end of `text` away where `rest` begins with the same, unless that would leave a bracket open. */
function withoutRest(text: string, rest: string): string {
  const following = rest.trim();
  for (let length = Math.min(following.length, text.length); length > 0; length--) {
    const shared = following.slice(0, length);
    if (!text.endsWith(shared)) continue;
    const kept = text.slice(0, -length);
    const telling = length > 1 || length === following.length || /[;,:]/.test(shared);
    if (telling && brackets(kept).open.length === brackets(text).open.length) return kept;
  }
  return text;
}

/** Cuts where the suggestion goes on with the lines that stand below the cursor already. */
function withoutLinesBelow(text: string, snapshot: Snapshot): string {
  const below = linesBelow(snapshot, 8);
  const [next] = below;
  if (next === undefined) return text;
  const prefix = linePrefix(snapshot);
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const whole = (index === 0 ? prefix + line : line).trimEnd();
    if (!sameLine(whole, next, index === 0 && prefix.trim() === '' && lackingClosers(snapshot) <= 0)) continue;
    const following = lines.slice(index + 1).filter((other) => other.trim() !== '');
    const matched = following.findIndex((other, i) => below[i + 1]?.trim() !== other.trim());
    const all = matched < 0;
    // One equal line in the middle happens; two in a row are the document.
    if (!all && (matched < 1 || isTrivial(next))) continue;
    // A closer that closes what the suggestion itself opened is its own.
    if (isTrivial(next) && brackets(lines.slice(0, index).join('\n')).open.length > 0) continue;
    return lines.slice(0, index).join('\n').trimEnd();
  }
  return text;
}

/** Lines with words may differ in indent; a lone closer is another one at another indent, but for `anyIndent`. */
function sameLine(line: string, other: string, anyIndent: boolean): boolean {
  return isTrivial(other) && !anyIndent ? line === other : line.trim() === other.trim();
}

function isTrivial(line: string): boolean {
  return onlyClosers.test(line) || line.trim().length < 3;
}
