// DeepSeek's API, and servers that speak it: which address, which body, what may be asked of it. How the stream is read is in
// openaiWire.ts; what people are told when it fails is in sentences.ts.
import { ModelError } from './errors.ts';
import { get, listModelIds, post, streamAnswer, type OpenAiRequest } from './openaiWire.ts';
import { ReasoningParser } from './reasoning.ts';
import { hostOf } from './serverWords.ts';
import type { Transport } from './transports.ts';
import type {
  Balance,
  BalanceAmount,
  ChatMessage,
  ChatRequest,
  FillRequest,
  Model,
  ModelEvent,
  OnSend,
} from './types.ts';

const defaultIdleMs = 300_000;
/** DeepSeek's limits: sixteen stop strings (more is a 400), 4K tokens of fill-in-the-middle. */
const mostStops = 16;
const mostFillTokens = 4096;

export interface DeepSeekOptions {
  /** Model id on the wire. */
  id: string;
  /** With or without `/v1` or `/beta`. */
  baseUrl: string;
  /** May be empty for a server that wants none. */
  apiKey: string;
  /** Longest silence in milliseconds; DeepSeek sends a comment every few seconds while it is busy. */
  idleMs?: number;
  transport?: Transport;
  onSend?: OnSend;
}

/** What was learnt of a server, for as long as Fathom runs: routes that exist (undefined: none), and how its models name their reasoning. */
const routes = new Map<string, string | undefined>();
const reasoningForms = new Map<string, 'field' | 'inside'>();

/** Forgets what was learnt of all servers; for tests that start one server after another on the same port. */
export function forgetServers(): void {
  routes.clear();
  reasoningForms.clear();
}

/** Answers from DeepSeek's API or a compatible server. Errors: see `Model`. */
export class DeepSeekModel implements Model {
  readonly id: string;
  readonly #options: DeepSeekOptions;
  readonly #address: { root: string; path: string };

  constructor(options: DeepSeekOptions) {
    this.id = options.id;
    this.#options = options;
    this.#address = splitBase(options.baseUrl);
  }

