// One request to a model's server: which headers leave, how long silence may last, and what a failure is called. It is handed to
// the `openai` and `ollama` clients as their `fetch`; it knows neither's wire format.
import { ModelError, type ModelErrorDetails } from './errors.ts';
import { readError, retryAfter, type FailedAnswer } from './serverWords.ts';
import type { Transport, TransportRequest } from './transports.ts';
import type { OnSend } from './types.ts';

export interface LineOptions {
  signal: AbortSignal;
  /** Longest silence, in milliseconds, while something is waited for. There is no limit in total. */
  idleMs: number;
  /** Asked after `idleMs` of silence, as long as not a byte has come: true to go on waiting (the model is being loaded). */
  stillThere?: () => Promise<boolean>;
  /** Names, in lower case, of the client's headers that may leave. */
  allowedHeaders: ReadonlySet<string>;
  /** What kind of body is a success: anything else (a captive portal's HTML) is a bad response. */
  expects: 'stream' | 'json';
  transport: Transport;
  /** Told of each attempt that has a body. */
  onSend?: OnSend | undefined;
  explain: (failed: FailedAnswer) => ModelError;
  /** What it is called when nobody listens at the address. */
  unreached: (details: ModelErrorDetails) => ModelError;
  details: ModelErrorDetails;
}

const longestErrorBody = 16_384;

/** A request from its first byte to its last. `close` must be called in the end; it frees the server. */
export class Line {
  /** To be given to a client library. */
  readonly fetch: typeof fetch;
  readonly #options: LineOptions;
  readonly #stop = new AbortController();
  #failure: ModelError | undefined;
  #received = false;
  #ended = false;

  constructor(options: LineOptions) {
    this.#options = options;
    this.fetch = (input, init) => this.#send(input instanceof Request ? input.url : input.toString(), init ?? {});
  }

  /** Closes the connection if the answer has not ended by itself. */
  close(): void {
    this.#stop.abort();
  }

