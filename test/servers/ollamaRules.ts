// What Ollama refuses, in its own (Go's) words, as an Ollama 0.17.4 was seen to say it; and how it counts and cuts a prompt.
import { at, isNothing, listOf, textOf } from './json.ts';
import { countTokens } from './script.ts';
import type { OllamaTestModel } from './ollamaModels.ts';

export interface Refusal {
  status: number;
  error: string;
}

type GoType = 'string' | 'bool' | 'messages' | 'options' | 'tools';

/** Fields that are checked, and what Go says they should be. */
const fields: Record<string, { type: GoType; go: string }> = {
  model: { type: 'string', go: 'string' },
  prompt: { type: 'string', go: 'string' },
  suffix: { type: 'string', go: 'string' },
  messages: { type: 'messages', go: '[]api.Message' },
  stream: { type: 'bool', go: 'bool' },
  raw: { type: 'bool', go: 'bool' },
  truncate: { type: 'bool', go: 'bool' },
  options: { type: 'options', go: 'map[string]interface {}' },
  tools: { type: 'tools', go: 'api.Tools' },
};

const optionTypes: Record<string, 'integer' | 'float32' | 'array'> = {
  num_ctx: 'integer',
  num_predict: 'integer',
  num_keep: 'integer',
  seed: 'integer',
  top_k: 'integer',
  temperature: 'float32',
  top_p: 'float32',
  stop: 'array',
};

/** Refuses a body that isn't what the route wants. `struct` is Go's name of the request. */
export function refuseBody(json: unknown, body: string, struct: string): Refusal | undefined {
  if (body === '') return { status: 400, error: 'missing request body' };
  if (json === undefined) return { status: 400, error: goSyntaxError(body) };
  for (const [name, field] of Object.entries(fields)) {
    const value = at(json, name);
    if (isNothing(value) || isOf(field.type, value)) continue;
    const error = `json: cannot unmarshal ${goName(value)} into Go struct field ${struct}.${name} of type ${field.go}`;
    return { status: 400, error };
  }
  const think = at(json, 'think');
  if (typeof think === 'string' && !['high', 'medium', 'low'].includes(think)) {
    const error = `invalid think value: "${think}" (must be "high", "medium", "low", true, or false)`;
    return { status: 400, error };
  }
  return undefined;
}

/** Refuses what the model can't do, and options of the wrong type. */
export function refuseFor(model: OllamaTestModel, json: unknown): Refusal | undefined {
  const full = `registry.ollama.ai/library/${model.name}`;
  const can = (capability: string): boolean => model.capabilities.includes(capability);
  if (textOf(at(json, 'suffix')) !== '' && !can('insert')) {
    return { status: 400, error: `${full} does not support insert` };
  }
  if (listOf(at(json, 'tools')).length > 0 && !can('tools')) {
    return { status: 400, error: `${full} does not support tools` };
  }
  const think = at(json, 'think');
  if (!isNothing(think) && think !== false && !can('thinking')) {
    return { status: 400, error: `"${model.name}" does not support thinking` };
  }
  for (const [name, type] of Object.entries(optionTypes)) {
    const value = at(json, 'options', name);
    if (isNothing(value)) continue;
    const good = type === 'array' ? Array.isArray(value) : typeof value === 'number';
    if (!good) return { status: 500, error: `option "${name}" must be of type ${type}` };
  }
  if (typeof think === 'string')
    return { status: 400, error: `think value "${think}" is not supported for this model` };
  return undefined;
}

/** A model that can think does so unless told not to; raw prompts are continued as they are. */
export function thinks(model: OllamaTestModel, json: unknown): boolean {
  return model.capabilities.includes('thinking') && at(json, 'think') !== false && at(json, 'raw') !== true;
}

/** What the model gets to read of a prompt: its tokens, or undefined when it is too long and may not be cut. */
export function readPrompt(json: unknown, contextTokens: number): number | undefined {
  const parts = promptParts(json);
  let tokens = parts.reduce((sum, part) => sum + part.tokens, 0);
  if (tokens <= contextTokens) return Math.max(1, tokens);
  if (at(json, 'truncate') === false) return undefined;
  // The oldest messages go first; system messages and the last one stay.
  for (const part of parts.slice(0, -1)) {
    if (tokens <= contextTokens) break;
    if (!part.system) tokens -= part.tokens;
  }
  return Math.min(tokens, contextTokens);
}

/** Four characters are a token; a message costs four more. */
function promptParts(json: unknown): { tokens: number; system: boolean }[] {
  const prompt = at(json, 'prompt');
  if (typeof prompt === 'string') {
    return [{ tokens: countTokens(prompt) + countTokens(textOf(at(json, 'suffix'))), system: false }];
  }
  return listOf(at(json, 'messages')).map((message) => ({
    tokens: 4 + countTokens(textOf(at(message, 'content'))),
    system: at(message, 'role') === 'system',
  }));
}

/** Milliseconds of `keep_alive`: a number of seconds or Go's notation; 5 minutes by default, negative is for ever. */
export function keepAliveMs(value: unknown): number {
  if (typeof value === 'number') return value < 0 ? Infinity : value * 1000;
  const parsed = typeof value === 'string' ? /^(-?)(\d+)(ms|s|m|h)?$/.exec(value) : null;
  if (!parsed) return 300_000;
  if (parsed[1] === '-') return Infinity;
  return Number(parsed[2]) * ({ ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[parsed[3] ?? 's'] ?? 1000);
}

const goodHosts = /^(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|.+\.(localhost|local|internal))$/;
const goodOrigins =
  /^(https?:\/\/(localhost|127\.0\.0\.1|0\.0\.0\.0)(:\d+)?|(app|file|tauri|vscode-webview|vscode-file):\/\/.*)$/;

/** The guard against foreign pages and rebound host names. */
export function isForeign(headers: { host?: string | undefined; origin?: string | undefined }): boolean {
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  return !goodHosts.test(host) || (headers.origin !== undefined && !goodOrigins.test(headers.origin));
}

function isOf(type: GoType, value: unknown): boolean {
  if (type === 'string') return typeof value === 'string';
  if (type === 'bool') return typeof value === 'boolean';
  if (type === 'options') return typeof value === 'object' && !Array.isArray(value);
  return Array.isArray(value);
}

function goName(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value;
}

/** Go's words for the two ways in which a body is broken: cut off, or not JSON from its first character. */
function goSyntaxError(body: string): string {
  const first = body.trimStart()[0] ?? '';
  return first === '{' || first === '[' || first === '"'
    ? 'unexpected EOF'
    : `invalid character '${first}' looking for beginning of value`;
}
