// What an empty conversation shows: three things to try and what leaves this machine, or, when nothing can answer yet, what to set up.
import * as l10n from '@vscode/l10n';
import type { CardButton, PanelState } from '../chat/protocol.ts';
import { badgeIcons } from './badgeView.ts';
import { cardView } from './cardView.ts';
import { element, icon } from './elements.ts';

export function startView(
  state: Pick<PanelState, 'setup' | 'suggestions' | 'promise' | 'badge'>,
  on: { ask: (text: string) => void; press: (button: CardButton) => void },
): HTMLElement {
  const promise = element(
    'p',
    { class: 'promise' },
    icon(state.badge.place === 'none' ? 'info' : badgeIcons[state.badge.place]),
    element('span', { text: state.promise }),
  );
  promise.hidden = state.promise === '';
  if (state.setup !== undefined) {
    return element('div', { class: 'start setup' }, cardView(state.setup, on.press), promise);
  }
  const suggestions = state.suggestions.map((text) =>
    element(
      'li',
      {},
      element(
        'button',
        { class: 'suggestion', attributes: { type: 'button' }, onClick: () => on.ask(text) },
        element('span', { text }),
        icon('arrow-right'),
      ),
    ),
  );
  const list = element('ul', { class: 'suggestions', label: l10n.t('Things to try') }, ...suggestions);
  list.hidden = suggestions.length === 0;
  return element('div', { class: 'start' }, list, promise);
}
