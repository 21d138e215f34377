// Brackets of a text, without knowing its language: strings that end on their line are skipped, comments are not recognised.

const openerOf: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

export interface Brackets {
  /** Openers that stay open, outermost first. */
  open: string[];
  /** Closers whose opener is not in the text: what they are, and where. */
  outer: { closer: string; at: number }[];
}

/** Pairs the brackets of `text`. A closer of the wrong kind counts as one whose opener is elsewhere. */
export function brackets(text: string): Brackets {
  const open: string[] = [];
  const outer: Brackets['outer'] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"' || character === "'" || character === '`') {
      const end = endOfString(text, at);
      if (end > at) at = end;
    } else if (character === '(' || character === '[' || character === '{') {
      open.push(character);
    } else if (character in openerOf) {
      if (open.at(-1) === openerOf[character]) open.pop();
      else outer.push({ closer: character, at });
    }
  }
  return { open, outer };
}

/** Whether closers can close what is open, innermost first. */
export function canClose(open: readonly string[], closers: readonly string[]): boolean {
  return closers.every((closer, index) => open[open.length - 1 - index] === openerOf[closer]);
}

/** How many closers a document is short of: opened before the cursor, not closed after it. */
export function lackingClosers(around: { before: string; after: string }): number {
  return brackets(around.before).open.length - brackets(around.after).outer.length;
}

/** Unescaped quotes of this kind. */
export function countQuotes(text: string, quote: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) count++;
  }
  return count;
}

/** Index of the quote that ends the string begun at `start`, if it does so on the same line; else -1. */
function endOfString(text: string, start: number): number {
  const quote = text[start];
  for (let at = start + 1; at < text.length && text[at] !== '\n'; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at;
  }
  return -1;
}
