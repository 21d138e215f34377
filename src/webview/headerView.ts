// The line above the conversation: its title, and the badge that says who would answer and explains why.
import * as l10n from '@vscode/l10n';
import type { Badge, FromWebview } from '../chat/protocol.ts';
import { badgeIcons, badgeLabel } from './badgeView.ts';
import { element, icon, setText } from './elements.ts';

export class HeaderView {
  readonly element: HTMLElement;
  private readonly title = element('h1');
  private readonly badge: HTMLButtonElement;
  private shown: Badge | undefined;

  constructor(send: (message: FromWebview) => void) {
    this.badge = element('button', {
      class: 'badge',
      attributes: { type: 'button' },
      onClick: () => send({ type: 'explainRoute' }),
    });
    this.element = element('header', {}, this.title, this.badge);
  }

  update(title: string, badge: Badge): void {
    const shown = title === '' ? l10n.t('New chat') : title;
    setText(this.title, shown);
    this.title.title = shown;
    if (badge === this.shown) return;
    this.shown = badge;
    this.badge.replaceChildren(icon(badgeIcons[badge.place]), element('span', { text: badge.text }));
    this.badge.setAttribute('aria-label', l10n.t('{0}. Explain why', badgeLabel(badge)));
    this.badge.title = badge.title;
    this.badge.dataset.place = badge.place;
  }
}
