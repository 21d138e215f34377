// The reasoning of an answer, and before that the line that says what is going on. Its summary line is always in place; the
// text opens while it streams and folds when the answer starts, unless the person has touched it.
import * as l10n from '@vscode/l10n';
import type { AnswerStatus, Reasoning } from '../chat/protocol.ts';
import { copyButton, element, icon, setText } from './elements.ts';
import { reasoningSummary, waitingSummary } from './format.ts';
import { PlainText } from './plainText.ts';
import { followTail } from './scroll.ts';

export interface ReasoningState {
  status: AnswerStatus;
  activity?: string | undefined;
  reasoning?: Reasoning | undefined;
  /** Since when it has been waiting and thinking, in milliseconds, where that is known. */
  waitingMs?: number | undefined;
  thinkingMs?: number | undefined;
}

export class ReasoningView {
  readonly element: HTMLElement;
  private readonly summary: HTMLButtonElement;
  private readonly line = element('span', { class: 'summary-text' });
  private readonly answerNow: HTMLButtonElement;
  private readonly waiting = element('div', { class: 'waiting' });
  private readonly body: PlainText;
  private readonly box: HTMLElement;
  private readonly follow: () => void;
  private state: ReasoningState = { status: 'waiting' };
  /** What the person wants; undefined until they touch it. */
  private wanted: boolean | undefined;

  /** @param opened called when the person opens or closes it */
  constructor(
    id: string,
    wanted: boolean | undefined,
    on: { opened: (open: boolean) => void; copy: (text: string) => void; answerNow: () => void },
  ) {
    this.wanted = wanted;
    this.body = new PlainText('reasoning-text');
    this.box = element(
      'div',
      { class: 'reasoning-box', label: l10n.t('Reasoning'), attributes: { id, role: 'region', tabindex: '0' } },
      this.body.element,
    );
    this.summary = element(
      'button',
      {
        class: 'summary',
        attributes: { type: 'button', 'aria-expanded': 'false', 'aria-controls': id },
        onClick: () => {
          const open = this.box.hidden === true;
          this.wanted = open;
          on.opened(open);
          this.update(this.state);
        },
      },
      icon('chevron-right'),
      this.line,
    );
    this.answerNow = element('button', {
      class: 'link-button',
      text: l10n.t('Answer now'),
      title: l10n.t('Stop thinking and answer now'),
      attributes: { type: 'button' },
      onClick: () => on.answerNow(),
    });
    const copy = copyButton(l10n.t('Copy reasoning'), l10n.t('Copied'), () =>
      on.copy(this.state.reasoning?.text ?? ''),
    );
    this.element = element(
      'div',
      { class: 'reasoning' },
      this.waiting,
      element('div', { class: 'reasoning-head' }, this.summary, copy, this.answerNow),
      this.box,
    );
    this.box.addEventListener('scroll', () => this.box.classList.toggle('is-scrolled', this.box.scrollTop > 4), {
      passive: true,
    });
    this.follow = followTail(this.box, () => {
      // Who scrolls up in it is reading: it must not fold under their eyes.
      if (this.wanted === undefined) {
        this.wanted = true;
        on.opened(true);
      }
    });
  }

  update(state: ReasoningState): void {
    this.state = state;
    const { status, reasoning } = state;
    const thinking = status === 'thinking' || (status === 'waiting' && reasoning !== undefined);
    const waiting = reasoning === undefined && (status === 'waiting' || status === 'thinking');
    this.element.hidden = !waiting && reasoning === undefined;
    this.element.classList.toggle('is-waiting', waiting);
    if (waiting) {
      const text =
        status === 'thinking'
          ? reasoningSummary({ running: true, elapsedMs: state.thinkingMs })
          : waitingSummary(state.activity, state.waitingMs);
      setText(this.waiting, text);
    }
    if (reasoning === undefined) return;
    setText(
      this.line,
      reasoningSummary({
        running: thinking,
        ms: reasoning.ms,
        tokens: reasoning.tokens,
        elapsedMs: state.thinkingMs,
      }),
    );
    this.answerNow.hidden = !thinking;
    const open = this.wanted ?? (thinking && reasoning.ms === undefined);
    this.summary.setAttribute('aria-expanded', String(open));
    this.summary.firstElementChild?.classList.toggle('codicon-chevron-right', !open);
    this.summary.firstElementChild?.classList.toggle('codicon-chevron-down', open);
    const opens = open && this.box.hidden;
    this.box.hidden = !open;
    // What is folded is filled in when it opens.
    if (open) this.body.set(reasoning.text);
    if (open && thinking) this.follow();
    else if (opens) this.box.scrollTop = 0;
  }
}
