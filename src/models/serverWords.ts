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
  /** Ollama: the host that the request was passed on to. */
  remoteHost?: string;
}

/** `retry-after` in seconds (no server that we know sends a date), to milliseconds. */
export function retryAfter(header: string | null): number | undefined {
  const seconds = header === null ? Number.NaN : Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

/** The error in a body: `{"error": "words"}`, `{"error": {message, type, code}}`, or plain text. HTML has nothing to say. */
export function readError(body: string): Pick<FailedAnswer, 'message' | 'error' | 'remoteHost'> {
  try {
    const parsed = JSON.parse(body) as { error?: unknown; message?: unknown };
    const { error, message } = parsed;
    const host = remoteHostIn(parsed);
    const remote = host === undefined ? {} : { remoteHost: host };
    if (typeof error === 'string') return { message: error, error: {}, ...remote };
    if (typeof error === 'object' && error !== null) {
      const words = (error as { message?: unknown }).message;
      return { message: typeof words === 'string' ? words : '', error: error as Record<string, unknown>, ...remote };
    }
    return { message: typeof message === 'string' ? message : '', ...remote };
  } catch {
    return { message: /^\s*</.test(body) ? '' : body.trim() };
  }
}

/** Where Ollama says that a model runs, in a line of an answer or in a description; undefined: where Ollama does. */
export function remoteHostIn(part: unknown): string | undefined {
  if (typeof part !== 'object' || part === null) return undefined;
  const { remote_host: host, remote_model: model } = part as { remote_host?: unknown; remote_model?: unknown };
  return [host, model].find((each): each is string => typeof each === 'string' && each !== '');
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
