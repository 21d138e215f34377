// A request to Ollama through its own client: one client and one connection per request, so that cancelling one frees the server at
// once, also while it loads a model. What is asked is the affair of ollama.ts and ollamaServer.ts.
import type { Ollama } from 'ollama';
import { ModelError, type ModelErrorDetails } from './errors.ts';
import { ollamaFailure } from './failures.ts';
import { hostOf, Line, straight, type Transport } from './http.ts';

export interface OllamaRequest {
  /** As `ollamaAddress` gives it. */
  url: string;
  model?: string | undefined;
  idleMs: number;
  signal: AbortSignal;
  expects: 'stream' | 'json';
  stillThere?: () => Promise<boolean>;
  transport?: Transport | undefined;
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
    explain: (failed) => ollamaFailure(failed, details),
    unreached: (more) => new ModelError('notRunning', more),
    details,
  });
  const { Ollama } = await import('ollama');
  return { line, client: new Ollama({ host: url, fetch: line.fetch }) };
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
