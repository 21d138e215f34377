// Half characters (lone surrogates) come from cutting text between the halves of an emoji; servers refuse them as broken UTF-8.

/** `text` with U+FFFD for each half character. */
export function wellFormed(text: string): string {
  // Most texts have no pairs at all, and looking for one is much quicker than looking for halves.
  return /[\ud800-\udfff]/.test(text) ? text.replace(/\p{Surrogate}/gu, '\ufffd') : text;
}
