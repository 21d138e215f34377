// DeepSeek's API as a real HTTP server: chat, fill-in-the-middle, models and balance, with and without /v1, in the wire's
// exact shapes. It answers from scripts, refuses what the real one refuses (deepseekRules.ts), and misbehaves on request.
import { answerBound, refuse, stopsOf, thinks, tokensOf, tokensOfMessage, tokensOfPrompt } from './deepseekRules.ts';
import { deepSeekError } from './faults.ts';
import { fixedUnits, type PrefixCache } from './prefixCache.ts';
import { planAnswer, Scripts, type AnswerKind, type PlannedAnswer, type ScriptSource } from './script.ts';
import {
  startTestServer,
  type Exchange,
  type ParsedJson,
  type RecordedRequest,
  type TestServer,
} from './testServer.ts';

export interface DeepSeekServer extends TestServer {
  /** Each answers one of the next requests for an answer, in order. */
  script(...sources: ScriptSource[]): void;
  /** Every answer that was begun since the start or the last `clear()`, in order. */
  readonly billed: BilledAnswer[];
}

export interface TestBalance {
  currency: 'CNY' | 'USD';
  total: number;
  /** Part of the total that was given, not paid in: none. */
  granted?: number;
}

/** One answer as this server bills it. Requests that were refused, or that a fault ended before they were read, have none. */
export interface BilledAnswer {
  request: RecordedRequest;
  usage: WireUsage;
  /** The usage went out to the client; false when the answer ended before that. */
  told: boolean;
}

export interface WireUsage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  prompt_cache_hit_tokens: number;
  prompt_cache_miss_tokens: number;
  prompt_tokens_details: { cached_tokens: number };
  completion_tokens_details?: { reasoning_tokens: number };
}

