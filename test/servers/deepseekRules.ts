// What DeepSeek's API refuses, and with which words. The words are those that people have quoted; where none were, the
// comment says so.
import { deepSeekError } from './faults.ts';
import { countTokens, type AnswerKind } from './script.ts';
import type { ParsedJson } from './testServer.ts';

export interface Refusal {
  status: number;
  body: object;
}

export interface Rules {
  /** Ids that are listed, and those that are accepted without being listed. */
  models: string[];
  aliases: string[];
  /** Tokens of prompt and answer together. */
  contextWindow: number;
}

/** Longest answers, in tokens. */
const maxOutput: Record<AnswerKind, number> = { chat: 393_216, fill: 4096 };
const roles = ['system', 'user', 'assistant', 'tool'];
const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/** A field of the wrong kind is a 422; a word that isn't in the list is a 400, as it was seen for `reasoning_effort`. */
const undeserialisable = (what: string, status = 422): Refusal => ({
  status,
  body: deepSeekError(`Failed to deserialize the JSON body into the target type: ${what}`),
});
const invalid = (message: string): Refusal => ({ status: 400, body: deepSeekError(message) });

/** Whether the model thinks: it does unless told otherwise. */
export function thinks(json: ParsedJson): boolean {
  return json?.thinking?.type !== 'disabled' && json?.reasoning_effort !== 'none';
}

/** Tokens of a prompt by the rule of all test servers: four characters each, and four for each message. */
export function promptTokens(json: ParsedJson): number {
  if (typeof json?.prompt === 'string') return countTokens(json.prompt) + countTokens(asText(json.suffix));
  return messagesOf(json).reduce((sum, message) => sum + 4 + countTokens(messageText(message)), 0);
}

/** All that a request says to the model, in order: what a cache compares. */
export function promptText(json: ParsedJson): string {
  if (typeof json?.prompt === 'string') return `${json.prompt}\u0000${asText(json.suffix)}`;
  return messagesOf(json)
    .map((message) => `${asText(message.role)}\n${messageText(message)}\n`)
    .join('');
}

/** @returns the refusal, or undefined when the request may be answered */
export function refuse(
  json: ParsedJson | undefined,
  body: string,
  kind: AnswerKind,
  rules: Rules,
): Refusal | undefined {
  if (json === undefined) return undeserialisable(`EOF while parsing a value at line 1 column ${body.length}`);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return undeserialisable('invalid type, expected struct at line 1 column 1');
  }
  return (
    wrongFields(json, kind) ??
    wrongModel(json, rules) ??
    (kind === 'chat' ? wrongChat(json) : wrongFill(json)) ??
    wrongLimits(json, kind, rules)
  );
}

function wrongFields(json: ParsedJson, kind: AnswerKind): Refusal | undefined {
  for (const [name, type] of [['model', 'string'], kind === 'chat' ? ['messages', 'sequence'] : ['prompt', 'string']]) {
    const value: unknown = json[name as string];
    if (value === undefined) return undeserialisable(`missing field \`${name}\` at line 1 column 1`);
    if (type === 'string' ? typeof value !== 'string' : !Array.isArray(value)) {
      return undeserialisable(`${name}: invalid type: ${serdeType(value)}, expected a ${type} at line 1 column 1`);
    }
  }
  const effort: unknown = json.reasoning_effort;
  if (effort !== undefined && effort !== null && !efforts.includes(asText(effort))) {
    return undeserialisable(unknownVariant('reasoning_effort', effort, efforts), 400);
  }
  const type: unknown = json.thinking?.type;
  if (type !== undefined && !['enabled', 'disabled'].includes(asText(type))) {
    return undeserialisable(unknownVariant('thinking.type', type, ['enabled', 'disabled']), 400);
  }
  for (const [index, message] of messagesOf(json).entries()) {
    if (message.role === undefined) return undeserialisable(`messages[${index}]: missing field \`role\``);
    if (!roles.includes(asText(message.role))) {
      return undeserialisable(unknownVariant(`messages[${index}].role`, message.role, roles), 400);
    }
  }
  for (const name of ['stream', 'temperature', 'max_tokens', 'top_p']) {
    const value: unknown = json[name];
    const expected = name === 'stream' ? 'boolean' : 'number';
    if (value !== undefined && value !== null && typeof value !== expected) {
      return undeserialisable(`${name}: invalid type: ${serdeType(value)}, expected a ${expected} at line 1 column 1`);
    }
  }
  return undefined;
}

