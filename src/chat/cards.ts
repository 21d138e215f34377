// The cards of an answer that ended otherwise than it should: one sentence, and the ways on, the best one first.
import * as l10n from '@vscode/l10n';
import { ways } from '../models/sentences.ts';
import type { Explanation, WayOut, WayOutId } from '../models/waysOut.ts';
import type { Answer, Card } from './protocol.ts';

function note(sentence: string, ...ids: WayOutId[]): Card {
  return { tone: 'note', sentence, buttons: ways(...ids) };
}

export function cardOf({ tone, sentence, waysOut, details }: Explanation): Card {
  const buttons = waysOut.map(({ id, title, argument }: WayOut) => ({
    id,
    title,
    ...(argument === undefined ? {} : { argument }),
  }));
  return { tone, sentence, buttons, ...(details === undefined ? {} : { details }) };
}

/** A failure after something had arrived: going on comes first. */
export function brokenOff(explanation: Explanation): Card {
  const card = cardOf(explanation);
  return { ...card, buttons: [...ways('continue'), ...card.buttons.filter(({ id }) => id !== 'continue')] };
}

export function endedThinking(): Card {
  return note(l10n.t('The model stopped while it was still thinking.'), 'answerWithoutThinking', 'retry');
}

export function endedEmpty(): Card {
  return note(l10n.t('The model ended without an answer.'), 'retry');
}

export function thoughtInCircles(): Card {
  return note(
    l10n.t('The model went round in circles, so its thinking was stopped.'),
    'answerWithoutThinking',
    'retry',
  );
}

export function reachedLength(): Card {
  return note(l10n.t('The answer reached the longest length that the model may write.'), 'continue');
}

export function filtered(): Card {
  return note(l10n.t('The server’s content filter ended this answer.'), 'retry');
}

/** After the person stopped it. */
export function stopped({ text, reasoning }: Pick<Answer, 'text' | 'reasoning'>): Card {
  if (text !== '') return note(l10n.t('You stopped this answer.'), 'continue', 'retry');
  if (reasoning) return note(l10n.t('You stopped the thinking.'), 'answerWithoutThinking', 'retry');
  return note(l10n.t('You stopped before an answer came.'), 'retry');
}

/** The window was closed or reloaded in mid-answer. */
export function windowClosed(somethingArrived: boolean): Card {
  const sentence = l10n.t('The window was closed while this answer was on its way.');
  return somethingArrived ? note(sentence, 'continue', 'retry') : note(sentence, 'retry');
}