  async *chat(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ModelEvent, void, undefined> {
    const known = `${this.#address.root} ${this.id} ${request.thinking}`;
    const parser = new ReasoningParser({ startsInside: this.#startsInside(request.thinking, known) });
    // Compatible servers differ in whether the routes are below `/v1`.
    const paths = [this.#address.path, this.#address.path === '' ? '/v1' : ''];
    yield* this.#ask('chat', this.#isDeepSeek() ? [this.#address.path] : paths, signal, (wire) =>
      streamAnswer(wire, 'chat', this.#chatBody(request), parser),
    );
    if (parser.sawField) reasoningForms.set(known, 'field');
    else if (parser.sawStrayClose) reasoningForms.set(known, 'inside');
  }

  async *fill(request: FillRequest, signal: AbortSignal): AsyncGenerator<ModelEvent, void, undefined> {
    const stop = request.stop?.filter((each) => each !== '').slice(0, mostStops) ?? [];
    const body = {
      model: this.id,
      prompt: request.prefix,
      ...(request.suffix === '' ? {} : { suffix: request.suffix }),
      max_tokens: Math.min(request.maxTokens, mostFillTokens),
      temperature: 0,
      ...(stop.length === 0 ? {} : { stop }),
    };
    const other = this.#isDeepSeek() ? [] : ['/v1', ''];
    yield* this.#ask('fill', ['/beta', ...other], signal, (wire) =>
      streamAnswer(wire, 'fill', body, new ReasoningParser({ code: true })),
    );
  }

  /**
   * Asks at the first of `paths` that the server knows, and remembers it. A path is unknown when the server says 404 or 405
   * without a word about the model, which is always before anything was given out.
   */
  async *#ask(
    kind: 'chat' | 'fill',
    paths: string[],
    signal: AbortSignal,
    stream: (wire: OpenAiRequest) => AsyncGenerator<ModelEvent, void, undefined>,
  ): AsyncGenerator<ModelEvent, void, undefined> {
    const { apiKey, baseUrl } = this.#options;
    if (apiKey === '' && this.#isDeepSeek()) throw new ModelError('noKey', { model: this.id, host: hostOf(baseUrl) });
    const { root } = this.#address;
    const learnt = `${kind} ${root}`;
    const known = routes.get(learnt);
    const candidates = known !== undefined ? [known] : routes.has(learnt) ? [] : [...new Set(paths)];
    let missing: ModelError | undefined;
    for (const path of candidates) {
      if (kind === 'fill' && path !== '/beta' && known === undefined && !(await this.#canInfill(signal))) break;
      try {
        yield* stream(this.#wire(root + path, signal));
        routes.set(learnt, path);
        return;
      } catch (error) {
        if (!isMissingRoute(error)) throw error;
        missing ??= error;
      }
    }
    if (kind === 'chat' && missing !== undefined) throw missing;
    routes.set(learnt, undefined);
    throw new ModelError('cannotFill', { ...missing?.details, model: this.id, host: hostOf(baseUrl) });
  }

  /**
   * llama.cpp's server ignores `suffix` without a word when its model can't insert; only `/infill` says so (501). Sends no code.
   * A server without that route is taken to know what it does.
   */
  async #canInfill(signal: AbortSignal): Promise<boolean> {
    try {
      const probe = { input_prefix: '', input_suffix: '', prompt: '', n_predict: 0 };
      await post(this.#wire(this.#address.root, signal), '/infill', probe);
      return true;
    } catch (error) {
      if (signal.aborted) throw error;
      return !(ModelError.is(error, 'cannotFill') || (ModelError.is(error) && error.details.status === 501));
    }
  }

  #wire(base: string, signal: AbortSignal): OpenAiRequest {
    const { apiKey, idleMs = defaultIdleMs, transport, onSend } = this.#options;
    return { base, apiKey, model: this.id, idleMs, signal, transport, onSend };
  }

  #isDeepSeek(): boolean {
    return hostOf(this.#address.root) === 'api.deepseek.com';
  }

  /** R1's template opens `<think>` in the prompt; servers without a reasoning field then send only the closing tag. */
  #startsInside(thinking: boolean, known: string): boolean {
    if (this.#isDeepSeek()) return false;
    const form = reasoningForms.get(known);
    return form === undefined ? thinking && /(^|[^a-z0-9])(r1|qwq)([^a-z0-9]|$)/i.test(this.id) : form === 'inside';
  }

  #chatBody(request: ChatRequest): Record<string, unknown> {
    const { thinking, maxTokens, tools = [] } = request;
    const stop = request.stop?.filter((each) => each !== '').slice(0, mostStops) ?? [];
    return {
      model: this.id,
      messages: request.messages.map((message) => wireMessage(message, tools.length > 0)),
      thinking: { type: thinking ? 'enabled' : 'disabled' },
      // While thinking, DeepSeek takes a temperature and ignores it.
      ...(thinking ? {} : { temperature: 0 }),
      ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
      ...(stop.length === 0 ? {} : { stop }),
      ...(tools.length === 0 ? {} : { tools: tools.map((tool) => ({ type: 'function', function: tool })) }),
    };
  }
}

/**
 * The ids that the server offers (`GET /models`), which is also how a key is checked.
 * @throws ModelError `badKey`, `noKey`, `noCredit`, `dropped` …
 */
export async function listModels(
  options: { baseUrl: string; apiKey: string; idleMs?: number; transport?: Transport },
  signal: AbortSignal,
): Promise<string[]> {
  const { root, path } = splitBase(options.baseUrl);
  const { apiKey, transport, idleMs = 20_000 } = options;
  const ask = (base: string): Promise<string[]> => listModelIds({ base, apiKey, idleMs, signal, transport });
  try {
    return await ask(root + path);
  } catch (error) {
    if (path !== '' || !isMissingRoute(error)) throw error;
    return ask(`${root}/v1`);
  }
}

/**
 * Asks `GET /user/balance`, which only DeepSeek has. Its shape is the documented one and was never seen live.
 * @throws ModelError `badKey`, `noKey`, `dropped` …; `badResponse` where a server has no such route or answers otherwise
 */
export async function readBalance(
  options: { baseUrl: string; apiKey: string; idleMs?: number; transport?: Transport },
  signal: AbortSignal,
): Promise<Balance> {
  const { root } = splitBase(options.baseUrl);
  const { apiKey, transport, idleMs = 20_000 } = options;
  const told = (await get({ base: root, apiKey, idleMs, signal, transport }, '/user/balance')) as {
    is_available?: unknown;
    balance_infos?: unknown;
  } | null;
  const infos: unknown[] = Array.isArray(told?.balance_infos) ? told.balance_infos : [];
  const amounts = infos.flatMap((info) => amountOf(info) ?? []);
  if (typeof told?.is_available !== 'boolean' || amounts.length === 0) {
    throw new ModelError('badResponse', { host: hostOf(root) });
  }
  amounts.sort((a, b) => Number(b.total > 0) - Number(a.total > 0));
  return { available: told.is_available, amounts };
}

/** One entry of `balance_infos`, whose amounts are decimal numbers in strings; undefined for a currency that isn't known. */
function amountOf(info: unknown): BalanceAmount | undefined {
  if (typeof info !== 'object' || info === null) return undefined;
  const fields = info as Record<string, unknown>;
  const { currency } = fields;
  if (currency !== 'USD' && currency !== 'CNY') return undefined;
  const read = (name: string): number => {
    const text = fields[name];
    return typeof text === 'string' && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  };
  const total = read('total_balance');
  if (Number.isNaN(total)) return undefined;
  return { currency, total, granted: read('granted_balance') || 0, toppedUp: read('topped_up_balance') || 0 };
}

/** `https://host/v1/` → root `https://host`, path `/v1`. What `/beta` or a whole route stands for is known, so it is cut off. */
function splitBase(baseUrl: string): { root: string; path: string } {
  const bare = baseUrl
    .trim()
    .replace(/\/+$/, '')
    .replace(/\/(chat\/completions|completions|models)$/, '');
  const root = bare.replace(/(\/(v1|beta))+$/, '');
  return { root, path: bare.endsWith('/v1') && !bare.endsWith('/beta/v1') ? '/v1' : '' };
}

function isMissingRoute(error: unknown): error is ModelError {
  return ModelError.is(error, 'badResponse') && (error.details.status === 404 || error.details.status === 405);
}

/**
 * Earlier reasoning goes back only with tools; then every assistant turn must carry it (a 400 otherwise), as a string.
 * `content` must be a string as well, even in a turn that only thought.
 */
function wireMessage(message: ChatMessage, withTools: boolean): Record<string, unknown> {
  const { role, content, reasoning, toolCalls, toolCallId } = message;
  return {
    role,
    content,
    ...(withTools && role === 'assistant' ? { reasoning_content: reasoning ?? '' } : {}),
    ...(toolCalls !== undefined && toolCalls.length > 0
      ? {
          tool_calls: toolCalls.map((call) => ({
            id: call.id,
            type: 'function',
            function: { name: call.name, arguments: call.arguments },
          })),
        }
      : {}),
    ...(toolCallId === undefined ? {} : { tool_call_id: toolCallId }),
  };
}