  /** Throws if the person cancelled or the line failed: clients end their streams silently in some of these cases. */
  check(): void {
    this.#options.signal.throwIfAborted();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** What to throw for what a client threw: the signal's own reason, or a `ModelError`. */
  errorOf(thrown: unknown): unknown {
    if (this.#options.signal.aborted) return this.#options.signal.reason;
    if (this.#failure !== undefined) return this.#failure;
    if (thrown instanceof ModelError) return thrown;
    // A line that can't be read is nonsense, unless it is the last one: then the rest of it was cut off.
    if (thrown instanceof SyntaxError && !this.#ended)
      return new ModelError('badResponse', this.#options.details, thrown);
    return new ModelError('dropped', this.#options.details, thrown);
  }

  /**
   * May send the request twice: a connection that is reset before the first byte of an answer is most often one that was kept alive
   * and that the server has just closed. It may also be a server that read everything and fell over, so a ledger counts both.
   */
  async #send(url: string, init: RequestInit): Promise<Response> {
    const { signal, allowedHeaders, details, transport } = this.#options;
    const kept = [...new Headers(init.headers)].filter(([name]) => allowedHeaders.has(name));
    const signals = [signal, this.#stop.signal, ...(init.signal ? [init.signal] : [])];
    const request: TransportRequest = {
      method: init.method ?? 'GET',
      headers: { ...Object.fromEntries(kept), 'user-agent': 'Fathom' },
      ...(typeof init.body === 'string' ? { body: init.body } : {}),
      signal: AbortSignal.any(signals),
    };
    const attempt = async (): Promise<Response> => {
      request.signal.throwIfAborted();
      if (request.body !== undefined) this.#options.onSend?.({ url, body: request.body });
      return await transport(url, request);
    };
    let response: Response;
    try {
      response = await this.#watched(() =>
        attempt().catch((error: unknown) => {
          if (!causes(error).some(({ code }) => code === 'ECONNRESET' || code === 'UND_ERR_SOCKET')) throw error;
          return attempt();
        }),
      );
    } catch (error) {
      throw this.#fails(this.#networkError(error));
    }
    if (response.ok) return this.#opened(response);
    if (response.status >= 300 && response.status < 400) {
      const to = response.headers.get('location');
      const redirectTo = to !== null && URL.canParse(to, url) ? new URL(to, url).host : undefined;
      throw this.#fails(
        new ModelError('badResponse', {
          ...details,
          status: response.status,
          ...(redirectTo === undefined ? {} : { redirectTo }),
        }),
      );
    }
    const body = await this.#start(response);
    const retryAfterMs = retryAfter(response.headers.get('retry-after'));
    const failed = {
      ...readError(body),
      status: response.status,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
    throw this.#fails(this.#options.explain(failed));
  }

  /** A success, if its body is what was expected; the body is watched for silence from here on. */
  async #opened(response: Response): Promise<Response> {
    const type = response.headers.get('content-type') ?? '';
    const right = this.#options.expects === 'json' ? !type.includes('html') : !/html|\/json/.test(type);
    if (!right) {
      const failed = { ...readError(await this.#start(response)), status: response.status };
      throw this.#fails(
        failed.error === undefined
          ? new ModelError('badResponse', { ...this.#options.details, status: response.status })
          : this.#options.explain(failed),
      );
    }
    if (response.body === null) return response;
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const body = new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          try {
            const { done, value } = await this.#watched(() => reader.read());
            if (done) {
              this.#ended = true;
              controller.close();
              return;
            }
            this.#received = true;
            controller.enqueue(value);
          } catch (error) {
            const failure = this.#fails(this.#networkError(error));
            controller.error(failure);
          }
        },
        cancel: () => this.close(),
      },
      { highWaterMark: 0 },
    );
    return new Response(body, { status: response.status, headers: response.headers });
  }

  /** The beginning of a body that holds an error; what can't be read is left out, since the status says enough. */
  async #start(response: Response): Promise<string> {
    const decoder = new TextDecoder();
    let text = '';
    const reader = (response.body as ReadableStream<Uint8Array> | null)?.getReader();
    try {
      while (reader !== undefined && text.length < longestErrorBody) {
        const { done, value } = await this.#watched(() => reader.read());
        if (done) break;
        text += decoder.decode(value, { stream: true });
      }
    } catch {
      // Cancelled or broken off: the caller reports the status, or the cancellation.
    }
    return text;
  }

  /** Waits for one step; silence for `idleMs` ends the whole request, unless nothing has come yet and the server is still there. */
  async #watched<T>(step: () => Promise<T>): Promise<T> {
    const { idleMs, details, stillThere } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<never>((_, reject) => {
      const give = (): void => {
        this.#fails(new ModelError('stalled', details));
        this.close();
        reject(this.#failure ?? new ModelError('stalled', details));
      };
      const look = (): void => {
        if (this.#received || stillThere === undefined) {
          give();
          return;
        }
        void stillThere().then((there) => {
          if (there && timer !== undefined) timer = setTimeout(look, idleMs);
          else if (timer !== undefined) give();
        }, give);
      };
      timer = setTimeout(look, idleMs);
    });
    try {
      return await Promise.race([step(), expired]);
    } finally {
      clearTimeout(timer);
      timer = undefined;
    }
  }

  #networkError(error: unknown): ModelError {
    if (error instanceof ModelError) return error;
    const chain = causes(error);
    const code = chain.find((each) => each.code !== undefined)?.code;
    const details = { ...this.#options.details, ...(code === undefined ? {} : { serverMessage: code }) };
    if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
      return new ModelError('stalled', details, error);
    }
    if (!this.#received && code !== undefined && unreachable.has(code)) return this.#options.unreached(details);
    return new ModelError('dropped', details, error);
  }

  #fails(error: ModelError): ModelError {
    this.#failure ??= error;
    return this.#failure;
  }
}

const unreachable = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** An error and what caused it, outermost first; several attempts (IPv6, then IPv4) count as causes. */
function causes(error: unknown): { code?: string }[] {
  const found: { code?: string }[] = [];
  for (let at: unknown = error; at instanceof Error && found.length < 8; at = at.cause) {
    found.push(at as { code?: string });
    if (at instanceof AggregateError) found.push(...(at.errors as { code?: string }[]));
  }
  return found;
}
