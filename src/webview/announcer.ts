// Tells a screen reader that an answer starts, ends or has a card; never the single words, which would drown everything else.
import * as l10n from '@vscode/l10n';
import type { Answer } from '../chat/protocol.ts';
import { element } from './elements.ts';

export class Announcer {
  readonly element = element('div', {
    class: 'unseen',
    attributes: { role: 'status', 'aria-live': 'polite', 'aria-atomic': 'true' },
  });

  /** Compares an answer with what it was a moment ago. */
  answerChanged(old: Answer, now: Answer): void {
    if (now.card !== undefined && now.card.sentence !== old.card?.sentence) {
      const { sentence, buttons } = now.card;
      this.say(`${sentence} ${buttons.map(({ title }) => title).join(', ')}`);
    } else if (now.status !== old.status) {
      this.say(statusWords(now));
    }
  }

  say(text: string): void {
    if (text !== '') this.element.textContent = text;
  }
}

function statusWords({ status, activity }: Answer): string {
  switch (status) {
    case 'waiting':
      return activity ?? '';
    case 'thinking':
      return l10n.t('Thinking');
    case 'answering':
      return l10n.t('The answer begins');
    case 'done':
      return l10n.t('The answer is complete');
    case 'stopped':
      return l10n.t('Stopped');
    case 'incomplete':
      return l10n.t('The answer is incomplete');
    case 'failed':
      return l10n.t('No answer');
  }
}
