// Ollama as a real HTTP server, as version 0.17.4 was seen to speak: chat, generate, tags, show, ps, pull, create, copy,
// delete. One request at a time per model, a reload for another `num_ctx`, thinking unless told otherwise. It answers from scripts.
import { ollamaFaults } from './faults.ts';
import { at, listOf, numberOf, stringsOf, textOf } from './json.ts';
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
import { ndjson, writeAnswer } from './ollamaAnswer.ts';
import { pullModel, type PullState, type PullableModel } from './ollamaPull.ts';
import { isForeign, keepAliveMs, readPrompt, refuseBody, refuseFor, thinks } from './ollamaRules.ts';
import { planAnswer, Scripts, type AnswerKind, type ScriptSource } from './script.ts';
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

/** Starts an Ollama on 127.0.0.1. The caller stops it. */
export async function startOllamaServer(options: OllamaServerOptions = {}): Promise<OllamaServer> {
  // Copies, so that what one test changes in its server is not found in another's.
  const models = structuredClone(options.models ?? [thinkingModel, insertingModel, plainModel]);
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
    if (model.remoteHost !== undefined) return elsewhere(exchange, route, model);

    const nothing = textOf(json.prompt) === '' && listOf(json.messages).length === 0;
    const empty = route === 'chat' ? { message: { role: 'assistant', content: '' } } : { response: '' };
    const done = (reason: string): Promise<void> =>
      wire.json(200, { ...begin(json, model), ...empty, done: true, done_reason: reason });
    if (nothing && keepAliveMs(json.keep_alive) === 0) {
      memory.unload(model.name);
      return done('unload');
    }
    const cannot = refuseFor(model, json);
    if (cannot) return wire.json(cannot.status, { error: cannot.error });

    const contextTokens = contextOf(json, model);
    const turn = await memory.use(model, contextTokens, keepAliveMs(json.keep_alive), wire);
    if (turn === 'busy') return wire.json(503, ollamaFaults.busy.body);
    if (turn === 'gone') return undefined;
    try {
      if (nothing) {
        await done('load');
        return;
      }
      const promptTokens = readPrompt(json, contextTokens);
      if (promptTokens === undefined) {
        const body = JSON.stringify({ error: 'the input length exceeds the context length' });
        if (await wire.head(400, { 'content-type': 'application/json' })) await wire.end(body);
        return undefined;
      }
      await answerWith(exchange, route, model, { contextTokens, promptTokens, loadNs: turn.loadNs });
    } finally {
      if (wire.fault?.errorEvent !== undefined) memory.unload(model.name); // The model's process is gone.
      turn.release();
    }
    return undefined;
  }

  /** Fields that every answer begins with. */
  function begin(json: ParsedJson, model: OllamaTestModel): object {
    return { model: String(json.model), ...remoteMarks(model), created_at: nanoseconds(now()) };
  }

  /** A model that runs elsewhere: a host on loopback really gets the prompt, any other is only pretended. */
  async function elsewhere(
    { request, wire }: Exchange,
    route: 'chat' | 'generate',
    model: OllamaTestModel,
  ): Promise<void> {
    const json: ParsedJson = request.json;
    const url = new URL(`/api/${route}`, model.remoteHost);
    if (options.offline) {
      const asked = `Post "${url.href}?ts=${Math.floor(now() / 1000)}"`;
      return wire.json(500, { error: noSuchHost(asked, url.hostname) }, ndjson);
    }
    if (url.hostname !== '127.0.0.1') {
      return answerWith({ request, wire }, route, model, {
        contextTokens: model.contextLength,
        promptTokens: readPrompt(json, model.contextLength) ?? 1,
        loadNs: 0,
      });
    }
    const cancel = new AbortController();
    void wire.gone.then(() => {
      cancel.abort();
    });
    const body = JSON.stringify({ ...json, model: model.remoteModel });
    const answered = await fetch(url, { method: 'POST', body, signal: cancel.signal });
    if (!(await wire.head(answered.status, ndjson))) return undefined;
    for (const line of (await answered.text()).split('\n').filter((text) => text !== '')) {
      const told = { ...JSON.parse(line), ...begin(json, model) };
      if (!(await wire.chunk(`${JSON.stringify(told)}\n`))) return undefined;
    }
    return wire.finish();
  }

  async function answerWith(
    { request, wire }: Exchange,
    route: 'chat' | 'generate',
    model: OllamaTestModel,
    facts: { contextTokens: number; promptTokens: number; loadNs: number },
  ): Promise<void> {
    const json: ParsedJson = request.json;
    const kind: AnswerKind =
      route === 'generate' && (json.raw === true || textOf(json.suffix) !== '') ? 'fill' : 'chat';
    const predict = numberOf(at(json, 'options', 'num_predict'), 0);
    const planned = planAnswer(await scripts.take(request, kind), {
      thinking: thinks(model, json),
      stop: stringsOf(at(json, 'options', 'stop')),
      maxTokens: predict > 0 ? predict : facts.contextTokens,
      think: wire.fault?.think,
    });
    await writeAnswer(wire, planned, {
      begin: () => begin(json, model),
      route,
      stream: json.stream !== false,
      raw: json.raw === true,
      promptTokens: facts.promptTokens,
      loadNs: facts.loadNs,
    });
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
      const name = textOf(request.json?.model ?? request.json?.name);
      const pulled = await pullModel({ name, insecure: request.json?.insecure === true }, pullable, pullState, wire);
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

function noSuchHost(what: string, host: string): string {
  return `${what}: dial tcp: lookup ${host} on 192.0.2.53:53: no such host`;
}
