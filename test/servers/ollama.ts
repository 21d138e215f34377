// Ollama as a real HTTP server, as version 0.17.4 was seen to speak: chat, generate, tags, show, ps, pull, create, copy,
// delete. One request at a time per model, a reload for another `num_ctx`, thinking unless told otherwise. It answers from scripts.
import { ollamaFaults } from './faults.ts';
import { Memory } from './ollamaMemory.ts';
import {
  insertingModel,
  ollamaModel,
  plainModel,
  psEntry,
  remoteMarks,
  showEntry,
  tagEntry,
  thinkingModel,
  withTag,
  type OllamaTestModel,
} from './ollamaModels.ts';
import { pullModel, type PullState, type PullableModel } from './ollamaPull.ts';
import { isForeign, keepAliveMs, readPrompt, refuseBody, refuseFor, thinks } from './ollamaRules.ts';
import { planAnswer, Scripts, type AnswerKind, type PlannedAnswer, type ScriptSource } from './script.ts';
import { startTestServer, type Exchange, type ParsedJson, type TestServer } from './testServer.ts';

export interface OllamaServer extends TestServer {
  /** Each answers one of the next requests for an answer, in order. */
  script(...sources: ScriptSource[]): void;
  /** Installed models, which a test may change while the server runs. */
  readonly models: OllamaTestModel[];
  /** Every time a model was loaded into memory, with its context in tokens. */
  readonly loads: { model: string; contextTokens: number }[];
}

