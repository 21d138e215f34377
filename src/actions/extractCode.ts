// Takes the one block of code out of a model's answer, or says why it can't be taken. What was thought is never code:
// thinking arrives as events of its own, and what leaks into the text anyway is cut off here or refused.
import { fencedBlocks, type FencedBlock } from './fence.ts';

/** Why an answer is not used. The sentences for people are in refusals.ts. */
export type Refusal =
  | 'empty'
  | 'onlyThought'
  | 'noCode'
  | 'severalBlocks'
  | 'incomplete'
  | 'cutOff'
  | 'filtered'
  | 'elided'
  | 'shrunk'
  | 'unchanged'
  | 'thinkingInside';

export type Extracted = { code: string; refusal?: undefined } | { refusal: Refusal };

export interface ExtractOptions {
  /** The code that the answer replaces, `''` for a new file: tells which of several blocks is meant. `\n` as line end. */
  base: string;
  /** What else the model was told (instruction, problems): tags of thinking that stand there may stand in the code too. */
  told?: string;
}

const tag = /<\/?think(?:ing)?>/i;
const openingTag = /<think(?:ing)?>/i;
const closingTag = /<\/think(?:ing)?>/gi;

/**
 * The code of an answer, with `\n` as line end. One fenced block is wanted; an answer that is bare code is taken too.
 * An answer whose last block isn't closed, or in which thinking and code can't be told apart, is refused.
 */
export function extractCode(answer: string, { base, told = '' }: ExtractOptions): Extracted {
  const text = withoutThinking(answer.replace(/\r\n?/g, '\n'));
  if (text === undefined) return { refusal: 'incomplete' };
  if (text.trim() === '') return { refusal: 'empty' };
  let { blocks, outside } = fencedBlocks(text);
  // Markdown whose own fences make the nesting come out wrong is read once more by the book.
  if (blocks.some((block) => !block.closed) && /^\s*(```|~~~)/m.test(base)) {
    ({ blocks, outside } = fencedBlocks(text, false));
  }
  if (blocks.some((block) => !block.closed)) return { refusal: 'incomplete' };
  const lines = outside.map((line) => line.text);
  const extracted = blocks.length === 0 ? bareCode(lines, base) : choose(blocks, base);
  if (extracted.refusal === undefined) {
    if (extracted.code.trim() === '') return { refusal: 'empty' };
    // A model that works on a parser of such tags may write them; anybody else's come from its thinking, and then no block
    // of this answer can be trusted: the tag may have ended up in one and the thought in another.
    const tagged = [extracted, ...blocks].some(({ code }) => tag.test(code));
    if (tagged && !tag.test(base) && !tag.test(told)) return { refusal: 'thinkingInside' };
  }
  return extracted;
}

/**
 * The answer after its thinking: a leading `<think>` up to its end, and whatever precedes the last `</think>` that stands
 * outside of code. Undefined when thinking begins and never ends.
 */
function withoutThinking(answer: string): string | undefined {
  let text = answer;
  const leading = /^\s*<think(?:ing)?>/i.exec(text);
  if (leading) {
    const end = /<\/think(?:ing)?>/i.exec(text);
    if (!end) return undefined;
    text = text.slice(end.index + end[0].length);
  }
  const outside = fencedBlocks(text).outside.map((line) => ({ ...line, text: withoutCodeSpans(line.text) }));
  const last = outside.findLast((line) => line.text.search(closingTag) >= 0);
  if (last) {
    const lines = text.split('\n');
    const rest = (lines[last.number] ?? '').split(closingTag).at(-1) ?? '';
    return withoutThinking([rest, ...lines.slice(last.number + 1)].join('\n'));
  }
  return outside.some((line) => openingTag.test(line.text)) ? undefined : text;
}

/** Prose may speak of `<think>` between backticks: only the tags themselves, since a real one may stand between two spans. */
function withoutCodeSpans(line: string): string {
  return line.replace(/(`+)\s*(?:<\/?think(?:ing)?>[\s.…]*)+\1/gi, (span) => ' '.repeat(span.length));
}

function choose(blocks: FencedBlock[], base: string): Extracted {
  const [first, second] = blocks;
  if (!first) return { refusal: 'noCode' };
  if (!second) return { code: first.code };
  const ranked = blocks
    .map((block) => ({ block, score: base === '' ? block.code.length : similarity(block.code, base) }))
    .sort((a, b) => b.score - a.score);
  const [best, next] = ranked;
  // A clear winner only: an example of use or a shell command beside the code is fine, two versions of it are not.
  if (best && next && best.score > 0 && best.score >= 2 * next.score) return { code: best.block.code };
  return { refusal: 'severalBlocks' };
}

/** An answer without any fence is code if neither its first nor its last line is a sentence, and if it looks like the base. */
function bareCode(lines: string[], base: string): Extracted {
  const filled = lines.filter((line) => line.trim() !== '');
  const [first = '', last = ''] = [filled[0], filled.at(-1)];
  const text = trimBlankLines(lines).join('\n');
  const plausible = base.trim() === '' ? /[;{}()=:]/.test(text) : similarity(text, base) > 0;
  if (!plausible || isSentence(first) || isSentence(last)) return { refusal: 'noCode' };
  return { code: text };
}

function isSentence(line: string): boolean {
  const words = line.trim();
  if (/^(?:\/\/|#|--|\/?\*|<!--|"""|'''|;|%)/.test(words)) return false;
  return (
    /^[\p{L}*_`"'“>-].*[.:!?。：！？]\**$/u.test(words) &&
    /\p{L}+[,']?(?: [\p{L}`'"*][^\s]*){2,}/u.test(words) &&
    !/[;{}=]/.test(words)
  );
}

/** Share of `base`'s lines that `code` has too, 0 to 1; short lines (braces) don't count where there are others. */
function similarity(code: string, base: string): number {
  const wanted = telling(base);
  const have = new Set(telling(code));
  return wanted.length === 0 ? 0 : wanted.filter((line) => have.has(line)).length / wanted.length;
}

function telling(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim());
  const long = lines.filter((line) => line.length > 3);
  return long.length > 0 ? long : lines.filter((line) => line !== '');
}

export function trimBlankLines(lines: string[]): string[] {
  const first = lines.findIndex((line) => line.trim() !== '');
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return first < 0 ? [] : lines.slice(first, last + 1);
}