export interface DeepSeekServerOptions {
  port?: number;
  /** Keys that are accepted: `test-key`. */
  keys?: string[];
  /** Ids that `GET /models` lists: `deepseek-flash` and `deepseek-v4-pro`. */
  models?: string[];
  /** Ids that are accepted without being listed. */
  aliases?: string[];
  /** Tokens; 1,048,576. */
  contextWindow?: number;
  /** What is left; when all is 0, every request for an answer is a 402. A list is told as it is. */
  balance?: TestBalance | TestBalance[];
  /** What is answered when no script is queued. */
  answers?: ScriptSource;
  /** What the usage says of cached tokens: whole units of 64 tokens of earlier prompts' heads, in the cache at once. */
  cache?: PrefixCache;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

/** Answer without a script. */
const plain: ScriptSource = (_request, kind) =>
  kind === 'fill'
    ? { text: 'return a + b;' }
    : { reasoning: 'The question is simple. A greeting will do.', text: 'Hello from the test server.' };

/** The models as `GET /models` describes them; an id it doesn't know has the three fields that were seen live. */
const descriptions: Record<string, { name: string; input: string[]; prompts?: object }> = {
  'deepseek-flash': {
    name: 'DeepSeek-V4.1-Flash',
    input: ['text', 'image'],
    prompts: { anthropic_messages: { system_prompt_update: 'in-history' } },
  },
  'deepseek-v4-pro': { name: 'DeepSeek-V4-Pro', input: ['text'] },
};

/** Starts the API on 127.0.0.1. The caller stops it. */
export async function startDeepSeekServer(options: DeepSeekServerOptions = {}): Promise<DeepSeekServer> {
  const keys = options.keys ?? ['test-key'];
  const rules = {
    models: options.models ?? ['deepseek-flash', 'deepseek-v4-pro'],
    aliases: options.aliases ?? ['deepseek-v4-flash', 'deepseek-v4-flash-vision-exp'],
    contextWindow: options.contextWindow ?? 1_048_576,
  };
  const balances = [options.balance ?? { currency: 'CNY' as const, total: 110 }].flat();
  const credit = (): number => Math.max(...balances.map(({ total }) => total));
  const now = options.now ?? Date.now;
  const scripts = new Scripts(options.answers ?? plain);
  const cache = options.cache ?? fixedUnits({ buildMs: 0 });
  const billed: BilledAnswer[] = [];
  let answers = 0;

  /** @returns whether the key is good; if not, the refusal is sent */
  async function admitted({ request, wire }: Exchange): Promise<boolean> {
    const header = request.headers.authorization;
    if (header === undefined) {
      await wire.send(401, 'Authentication Fails (governor)', { 'content-type': 'text/plain; charset=utf-8' });
      return false;
    }
    const key = header.replace(/^Bearer /, '');
    if (keys.includes(key)) return true;
    const message = `Authentication Fails, Your api key: ****${key.slice(-4)} is invalid`;
    await wire.json(401, deepSeekError(message, 'authentication_error'));
    return false;
  }

  /** Fields that every answer begins with. */
  function head(object: string, json: ParsedJson, thinking: boolean, kind: AnswerKind) {
    answers += 1;
    const id = `${answers.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
    const fingerprint = kind === 'fill' ? 'fp_test_fim' : thinking ? 'fp_test_thinking' : 'fp_test';
    const created = Math.floor(now() / 1000);
    return { id, object, created, model: String(json.model), system_fingerprint: fingerprint };
  }

  function usageOf(tokens: readonly string[], planned: PlannedAnswer, thinking: boolean): WireUsage {
    const prompt = tokens.length;
    const hit = cache.ask(tokens, now());
    return {
      prompt_tokens: prompt,
      completion_tokens: planned.completionTokens,
      total_tokens: prompt + planned.completionTokens,
      prompt_cache_hit_tokens: hit,
      prompt_cache_miss_tokens: prompt - hit,
      prompt_tokens_details: { cached_tokens: hit },
      ...(thinking ? { completion_tokens_details: { reasoning_tokens: planned.reasoningTokens } } : {}),
      ...planned.usage,
    };
  }

  /** The prompt and the answer that came to its end; thinking stands before the text, so that a next turn without it is another head. */
  function keepAnswer(tokens: readonly string[], planned: PlannedAnswer, kind: AnswerKind): void {
    const said = [...planned.reasoning, ...planned.text].join('');
    cache.answered([...tokens, ...(kind === 'fill' ? tokensOf(said) : tokensOfMessage('assistant', said))], now());
  }

  async function generate(exchange: Exchange, kind: AnswerKind): Promise<void> {
    const { request, wire } = exchange;
    const json: ParsedJson = request.json;
    const refusal = refuse(json, request.body, kind, rules);
    if (refusal) return wire.json(refusal.status, refusal.body);
    if (credit() <= 0) return wire.json(402, deepSeekError('Insufficient Balance', 'unknown_error'));

    const thinking = kind === 'chat' && thinks(json);
    const planned = planAnswer(await scripts.take(request, kind), {
      thinking,
      stop: stopsOf(json),
      maxTokens: answerBound(json, kind),
      think: wire.fault?.think,
    });
    const tokens = tokensOfPrompt(json);
    const usage = usageOf(tokens, planned, thinking);
    const bill: BilledAnswer = { request, usage, told: false };
    billed.push(bill);
    if (json.stream !== true) {
      await whole(exchange, kind, planned, bill, thinking);
      keepAnswer(tokens, planned, kind);
      return undefined;
    }

    wire.errorChunk = (error) =>
      `data: ${JSON.stringify(typeof error === 'string' ? deepSeekError(error) : { error })}\n\n`;
    const started = await wire.head(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      connection: 'keep-alive',
    });
    if (!started || !(await wire.comment(': keep-alive\n\n')) || !(await wire.pause(planned.firstMs))) return undefined;

    const shape = head(kind === 'chat' ? 'chat.completion.chunk' : 'text_completion', json, thinking, kind);
    const withUsage = json.stream_options?.include_usage === true;
    // DeepSeek's usage comes with the last chunk; whether it does unasked isn't documented, so it is told when asked.
    const chunks = kind === 'chat' ? chatChunks(planned, thinking) : planned.text.map((text) => fillChoice(text, null));
    for (const choice of chunks) {
      const data = { ...shape, choices: [choice], ...(withUsage ? { usage: null } : {}) };
      if (!(await wire.chunk(`data: ${JSON.stringify(data)}\n\n`, planned.chunkMs))) return undefined;
    }
    const last =
      kind === 'chat'
        ? { index: 0, delta: { content: '', role: null }, finish_reason: planned.finish, logprobs: null }
        : fillChoice('', planned.finish);
    const tells = withUsage || kind === 'fill';
    const data = { ...shape, choices: [last], ...(tells ? { usage } : {}) };
    const before = wire.chunks;
    const goesOn = await wire.chunk(`data: ${JSON.stringify(data)}\n\n`, planned.chunkMs);
    bill.told = tells && wire.chunks > before;
    if (!goesOn) return undefined;
    keepAnswer(tokens, planned, kind);
    return wire.end('data: [DONE]\n\n');
  }

  async function whole(
    { request, wire }: Exchange,
    kind: AnswerKind,
    planned: PlannedAnswer,
    bill: BilledAnswer,
    thinking: boolean,
  ): Promise<void> {
    const shape = head(kind === 'chat' ? 'chat.completion' : 'text_completion', request.json, thinking, kind);
    const text = planned.text.join('');
    const message = {
      role: 'assistant',
      content: text,
      ...(thinking ? { reasoning_content: planned.reasoning.join('') } : {}),
      ...(planned.toolCalls.length > 0 ? { tool_calls: planned.toolCalls.map(toolCall) } : {}),
    };
    const choice =
      kind === 'chat'
        ? { index: 0, message, logprobs: null, finish_reason: planned.finish }
        : fillChoice(text, planned.finish);
    if (!(await wire.head(200, { 'content-type': 'application/json' }))) return;
    // Empty lines keep the connection alive until the answer is there.
    if (!(await wire.comment('\n')) || !(await wire.pause(planned.firstMs + planned.chunkMs * planned.text.length)))
      return;
    await wire.end(JSON.stringify({ ...shape, choices: [choice], usage: bill.usage }));
    bill.told = wire.chunks > 0;
  }

  async function answer(exchange: Exchange): Promise<void> {
    const { request, wire } = exchange;
    const beta = request.path.startsWith('/beta/');
    const route = `${request.method} ${request.path.replace(/^\/beta(?=\/)/, '').replace(/^\/v1(?=\/)/, '')}`;
    const known = ['POST /chat/completions', 'POST /completions', 'GET /models', 'GET /user/balance'];
    if (!known.includes(route)) return wire.send(404, '');
    if (!(await admitted(exchange))) return undefined;
    if (route === 'POST /chat/completions') return generate(exchange, 'chat');
    if (route === 'POST /completions' && beta) return generate(exchange, 'fill');
    if (route === 'POST /completions') {
      const message =
        'completions api is only available when using beta api (set base_url="https://api.deepseek.com/beta")';
      return wire.json(400, deepSeekError(message));
    }
    if (route === 'GET /models') return wire.json(200, { object: 'list', data: rules.models.map(describe) });
    return wire.json(200, { is_available: credit() > 0, balance_infos: balances.map(balanceInfo) });
  }

  function clear(): void {
    scripts.clear();
    cache.clear();
    billed.splice(0);
  }

  const server = await startTestServer({ answer, clear }, options.port);
  return { ...server, billed, script: (...sources) => scripts.add(...sources) };
}

/** Amounts are strings, as on the wire. */
function balanceInfo({ currency, total, granted = 0 }: TestBalance): object {
  return {
    currency,
    total_balance: total.toFixed(2),
    granted_balance: granted.toFixed(2),
    topped_up_balance: (total - granted).toFixed(2),
  };
}

/** The stream of a chat: an empty thinking first, then thinking, then text, then tool calls in fragments. */
function chatChunks(planned: PlannedAnswer, thinking: boolean): object[] {
  const chunk = (delta: object) => ({ index: 0, delta, logprobs: null, finish_reason: null });
  const chunks = [
    chunk(thinking ? { role: 'assistant', content: null, reasoning_content: '' } : { role: 'assistant', content: '' }),
  ];
  const both = thinking || planned.reasoning.length > 0;
  for (const reasoning of planned.reasoning) chunks.push(chunk({ content: null, reasoning_content: reasoning }));
  for (const content of planned.text) chunks.push(chunk({ content, ...(both ? { reasoning_content: null } : {}) }));
  for (const [index, call] of planned.toolCalls.entries()) {
    const first = { index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } };
    chunks.push(chunk({ tool_calls: [first] }));
    for (const part of call.arguments.match(/.{1,12}/gsu) ?? []) {
      chunks.push(chunk({ tool_calls: [{ index, function: { arguments: part } }] }));
    }
  }
  return chunks;
}

function fillChoice(text: string, finish: string | null) {
  return { text, index: 0, logprobs: null, finish_reason: finish };
}

function toolCall(call: PlannedAnswer['toolCalls'][number], index: number) {
  return { index, id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } };
}

function describe(id: string): object {
  const known = descriptions[id];
  const short = { id, object: 'model', owned_by: 'deepseek' };
  if (!known) return short;
  return {
    ...short,
    name: known.name,
    context_window: 1_048_576,
    max_output_tokens: 393_216,
    input_modalities: known.input,
    output_modalities: ['text'],
    effort: { supported_levels: ['low', 'high', 'max'], default_level: 'high' },
    ...(known.prompts ? { api_capabilities: known.prompts } : {}),
  };
}
