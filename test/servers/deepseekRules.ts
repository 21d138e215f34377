// What DeepSeek's API refuses, and with which words. The words are those that people have quoted; where none were, the
// comment says so.
import { deepSeekError } from './faults.ts';
import { at, isNothing, listOf, numberOf, stringsOf, textOf } from './json.ts';
import type { AnswerKind } from './script.ts';

export interface Refusal {
  status: number;
  body: object;
}

export interface Rules {
  /** Ids that are listed. */
  models: string[];
  /** Ids that are accepted without being listed. */
  aliases: string[];
  /** Tokens of prompt and answer together. */
  contextWindow: number;
}

/** Longest answers, in tokens. */
const maxOutput: Record<AnswerKind, number> = { chat: 393_216, fill: 4096 };
const roles = ['system', 'user', 'assistant', 'tool'];
const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];
const switches = ['enabled', 'disabled'];

/** A field of the wrong kind is a 422; a word that isn't in the list is a 400, as it was seen for `reasoning_effort`. */
const undeserialisable = (what: string, status = 422): Refusal => ({
  status,
  body: deepSeekError(`Failed to deserialize the JSON body into the target type: ${what}`),
});
const invalid = (message: string): Refusal => ({ status: 400, body: deepSeekError(message) });

/** Whether the model thinks: it does unless told otherwise. */
export function thinks(json: unknown): boolean {
  return at(json, 'thinking', 'type') !== 'disabled' && at(json, 'reasoning_effort') !== 'none';
}

/** How many tokens a prompt is. */
export function promptTokens(json: unknown): number {
  return tokensOfPrompt(json).length;
}

/**
 * A prompt's tokens by the rule of all test servers: four characters each, and four for each message. Text that grows at its end
 * changes the last one only. That a suffix is laid out behind its prompt is an assumption, and each model has heads of its own.
 */
export function tokensOfPrompt(json: unknown): string[] {
  const prompt = at(json, 'prompt');
  const tokens =
    typeof prompt === 'string'
      ? [...tokensOf(prompt), ...tokensOf(textOf(at(json, 'suffix')))]
      : listOf(at(json, 'messages')).flatMap((message) =>
          tokensOfMessage(textOf(at(message, 'role')), messageText(message)),
        );
  const [first, ...rest] = tokens;
  return first === undefined ? [] : [`${textOf(at(json, 'model'))} ${typeof prompt} ${first}`, ...rest];
}

export function tokensOfMessage(role: string, text: string): string[] {
  return [`<${role}>`, '', '', '', ...tokensOf(text)];
}

/** Text cut into tokens, as `countTokens` counts them. */
export function tokensOf(text: string): string[] {
  return text.match(/[\s\S]{1,4}/g) ?? [];
}

/** A message's text, of a list of parts too. */
export function messageText(message: unknown): string {
  const content = at(message, 'content');
  if (!Array.isArray(content)) return textOf(content);
  return content.map((part) => textOf(at(part, 'text'))).join('');
}

/** The bound of an answer, in tokens: what was asked, else the documented default. */
export function answerBound(json: unknown, kind: AnswerKind): number {
  const otherwise = !thinks(json) ? 8192 : at(json, 'reasoning_effort') === 'max' ? 131_072 : 65_536;
  return numberOf(at(json, 'max_tokens'), kind === 'fill' ? maxOutput.fill : otherwise);
}

export function stopsOf(json: unknown): string[] {
  const stop = at(json, 'stop');
  return typeof stop === 'string' ? [stop] : stringsOf(stop);
}

/** @returns the refusal, or undefined when the request may be answered */
export function refuse(json: unknown, body: string, kind: AnswerKind, rules: Rules): Refusal | undefined {
  if (json === undefined) return undeserialisable(`EOF while parsing a value at line 1 column ${body.length}`);
  return (
    wrongFields(json, kind) ??
    wrongModel(json, rules) ??
    (kind === 'chat' ? wrongChat(json) : wrongFill(json)) ??
    wrongLimits(json, kind, rules)
  );
}

