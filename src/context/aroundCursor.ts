// The window around the cursor that ghost text is written from: what of the document goes to the model as prefix and suffix.
// It knows no editor and no model; the texts it is given may already be a part of a large document.
import type { Heads } from './heads.ts';
import { estimateTokens, takeEnd, takeStart, wholeCharacter } from './tokens.ts';
import { wellFormed } from './wellFormed.ts';

export interface AroundCursor {
  /** Text before the cursor: from the document's start, or from the start of line `firstLine`. */
  before: string;
  /** Text after the cursor, as far as it is known. */
  after: string;
  /** Number of the line that `before` starts in (the document's first is 0). */
  firstLine: number;
}

export interface Window {
  prefix: string;
  suffix: string;
}

/** Tokens of prefix and suffix together. A local model reads a prompt slowly, so it gets less. */
export const windowTokens = { cloud: 2000, local: 1000 } as const;

/** What comes before the cursor tells more than what comes after. */
const prefixShare = 0.75;

/** The prefix starts at a line whose number is a multiple of this, or of a smaller power of two where lines are long. */
const largestStep = 64;

/** A line that doesn't fit at all is cut at a multiple of this many characters. */
const characterStep = 1024;

/**
 * Cuts the window. Line ends become `\n`, lone surrogates U+FFFD. The prefix moves in steps, so that its head is the same
 * bytes while a person types: DeepSeek bills a repeated head at a fraction, Ollama doesn't read it again.
 *
 * @param tokens budget for prefix and suffix together
 * @param heads of the earlier windows into the same document
 */
export function aroundCursor(document: AroundCursor, tokens: number, heads?: Heads): Window {
  const before = wellFormed(document.before).replace(/\r\n?/g, '\n');
  const after = wellFormed(document.after).replace(/\r\n?/g, '\n');
  const prefixTokens = Math.floor(tokens * prefixShare);
  return {
    prefix: prefixOf(before, document.firstLine, prefixTokens, heads),
    suffix: wholeLinesStart(after, tokens - prefixTokens),
  };
}

/** The end of `before` that fits: started where an earlier window started if that leaves half of what fits, else where a step says. */
function prefixOf(before: string, firstLine: number, tokens: number, heads: Heads | undefined): string {
  const fitting = takeEnd(before, tokens);
  if (fitting.length === before.length) return before;
  const known = heads?.find(before, (start) => {
    return start >= before.length - fitting.length && !fits(before.slice(start), tokens / 2);
  });
  const prefix = known === undefined ? anchoredEnd(before, fitting, firstLine, tokens) : before.slice(known);
  heads?.note(prefix);
  return prefix;
}

/** The end of `before` that fits, started at a line (or, in a huge line, at a character) that stays put while text is added. */
function anchoredEnd(before: string, fitting: string, firstLine: number, tokens: number): string {
  const starts = lineStarts(before);
  const cut = before.length - fitting.length;
  const firstFitting = starts.findIndex((start) => start >= cut);
  for (let step = largestStep; firstFitting >= 0 && step >= 1; step /= 2) {
    const line = Math.ceil((firstLine + firstFitting) / step) * step - firstLine;
    const start = starts[line];
    if (start === undefined) continue;
    // Judged by the lines that the start steps over, not by what is left before the cursor: those don't change while a person types
    // below them, so the start moves once per step and leaves at least half of what fits.
    const steppedOver = before.slice(starts[Math.max(line - step, 0)], start);
    if (step > 1 && fits(steppedOver, tokens / 2)) return before.slice(start);
    // Even the smallest step can leave next to nothing: then the cursor's neighbourhood is one huge line.
    const prefix = before.slice(start);
    if (step === 1 && (estimateTokens(prefix) >= tokens / 8 || starts.length - line > 3)) return prefix;
  }

  const lineStart = starts.findLast((start) => start <= cut) ?? 0;
  const characters = Math.ceil((cut - lineStart) / characterStep) * characterStep;
  const start = Math.min(lineStart + characters, before.length);
  // A budget smaller than a step: no stable head is to be had.
  return start >= before.length - characterStep / 2 ? fitting : before.slice(wholeCharacter(before, start));
}

/** The start of `after` that fits, ended with a whole line where one fits. */
function wholeLinesStart(after: string, tokens: number): string {
  const fitting = takeStart(after, tokens);
  if (fitting.length === after.length) return after;
  const end = fitting.lastIndexOf('\n');
  return end > 0 ? fitting.slice(0, end + 1) : fitting;
}

function fits(text: string, tokens: number): boolean {
  return takeStart(text, tokens).length === text.length;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
