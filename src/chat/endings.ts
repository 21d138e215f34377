// How a turn ends: from what the model, the gateway or the person did to what the panel shows. Data only; it changes nothing.
import { ModelError } from '../models/errors.ts';
import type { Explanation } from '../models/waysOut.ts';
import type { AnswerReader, Ended } from './answerReader.ts';
import { Interruption } from './answerReader.ts';
import * as cards from './cards.ts';
import type { AnswerPatch } from './panelLog.ts';
import type { Answer } from './protocol.ts';

/** The model ended by itself. Throws `dropped` when its events ended without saying how. */
export function endingOf(ended: Ended, { text, reasoning }: Answer): AnswerPatch {
  if (ended === undefined) throw new ModelError('dropped');
  if (ended === 'circles') return { status: 'incomplete', card: cards.thoughtInCircles() };
  if (ended === 'contentFilter') return { status: 'done', card: cards.filtered() };
  if (text === '') {
    return reasoning ? { status: 'done', card: cards.endedThinking() } : { status: 'failed', card: cards.endedEmpty() };
  }
  return ended === 'length' ? { status: 'done', card: cards.reachedLength() } : { status: 'done' };
}

/** It was stopped, or failed. What arrived is kept, so going on from it comes first. */
export function endingAfter(
  error: unknown,
  signal: AbortSignal,
  reader: AnswerReader,
  answer: Answer,
  explain: (error: unknown) => Explanation,
): AnswerPatch {
  if (signal.aborted) {
    const why = signal.reason instanceof Interruption ? signal.reason.why : 'stopped';
    return why === 'askedAgain' ? {} : { status: 'stopped', card: cards.stopped(answer) };
  }
  const explanation = explain(error);
  const isThere = reader.arrived || answer.text !== '' || answer.reasoning !== undefined;
  return isThere
    ? { status: 'incomplete', card: cards.brokenOff(explanation) }
    : { status: 'failed', card: cards.cardOf(explanation) };
}
