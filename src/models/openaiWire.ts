// The OpenAI-compatible wire as DeepSeek, llama.cpp's server, vLLM and others speak it: one request through the `openai` client, its
// chunks as events. Which model and which address is asked, and what is in the body, is deepseek.ts's affair.
import type { OpenAI } from 'openai';
import { ModelError, type ModelErrorDetails, type ModelErrorReason } from './errors.ts';
import { openAiFailure } from './failures.ts';
import { Line } from './http.ts';
import { isLoopback } from './loopback.ts';
import { ReasoningParser, type Piece } from './reasoning.ts';
import { hostOf, readError } from './serverWords.ts';
import { straight, throughTheHost, type Transport } from './transports.ts';
import type { FinishReason, ModelEvent, OnSend, ToolCall, Usage } from './types.ts';

export interface OpenAiRequest {
  /** Address up to the route: `https://api.deepseek.com/beta`. */
  base: string;
  apiKey: string;
  model?: string;
  idleMs: number;
  signal: AbortSignal;
  /** How the request is sent, if not the usual way: recorded and ended for a preview, played back in tests of the wire. */
  transport?: Transport | undefined;
  onSend?: OnSend | undefined;
}

/** A stream's chunk, with every field that some server was seen to send. All are optional: nothing is taken for granted. */
interface Chunk {
  choices?: { delta?: Delta | null; text?: string | null; finish_reason?: string | null }[];
  usage?: WireUsage | null;
  timings?: { prompt_ms?: number };
}

interface Delta {
  content?: string | null;
  reasoning_content?: string | null;
  reasoning?: string | null;
  tool_calls?: { index?: number; id?: string; function?: { name?: string; arguments?: string } }[] | null;
}

interface WireUsage {
  prompt_tokens?: number;
  completion_tokens?: number;
  prompt_cache_hit_tokens?: number;
  prompt_tokens_details?: { cached_tokens?: number } | null;
  completion_tokens_details?: { reasoning_tokens?: number } | null;
}

const allowedHeaders: ReadonlySet<string> = new Set(['accept', 'authorization', 'content-type']);

const finishReasons: Record<string, FinishReason> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'toolCalls',
  content_filter: 'contentFilter',
};

/** Words for an end that is none. */
const unfinished: Record<string, ModelErrorReason | undefined> = {
  insufficient_system_resource: 'overloaded',
  aborted: 'dropped',
};

function detailsOf({ base, model }: OpenAiRequest): ModelErrorDetails {
  return { host: hostOf(base), ...(model === undefined ? {} : { model }) };
}

function lineFor(request: OpenAiRequest, expects: 'stream' | 'json'): Line {
  const details = detailsOf(request);
  return new Line({
    signal: request.signal,
    idleMs: request.idleMs,
    allowedHeaders,
    expects,
    transport: request.transport ?? (isLoopback(request.base) ? straight : throughTheHost),
    onSend: request.onSend,
    explain: (failed) => openAiFailure(failed, details, request.apiKey),
    unreached: (more) => new ModelError('dropped', { ...more, unreached: true }),
    details,
  });
}

/**
 * A client that takes nothing from the environment: `OPENAI_API_KEY`, `OPENAI_BASE_URL`, `OPENAI_ORG_ID`, `OPENAI_PROJECT_ID`
 * and `OPENAI_CUSTOM_HEADERS` would go to DeepSeek, and `OPENAI_LOG=debug` would log prompts. What still gets into its headers
 * (it describes the machine in `x-stainless-*`) is stopped by the line's list.
 */
async function clientFor(request: OpenAiRequest, line: Line): Promise<OpenAI> {
  const { OpenAI } = await import('openai');
  return new OpenAI({
    baseURL: request.base,
    // The client insists on a key; without one the header is left out below.
    apiKey: request.apiKey === '' ? 'none' : request.apiKey,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    fetch: line.fetch,
    maxRetries: 0,
    // The line watches for silence; a total limit would cut long answers of slow machines.
    timeout: 2 ** 31 - 1,
    logLevel: 'off',
    ...(request.apiKey === '' ? { defaultHeaders: { authorization: null } } : {}),
  });
}

/** Ids from `GET /models`. */
export async function listModelIds(request: OpenAiRequest): Promise<string[]> {
  const line = lineFor(request, 'json');
  try {
    const client = await clientFor(request, line);
    const { data } = (await client.models.list()) as { data?: { id?: unknown }[] };
    if (!Array.isArray(data)) throw new ModelError('badResponse', detailsOf(request));
    return data.flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
  } catch (error) {
    throw line.errorOf(error);
  } finally {
    line.close();
  }
}

/** The JSON of one small GET, as it came. Rejects with a `ModelError` unless it succeeds. */
export async function get(request: OpenAiRequest, route: string): Promise<unknown> {
  const line = lineFor(request, 'json');
  try {
    const client = await clientFor(request, line);
    return await client.get(route);
  } catch (error) {
    throw line.errorOf(error);
  } finally {
    line.close();
  }
}

/** One small POST whose answer's body is of no interest. Rejects with a `ModelError` unless it succeeds. */
export async function post(request: OpenAiRequest, route: string, body: unknown): Promise<void> {
  const line = lineFor(request, 'json');
  try {
    const client = await clientFor(request, line);
    await client.post(route, { body });
  } catch (error) {
    throw line.errorOf(error);
  } finally {
    line.close();
  }
}

