// How many tokens a text is, roughly, and how much of a text fits a number of them. An estimate for budgets: the bill comes from
// the server's own count.

/*
 * DeepSeek's rule of thumb is 0.3 tokens for an English character and 0.6 for a Chinese one ("Token & Token Usage" in its
 * API documentation). Code is denser than prose: punctuation seldom shares a token with its neighbour, and a run of spaces is cheap.
 */
// In hundredths of a token, so that sums are exact.
const perLetter = 30;
const perPunctuation = 45;
const perFurtherSpace = 8;
const perOtherScript = 50;
const perIdeograph = 60;
/** Half of an emoji or of a rare ideograph, which is two to three tokens. */
const perSurrogate = 100;

/** Hundredths of a token for the code unit at `index`. */
function weightAt(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  if (unit === 0x20 || unit === 0x09)
    return index > 0 && text.charCodeAt(index - 1) === unit ? perFurtherSpace : perLetter;
  if (unit < 0x80) return isWord(unit) || unit === 0x0a ? perLetter : unit === 0x0d ? 0 : perPunctuation;
  if (unit >= 0xd800 && unit <= 0xdfff) return perSurrogate;
  return unit >= 0x2e80 ? perIdeograph : perOtherScript;
}

function isWord(unit: number): boolean {
  return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x30 && unit <= 0x39);
}

/** Tokens that `text` will be, estimated and rounded up; 0 for an empty text. */
export function estimateTokens(text: string): number {
  let hundredths = 0;
  for (let index = 0; index < text.length; index++) hundredths += weightAt(text, index);
  return Math.ceil(hundredths / 100);
}

/** The longest beginning of `text` that fits `tokens`. Never ends within a surrogate pair. */
export function takeStart(text: string, tokens: number): string {
  let left = tokens * 100;
  let end = 0;
  while (end < text.length) {
    left -= weightAt(text, end);
    if (left < 0) break;
    end++;
  }
  return text.slice(0, wholeCharacter(text, end));
}

/** The longest end of `text` that fits `tokens`. Never begins within a surrogate pair. */
export function takeEnd(text: string, tokens: number): string {
  let left = tokens * 100;
  let start = text.length;
  while (start > 0) {
    left -= weightAt(text, start - 1);
    if (left < 0) break;
    start--;
  }
  return text.slice(splitsPair(text, start) ? start + 1 : start);
}

/** `index`, or the index before it when it lies between the halves of a surrogate pair. */
export function wholeCharacter(text: string, index: number): number {
  return splitsPair(text, index) ? index - 1 : index;
}

function splitsPair(text: string, index: number): boolean {
  if (index <= 0 || index >= text.length) return false;
  const before = text.charCodeAt(index - 1);
  const after = text.charCodeAt(index);
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
}
