// The page as a whole: draws a state, and then only what differs from the state before. It is given a state at most once a frame.
import * as l10n from '@vscode/l10n';
import type { FromWebview, PanelState, Turn } from '../chat/protocol.ts';
import { Announcer } from './announcer.ts';
import { BillView } from './billView.ts';
import { Composer } from './composer.ts';
import { element, iconButton } from './elements.ts';
import { HeaderView } from './headerView.ts';
import type { Memory } from './memory.ts';
import { Pinned } from './scroll.ts';
import { startView } from './startView.ts';
import { TurnView } from './turnView.ts';

export interface AppSurroundings {
  send: (message: FromWebview) => void;
  memory: Memory;
  /** Asks for another `update`. */
  again: () => void;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** A snapshot draws this many of the latest turns at once, the others when the browser has time. */
const atOnce = 6;

export class App {
  private readonly around: AppSurroundings;
  private readonly header: HeaderView;
  private readonly composer: Composer;
  private readonly bill: BillView;
  private readonly announcer = new Announcer();
  private readonly turnList = element('div', { class: 'turns' });
  private readonly startPlace = element('div', { class: 'start-place' });
  private readonly scroller: HTMLElement;
  private readonly pinned: Pinned;
  private readonly turns = new Map<string, TurnView>();
  /** Turns that are on the page but not drawn yet. */
  private readonly later = new Set<Turn>();
  private state: PanelState | undefined;

  constructor(root: HTMLElement, around: AppSurroundings) {
    this.around = around;
    const { send, memory } = around;
    this.header = new HeaderView(send);
    this.composer = new Composer({
      send,
      drafted: (draft) => memory.change((value) => ({ ...value, draft })),
      lastQuestion: () => this.state?.conversation.turns.at(-1)?.question.text,
    });
    this.bill = new BillView(send);
    const log = element(
      'main',
      { class: 'log', label: l10n.t('Conversation'), attributes: { role: 'log', 'aria-live': 'off' } },
      this.startPlace,
      this.turnList,
    );
    this.scroller = element('div', { class: 'scroller' }, log);
    const jump = iconButton('arrow-down', l10n.t('Jump to latest'), () => this.pinned.pin());
    jump.classList.add('jump');
    jump.hidden = true;
    this.pinned = new Pinned(this.scroller, (pinned) => {
      jump.hidden = pinned;
    });
    this.scroller.addEventListener('scroll', () => this.rememberPlace(), { passive: true });
    // The composer grows, pictures of text change their size, the view is resized: the end stays in sight.
    const resized = new ResizeObserver(() => this.pinned.stick());
    resized.observe(this.scroller);
    resized.observe(log);
    root.replaceChildren(
      this.header.element,
      this.scroller,
      element('div', { class: 'bottom' }, jump, this.composer.element, this.bill.element),
      this.announcer.element,
    );
  }

  /**
   * Draws the state.
   * @param news `fresh` for a snapshot: nothing of it is to be announced · `drafted`: the extension has put a draft into it
   */
  update(state: PanelState, { fresh, drafted }: { fresh: boolean; drafted: boolean }): void {
    const old = this.state;
    this.state = state;
    const { conversation } = state;
    if (conversation.id !== old?.conversation.id) this.enter(conversation.id);
    this.header.update(conversation.title, state.badge);
    this.composer.update(state);
    this.bill.update(state.bill);
    if (old === undefined) this.restoreDraft(state);
    // What is being typed gives way to a draft and to another conversation's, which has kept its own; to nothing else.
    else if (drafted || conversation.id !== old.conversation.id) this.composer.setDraft(state.draft);
    this.showStart(old, state);
    this.keepTime(conversation.turns.at(-1));
    this.showTurns(old, conversation.turns, fresh);
    if (old === undefined) this.restorePlace();
    // Whoever asks wants to see the answer, wherever they were reading.
    else if (!fresh && conversation.turns.length > old.conversation.turns.length) this.pinned.pin();
    this.pinned.stick();
  }

  /** A second went by. */
  tick(): void {
    const turn = this.state?.conversation.turns.at(-1);
    if (turn !== undefined && this.state?.busy === true) this.turns.get(turn.id)?.tick();
  }

  focus(): void {
    this.composer.focus();
  }

  stop(): void {
    this.composer.stop();
  }

  /** The page may go at any moment: what only it knows is said now. */
  leave(): void {
    this.rememberPlace();
    this.composer.report();
    this.around.memory.flush();
  }

  private enter(conversationId: string): void {
    this.turns.clear();
    this.later.clear();
    this.turnList.replaceChildren();
    this.around.memory.enter(conversationId);
    this.pinned.pin();
  }

  private restoreDraft(state: PanelState): void {
    const own = this.around.memory.get().draft;
    if (state.draft === '' && own !== '') {
      this.composer.setDraft(own);
      this.around.send({ type: 'draft', text: own });
    } else {
      this.composer.setDraft(state.draft);
    }
  }