function wrongFields(json: unknown, kind: AnswerKind): Refusal | undefined {
  for (const name of ['model', kind === 'chat' ? 'messages' : 'prompt']) {
    const value = at(json, name);
    if (value === undefined) return undeserialisable(`missing field \`${name}\` at line 1 column 1`);
    const expected = name === 'messages' ? 'sequence' : 'string';
    if (expected === 'sequence' ? !Array.isArray(value) : typeof value !== 'string') {
      return undeserialisable(`${name}: invalid type: ${serdeType(value)}, expected a ${expected} at line 1 column 1`);
    }
  }
  const words: [string, unknown, string[]][] = [
    ['reasoning_effort', at(json, 'reasoning_effort'), efforts],
    ['thinking.type', at(json, 'thinking', 'type'), switches],
  ];
  for (const [index, message] of listOf(at(json, 'messages')).entries()) {
    const role = at(message, 'role');
    if (role === undefined) return undeserialisable(`messages[${index}]: missing field \`role\` at line 1 column 1`);
    words.push([`messages[${index}].role`, role, roles]);
  }
  for (const [field, value, known] of words) {
    if (isNothing(value) || known.includes(textOf(value))) continue;
    const list = known.map((word) => `\`${word}\``).join(', ');
    const what = `${field}: unknown variant \`${textOf(value)}\`, expected one of ${list} at line 1 column 1`;
    return undeserialisable(what, 400);
  }
  for (const name of ['stream', 'temperature', 'max_tokens', 'top_p']) {
    const value = at(json, name);
    const expected = name === 'stream' ? 'boolean' : 'number';
    if (isNothing(value) || typeof value === expected) continue;
    return undeserialisable(`${name}: invalid type: ${serdeType(value)}, expected a ${expected} at line 1 column 1`);
  }
  return undefined;
}

function wrongModel(json: unknown, rules: Rules): Refusal | undefined {
  const model = textOf(at(json, 'model'));
  if ([...rules.models, ...rules.aliases].includes(model)) return undefined;
  return invalid(`The supported API model names are ${rules.models.join(', ')}, but you passed ${model}.`);
}

function wrongChat(json: unknown): Refusal | undefined {
  const messages = listOf(at(json, 'messages'));
  if (messages.length === 0) return invalid('Empty input messages'); // Words not quoted anywhere.
  if (!isNothing(at(json, 'stream_options')) && at(json, 'stream') !== true) {
    return invalid('stream_options should be set along with stream = true'); // Documented as a 400, words not quoted.
  }
  const tools = listOf(at(json, 'tools'));
  if (tools.length > 128) return invalid('Too many tools, the maximum number of tools is 128'); // Words not quoted.
  const format = at(json, 'response_format', 'type');
  if (!isNothing(format) && format !== 'text' && format !== 'json_object') {
    return invalid('This response_format type is unavailable now');
  }
  for (const message of messages) {
    if (at(message, 'role') !== 'assistant') continue;
    const calls = listOf(at(message, 'tool_calls'));
    if (isNothing(at(message, 'content')) && calls.length === 0) {
      return invalid('Invalid assistant message: content or tool_calls must be set');
    }
    if (thinks(json) && tools.length > 0 && typeof at(message, 'reasoning_content') !== 'string') {
      return invalid('The `reasoning_content` in the thinking mode must be passed back to the API.');
    }
  }
  const choice = at(json, 'tool_choice');
  if (thinks(json) && (choice === 'required' || (typeof choice === 'object' && choice !== null))) {
    return invalid('Thinking mode does not support this tool_choice');
  }
  return undefined;
}

/** Fill-in-the-middle doesn't think (documented); that asking for it is refused, and how, is an assumption. */
function wrongFill(json: unknown): Refusal | undefined {
  const asked = at(json, 'thinking', 'type') === 'enabled';
  return asked ? invalid('Thinking mode is not supported by the completions API') : undefined;
}

function wrongLimits(json: unknown, kind: AnswerKind, rules: Rules): Refusal | undefined {
  const max = at(json, 'max_tokens');
  if (typeof max === 'number' && (max < 1 || max > maxOutput[kind])) {
    return invalid(`Invalid max_tokens value, the valid range of max_tokens is [1, ${maxOutput[kind]}]`);
  }
  if (listOf(at(json, 'stop')).length > 16) {
    return invalid('Invalid stop value, the maximum number of stop sequences is 16'); // Words not quoted anywhere.
  }
  const prompt = promptTokens(json);
  const completion = numberOf(max, 1);
  if (prompt + completion <= rules.contextWindow) return undefined;
  return invalid(
    `This model's maximum context length is ${rules.contextWindow} tokens. However, you requested ${prompt + completion} ` +
      `tokens (${prompt} in the messages, ${completion} in the completion). ` +
      'Please reduce the length of the messages or completion.',
  );
}

/** A value in the words of Rust's serde. */
function serdeType(value: unknown): string {
  if (Array.isArray(value)) return 'sequence';
  if (typeof value === 'string') return `string ${JSON.stringify(value)}`;
  if (typeof value === 'number') return `${Number.isInteger(value) ? 'integer' : 'floating point'} \`${value}\``;
  if (typeof value === 'boolean') return `boolean \`${value}\``;
  return value === null ? 'null' : 'map';
}