/**
 * Streams an answer from `chat/completions` or (for `kind: 'fill'`) from `completions`.
 * @param body as the wire wants it; `stream` and `stream_options` are added
 */
export async function* streamAnswer(
  request: OpenAiRequest,
  kind: 'chat' | 'fill',
  body: Record<string, unknown>,
  parser: ReasoningParser,
): AsyncGenerator<ModelEvent, void, undefined> {
  const line = lineFor(request, 'stream');
  const answer = new Answer(parser, detailsOf(request));
  try {
    const client = await clientFor(request, line);
    line.check();
    const whole = { ...body, stream: true, stream_options: { include_usage: true } };
    // `thinking` and other fields of DeepSeek are not in the client's types; it sends them as they are.
    const stream = (await (kind === 'chat'
      ? client.chat.completions.create(whole as unknown as OpenAI.Chat.ChatCompletionCreateParamsStreaming)
      : client.completions.create(
          whole as unknown as OpenAI.CompletionCreateParamsStreaming,
        ))) as unknown as AsyncIterable<Chunk | null>;
    for await (const chunk of stream) {
      line.check();
      yield* answer.read(chunk ?? {});
    }
    // The client ends its loop without a word when it is cancelled or the stream is cut off.
    line.check();
    yield* answer.end();
  } catch (thrown) {
    const error = inStream(thrown, request) ?? line.errorOf(thrown);
    // Everything had been said: a server that then hangs or resets the connection has lost nothing.
    if (request.signal.aborted || !answer.finished || !ModelError.is(error)) {
      // Told before it broke off: that is billed all the same.
      yield* answer.usage();
      throw error;
    }
    yield* answer.end();
  } finally {
    line.close();
  }
}

/** `data: {"error": …}` inside a stream, which the client throws as an `APIError` without a status. */
function inStream(thrown: unknown, request: OpenAiRequest): ModelError | undefined {
  if (!(thrown instanceof Error) || request.signal.aborted || !('error' in thrown)) return undefined;
  const body = (thrown as { error?: unknown; status?: unknown }).error;
  if (body === undefined || body === null) return undefined;
  return openAiFailure(
    { ...readError(JSON.stringify({ error: body })), status: undefined },
    detailsOf(request),
    request.apiKey,
  );
}

/** Makes events of chunks, and knows whether the answer came to its end. */
class Answer {
  readonly #parser: ReasoningParser;
  readonly #details: ModelErrorDetails;
  readonly #calls = new Map<number, ToolCall>();
  #usage: Usage | undefined;
  #finish: string | undefined;
  #ended = false;

  constructor(parser: ReasoningParser, details: ModelErrorDetails) {
    this.#parser = parser;
    this.#details = details;
  }

  /** All has been said and nothing is wrong with it, but `end` was not called yet. */
  get finished(): boolean {
    return this.#finish !== undefined && unfinished[this.#finish] === undefined && !this.#ended;
  }

  read(chunk: Chunk): ModelEvent[] {
    const choice = chunk.choices?.[0];
    const pieces: Piece[] = [];
    const delta = choice?.delta;
    const reasoning = delta?.reasoning_content ?? delta?.reasoning;
    if (typeof reasoning === 'string') pieces.push(...this.#parser.reasoning(reasoning));
    const content = delta?.content ?? choice?.text;
    if (typeof content === 'string') pieces.push(...this.#parser.content(content));
    for (const call of delta?.tool_calls ?? []) this.#addToCall(call);
    if (chunk.usage) this.#usage = usageOf(chunk.usage, chunk.timings);
    this.#finish = choice?.finish_reason ?? this.#finish;
    return pieces;
  }

  /** The last events. Throws when the stream ended before the answer did. */
  end(): ModelEvent[] {
    const wrong = this.#finish === undefined ? 'dropped' : unfinished[this.#finish];
    if (wrong !== undefined) throw new ModelError(wrong, this.#details);
    const reason = this.#finish === undefined ? undefined : finishReasons[this.#finish];
    this.#ended = true;
    return [
      ...this.#parser.end(),
      ...[...this.#calls].sort(([a], [b]) => a - b).map(([, call]) => ({ type: 'toolCall', call }) as const),
      ...this.usage(),
      { type: 'done', reason: reason ?? 'stop' },
    ];
  }

  /** What the server told, once. */
  usage(): ModelEvent[] {
    const usage = this.#usage;
    this.#usage = undefined;
    return usage === undefined ? [] : [{ type: 'usage', usage }];
  }

  #addToCall({ index = this.#calls.size, id, function: part }: NonNullable<Delta['tool_calls']>[number]): void {
    const call = this.#calls.get(index) ?? { id: '', name: '', arguments: '' };
    this.#calls.set(index, {
      id: id ?? call.id,
      name: part?.name ?? call.name,
      arguments: call.arguments + (part?.arguments ?? ''),
    });
  }
}

function usageOf(usage: WireUsage, timings: Chunk['timings']): Usage {
  const cached = usage.prompt_cache_hit_tokens ?? usage.prompt_tokens_details?.cached_tokens;
  const reasoning = usage.completion_tokens_details?.reasoning_tokens;
  return {
    promptTokens: usage.prompt_tokens ?? 0,
    completionTokens: usage.completion_tokens ?? 0,
    ...(cached === undefined ? {} : { cachedTokens: cached }),
    ...(reasoning === undefined ? {} : { reasoningTokens: reasoning }),
    ...(timings?.prompt_ms === undefined ? {} : { promptMs: timings.prompt_ms }),
  };
}
