// The panel's state and the numbered messages that tell a webview of it. Every change is an event that `applyEvent` applies,
// so what a webview builds from a snapshot and events is what is here. It knows nothing of models.
import { applyEvent } from './protocol.ts';
import type { Answer, PanelEvent, PanelState, Reasoning, ToWebview } from './protocol.ts';

/** Calls `run` once, after `ms`. @returns what cancels it */
export type Schedule = (ms: number, run: () => void) => () => void;

export type AnswerPatch = {
  [K in Exclude<keyof Answer, 'text' | 'reasoning' | 'status'>]?: Answer[K] | undefined;
} & { status?: Answer['status'] };

export interface ThinkingPatch {
  ms?: number | undefined;
  tokens?: number | undefined;
}

/** Texts are gathered for this long, so that a fast model doesn't flood the webview with messages. */
export const batchMs = 24;

export class PanelLog {
  private readonly schedule: Schedule;
  private readonly listeners = new Set<(message: ToWebview) => void>();
  private current: PanelState;
  private seq = 0;
  private pending: { type: 'reasoning' | 'text'; turnId: string; text: string } | undefined;
  private cancelFlush: (() => void) | undefined;

  constructor(initial: PanelState, schedule: Schedule) {
    this.current = initial;
    this.schedule = schedule;
  }

  /** The state with everything that has arrived. */
  get state(): PanelState {
    this.flush();
    return this.current;
  }

  /** @returns what takes the listener away again */
  listen(listener: (message: ToWebview) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  snapshot(): Extract<ToWebview, { type: 'snapshot' }> {
    return { type: 'snapshot', state: this.state, seq: this.seq };
  }

  emit(event: PanelEvent): void {
    this.flush();
    this.apply(event);
  }

  /** Adds to an answer's text or reasoning; told to the webview in batches. */
  append(type: 'reasoning' | 'text', turnId: string, text: string): void {
    if (text === '') return;
    if (this.pending && (this.pending.type !== type || this.pending.turnId !== turnId)) this.flush();
    if (this.pending) this.pending.text += text;
    else this.pending = { type, turnId, text };
    this.cancelFlush ??= this.schedule(batchMs, () => this.flush());
  }

  /** Changes an answer but its texts; what is `undefined` in `patch` is taken away. */
  changeAnswer(turnId: string, patch: AnswerPatch, thinking?: ThinkingPatch): void {
    const turn = this.state.conversation.turns.find(({ id }) => id === turnId);
    if (!turn) return;
    const { reasoning } = turn.answer;
    const answer = defined<Answer>({ ...turn.answer, ...patch, text: undefined, reasoning: undefined });
    const event: PanelEvent = { type: 'answerChanged', turnId, answer };
    if (reasoning) event.reasoning = defined<Reasoning>({ ...reasoning, ...thinking, text: undefined });
    this.emit(event);
  }

  /** Puts another state in place: listeners get a snapshot. */
  reset(state: PanelState): void {
    this.flush();
    this.current = state;
    this.seq++;
    this.tell({ type: 'snapshot', seq: this.seq, state });
  }

  /** Changes what the webview knows already (its own draft): no event. */
  remember(change: Partial<Pick<PanelState, 'draft'>>): void {
    this.current = { ...this.current, ...change };
  }

  private flush(): void {
    this.cancelFlush?.();
    this.cancelFlush = undefined;
    const event = this.pending;
    this.pending = undefined;
    if (event) this.apply(event);
  }

  private apply(event: PanelEvent): void {
    this.current = applyEvent(this.current, event);
    this.seq++;
    this.tell({ type: 'event', seq: this.seq, event });
  }

  private tell(message: ToWebview): void {
    for (const listener of this.listeners) listener(message);
  }
}

/** Without the keys that are `undefined`: they would not survive the way to the webview. */
function defined<T>(value: { [K in keyof T]?: T[K] | undefined }): Omit<T, 'text' | 'reasoning'> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Omit<
    T,
    'text' | 'reasoning'
  >;
}
