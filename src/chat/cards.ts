// The cards of an answer that ended otherwise than it should: one sentence, and the ways on, the best one first.
import * as l10n from '@vscode/l10n';
import type { Explanation, WayOut } from '../models/waysOut.ts';
import type { Answer, Card, CardButton } from './protocol.ts';

const goOn = (): CardButton => ({ id: 'continue', title: l10n.t('Continue') });
const tryAgain = (): CardButton => ({ id: 'retry', title: l10n.t('Try Again') });
const withoutThinking = (): CardButton => ({ id: 'answerWithoutThinking', title: l10n.t('Answer Without Thinking') });

function note(sentence: string, ...buttons: CardButton[]): Card {
  return { tone: 'note', sentence, buttons };
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
  return { ...card, buttons: [goOn(), ...card.buttons.filter(({ id }) => id !== 'continue')] };
}

export function endedThinking(): Card {
  return note(l10n.t('The model stopped while it was still thinking.'), withoutThinking(), tryAgain());
}

export function endedEmpty(): Card {
  return note(l10n.t('The model ended without an answer.'), tryAgain());
}

export function thoughtInCircles(): Card {
  return note(l10n.t('The model went round in circles, so its thinking was stopped.'), withoutThinking(), tryAgain());
}

export function reachedLength(): Card {
  return note(l10n.t('The answer reached the longest length that the model may write.'), goOn());
}

export function filtered(): Card {
  return note(l10n.t('The server’s content filter ended this answer.'), tryAgain());
}

/** After the person stopped it. */
export function stopped({ text, reasoning }: Pick<Answer, 'text' | 'reasoning'>): Card {
  if (text !== '') return note(l10n.t('You stopped this answer.'), goOn(), tryAgain());
  if (reasoning) return note(l10n.t('You stopped the thinking.'), withoutThinking(), tryAgain());
  return note(l10n.t('You stopped before an answer came.'), tryAgain());
}

/** The window was closed or reloaded in mid-answer. */
export function windowClosed(somethingArrived: boolean): Card {
  return note(
    l10n.t('The window was closed while this answer was on its way.'),
    ...(somethingArrived ? [goOn(), tryAgain()] : [tryAgain()]),
  );
}
