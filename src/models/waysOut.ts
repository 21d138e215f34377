// The ways on that an error offers, as data: what a button does is decided by who shows it (panel, notification, status bar).

export type WayOutId =
  /* account */
  | 'signIn'
  | 'getKey'
  | 'topUp'
  /* the same again, or differently */
  | 'retry'
  | 'continue'
  | 'answerWithoutThinking'
  | 'newChat'
  | 'removeAttachments'
  /* models and servers */
  | 'switchModel'
  | 'startOllama'
  | 'installOllama'
  | 'pullModel'
  | 'chooseLocalModel'
  | 'confirmHost'
  | 'largerWindow'
  /* privacy: may this folder go to DeepSeek? */
  | 'allowForNow'
  | 'allowAlways'
  | 'never'
  | 'clearRepository'
  /* money */
  | 'goOnOverBudget'
  | 'showBalance'
  /* looking closer */
  | 'openSettings'
  | 'showLog';

export interface WayOut {
  id: WayOutId;
  /** Button text, in the person's language. */
  title: string;
  /** What the way out is about: a model id for `switchModel` and `pullModel`, a host for `confirmHost`, a folder for the privacy ones. */
  argument?: string;
}

/** What a person reads when something failed: one sentence, ways on (the first is the primary one), and details to unfold. */
export interface Explanation {
  sentence: string;
  waysOut: WayOut[];
  details?: string;
  /** `question` for "may this folder go to DeepSeek?", which is not a failure and must not look like one. */
  tone: 'error' | 'question' | 'note';
}
