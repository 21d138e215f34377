// A request to Ollama through its own client: one client and one connection per request, so that cancelling one frees the server at
// once, also while it loads a model. What is asked is the affair of ollama.ts and ollamaServer.ts.
import type { Ollama } from 'ollama';
import { ModelError, type ModelErrorDetails } from './errors.ts';
import { ollamaFailure, passedOnTo } from './failures.ts';
import { Line } from './http.ts';
import { hostOf, remoteHostIn } from './serverWords.ts';
import { straight, type Transport } from './transports.ts';
import type { OnSend } from './types.ts';

export interface OllamaRequest {
  /** As `ollamaAddress` gives it. */
  url: string;
  model?: string | undefined;
  /** The window that is asked for, in tokens. */
  contextTokens?: number;
  idleMs: number;
  signal: AbortSignal;
  expects: 'stream' | 'json';
  stillThere?: () => Promise<boolean>;
  transport?: Transport | undefined;
  onSend?: OnSend | undefined;
}

/** No `authorization`: the client would send `OLLAMA_API_KEY` of the environment to ollama.com. */
const allowedHeaders: ReadonlySet<string> = new Set(['accept', 'content-type']);

/** Runs `use` with a client of its own, and throws a `ModelError` or the signal's reason for whatever goes wrong. */
export async function withOllama<T>(request: OllamaRequest, use: (client: Ollama) => Promise<T>): Promise<T> {
  const { line, client } = await open(request);
  try {
    line.check();
    return await use(client);
  } catch (error) {
    throw line.errorOf(error);
  } finally {
    line.close();
  }
}

/** The lines of a streamed answer. One that breaks off, or carries `{"error"}`, throws what `withOllama` would. */
export async function* ollamaStream<T>(
  request: OllamaRequest,
  start: (client: Ollama) => Promise<AsyncIterable<T>>,
): AsyncGenerator<T, void, undefined> {
  const { line, client } = await open(request);
  try {
    line.check();
    for await (const part of await start(client)) {
      line.check();
      yield part;
    }
    line.check();
  } catch (error) {
    throw inStream(error, request) ?? line.errorOf(error);
  } finally {
    line.close();
  }
}

async function open(request: OllamaRequest): Promise<{ line: Line; client: Ollama }> {
  const { url, signal, idleMs, expects, stillThere } = request;
  const details = detailsOf(request);
  const line = new Line({
    signal,
    idleMs,
    ...(stillThere === undefined ? {} : { stillThere }),
    allowedHeaders,
    expects,
    transport: request.transport ?? straight,
    onSend: request.onSend,
    explain: (failed) => ollamaFailure(failed, details, request.contextTokens),
    unreached: (more) => new ModelError('notRunning', more),
    details,
  });
  const { Ollama } = await import('ollama');
  const checked: typeof fetch = async (input, init) => {
    const response = await line.fetch(input, init);
    if (expects === 'json' || response.body === null) return response;
    return new Response(response.body.pipeThrough(wholeLines(details)), { headers: response.headers });
  };
  return { line, client: new Ollama({ host: url, fetch: checked }) };
}

/**
 * Lets whole lines of JSON through and nothing else, and none of a model that runs on another host, whatever its name is: only an
 * answer itself shows that for certain. The client would write a line that it can't read, which may be part of an
 * answer, to the console, and go on as if it had not been there.
 */
function wholeLines(details: ModelErrorDetails): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let rest = '';
  const pass = (
    line: string,
    reason: 'badResponse' | 'dropped',
    controller: TransformStreamDefaultController<Uint8Array>,
  ): void => {
    if (line.trim() === '') return;
    let parsed: unknown;
    try {
      parsed = JSON.parse(line);
    } catch (error) {
      throw new ModelError(reason, details, error);
    }
    const passedOn = remoteHostIn(parsed);
    if (passedOn !== undefined) throw passedOnTo(passedOn, details);
    controller.enqueue(encoder.encode(`${line}\n`));
  };
  return new TransformStream({
    transform(bytes, controller) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) pass(line, 'badResponse', controller);
    },
    // The beginning of a line of JSON was cut off; anything else never was one.
    flush: (controller) => pass(rest, rest.startsWith('{') ? 'dropped' : 'badResponse', controller),
  });
}

export function detailsOf({ url, model }: Pick<OllamaRequest, 'url' | 'model'>): ModelErrorDetails {
  return { host: hostOf(url), ...(model === undefined ? {} : { model }) };
}

/** The client throws a plain `Error` with the server's words for a line `{"error": …}`; for one that broke off, words of its own. */
function inStream(thrown: unknown, request: OllamaRequest): ModelError | undefined {
  if (request.signal.aborted || !(thrown instanceof Error) || thrown.constructor !== Error) return undefined;
  if (/^(Did not receive|Missing body)/.test(thrown.message)) return undefined;
  return ollamaFailure({ status: undefined, message: thrown.message }, detailsOf(request));
}
