// What the panel's two halves say to each other. The host owns the conversation; the webview gets one snapshot and then one
// ordered stream of numbered events, and can be thrown away at any moment. Shared with src/webview, so it imports nothing.

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
}

export interface Turn {
  id: string;
  question: { text: string; chips: Chip[] };
  answer: Answer;
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
}

export type PanelEvent =
  | { type: 'turnAdded'; turn: Turn }
  /** Replaces everything of the answer but its texts: status, badge, mode, card, usage, reasoning ms and tokens. */
  | {
      type: 'answerChanged';
      turnId: string;
      answer: Omit<Answer, 'text' | 'reasoning'>;
      reasoning?: Omit<Reasoning, 'text'>;
    }
  | { type: 'reasoning'; turnId: string; text: string }
  | { type: 'text'; turnId: string; text: string }
  /** Replaces those fields of the state. */
  | { type: 'changed'; state: Partial<Omit<PanelState, 'conversation'>> }
  | { type: 'titleChanged'; title: string }
  /** Puts the cursor into the composer. */
  | { type: 'focus' };

/** `bundle`: translations for `@vscode/l10n`, English text → the person's language. */
export type ToWebview =
  | { type: 'snapshot'; seq: number; state: PanelState; bundle?: Record<string, string> }
  | { type: 'event'; seq: number; event: PanelEvent };

export type FromWebview =
  /** The webview is there (again), or has missed an event: send a snapshot. */
  | { type: 'ready' }
  | { type: 'ask'; text: string }
  | { type: 'stop' }
  | { type: 'newChat' }
  | { type: 'setMode'; mode: WishedMode }
  | { type: 'removeChip'; chipId: string }
  | { type: 'draft'; text: string }
  | { type: 'press'; buttonId: string; argument?: string; turnId?: string }
  | { type: 'copy'; text: string }
  | { type: 'insert'; text: string; language: string }
  | { type: 'openLink'; href: string }
  /** The badge was clicked: explain the route. */
  | { type: 'explainRoute' };
