// The line below the question box: what was spent. What has no room there is in its tooltip, and a click shows all of it.
import * as l10n from '@vscode/l10n';
import type { BillLine, FromWebview } from '../chat/protocol.ts';
import { element } from './elements.ts';

export class BillView {
  readonly element: HTMLButtonElement;
  private shown: BillLine | undefined;

  constructor(send: (message: FromWebview) => void) {
    this.element = element('button', {
      class: 'bill',
      attributes: { type: 'button' },
      onClick: () => send({ type: 'showBill' }),
    });
    this.element.hidden = true;
  }

  update(bill: BillLine | undefined): void {
    if (bill === this.shown) return;
    this.shown = bill;
    this.element.hidden = bill === undefined;
    if (bill === undefined) return;
    this.element.replaceChildren(...bill.parts.map((text) => element('span', { text })));
    this.element.title = bill.title;
    this.element.setAttribute('aria-label', l10n.t('Spent: {0}. Show the bill', bill.parts.join(', ')));
  }
}
