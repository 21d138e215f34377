// Tells what was thought from what was answered, whatever the wire calls it: DeepSeek's `reasoning_content`, Ollama's `thinking`,
// `/v1`'s `reasoning`, or `<think>…</think>` inside the content. It knows nothing of requests, sockets or rendering.

/** A piece of an answer, in the order in which it came. Never empty. */
export type Piece = { type: 'reasoning' | 'text'; text: string };

export interface ReasoningOptions {
  /**
   * The prompt itself opened `<think>` (R1's own template), so the content begins inside it and only `</think>` will come.
   * Switched off by the first reasoning field that holds something: a server that fills the field doesn't mix the two.
   */
  startsInside?: boolean;
  /**
   * The content is code, not Markdown (ghost text): leading white space is kept, and a tag counts only at the very beginning,
   * since code may well contain one.
   */
  code?: boolean;
}

const openTag = '<think>';
const closeTag = '</think>';
const tags = [openTag, closeTag];
const quotes = new Set(['`', '"', "'"]);

/**
 * Reads an answer in any number of steps, split anywhere.
 *
 * What counts as a tag: text that was already given out as an answer can't be called back, so in doubt a tag is a tag, and both
 * `<think>` in the middle of an answer and a stray or doubled `</think>` vanish. A tag is spared, as one that is talked about, if
 * it stands directly between two equal quotes or backticks, or in a fenced code block of the answer.
 * A `</think>` whose opening was never seen is dropped; what came before it stays text unless `startsInside` was set.
 */
export class ReasoningParser {
  readonly #code: boolean;
  readonly #fences = new Fences();
  #inside: boolean;
  #assumed: boolean;
  /** True once visible text was given out. */
  #answered = false;
  /** Content that may be the beginning of a tag. */
  #pending = '';
  /** The last character that was read, for quotes around a tag. */
  #last = '';
  /** White space before the first visible reasoning: an empty block is no block. */
  #space = '';
  #thought = false;
  #sawField = false;
  #sawStrayClose = false;

  constructor(options: ReasoningOptions = {}) {
    this.#code = options.code ?? false;
    this.#inside = options.startsInside ?? false;
    this.#assumed = this.#inside;
  }

  /** True if the server named its reasoning in a field of its own: it never needs `startsInside`. */
  get sawField(): boolean {
    return this.#sawField;
  }

  /** True if `</think>` came without `<think>` and without a field: this model needs `startsInside`. */
  get sawStrayClose(): boolean {
    return this.#sawStrayClose;
  }

  /** Takes what the wire's own field for reasoning held. An empty string opens nothing. */
  reasoning(text: string): Piece[] {
    if (text === '') return [];
    this.#sawField = true;
    if (this.#assumed) {
      this.#assumed = false;
      this.#inside = false;
    }
    return this.#thinks(text);
  }

  /** Takes a step of the content. */
  content(text: string): Piece[] {
    this.#pending += text;
    return this.#scan(false);
  }

  /** Gives out what was held back. A block that was never closed stays reasoning. */
  end(): Piece[] {
    return this.#scan(true);
  }

  #scan(final: boolean): Piece[] {
    const pieces: Piece[] = [];
    while (this.#pending !== '') {
      const at = this.#pending.indexOf('<');
      if (at !== 0) {
        pieces.push(...this.#gives(at === -1 ? this.#pending : this.#pending.slice(0, at)));
        this.#pending = at === -1 ? '' : this.#pending.slice(at);
        continue;
      }
      const rest = this.#pending;
      const tag = tags.find((each) => rest.startsWith(each));
      const next = tag === undefined ? undefined : rest[tag.length];
      const mayGrow = tag === undefined ? tags.some((each) => each.startsWith(rest)) : this.#isQuote() && !next;
      if (mayGrow && !final) break;
      if (tag === undefined || !this.#counts(next)) {
        const literal = tag ?? '<';
        pieces.push(...this.#gives(literal));
        this.#pending = rest.slice(literal.length);
      } else {
        this.#takes(tag);
        this.#pending = rest.slice(tag.length);
      }
    }
    return joined(pieces);
  }

  #isQuote(): boolean {
    return quotes.has(this.#last);
  }

  #counts(next: string | undefined): boolean {
    if (this.#isQuote() && next === this.#last) return false;
    if (this.#inside) return true;
    if (this.#code) return !this.#answered;
    return !this.#fences.open;
  }

  #takes(tag: string): void {
    if (tag === closeTag && !this.#inside && !this.#sawField && !this.#thought) this.#sawStrayClose = true;
    if (tag === closeTag && this.#assumed) this.#sawStrayClose = true;
    this.#inside = tag === openTag;
    this.#assumed = false;
    this.#last = '>';
  }

  #gives(text: string): Piece[] {
    this.#last = text.at(-1) ?? this.#last;
    return this.#inside ? this.#thinks(text) : this.#answers(text);
  }

  #thinks(text: string): Piece[] {
    let given = text;
    if (!this.#thought) {
      given = (this.#space + text).trimStart();
      this.#space = given === '' ? this.#space + text : '';
      if (given === '') return [];
      this.#thought = true;
    }
    return [{ type: 'reasoning', text: given }];
  }

  #answers(text: string): Piece[] {
    // Templates put a space or line breaks before the answer; in code they may be what was asked for.
    const given = this.#answered || this.#code ? text : text.trimStart();
    if (given === '') return [];
    if (given.trim() !== '') this.#answered = true;
    this.#fences.read(given);
    return [{ type: 'text', text: given }];
  }
}

/** Follows Markdown's fenced code blocks through text that comes in pieces. */
class Fences {
  #line = '';
  #fence = '';

  get open(): boolean {
    return this.#fence !== '';
  }

  read(text: string): void {
    const lines = (this.#line + text).split('\n');
    this.#line = lines.pop() ?? '';
    for (const line of lines) {
      const [, fence = '', info = ''] = /^[\s>*+-]*(?:\d+[.)]\s*)?(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
      if (fence === '') continue;
      if (this.#fence === '') {
        if (!info.includes('`')) this.#fence = fence;
      } else if (info.trim() === '' && fence.startsWith(this.#fence)) {
        this.#fence = '';
      }
    }
  }
}

function joined(pieces: Piece[]): Piece[] {
  const result: Piece[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    if (last?.type === piece.type) last.text += piece.text;
    else result.push({ ...piece });
  }
  return result;
}
