// A model on Ollama: chat, fill-in-the-middle, and the continuation of a prefix by a model that can't insert. Installed models,
// versions and pulls are in ollamaServer.ts.
import type { ChatRequest as WireChat, GenerateRequest as WireGenerate, Message } from 'ollama';
import { ollamaAddress } from './loopback.ts';
import { ollamaStream, withOllama, type OllamaRequest } from './ollamaWire.ts';
import { ReasoningParser } from './reasoning.ts';
import type { Transport } from './transports.ts';
import type {
  ChatMessage,
  ChatRequest,
  FillRequest,
  FinishReason,
  Model,
  ModelEvent,
  OnSend,
  Tool,
  Usage,
} from './types.ts';

/** How long Ollama keeps the model in memory after an answer: loading it again takes longer than most pauses in typing. */
const keepAlive = '30m';
const defaultIdleMs = 300_000;
/** R1's model card asks for 0.5 to 0.7 while it thinks; at 0 it tends to repeat itself without end. Others know their own. */
const r1Temperature = 0.6;

export interface OllamaOptions {
  /** With its tag: `deepseek-r1:8b`. */
  id: string;
  url: string;
  /** Context window in tokens. One value for everything: Ollama reloads the model for another one. */
  contextTokens: number;
  /** As `/api/show` tells them; `insert` decides how ghost text is asked for. */
  capabilities: readonly string[];
  /**
   * Longest silence in milliseconds. Before the first token a longer one is allowed as long as the server answers other requests:
   * headers come with the first token, so loading a model and reading a prompt look like a dead server.
   */
  idleMs?: number;
  transport?: Transport;
  onSend?: OnSend;
}

/** One line of a streamed answer, of `/api/chat` or `/api/generate`. */
interface Part {
  message?: Message;
  response?: string;
  thinking?: string;
  done?: boolean;
  done_reason?: string;
  load_duration?: number;
  prompt_eval_count?: number;
  prompt_eval_duration?: number;
  eval_count?: number;
}

/** Answers from a model that Ollama runs. Errors: see `Model`; `modelNotLocal` when the answer comes from another host. */
export class OllamaModel implements Model {
  readonly id: string;
  readonly #options: OllamaOptions;
  readonly #url: string;

  constructor(options: OllamaOptions) {
    this.id = options.id;
    this.#options = options;
    this.#url = ollamaAddress(options.url);
  }

  async *chat(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ModelEvent, void, undefined> {
    const { thinking, maxTokens, stop, tools = [] } = request;
    const body = {
      model: this.id,
      messages: request.messages.map(wireMessage),
      // Left out, a model that can think does so.
      think: thinking,
      options: this.#settings(thinking ? this.#thinkingTemperature() : 0, maxTokens, stop),
      ...(tools.length === 0 ? {} : { tools: tools.map(wireTool) }),
      ...this.#common(),
    };
    const parts = ollamaStream<Part>(this.#wire(signal), (client) =>
      client.chat(body as unknown as WireChat & { stream: true }),
    );
    yield* this.#events(parts, new ReasoningParser());
  }

  /**
   * With the capability `insert` the model fills in the middle. Any other continues the raw prefix, without its chat template and
   * thus without thinking. Should it (R1) begin to think all the same, `<think>` is a stop string: the answer ends there, empty if
   * need be, instead of spending minutes on thoughts that no ghost text can show.
   */
  async *fill(request: FillRequest, signal: AbortSignal): AsyncGenerator<ModelEvent, void, undefined> {
    const { prefix, suffix, maxTokens, stop = [] } = request;
    const inserts = this.#options.capabilities.includes('insert');
    const body = {
      model: this.id,
      // Without a prompt Ollama only loads the model.
      prompt: prefix === '' ? '\n' : prefix,
      // With an empty suffix Ollama would use the chat template instead.
      ...(inserts ? { suffix: suffix === '' ? '\n' : suffix } : { raw: true }),
      think: false,
      options: this.#settings(0, maxTokens, inserts ? stop : [...stop, '<think>', '</think>']),
      ...this.#common(),
    };
    const parts = ollamaStream<Part>(this.#wire(signal), (client) =>
      client.generate(body as WireGenerate & { stream: true }),
    );
    yield* this.#events(parts, new ReasoningParser({ code: true }));
  }

  async *#events(parts: AsyncIterable<Part>, parser: ReasoningParser): AsyncGenerator<ModelEvent, void, undefined> {
    let calls = 0;
    for await (const part of parts) {
      const thinking = part.message?.thinking ?? part.thinking;
      if (thinking !== undefined && thinking !== '') yield* parser.reasoning(thinking);
      yield* parser.content(part.message?.content ?? part.response ?? '');
      for (const { function: called } of part.message?.tool_calls ?? []) {
        const call = { id: `call_${calls}`, name: called.name, arguments: JSON.stringify(called.arguments) };
        calls += 1;
        yield { type: 'toolCall', call };
      }
      if (part.done !== true) continue;
      yield* parser.end();
      yield { type: 'usage', usage: usageOf(part) };
      yield { type: 'done', reason: finishReason(part, calls) };
      return;
    }
  }

