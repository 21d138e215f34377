// A turn of the conversation: the question with its chips, what was thought, the answer, its card and its footer.
import * as l10n from '@vscode/l10n';
import type { Answer, AnswerStatus, Card, CardButton, Chip, Turn } from '../chat/protocol.ts';
import { badgeIcons, badgeLabel } from './badgeView.ts';
import { cardView } from './cardView.ts';
import { chipList, chipView } from './chipView.ts';
import { copyButton, element, icon, iconButton, setText } from './elements.ts';
import { MarkdownView, type Surroundings } from './markdownView.ts';
import { ReasoningView } from './reasoningView.ts';

export interface TurnSurroundings extends Surroundings {
  /** What the person did with the reasoning of this turn earlier. */
  reasoningOpen: (turnId: string) => boolean | undefined;
  reasoningToggled: (turnId: string, open: boolean) => void;
  /** How long it has been waiting and thinking, in milliseconds. */
  clock: (turnId: string) => { waitingMs?: number; thinkingMs?: number };
}

const running: readonly AnswerStatus[] = ['waiting', 'thinking', 'answering'];

export class TurnView {
  readonly element: HTMLElement;
  private readonly around: TurnSurroundings;
  private readonly reasoning: ReasoningView;
  private readonly markdown: MarkdownView;
  private readonly chips = chipList();
  private readonly mode = element('div', { class: 'mode' });
  private readonly card = element('div', { class: 'card-place' });
  private readonly footer: HTMLElement;
  private readonly usage = element('span', { class: 'usage' });
  private readonly stopped = element('p', { class: 'stopped' });
  private readonly note = element('p', { class: 'note' });
  private readonly retry: HTMLButtonElement;
  private turn: Turn;
  private shownChips: readonly Chip[] = [];
  private shownCard: Card | undefined;
  private drawn = false;

  constructor(turn: Turn, number: number, around: TurnSurroundings) {
    this.turn = turn;
    this.around = around;
    this.chips.hidden = true;
    const { id, question } = turn;
    this.reasoning = new ReasoningView(`reasoning-${id}`, around.reasoningOpen(id), {
      opened: (open) => around.reasoningToggled(id, open),
      copy: (text) => around.send({ type: 'copy', text }),
      answerNow: () => this.press({ id: 'answerWithoutThinking', title: '' }),
    });
    this.markdown = new MarkdownView(around);
    this.retry = iconButton('refresh', l10n.t('Answer again'), () => this.press({ id: 'retry', title: '' }));
    this.footer = element(
      'div',
      { class: 'footer' },
      copyButton(l10n.t('Copy answer'), l10n.t('Copied'), () =>
        around.send({ type: 'copy', text: this.turn.answer.text }),
      ),
      this.retry,
      this.usage,
    );
    this.element = element(
      'section',
      { class: 'turn', label: l10n.t('Turn {0}', number) },
      element(
        'div',
        { class: 'question' },
        element('h2', { class: 'unseen', text: l10n.t('Question {0}', number) }),
        this.chips,
        ...questionText(question.text),
      ),
      element(
        'div',
        { class: 'answer' },
        element('h3', { class: 'unseen', text: l10n.t('Answer') }),
        this.mode,
        this.reasoning.element,
        this.markdown.element,
        this.stopped,
        this.note,
        this.card,
        this.footer,
      ),
    );
  }

  /** Draws what has changed since the last time. @param last only the last answer can be asked for again */
  update(turn: Turn, last: boolean): void {
    this.retry.hidden = !last;
    // A finished turn that did not change needs nothing; a running one may have something left to draw.
    if (this.drawn && turn === this.turn && !running.includes(turn.answer.status)) return;
    this.turn = turn;
    this.drawn = true;
    const { answer } = turn;
    const runs = running.includes(answer.status);
    this.element.classList.toggle('runs', runs);
    this.showChips(turn.question.chips);
    this.showMode(answer);
    this.tick();
    this.markdown.element.hidden = answer.text === '';
    this.markdown.set(answer.text, !runs);
    this.stopped.hidden = answer.status !== 'stopped' || answer.card !== undefined;
    setText(this.stopped, l10n.t('Stopped'));
    if (answer.card !== this.shownCard) {
      this.shownCard = answer.card;
      this.card.replaceChildren(...(answer.card === undefined ? [] : [cardView(answer.card, (b) => this.press(b))]));
    }
    this.footer.hidden = runs || answer.text === '';
    this.note.hidden = answer.note === undefined;
    setText(this.note, answer.note ?? '');
    setText(this.usage, answer.usage ?? '');
  }

  /** A second went by. */
  tick(): void {
    const { answer, id } = this.turn;
    this.reasoning.update({
      status: answer.status,
      activity: answer.activity,
      reasoning: answer.reasoning,
      ...this.around.clock(id),
    });
  }

  private showChips(chips: readonly Chip[]): void {
    if (chips === this.shownChips) return;
    this.shownChips = chips;
    this.chips.hidden = chips.length === 0;
    this.chips.replaceChildren(...chips.map((chip) => chipView(chip)));
  }

  /** "⌂ reasoner · to find a fault". */
  private showMode({ badge, mode }: Answer): void {
    const text =
      mode === undefined
        ? (badge?.text ?? '')
        : mode.why === undefined
          ? mode.mode
          : l10n.t('{0} · {1}', mode.mode, mode.why);
    this.mode.hidden = text === '';
    if (this.mode.hidden || (this.mode.textContent === text && this.mode.dataset.place === badge?.place)) return;
    this.mode.replaceChildren(element('span', { text }));
    if (badge === undefined) return;
    this.mode.dataset.place = badge.place;
    this.mode.title = badge.title;
    const sign = icon(badgeIcons[badge.place]);
    sign.removeAttribute('aria-hidden');
    sign.setAttribute('role', 'img');
    sign.setAttribute('aria-label', badgeLabel(badge));
    this.mode.prepend(sign);
  }

  private press({ id, argument }: CardButton): void {
    const turnId = this.turn.id;
    this.around.send({ type: 'press', buttonId: id, turnId, ...(argument === undefined ? {} : { argument }) });
  }
}

/** Questions longer than this, in characters or lines, are shown in part. */
const long = { characters: 700, lines: 12 };

function questionText(text: string): HTMLElement[] {
  const shown = element('p', { class: 'question-text', text });
  if (text.length <= long.characters && text.split('\n').length <= long.lines) return [shown];
  shown.classList.add('clamped');
  const button = element('button', {
    class: 'link-button',
    text: l10n.t('Show all'),
    attributes: { type: 'button', 'aria-expanded': 'false' },
    onClick: () => {
      const clamped = shown.classList.toggle('clamped');
      button.textContent = clamped ? l10n.t('Show all') : l10n.t('Show less');
      button.setAttribute('aria-expanded', String(!clamped));
    },
  });
  return [shown, button];
}