export interface OllamaServerOptions {
  port?: number;
  /** Installed: one that thinks, one that inserts, one that does neither. */
  models?: OllamaTestModel[];
  version?: string;
  /** Context when a request doesn't say `num_ctx`: 4096. */
  defaultContext?: number;
  /** Milliseconds that a load takes. */
  loadMs?: number;
  /** How many may wait for one model: 512. */
  maxQueue?: number;
  /** What can be pulled. Everything else is an unknown tag. */
  pullable?: PullableModel[];
  /** Milliseconds between two lines of a pull. */
  pullStepMs?: number;
  /** No network: pulls fail with a failed name look-up, models that run elsewhere too. */
  offline?: boolean;
  /** What is answered when no script is queued. */
  answers?: ScriptSource;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

/** Answer without a script. */
const plain: ScriptSource = (_request, kind) =>
  kind === 'fill'
    ? { text: [' return', ' a', ' +', ' b', ';'] }
    : {
        reasoning: ['The', ' user', ' wants', ' a', ' country', ' name', '.', '\n'],
        text: ['The', ' capital', ' of', ' France', ' is', ' Paris', '.'],
      };

const ndjson = { 'content-type': 'application/x-ndjson' };

/** Starts an Ollama on 127.0.0.1. The caller stops it. */
export async function startOllamaServer(options: OllamaServerOptions = {}): Promise<OllamaServer> {
  const models = [...(options.models ?? [thinkingModel, insertingModel, plainModel])];
  const now = options.now ?? Date.now;
  const memory = new Memory({ now, loadMs: options.loadMs ?? 0, maxQueue: options.maxQueue ?? 512 });
  const scripts = new Scripts(options.answers ?? plain);
  const pullable = options.pullable ?? [
    { model: ollamaModel('deepseek-r1:1.5b', { capabilities: ['completion', 'thinking'] }) },
    { model: thinkingModel },
    { model: insertingModel },
  ];
  const pullState: PullState = {
    received: new Map(),
    stepMs: options.pullStepMs ?? 0,
    offline: options.offline ?? false,
  };

  const find = (name: unknown): OllamaTestModel | undefined =>
    typeof name === 'string' ? models.find((model) => model.name === withTag(name)) : undefined;
  const missing = ({ request, wire }: Exchange): Promise<void> =>
    wire.json(404, { error: `model '${String(request.json?.model ?? request.json?.name ?? '')}' not found` });
  const stamp = (): string => nanoseconds(now());

  async function generate(exchange: Exchange, route: 'chat' | 'generate'): Promise<void> {
    const { request, wire } = exchange;
    const json: ParsedJson = request.json;
    const refused = refuseBody(json, request.body, route === 'chat' ? 'ChatRequest' : 'GenerateRequest');
    if (refused) return wire.json(refused.status, { error: refused.error });
    const model = find(json.model);
    if (!model) return missing(exchange);
    const shape = (): object => ({ model: String(json.model), ...remoteMarks(model), created_at: stamp() });
    const empty = route === 'chat' ? { message: { role: 'assistant', content: '' } } : { response: '' };

    if (model.remoteHost !== undefined) {
      if (options.offline)
        return wire.json(500, { error: noSuchHost(`Post "${model.remoteHost}/api/${route}"`, model.remoteHost) });
    } else {
      const nothing = route === 'chat' ? !Array.isArray(json.messages) || json.messages.length === 0 : !json.prompt;
      if (nothing && json.keep_alive === 0) {
        memory.unload(model.name);
        return wire.json(200, { ...shape(), ...empty, done: true, done_reason: 'unload' });
      }
      const cannot = refuseFor(model, json);
      if (cannot) return wire.json(cannot.status, { error: cannot.error });
      if (nothing) {
        const loaded = await memory.use(model, contextOf(json, model), keepAliveMs(json.keep_alive), wire);
        if (loaded === 'busy') return wire.json(503, ollamaFaults.busy.body);
        if (loaded === 'gone') return undefined;
        loaded.release();
        return wire.json(200, { ...shape(), ...empty, done: true, done_reason: 'load' });
      }
    }

    const contextTokens = contextOf(json, model);
    const use = await memory.use(model, contextTokens, keepAliveMs(json.keep_alive), wire);
    if (use === 'busy') return wire.json(503, ollamaFaults.busy.body);
    if (use === 'gone') return undefined;
    try {
      const promptTokens = readPrompt(json, contextTokens);
      if (promptTokens === undefined) {
        const body = JSON.stringify({ error: 'the input length exceeds the context length' });
        if (await wire.head(400, { 'content-type': 'application/json' })) await wire.end(body);
        return undefined;
      }
      const kind: AnswerKind = route === 'generate' && (json.raw === true || Boolean(json.suffix)) ? 'fill' : 'chat';
      const predict: unknown = json.options?.num_predict;
      const planned = planAnswer(await scripts.take(request, kind), {
        thinking: thinks(model, json),
        stop: Array.isArray(json.options?.stop) ? json.options.stop : [],
        maxTokens: typeof predict === 'number' && predict > 0 ? predict : contextTokens,
        think: wire.fault?.think,
      });
      await answerWith(exchange, route, planned, { shape, promptTokens, loadNs: use.loadNs });
    } finally {
      if (wire.fault?.errorEvent !== undefined) memory.unload(model.name); // The model's process is gone.
      use.release();
    }
    return undefined;
  }

  async function answerWith(
    { request, wire }: Exchange,
    route: 'chat' | 'generate',
    planned: PlannedAnswer,
    facts: { shape: () => object; promptTokens: number; loadNs: number },
  ): Promise<void> {
    const line = (value: object): string => `${JSON.stringify({ ...facts.shape(), ...value })}\n`;
    const piece = (text: string, thinking?: string, tools?: object[]): object => {
      if (route === 'generate') return { response: text, ...(thinking === undefined ? {} : { thinking }) };
      const message = { role: 'assistant', content: text };
      return {
        message: {
          ...message,
          ...(thinking === undefined ? {} : { thinking }),
          ...(tools ? { tool_calls: tools } : {}),
        },
      };
    };
    const calls = planned.toolCalls.map((call, index) => ({
      id: call.id,
      function: { index, name: call.name, arguments: parsed(call.arguments) },
    }));
    const evalNs = 6_600_000 * planned.completionTokens;
    const promptNs = 200_000 * facts.promptTokens;
    const end = {
      done: true,
      done_reason: planned.finish === 'tool_calls' ? 'stop' : planned.finish,
      // Raw prompts get no `context` back.
      ...(route === 'generate' && request.json.raw !== true ? { context: [6607, 803, 24, 81] } : {}),
      total_duration: facts.loadNs + promptNs + evalNs,
      load_duration: facts.loadNs,
      prompt_eval_count: facts.promptTokens,
      prompt_eval_duration: promptNs,
      eval_count: Math.max(1, planned.completionTokens),
      eval_duration: evalNs,
      ...planned.usage,
    };

    if (!(await wire.pause(planned.firstMs))) return;
    if (request.json.stream === false) {
      if (!(await wire.pause(planned.chunkMs * planned.text.length))) return;
      const thought = planned.reasoning.join('');
      const whole = piece(
        planned.text.join(''),
        thought === '' ? undefined : thought,
        calls.length > 0 ? calls : undefined,
      );
      await wire.send(200, line({ ...whole, ...end }).trimEnd(), { 'content-type': 'application/json; charset=utf-8' });
      return;
    }
    // The headers come with the first token: a model that still reads its prompt looks like a dead server.
    if (!(await wire.head(200, ndjson))) return;
    const lines = [
      ...planned.reasoning.map((thinking) => piece('', thinking)),
      ...planned.text.map((text) => piece(text)),
      ...(calls.length > 0 ? [piece('', undefined, calls)] : []),
    ];
    for (const value of lines) {
      if (!(await wire.chunk(line({ ...value, done: false }), planned.chunkMs))) return;
    }
    await wire.end(line({ ...piece(''), ...end }));
  }

  /** Tokens; never more than the model was trained for. */
  function contextOf(json: ParsedJson, model: OllamaTestModel): number {
    const wanted: unknown = json.options?.num_ctx;
    const tokens = typeof wanted === 'number' && wanted > 0 ? wanted : (options.defaultContext ?? 4096);
    return Math.min(tokens, model.contextLength);
  }

  const routes: Record<string, (exchange: Exchange) => Promise<void>> = {
    'GET /': ({ wire }) => wire.send(200, 'Ollama is running', { 'content-type': 'text/plain; charset=utf-8' }),
    'GET /api/version': ({ wire }) => wire.json(200, { version: options.version ?? '0.17.4' }),
    'GET /api/tags': ({ wire }) => {
      const newest = [...models].sort((a, b) => (a.modifiedAt < b.modifiedAt ? 1 : -1));
      return wire.json(200, { models: newest.map(tagEntry) });
    },
    'GET /api/ps': ({ wire }) => {
      const loaded = memory
        .loaded()
        .map((entry) => psEntry(entry.model, entry.contextTokens, nanoseconds(entry.expiresAt)));
      return wire.json(200, { models: loaded });
    },
    'POST /api/show': (exchange) => {
      const model = find(exchange.request.json?.model ?? exchange.request.json?.name);
      return model ? exchange.wire.json(200, showEntry(model)) : missing(exchange);
    },
    'POST /api/chat': (exchange) => generate(exchange, 'chat'),
    'POST /api/generate': (exchange) => generate(exchange, 'generate'),
    'POST /api/pull': async ({ request, wire }) => {
      if (!(await wire.head(200, ndjson))) return;
      const pulled = await pullModel(
        String(request.json?.model ?? request.json?.name ?? ''),
        pullable,
        pullState,
        wire,
      );
      if (pulled && !find(pulled.name)) models.push({ ...pulled, modifiedAt: stamp() });
    },
    'POST /api/create': async ({ request, wire }) => {
      const json: ParsedJson = request.json;
      const from = find(json?.from);
      const info: ParsedJson = json?.info ?? {};
      const made = ollamaModel(String(json?.model), {
        ...(from ?? {}),
        name: withTag(String(json?.model)),
        modifiedAt: stamp(),
        ...(json?.remote_host === undefined
          ? {}
          : {
              remoteHost: withPort(String(json.remote_host)),
              remoteModel: String(json.from),
              sizeBytes: 336,
              ...(Array.isArray(info.capabilities) ? { capabilities: info.capabilities } : {}),
              ...(typeof info.model_family === 'string' ? { family: info.model_family } : {}),
              ...(typeof info.context_length === 'number' ? { contextLength: info.context_length } : {}),
            }),
      });
      remove(made.name);
      models.push(made);
      if (!(await wire.head(200, ndjson))) return;
      if (await wire.chunk('{"status":"writing manifest"}\n')) await wire.end('{"status":"success"}\n');
    },
    'POST /api/copy': ({ request, wire }) => {
      const source = find(request.json?.source);
      if (!source) return wire.json(404, { error: `model "${String(request.json?.source)}" not found` });
      models.push({ ...source, name: withTag(String(request.json?.destination)), modifiedAt: stamp() });
      return wire.send(200, '');
    },
    'DELETE /api/delete': (exchange) => {
      const model = find(exchange.request.json?.model ?? exchange.request.json?.name);
      if (!model) return missing(exchange);
      memory.unload(model.name);
      remove(model.name);
      return exchange.wire.send(200, '');
    },
  };

  function remove(name: string): void {
    const at = models.findIndex((model) => model.name === name);
    if (at >= 0) models.splice(at, 1);
  }

  async function answer(exchange: Exchange): Promise<void> {
    const { request, wire } = exchange;
    if (isForeign(request.headers)) return wire.send(403, '');
    wire.shared = request.headers.origin === undefined ? {} : { 'access-control-allow-origin': request.headers.origin };
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const route = routes[`${method} ${request.path}`];
    if (route) return route(exchange);
    return wire.send(404, '404 page not found', { 'content-type': 'text/plain' });
  }

  function clear(): void {
    scripts.clear();
    memory.loads.splice(0);
  }

  const server = await startTestServer({ answer, clear }, options.port);
  return { ...server, script: (...sources) => scripts.add(...sources), models, loads: memory.loads };
}

/** Go's time stamps have nine digits after the second. */
function nanoseconds(ms: number): string {
  const end = Number.isFinite(ms) ? ms : Date.UTC(2318, 0, 1);
  return new Date(end).toISOString().replace('Z', '288547Z');
}

function withPort(host: string): string {
  return /:\d+$/.test(host) ? host : `${host}:11434`;
}

function noSuchHost(what: string, url: string): string {
  return `${what}: dial tcp: lookup ${new URL(url).hostname} on 192.0.2.53:53: no such host`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // A test may want broken arguments.
  }
}
