// What a server says besides its answer: errors in a body, when to come back, and its words made fit to be shown.

/** An answer that is not a success: what a wire's own file makes a `ModelError` of. */
export interface FailedAnswer {
  /** Undefined for an error that came inside a stream. */
  status: number | undefined;
  /** The server's own words, not yet masked; at most a few thousand characters. */
  message: string;
  /** The error object of the body, if it had one. */
  error?: Record<string, unknown>;
  retryAfterMs?: number;
}

/** `retry-after` in seconds (no server that we know sends a date), to milliseconds. */
export function retryAfter(header: string | null): number | undefined {
  const seconds = header === null ? Number.NaN : Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

/** The error in a body: `{"error": "words"}`, `{"error": {message, type, code}}`, or plain text. HTML has nothing to say. */
export function readError(body: string): Pick<FailedAnswer, 'message' | 'error'> {
  try {
    const { error, message } = JSON.parse(body) as { error?: unknown; message?: unknown };
    if (typeof error === 'string') return { message: error, error: {} };
    if (typeof error === 'object' && error !== null) {
      const words = (error as { message?: unknown }).message;
      return { message: typeof words === 'string' ? words : '', error: error as Record<string, unknown> };
    }
    return { message: typeof message === 'string' ? message : '' };
  } catch {
    return { message: /^\s*</.test(body) ? '' : body.trim() };
  }
}

/**
 * The server's words, fit to be shown and logged: keys masked (a 401 of DeepSeek quotes the end of the key), and cut.
 * @param key the key that was sent, if any
 */
export function masked(message: string, key = ''): string {
  const known = key.length >= 4 ? message.replaceAll(key, '****') : message;
  return known
    .replace(/\bsk-[\w-]{4,}/g, '****')
    .replace(/\bBearer\s+\S+/gi, 'Bearer ****')
    .replace(/\*{2,}[\w-]+/g, '****')
    .slice(0, 500);
}

/** Host and port of an address, for messages. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
