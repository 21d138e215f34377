// Cuts what a client sent over one connection into HTTP/1.1 requests, with the framing of chunks taken away. Reads only as much of
// HTTP as that takes.

export interface SentRequest {
  /** When its first byte came, in milliseconds since 1970. */
  at: number;
  /** Request line and headers. */
  head: string;
  /** Everything of it as it was on the wire, head and framing included. */
  raw: Buffer;
  /** Without head and chunk framing. */
  body: Buffer;
  /** False: the connection ended before it did. */
  complete: boolean;
}

const blankLine = '\r\n\r\n';

export class HttpRequests {
  #rest: Buffer = Buffer.alloc(0);
  #startedAt = 0;

  /** @returns the requests that are complete with these bytes */
  push(bytes: Buffer, at: number): SentRequest[] {
    if (this.#rest.length === 0) this.#startedAt = at;
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const found: SentRequest[] = [];
    for (let next = this.#take(); next; next = this.#take()) {
      found.push(next);
      this.#startedAt = at;
    }
    return found;
  }

  /** What was begun and never completed. */
  end(): SentRequest | undefined {
    if (this.#rest.length === 0) return undefined;
    const raw = this.#rest;
    this.#rest = Buffer.alloc(0);
    const headEnd = raw.indexOf(blankLine);
    const head = raw.toString('latin1', 0, headEnd < 0 ? raw.length : headEnd);
    const begun = headEnd < 0 ? Buffer.alloc(0) : raw.subarray(headEnd + blankLine.length);
    const body = isChunked(head) ? dechunked(begun).body : begun;
    return { at: this.#startedAt, head, raw, body, complete: false };
  }

  #take(): SentRequest | undefined {
    const headEnd = this.#rest.indexOf(blankLine);
    if (headEnd < 0) return undefined;
    const head = this.#rest.toString('latin1', 0, headEnd);
    const begun = this.#rest.subarray(headEnd + blankLine.length);
    const { body, used } = isChunked(head) ? dechunked(begun) : counted(head, begun);
    if (used === undefined) return undefined;
    const length = headEnd + blankLine.length + used;
    const raw = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return { at: this.#startedAt, head, raw, body, complete: true };
  }
}

const isChunked = (head: string) => /^transfer-encoding:.*chunked/im.test(head);

function counted(head: string, begun: Buffer): { body: Buffer; used: number | undefined } {
  const length = Number(/^content-length:\s*(\d+)/im.exec(head)?.[1] ?? 0);
  return { body: begun.subarray(0, length), used: begun.length < length ? undefined : length };
}

/** @returns `used`: undefined while the last chunk hasn't come */
function dechunked(begun: Buffer): { body: Buffer; used: number | undefined } {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = begun.indexOf('\r\n', at);
    if (lineEnd < 0) return { body: Buffer.concat(parts), used: undefined };
    const size = Number.parseInt(begun.toString('latin1', at, lineEnd), 16);
    const start = lineEnd + 2;
    if (!(size > 0)) {
      // After the last chunk: headers that hardly anybody sends, and an empty line.
      const end =
        begun.indexOf('\r\n', start) === start ? start + 2 : begun.indexOf(blankLine, start) + blankLine.length;
      return { body: Buffer.concat(parts), used: end > start && end <= begun.length ? end : undefined };
    }
    parts.push(begun.subarray(start, start + size));
    at = start + size + 2;
    if (begun.length < at) return { body: Buffer.concat(parts), used: undefined };
  }
}
