// Half characters (lone surrogates) come from cutting text between the halves of an emoji; servers refuse them as broken UTF-8.

/** `text` with U+FFFD for each half character. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}
