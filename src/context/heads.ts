// Remembers where the latest windows into one document began, by the text that stands there: a window that begins at the same text
// again has a head that the model's server still knows, also when lines were added above it or the cursor went elsewhere and back.

/** A person works in a few places of a document at a time. */
const most = 4;
/** Characters; enough to find the place again. Shorter than any window that has to leave something out. */
const length = 400;

export class Heads {
  /** Latest first. */
  #texts: string[] = [];

  /**
   * Where in `before` the latest head stands that fits.
   * @param fits whether a window may begin at this index of `before`
   */
  find(before: string, fits: (start: number) => boolean): number | undefined {
    for (const text of this.#texts) {
      const start = before.lastIndexOf(text);
      if (start >= 0 && (start === 0 || before[start - 1] === '\n') && fits(start)) return start;
    }
    return undefined;
  }

  /** A window begins so. */
  note(prefix: string): void {
    if (prefix.length < length) return;
    const text = prefix.slice(0, length);
    this.#texts = [text, ...this.#texts.filter((other) => other !== text)].slice(0, most);
  }
}