  private showStart(old: PanelState | undefined, state: PanelState): void {
    const empty = state.conversation.turns.length === 0;
    this.startPlace.hidden = !empty;
    if (!empty) this.startPlace.replaceChildren();
    const same =
      this.startPlace.hasChildNodes() &&
      old?.setup === state.setup &&
      old?.suggestions === state.suggestions &&
      old.promise === state.promise &&
      old.badge.place === state.badge.place;
    if (!empty || same) return;
    const start = startView(state, {
      ask: (text) => this.around.send({ type: 'ask', text }),
      press: ({ id, argument }) =>
        this.around.send({ type: 'press', buttonId: id, ...(argument === undefined ? {} : { argument }) }),
    });
    this.startPlace.replaceChildren(start);
  }

  private showTurns(old: PanelState | undefined, turns: readonly Turn[], fresh: boolean): void {
    const known = new Set(turns.map(({ id }) => id));
    for (const [id, view] of this.turns) {
      if (known.has(id)) continue;
      view.element.remove();
      this.turns.delete(id);
    }
    const before = new Map(old?.conversation.turns.map((turn) => [turn.id, turn]));
    turns.forEach((turn, index) => {
      const last = index === turns.length - 1;
      const previous = before.get(turn.id);
      let view = this.turns.get(turn.id);
      if (view === undefined) {
        view = this.add(turn, index);
        if (turns.length - index > atOnce) {
          this.drawLater(turn);
          return;
        }
      }
      for (const waiting of this.later) if (waiting.id === turn.id && waiting === turn) return;
      view.update(turn, last);
      if (!fresh && previous !== undefined && previous !== turn) {
        this.announcer.answerChanged(previous.answer, turn.answer);
      }
    });
  }

  private add(turn: Turn, index: number): TurnView {
    const { send, again, now, memory } = this.around;
    const view = new TurnView(turn, index + 1, {
      send,
      again,
      now,
      reasoningOpen: (id) => memory.get().reasoning[id],
      reasoningToggled: (id, open) =>
        memory.change((value) => ({ ...value, reasoning: { ...value.reasoning, [id]: open } })),
      clock: (id) => this.clock(id),
    });
    this.turns.set(turn.id, view);
    this.turnList.append(view.element);
    return view;
  }

  private drawLater(turn: Turn): void {
    if (this.later.size === 0) requestIdleCallback((deadline) => this.drawSome(deadline));
    this.later.add(turn);
  }

  /** From the latest up, since those are the ones that are likely to be seen next. */
  private drawSome(deadline: IdleDeadline): void {
    for (const turn of [...this.later].reverse()) {
      if (deadline.timeRemaining() < 2) {
        requestIdleCallback((next) => this.drawSome(next));
        return;
      }
      this.drawNow(turn);
    }
  }

  private drawNow(turn: Turn): void {
    this.later.delete(turn);
    this.turns.get(turn.id)?.update(turn, false);
  }

  /** Since when the last turn has been waiting and thinking: remembered, so that the clock survives the page. */
  private keepTime(turn: Turn | undefined): void {
    const { memory, now } = this.around;
    const { clock } = memory.get();
    if (turn === undefined) return;
    const { status } = turn.answer;
    if (status === 'waiting' && clock?.turnId !== turn.id) {
      memory.change((value) => ({ ...value, clock: { turnId: turn.id, waitingSince: now() } }));
    } else if (status === 'thinking' && clock?.turnId === turn.id && clock.thinkingSince === undefined) {
      memory.change((value) => ({ ...value, clock: { ...clock, thinkingSince: now() } }));
    }
  }

  private clock(turnId: string): { waitingMs?: number; thinkingMs?: number } {
    const { clock } = this.around.memory.get();
    if (clock?.turnId !== turnId) return {};
    const now = this.around.now();
    return {
      waitingMs: now - clock.waitingSince,
      ...(clock.thinkingSince === undefined ? {} : { thinkingMs: now - clock.thinkingSince }),
    };
  }

  private rememberPlace(): void {
    if (this.state === undefined) return;
    const reading = this.pinned.pinned ? undefined : (this.place() ?? this.around.memory.get().reading);
    this.around.memory.change(({ reading: _, ...value }) => ({
      ...value,
      ...(reading === undefined ? {} : { reading }),
    }));
  }

  private place(): { turnId: string; offset: number } | undefined {
    const top = this.scroller.getBoundingClientRect().top;
    for (const [turnId, view] of this.turns) {
      const box = view.element.getBoundingClientRect();
      if (box.bottom > top) return { turnId, offset: Math.round(top - box.top) };
    }
    return undefined;
  }

  private restorePlace(): void {
    const { reading } = this.around.memory.get();
    const view = reading === undefined ? undefined : this.turns.get(reading.turnId);
    if (reading === undefined || view === undefined) return;
    for (const turn of this.later) if (turn.id === reading.turnId) this.drawNow(turn);
    this.pinned.release();
    const move = () => {
      const top = view.element.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top;
      this.scroller.scrollTop += top + reading.offset;
    };
    move();
    // Turns near the place get their true height once they are in view.
    requestAnimationFrame(move);
  }
}