function wrongModel(json: ParsedJson, rules: Rules): Refusal | undefined {
  if ([...rules.models, ...rules.aliases].includes(asText(json.model))) return undefined;
  return invalid(`The supported API model names are ${rules.models.join(', ')}, but you passed ${asText(json.model)}.`);
}

function wrongChat(json: ParsedJson): Refusal | undefined {
  if (messagesOf(json).length === 0) return invalid('Empty input messages'); // Words not quoted anywhere.
  if (json.stream_options !== undefined && json.stream_options !== null && json.stream !== true) {
    return invalid('stream_options should be set along with stream = true'); // Documented as a 400, words not quoted.
  }
  const tools: unknown[] = Array.isArray(json.tools) ? json.tools : [];
  if (tools.length > 128) return invalid('Too many tools. The maximum number of tools is 128.'); // Words not quoted.
  const format: unknown = json.response_format?.type;
  if (format !== undefined && format !== 'text' && format !== 'json_object') {
    return invalid('This response_format type is unavailable now');
  }
  for (const message of messagesOf(json)) {
    if (message.role !== 'assistant') continue;
    const calls = Array.isArray(message.tool_calls) && message.tool_calls.length > 0;
    if (typeof message.content !== 'string' && !calls) {
      return invalid('Invalid assistant message: content or tool_calls must be set');
    }
    if (thinks(json) && tools.length > 0 && typeof message.reasoning_content !== 'string') {
      return invalid('The `reasoning_content` in the thinking mode must be passed back to the API.');
    }
  }
  const choice: unknown = json.tool_choice;
  if (thinks(json) && (choice === 'required' || (typeof choice === 'object' && choice !== null))) {
    return invalid('Thinking mode does not support this tool_choice');
  }
  return undefined;
}

/** Fill-in-the-middle doesn't think. That asking for it is refused is an assumption; it is documented as unsupported. */
function wrongFill(json: ParsedJson): Refusal | undefined {
  return json.thinking?.type === 'enabled'
    ? invalid('Thinking mode is not supported by the completions API')
    : undefined;
}

function wrongLimits(json: ParsedJson, kind: AnswerKind, rules: Rules): Refusal | undefined {
  const max: unknown = json.max_tokens;
  if (typeof max === 'number' && (max < 1 || max > maxOutput[kind] || !Number.isInteger(max))) {
    return invalid(`Invalid max_tokens value, the valid range of max_tokens is [1, ${maxOutput[kind]}]`);
  }
  if (Array.isArray(json.stop) && json.stop.length > 16) {
    return invalid('Invalid stop value, the maximum number of stop sequences is 16'); // Words not quoted anywhere.
  }
  const prompt = promptTokens(json);
  const completion = typeof max === 'number' ? max : 1;
  if (prompt + completion <= rules.contextWindow) return undefined;
  return invalid(
    `This model's maximum context length is ${rules.contextWindow} tokens. However, you requested ${prompt + completion} tokens ` +
      `(${prompt} in the messages, ${completion} in the completion). Please reduce the length of the messages or completion.`,
  );
}

/** The bound of an answer, in tokens: what was asked, else the documented default. */
export function answerBound(json: ParsedJson, kind: AnswerKind): number {
  if (typeof json.max_tokens === 'number') return json.max_tokens;
  if (kind === 'fill') return maxOutput.fill;
  if (!thinks(json)) return 8192;
  return json.reasoning_effort === 'max' ? 131_072 : 65_536;
}

export function stopsOf(json: ParsedJson): string[] {
  if (typeof json?.stop === 'string') return [json.stop];
  return Array.isArray(json?.stop) ? json.stop.filter((stop: unknown) => typeof stop === 'string') : [];
}

export function messagesOf(json: ParsedJson): ParsedJson[] {
  return Array.isArray(json?.messages) ? json.messages : [];
}

/** A message's text, of a list of parts too. */
export function messageText(message: ParsedJson): string {
  const content: unknown = message?.content;
  if (!Array.isArray(content)) return asText(content);
  return content.map((part: ParsedJson) => asText(part?.text)).join('');
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function unknownVariant(field: string, value: unknown, known: string[]): string {
  return `${field}: unknown variant \`${asText(value)}\`, expected one of ${known.map((name) => `\`${name}\``).join(', ')} at line 1 column 1`;
}

function serdeType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'sequence';
  if (typeof value === 'object') return 'map';
  if (typeof value === 'string') return `string ${JSON.stringify(value)}`;
  return typeof value === 'number' ? `integer \`${value}\`` : `boolean \`${String(value)}\``;
}
