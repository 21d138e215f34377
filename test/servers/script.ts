// What a test server answers: scripts given by the test, one per request, and how they are cut to what was asked for.
import type { RecordedRequest } from './testServer.ts';
import type { ThinkTags } from './faults.ts';

/** `fill` is fill-in-the-middle or a raw continuation, `chat` everything else. */
export type AnswerKind = 'chat' | 'fill';

export interface ScriptedToolCall {
  id?: string;
  name: string;
  /** Objects are written as JSON. A string goes out as it is, so that it can be broken. */
  arguments: string | object;
}

/** One answer. A list of strings is sent chunk by chunk as given; a string is cut into pieces the size of a word. */
export interface Script {
  /** Sent only if the request wants thinking, as the real servers do; `alwaysThinks` sends it in any case. */
  reasoning?: string | string[];
  alwaysThinks?: boolean;
  text?: string | string[];
  toolCalls?: ScriptedToolCall[];
  /** The wire's own word: `stop`, `length`, `tool_calls`, `insufficient_system_resource` … Found out if left out. */
  finish?: string;
  /** Fields of the wire's usage that replace the counted ones. */
  usage?: Record<string, unknown>;
  /** Milliseconds before each chunk, and before the first. */
  chunkMs?: number;
  firstMs?: number;
  /** Only for such a request; the script waits in the queue until one comes. */
  for?: AnswerKind;
}

/** A script, or a function that makes one of the request. */
export type ScriptSource = Script | ((request: RecordedRequest, kind: AnswerKind) => Script | Promise<Script>);

/** An answer cut to what was asked for. */
export interface PlannedAnswer {
  reasoning: string[];
  text: string[];
  toolCalls: { id: string; name: string; arguments: string }[];
  finish: string;
  reasoningTokens: number;
  completionTokens: number;
  chunkMs: number;
  firstMs: number;
  usage: Record<string, unknown>;
}

/** The rule of all test servers: a token is four characters (UTF-16 units), rounded up. */
export function countTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

/** The scripts that a test has queued, and what is answered when there is none. */
export class Scripts {
  #queue: ScriptSource[] = [];
  #fallback: ScriptSource;

  constructor(fallback: ScriptSource) {
    this.#fallback = fallback;
  }

  /** Each answers one request, in order. */
  add(...sources: ScriptSource[]): void {
    this.#queue.push(...sources);
  }

  clear(): void {
    this.#queue = [];
  }

  async take(request: RecordedRequest, kind: AnswerKind): Promise<Script> {
    const at = this.#queue.findIndex(
      (source) => typeof source === 'function' || source.for === undefined || source.for === kind,
    );
    const source = at < 0 ? this.#fallback : (this.#queue.splice(at, 1)[0] ?? this.#fallback);
    return typeof source === 'function' ? await source(request, kind) : source;
  }
}

/** Cuts a script at the stop sequences and at `maxTokens` (thinking counts), and puts think tags in where a fault wants them. */
export function planAnswer(
  script: Script,
  wanted: { thinking: boolean; stop: string[]; maxTokens: number; think?: ThinkTags | undefined },
): PlannedAnswer {
  let reasoning = wanted.thinking || script.alwaysThinks === true ? pieces(script.reasoning ?? []) : [];
  let text = pieces(script.text ?? []);
  let finish = script.finish;
  if (wanted.think) {
    text = withTags(reasoning, text, wanted.think);
    reasoning = [];
  }

  const whole = text.join('');
  const stops = wanted.stop.map((stop) => whole.indexOf(stop)).filter((at) => at >= 0);
  if (stops.length > 0) text = shortened(text, Math.min(...stops));

  const room = wanted.maxTokens * 4;
  const thought = lengthOf(reasoning);
  if (thought + lengthOf(text) > room) {
    finish ??= 'length';
    reasoning = shortened(reasoning, room);
    text = shortened(text, Math.max(0, room - thought));
  }

  const toolCalls = (script.toolCalls ?? []).map((call, index) => ({
    id: call.id ?? `call_00_${index}`,
    name: call.name,
    arguments: typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments),
  }));
  const reasoningTokens = countTokens(reasoning.join(''));
  return {
    reasoning,
    text,
    toolCalls,
    finish: finish ?? (toolCalls.length > 0 ? 'tool_calls' : 'stop'),
    reasoningTokens,
    completionTokens:
      reasoningTokens + countTokens(text.join('')) + countTokens(toolCalls.map((call) => call.arguments).join('')),
    chunkMs: script.chunkMs ?? 0,
    firstMs: script.firstMs ?? 0,
    usage: script.usage ?? {},
  };
}

function pieces(text: string | string[]): string[] {
  return typeof text === 'string' ? (text.match(/\s*\S{1,12}|\s+$/gu) ?? []) : text.filter((piece) => piece !== '');
}

function lengthOf(list: string[]): number {
  return list.reduce((sum, piece) => sum + piece.length, 0);
}

/** The pieces up to `length` characters in all. */
function shortened(list: string[], length: number): string[] {
  const kept: string[] = [];
  let left = length;
  for (const piece of list) {
    if (left <= 0) break;
    kept.push(piece.slice(0, left));
    left -= piece.length;
  }
  return kept;
}

function withTags(reasoning: string[], text: string[], { tags, split = false }: ThinkTags): string[] {
  const tag = (name: string): string[] => (split ? Array.from(name) : [name]);
  const open = tags === 'onlyClosing' ? [] : [...tag('<think>'), '\n'];
  const close = tags === 'doubled' ? [...tag('</think>'), '\n', ...tag('</think>')] : tag('</think>');
  const middle = Math.ceil(text.length / 2);
  const answer = tags === 'stray' ? [...text.slice(0, middle), ...tag('</think>'), ...text.slice(middle)] : text;
  return [...open, ...reasoning, '\n', ...close, '\n\n', ...answer];
}