  #wire(signal: AbortSignal): OllamaRequest {
    const { idleMs = defaultIdleMs, transport, onSend } = this.#options;
    const base = { url: this.#url, model: this.id, signal, transport };
    const stillThere = (): Promise<boolean> =>
      withOllama({ ...base, idleMs: Math.min(idleMs, 10_000), expects: 'json' }, (client) => client.version()).then(
        () => true,
        () => false,
      );
    return { ...base, contextTokens: this.#options.contextTokens, idleMs, expects: 'stream', stillThere, onSend };
  }

  #thinkingTemperature(): number | undefined {
    return /(^|[^a-z0-9])r1([^a-z0-9]|$)/i.test(this.id) ? r1Temperature : undefined;
  }

  #settings(
    temperature: number | undefined,
    maxTokens: number | undefined,
    stop: readonly string[] = [],
  ): Record<string, unknown> {
    const stops = stop.filter((each) => each !== '');
    return {
      num_ctx: this.#options.contextTokens,
      ...(temperature === undefined ? {} : { temperature }),
      ...(maxTokens === undefined ? {} : { num_predict: maxTokens }),
      ...(stops.length === 0 ? {} : { stop: stops }),
    };
  }

  /** `truncate: false` (which the client's types lack): a prompt that is too long fails, instead of losing its head silently. */
  #common(): { stream: true; truncate: false; keep_alive: string } {
    return { stream: true, truncate: false, keep_alive: keepAlive };
  }
}

function usageOf(part: Part): Usage {
  const ms = (nanoseconds: number | undefined): number | undefined =>
    nanoseconds === undefined ? undefined : nanoseconds / 1e6;
  const loadMs = ms(part.load_duration);
  const promptMs = ms(part.prompt_eval_duration);
  return {
    promptTokens: part.prompt_eval_count ?? 0,
    completionTokens: part.eval_count ?? 0,
    ...(loadMs === undefined ? {} : { loadMs }),
    ...(promptMs === undefined ? {} : { promptMs }),
  };
}

function finishReason({ done_reason: reason }: Part, calls: number): FinishReason {
  if (calls > 0) return 'toolCalls';
  return reason === 'length' ? 'length' : 'stop';
}

/** Earlier thoughts stay here: Ollama drops them from past turns anyway. */
function wireMessage({ role, content, toolCalls, toolCallId }: ChatMessage): Record<string, unknown> {
  return {
    role,
    content,
    ...(toolCalls !== undefined && toolCalls.length > 0
      ? { tool_calls: toolCalls.map((call) => ({ function: { name: call.name, arguments: parsed(call.arguments) } })) }
      : {}),
    ...(toolCallId === undefined ? {} : { tool_call_id: toolCallId }),
  };
}

/** Ollama wants an object; what a model wrote may be no JSON at all. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function wireTool(tool: Tool): Record<string, unknown> {
  return { type: 'function', function: tool };
}
