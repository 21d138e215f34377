// What the panel's two halves say to each other. The host owns the conversation; the webview gets one snapshot and then one
// ordered stream of numbered events, and can be thrown away at any moment. Shared with src/webview, so it imports nothing;
// `applyEvent` is what an event means, for both halves.

export type WishedMode = 'auto' | 'chat' | 'reasoner';

/** A piece of context that goes along with a question, visible and removable. */
export interface Chip {
  id: string;
  kind: 'file' | 'selection';
  /** "main.ts" or "main.ts:10-24". */
  label: string;
  /** Full path, for the tooltip. */
  title: string;
}

/** Who answers, in words: "⌂ practice-think:135m · private repository". */
export interface Badge {
  place: 'cloud' | 'local' | 'none';
  /** Short: model and, if it matters, the reason. */
  text: string;
  /** Long: the whole chain of reasons and the server's own name. */
  title: string;
}

export interface CardButton {
  id: string;
  title: string;
  argument?: string;
}

/** An error, a question or a note in the flow of the conversation. The first button is the primary one. */
export interface Card {
  tone: 'error' | 'question' | 'note';
  sentence: string;
  buttons: CardButton[];
  details?: string;
}

export interface Reasoning {
  text: string;
  /** How long it thought, in milliseconds; undefined while it still thinks. */
  ms?: number;
  tokens?: number;
}

/**
 * `waiting`: nothing arrived yet · `thinking` · `answering` · `done` · `stopped` by the person ·
 * `incomplete`: the stream broke, what arrived is kept · `failed`: nothing arrived.
 */
export type AnswerStatus = 'waiting' | 'thinking' | 'answering' | 'done' | 'stopped' | 'incomplete' | 'failed';

export interface Answer {
  status: AnswerStatus;
  badge?: Badge;
  /** What is going on while `waiting`: "Loading deepseek-r1:8b", "Reading 3 files". */
  activity?: string;
  /** Which mode answered and, under `auto`, why. */
  mode?: { mode: 'chat' | 'reasoner'; why?: string };
  reasoning?: Reasoning;
  /** Markdown. */
  text: string;
  card?: Card;
  /** Footer: "2.1k in, 88 % cached · 640 out". */
  usage?: string;
  /** One quiet line below the answer: what of the conversation no longer fitted into the model's window. */
  note?: string;
}

export interface Turn {
  id: string;
  question: { text: string; chips: Chip[] };
  answer: Answer;
}

/** What was spent, for the line below the question box. */
export interface BillLine {
  /** "This chat $0.0031", "today $0.02": the most important first, because the last ones go where there is no room. */
  parts: string[];
  /** Everything, several lines. */
  title: string;
}

export interface PanelState {
  conversation: { id: string; title: string; turns: Turn[] };
  mode: WishedMode;
  chips: Chip[];
  draft: string;
  /** Who would answer the next question. */
  badge: Badge;
  /** True while an answer is on its way. */
  busy: boolean;
  /** Shown instead of the empty state when nothing can answer yet. */
  setup?: Card;
  /** Empty state: questions that fit the open file. */
  suggestions: string[];
  /** Empty state: what leaves this machine, in one line. */
  promise: string;
  /** Absent as long as nothing was asked. */
  bill?: BillLine;
}

export type StateChange = Partial<Omit<PanelState, 'conversation' | 'setup' | 'bill'>> & {
  setup?: Card | null;
  bill?: BillLine | null;
};

export type PanelEvent =
  | { type: 'turnAdded'; turn: Turn }
  /** Replaces everything of the answer but its texts: status, badge, mode, card, usage, reasoning ms and tokens. */
  | {
      type: 'answerChanged';
      turnId: string;
      answer: Omit<Answer, 'text' | 'reasoning'>;
      reasoning?: Omit<Reasoning, 'text'>;
    }
  /** The answer is asked for again: takes away its text, and its reasoning unless `keepReasoning`. */
  | { type: 'answerRestarted'; turnId: string; keepReasoning: boolean }
  /** Replaces the question's chips: a label says so when only a part of a file fitted ("main.ts:1-300 of 900"). */
  | { type: 'chipsSent'; turnId: string; chips: Chip[] }
  /** Appended to what is there. */
  | { type: 'reasoning'; turnId: string; text: string }
  | { type: 'text'; turnId: string; text: string }
  /** Replaces those fields of the state; `setup: null` takes the set-up card away, `bill: null` the bill. */
  | { type: 'changed'; state: StateChange }
  | { type: 'titleChanged'; title: string }
  /** Puts the cursor into the composer. */
  | { type: 'focus' };

