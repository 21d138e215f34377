// What the tests of models share: reading an answer to its end, and what a person would read when it fails.
import assert from 'node:assert/strict';
import { ModelError, type ModelErrorReason } from '../../../src/models/errors.ts';
import { explainModelError } from '../../../src/models/sentences.ts';
import type { ModelEvent, Usage } from '../../../src/models/types.ts';

export interface Read {
  reasoning: string;
  text: string;
  calls: { id: string; name: string; arguments: string }[];
  usage: Usage | undefined;
  finish: string | undefined;
  /** Types of the events, repetitions left out. */
  order: string[];
}

/** Reads to the end. `into` gets what came, also if the answer fails. */
export async function read(events: AsyncIterable<ModelEvent>, into: Partial<Read> = {}): Promise<Read> {
  const seen: Read = Object.assign(into, {
    reasoning: '',
    text: '',
    calls: [],
    usage: undefined,
    finish: undefined,
    order: [],
  });
  for await (const event of events) {
    assert.equal(seen.finish, undefined, 'an event after `done`');
    if (seen.order.at(-1) !== event.type) seen.order.push(event.type);
    if (event.type === 'reasoning' || event.type === 'text') {
      assert.notEqual(event.text, '');
      seen[event.type] += event.text;
    } else if (event.type === 'toolCall') seen.calls.push(event.call);
    else if (event.type === 'usage') seen.usage = event.usage;
    else seen.finish = event.reason;
  }
  assert.notEqual(seen.finish, undefined, 'the answer ended without `done`');
  return seen;
}

/** The failure of an answer; its sentence and buttons are checked for what every failure must have. */
export async function failure(
  work: AsyncIterable<unknown> | Promise<unknown>,
  reason: ModelErrorReason,
): Promise<ModelError> {
  let error: unknown;
  try {
    if (Symbol.asyncIterator in work) await all(work);
    else await work;
  } catch (thrown) {
    error = thrown;
  }
  assert.ok(error instanceof ModelError, `expected ${reason}, got ${String(error)}`);
  assert.equal(error.reason, reason, String(error));
  const { sentence, waysOut } = explainModelError(error);
  assert.match(sentence, /^\S.*[.?]$/);
  assert.ok(waysOut.length > 0);
  assert.equal(/undefined|\{\d\}/.test(sentence + JSON.stringify(waysOut)), false, sentence);
  return error;
}

export function sentenceOf(error: ModelError): string {
  return explainModelError(error).sentence;
}

export function buttonsOf(error: ModelError): string[] {
  return explainModelError(error).waysOut.map(({ id, argument }) =>
    argument === undefined ? id : `${id} ${argument}`,
  );
}

/** All that comes, in a list. */
export async function all<T>(work: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const each of work) list.push(each);
  return list;
}

/** A signal that nobody pulls. */
export function never(): AbortSignal {
  return new AbortController().signal;
}

export function question(
  text: string,
  thinking = false,
): { messages: { role: 'user'; content: string }[]; thinking: boolean } {
  return { messages: [{ role: 'user', content: text }], thinking };
}
