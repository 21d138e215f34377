// A server of one's own as a real HTTP server: the OpenAI-compatible routes as llama.cpp's server was seen to speak them. It
// stands for what a team runs itself; what is different from DeepSeek is the point of it.
import { stopsOf, promptTokens } from './deepseekRules.ts';
import { at, numberOf } from './json.ts';
import { planAnswer, Scripts, type AnswerKind, type PlannedAnswer, type ScriptSource } from './script.ts';
import { startTestServer, type Exchange, type TestServer } from './testServer.ts';

export interface OwnServer extends TestServer {
  /** Each answers one of the next requests for an answer, in order. */
  script(...sources: ScriptSource[]): void;
}

export interface OwnServerOptions {
  port?: number;
  /** None by default: everybody is let in. `/health` and `/v1/models` never need one. */
  keys?: string[];
  /** The only model; the name that a request gives is not checked. */
  model?: string;
  /** Tokens; 4096. */
  contextWindow?: number;
  /** Whether the model has tokens for fill-in-the-middle: it hasn't. Without, `suffix` is ignored in silence. */
  infill?: boolean;
  answers?: ScriptSource;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

const plain: ScriptSource = (_request, kind) =>
  kind === 'fill'
    ? { text: [' return', ' a', ' +', ' b'] }
    : { reasoning: ['The', ' capital', ' of', ' France'], text: ['Paris', '.'] };

/** Starts the server on 127.0.0.1. The caller stops it. */
export async function startOwnServer(options: OwnServerOptions = {}): Promise<OwnServer> {
  const model = options.model ?? 'deepseek-r1';
  const contextTokens = options.contextWindow ?? 4096;
  const now = options.now ?? Date.now;
  const scripts = new Scripts(options.answers ?? plain);
  let answers = 0;

  const refuse = ({ wire }: Exchange, code: number, message: string, type: string, more: object = {}): Promise<void> =>
    wire.json(code, { error: { code, message, type, ...more } });

  async function generate(exchange: Exchange, kind: AnswerKind): Promise<void> {
    const { request, wire } = exchange;
    const json: unknown = request.json;
    if (json === undefined) return refuse(exchange, 400, brokenJson(request.body), 'invalid_request_error');
    const prompt = promptTokens(json);
    if (prompt > contextTokens) {
      const message = `request (${prompt} tokens) exceeds the available context size (${contextTokens} tokens), try increasing it`;
      const counts = { n_prompt_tokens: prompt, n_ctx: contextTokens };
      return refuse(exchange, 400, message, 'exceed_context_size_error', counts);
    }
    const planned = planAnswer(await scripts.take(request, kind), {
      thinking: kind === 'chat' && thinks(json),
      stop: stopsOf(json),
      maxTokens: numberOf(at(json, 'max_tokens'), contextTokens),
      think: wire.fault?.think,
    });
    answers += 1;
    const id = `chatcmpl-${String(answers).padStart(32, '0')}`;
    const told = { created: Math.floor(now() / 1000), model, system_fingerprint: 'b0-unknown' };
    const usage = {
      completion_tokens: planned.completionTokens,
      prompt_tokens: prompt,
      total_tokens: prompt + planned.completionTokens,
      prompt_tokens_details: { cached_tokens: 0 },
      ...planned.usage,
    };
    const timings = timingsOf(prompt, planned.completionTokens);
    if (at(json, 'stream') !== true) {
      if (!(await wire.pause(planned.firstMs + planned.chunkMs * planned.text.length))) return undefined;
      const object = kind === 'chat' ? 'chat.completion' : 'text_completion';
      const choices = [kind === 'chat' ? wholeChoice(planned) : fillChoice(planned.text.join(''), planned.finish)];
      return wire.json(200, { choices, ...told, object, usage, id, timings });
    }

    wire.errorChunk = (error) => `data: ${JSON.stringify({ error })}\n\n`;
    if (!(await wire.head(200, { 'content-type': 'text/event-stream' }))) return undefined;
    if (!(await wire.pause(planned.firstMs))) return undefined;
    const asked = at(json, 'stream_options', 'include_usage') === true;
    const order = (choices: object[]): object =>
      kind === 'chat'
        ? {
            choices,
            created: told.created,
            id,
            model,
            system_fingerprint: 'b0-unknown',
            object: 'chat.completion.chunk',
          }
        : { choices, ...told, object: 'text_completion' };
    const events =
      kind === 'chat'
        ? [
            ...chatChoices(planned).map((choice) => order([choice])),
            ...(asked ? [{ ...order([]), usage, timings }] : []),
          ]
        : [
            ...planned.text.map((text) => ({ ...order([fillChoice(text, null)]), id })),
            { ...order([fillChoice('', planned.finish)]), ...(asked ? { usage } : {}), id, timings },
          ];
    for (const event of events) {
      if (!(await wire.chunk(`data: ${JSON.stringify(event)}\n\n`, planned.chunkMs))) return undefined;
    }
    return wire.end('data: [DONE]\n\n');
  }

  async function answer(exchange: Exchange): Promise<void> {
    const { request, wire } = exchange;
    const route = `${request.method} ${request.path}`;
    if (route === 'GET /health') return wire.json(200, { status: 'ok' });
    if (route === 'GET /v1/models') return wire.json(200, listed(model, contextTokens, Math.floor(now() / 1000)));
    const key = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    if (options.keys && !options.keys.includes(key)) {
      return wire.json(401, { error: { message: 'Invalid API Key', type: 'authentication_error', code: 401 } });
    }
    if (route === 'POST /v1/chat/completions') return generate(exchange, 'chat');
    if (route === 'POST /v1/completions') return generate(exchange, 'fill');
    if (route === 'POST /infill' && options.infill) {
      const planned = planAnswer(await scripts.take(request, 'fill'), { thinking: false, stop: [], maxTokens: 4096 });
      return wire.json(200, { content: planned.text.join(''), stop: true, model });
    }
    if (route === 'POST /infill') {
      const missing = ['prefix', 'suffix', 'middle'].map((name) => `${name} token is missing. `).join('');
      return refuse(exchange, 501, `Infill is not supported by this model: ${missing}`, 'not_supported_error');
    }
    return wire.json(404, { error: { message: 'File Not Found', type: 'not_found_error', code: 404 } });
  }

  const server = await startTestServer({ answer, clear: () => scripts.clear() }, options.port);
  return { ...server, script: (...sources) => scripts.add(...sources) };
}

/** DeepSeek's `thinking` is ignored without a word. */
function thinks(json: unknown): boolean {
  return at(json, 'reasoning_effort') !== 'none' && at(json, 'chat_template_kwargs', 'enable_thinking') !== false;
}

function chatChoices(planned: PlannedAnswer): object[] {
  const choice = (delta: object, finish: string | null = null) => ({ finish_reason: finish, index: 0, delta });
  const calls = planned.toolCalls.map(({ id, name, arguments: text }, index) => ({
    tool_calls: [{ index, id, type: 'function', function: { name, arguments: text } }],
  }));
  return [
    choice({ role: 'assistant', content: null }),
    ...planned.reasoning.map((text) => choice({ reasoning_content: text })),
    ...planned.text.map((content) => choice({ content })),
    ...calls.map((delta) => choice(delta)),
    choice({}, planned.finish),
  ];
}

function wholeChoice(planned: PlannedAnswer): object {
  const thought = planned.reasoning.length > 0 ? { reasoning_content: planned.reasoning.join('') } : {};
  const message = { role: 'assistant', content: planned.text.join(''), ...thought };
  return { finish_reason: planned.finish, index: 0, message };
}

function fillChoice(text: string, finish: string | null): object {
  return { text, index: 0, logprobs: null, finish_reason: finish };
}

function timingsOf(prompt: number, predicted: number): object {
  return {
    cache_n: 0,
    prompt_n: prompt,
    prompt_ms: 6 * prompt,
    prompt_per_token_ms: 6,
    prompt_per_second: 1000 / 6,
    predicted_n: predicted,
    predicted_ms: 5.5 * predicted,
    predicted_per_token_ms: 5.5,
    predicted_per_second: 1000 / 5.5,
  };
}

function listed(model: string, contextTokens: number, created: number): object {
  const details = {
    parent_model: '',
    format: 'gguf',
    family: '',
    families: [''],
    parameter_size: '',
    quantization_level: '',
  };
  const short = {
    name: model,
    model,
    modified_at: '',
    size: '',
    digest: '',
    type: 'model',
    description: '',
    tags: [''],
  };
  const meta = { vocab_type: 2, n_vocab: 49_152, n_ctx: contextTokens, n_ctx_train: 8192, n_embd: 576 };
  return {
    models: [{ ...short, capabilities: ['completion'], parameters: '', details }],
    object: 'list',
    data: [
      {
        id: model,
        aliases: [model],
        tags: [],
        object: 'model',
        architecture: { input_modalities: ['text'], output_modalities: ['text'] },
        created,
        owned_by: 'llamacpp',
        meta: { ...meta, n_params: 134_515_008, size: 96_576_768, ftype: 'Q4_1' },
      },
    ],
  };
}

/** The words for a body that is cut off. */
function brokenJson(body: string): string {
  const where = `line 1, column ${body.length + 1}`;
  const wanted = "unexpected end of input; expected '[', '{', or a literal";
  return `[json.exception.parse_error.101] parse error at ${where}: syntax error while parsing value - ${wanted}`;
}
