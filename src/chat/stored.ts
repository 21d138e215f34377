// A conversation as it is kept on disk, and what becomes of one that was read back: checked, since anything can have happened
// to a file, and at rest, since no answer survives its window. Reading and writing files is history.ts's job.
import type { PromptAttachment } from '../context/chatPrompt.ts';
import type { Usage } from '../models/types.ts';
import { windowClosed } from './cards.ts';
import type { Answer, AnswerStatus, Turn, WishedMode } from './protocol.ts';

/** A turn, and what only the host knows of it. */
export interface StoredTurn {
  turn: Turn;
  /** What went along, so that the question can be asked again. */
  attachments: PromptAttachment[];
  /** Where that came from; stays when the attachments are taken away after they were sent. */
  sources: string[];
  wished: WishedMode;
  /** Whether the question got as far as a model. */
  reached: boolean;
  /** The user message as it was sent. */
  sent?: string;
  usage?: Usage;
  /** US dollars. */
  cost?: number;
  /** It may have been less: see `Cost`. */
  costUpTo?: boolean;
}

export interface StoredConversation {
  version: 1;
  id: string;
  title: string;
  /** True once a model gave the title. */
  titled: boolean;
  mode: WishedMode;
  draft: string;
  turns: StoredTurn[];
}

/** The conversation in `json`, or undefined when it isn't one. */
export function readStored(json: unknown): StoredConversation | undefined {
  if (!isRecord(json) || json.version !== 1) return undefined;
  const sound =
    typeof json.id === 'string' &&
    isSafeId(json.id) &&
    typeof json.title === 'string' &&
    typeof json.titled === 'boolean' &&
    isMode(json.mode) &&
    typeof json.draft === 'string' &&
    isArrayOf(json.turns, isStoredTurn);
  return sound ? (json as unknown as StoredConversation) : undefined;
}

/** An id becomes a file name. */
export function isSafeId(id: string): boolean {
  return /^[\w-]{1,64}$/.test(id);
}

/** The same conversation with every answer at rest: one that was on its way is incomplete, and can be continued. */
export function atRest(stored: StoredConversation): StoredConversation {
  return {
    ...stored,
    turns: stored.turns.map((kept) => ({ ...kept, turn: { ...kept.turn, answer: answerAtRest(kept.turn.answer) } })),
  };
}

function answerAtRest(answer: Answer): Answer {
  if (!(['waiting', 'thinking', 'answering'] as AnswerStatus[]).includes(answer.status)) return answer;
  const rest = { ...answer };
  delete rest.activity;
  const arrived = answer.text !== '' || answer.reasoning !== undefined;
  return {
    ...rest,
    ...(rest.reasoning ? { reasoning: { ...rest.reasoning, ms: rest.reasoning.ms ?? 0 } } : {}),
    status: arrived ? 'incomplete' : 'failed',
    card: windowClosed(arrived),
  };
}

type Check = (value: unknown) => boolean;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isArrayOf(value: unknown, check: Check): boolean {
  return Array.isArray(value) && value.every(check);
}

const isString: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const isMode: Check = (value) => value === 'auto' || value === 'chat' || value === 'reasoner';
const isOptional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const isShape =
  (shape: Record<string, Check>): Check =>
  (value) =>
    isRecord(value) && Object.entries(shape).every(([key, check]) => check(value[key]));

const statuses: readonly unknown[] = [
  'waiting',
  'thinking',
  'answering',
  'done',
  'stopped',
  'incomplete',
  'failed',
] satisfies AnswerStatus[];
const isKind: Check = (value) => value === 'file' || value === 'selection';
const isButton = isShape({ id: isString, title: isString, argument: isOptional(isString) });
const isCard = isShape({
  tone: (value) => value === 'error' || value === 'question' || value === 'note',
  sentence: isString,
  buttons: (value) => isArrayOf(value, isButton),
  details: isOptional(isString),
});
const isAnswer = isShape({
  status: (value) => statuses.includes(value),
  text: isString,
  badge: isOptional(
    isShape({
      place: (value) => value === 'cloud' || value === 'local' || value === 'none',
      text: isString,
      title: isString,
    }),
  ),
  activity: isOptional(isString),
  mode: isOptional(isShape({ mode: (value) => value === 'chat' || value === 'reasoner', why: isOptional(isString) })),
  reasoning: isOptional(isShape({ text: isString, ms: isOptional(isNumber), tokens: isOptional(isNumber) })),
  card: isOptional(isCard),
  usage: isOptional(isString),
  note: isOptional(isString),
});
const isStoredTurn = isShape({
  turn: isShape({
    id: isString,
    question: isShape({
      text: isString,
      chips: (value) => isArrayOf(value, isShape({ id: isString, kind: isKind, label: isString, title: isString })),
    }),
    answer: isAnswer,
  }),
  attachments: (value) =>
    isArrayOf(
      value,
      isShape({
        kind: isKind,
        source: isString,
        path: isString,
        languageId: isString,
        text: isString,
        startLine: isNumber,
        endLine: isNumber,
        focusLine: isOptional(isNumber),
      }),
    ),
  sources: (value) => isArrayOf(value, isString),
  wished: isMode,
  reached: (value) => typeof value === 'boolean',
  sent: isOptional(isString),
  cost: isOptional(isNumber),
  costUpTo: isOptional((value) => typeof value === 'boolean'),
  usage: isOptional(
    isShape({
      promptTokens: isNumber,
      completionTokens: isNumber,
      cachedTokens: isOptional(isNumber),
      reasoningTokens: isOptional(isNumber),
    }),
  ),
});
