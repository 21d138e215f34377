// A card: an error, a question or a note, with ways on. One sentence, one primary button, details folded.
import * as l10n from '@vscode/l10n';
import type { Card, CardButton } from '../chat/protocol.ts';
import { element, icon } from './elements.ts';

const icons: Record<Card['tone'], string> = { error: 'error', question: 'question', note: 'info' };

export function cardView(card: Card, press: (button: CardButton) => void): HTMLElement {
  const made = element(
    'div',
    { class: `card card-${card.tone}`, label: toneName(card.tone), attributes: { role: 'group' } },
    element('div', { class: 'card-sentence' }, icon(icons[card.tone]), element('p', { text: card.sentence })),
  );
  if (card.buttons.length > 0) {
    const buttons = card.buttons.map((button, index) =>
      element('button', {
        class: index === 0 ? 'button' : 'button secondary',
        text: button.title,
        attributes: { type: 'button' },
        onClick: () => press(button),
      }),
    );
    made.append(element('div', { class: 'card-buttons' }, ...buttons));
  }
  if (card.details !== undefined && card.details !== '') {
    made.append(
      element(
        'details',
        { class: 'card-details' },
        element('summary', {}, icon('chevron-right'), element('span', { text: l10n.t('Details') })),
        element('pre', { text: card.details }),
      ),
    );
  }
  return made;
}

function toneName(tone: Card['tone']): string {
  switch (tone) {
    case 'error':
      return l10n.t('Error');
    case 'question':
      return l10n.t('Question for you');
    case 'note':
      return l10n.t('Note');
  }
}