/**
 * The state after `event`. Both halves use this one function, so that a snapshot and the events after it always give what
 * a later snapshot shows. Changes nothing in place; what an event doesn't touch stays the same object.
 */
export function applyEvent(state: PanelState, event: PanelEvent): PanelState {
  switch (event.type) {
    case 'turnAdded':
      return withTurns(state, [...state.conversation.turns, event.turn]);
    case 'answerRestarted':
      return withAnswer(state, event.turnId, ({ reasoning, ...answer }) => ({
        ...answer,
        text: '',
        ...(event.keepReasoning && reasoning ? { reasoning } : {}),
      }));
    case 'answerChanged':
      return withAnswer(state, event.turnId, ({ text, reasoning }) => ({
        ...event.answer,
        text,
        ...(reasoning || event.reasoning ? { reasoning: { text: reasoning?.text ?? '', ...event.reasoning } } : {}),
      }));
    case 'reasoning':
      return withAnswer(state, event.turnId, (answer) => ({
        ...answer,
        reasoning: { ...answer.reasoning, text: (answer.reasoning?.text ?? '') + event.text },
      }));
    case 'text':
      return withAnswer(state, event.turnId, (answer) => ({ ...answer, text: answer.text + event.text }));
    case 'chipsSent':
      return withTurn(state, event.turnId, (turn) => ({ ...turn, question: { ...turn.question, chips: event.chips } }));
    case 'changed': {
      const { setup = state.setup, bill = state.bill, ...rest } = event.state;
      const changed: PanelState = { ...state, ...rest };
      delete changed.setup;
      delete changed.bill;
      return { ...changed, ...(setup ? { setup } : {}), ...(bill ? { bill } : {}) };
    }
    case 'titleChanged':
      return { ...state, conversation: { ...state.conversation, title: event.title } };
    case 'focus':
      return state;
  }
}

function withTurns(state: PanelState, turns: Turn[]): PanelState {
  return { ...state, conversation: { ...state.conversation, turns } };
}

function withTurn(state: PanelState, turnId: string, change: (turn: Turn) => Turn): PanelState {
  return withTurns(
    state,
    state.conversation.turns.map((turn) => (turn.id === turnId ? change(turn) : turn)),
  );
}

function withAnswer(state: PanelState, turnId: string, change: (answer: Answer) => Answer): PanelState {
  return withTurn(state, turnId, (turn) => ({ ...turn, answer: change(turn.answer) }));
}

/**
 * Numbered without gaps; a snapshot carries the number of the last event that is in it, and a new conversation comes as a
 * snapshot. `bundle`: translations for `@vscode/l10n`, English text → the person's language. The page's body is
 * `<div id="app"></div>` and the script.
 */
export type ToWebview =
  | { type: 'snapshot'; seq: number; state: PanelState; bundle?: Record<string, string> }
  | { type: 'event'; seq: number; event: PanelEvent };

export type FromWebview =
  /** The webview is there (again), or has missed an event: send a snapshot. */
  | { type: 'ready' }
  | { type: 'ask'; text: string }
  | { type: 'stop' }
  /** Show what would be sent for this text. */
  | { type: 'preview'; text: string }
  | { type: 'newChat' }
  | { type: 'setMode'; mode: WishedMode }
  | { type: 'removeChip'; chipId: string }
  /** Kept for the next snapshot; never echoed, so that it can't overtake what is being typed. */
  | { type: 'draft'; text: string }
  /**
   * A button of a card (without `turnId`: of the set-up card), or of an answer itself: `retry`, `continue`, and
   * `answerWithoutThinking`, which also works while it thinks ("Stop thinking, answer now").
   */
  | { type: 'press'; buttonId: string; argument?: string; turnId?: string }
  | { type: 'copy'; text: string }
  | { type: 'insert'; text: string; language: string }
  | { type: 'openLink'; href: string }
  /** The badge was clicked: explain the route. */
  | { type: 'explainRoute' }
  /** The line of the bill was clicked: show all of it. */
  | { type: 'showBill' };
