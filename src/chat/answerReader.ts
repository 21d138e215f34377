// Reads one answer from the gateway into the panel's state: who answers, thinking and its duration, text, tokens. It decides
// nothing about failures, which it lets through; conversation.ts does.
import * as l10n from '@vscode/l10n';
import type { FinishReason, Usage } from '../models/types.ts';
import type { GatewayEvent } from '../privacy/gatewayTypes.ts';
import type { Answerer } from '../privacy/route.ts';
import type { PanelLog } from './panelLog.ts';
import type { Answer, AnswerStatus, Badge } from './protocol.ts';
import { RepetitionDetector } from './repetition.ts';

/** Why an answer was cut short from our side. */
export class Interruption extends Error {
  readonly why: 'stopped' | 'askedAgain';

  constructor(why: 'stopped' | 'askedAgain') {
    super(why);
    this.name = 'Interruption';
    this.why = why;
  }
}

/** How the model ended; undefined when its events ended without a word. */
export type Ended = FinishReason | 'circles' | undefined;

export class AnswerReader {
  private readonly log: PanelLog;
  private readonly turnId: string;
  private readonly now: () => number;
  private readonly badgeOf: (answerer: Answerer) => Badge;
  private readonly attachments: readonly string[];
  private readonly thinksInCircles = new RepetitionDetector();
  /** Milliseconds of thinking that is over, that of an earlier try which is kept included. */
  private thoughtMs: number;
  private thinkingSince: number | undefined;
  private status: AnswerStatus = 'waiting';
  private hasText: boolean;
  private thoughtLate = false;

  usage: Usage | undefined;
  /** True once the gateway let the question through to somebody. */
  reached = false;
  /** True once this request gave thinking or text. */
  arrived = false;

  /** @param attachments names of what goes along, for "Reading …" */
  constructor(options: {
    log: PanelLog;
    turnId: string;
    /** What there is of it already. */
    answer: Answer;
    now: () => number;
    badgeOf: (answerer: Answerer) => Badge;
    attachments: readonly string[];
  }) {
    this.log = options.log;
    this.turnId = options.turnId;
    this.now = options.now;
    this.badgeOf = options.badgeOf;
    this.attachments = options.attachments;
    const { answer } = options;
    this.thoughtMs = answer.reasoning?.ms ?? 0;
    this.hasText = answer.text !== '';
  }

  /** Milliseconds of thinking so far; undefined when it doesn't think now. */
  get thinkingMs(): number | undefined {
    return this.thinkingSince === undefined ? undefined : this.thoughtMs + this.now() - this.thinkingSince;
  }

  /** Reads to the end. Errors are the gateway's; an aborted signal throws its reason at once, whatever the gateway does. */
  async read(events: AsyncIterable<GatewayEvent>, signal: AbortSignal): Promise<Ended> {
    let ended: Ended;
    try {
      for await (const event of untilAborted(events, signal)) {
        ended = this.take(event) ?? ended;
        if (ended === 'circles') break;
      }
      return ended;
    } finally {
      this.endThinking();
    }
  }

  private take(event: GatewayEvent): Ended {
    switch (event.type) {
      case 'answerer':
        this.reached = true;
        this.log.changeAnswer(this.turnId, {
          badge: this.badgeOf(event.answerer),
          activity: this.activityOf(event.answerer),
        });
        return undefined;
      case 'reasoning':
        return this.think(event.text);
      case 'text':
        this.say(event.text);
        return undefined;
      case 'usage':
        this.usage = event.usage;
        return undefined;
      case 'done':
        return event.reason;
      case 'toolCall':
        return undefined; // No tools are offered, so a call would be a mistake of the server.
    }
  }

  private think(text: string): Ended {
    if (text === '') return undefined;
    this.arrived = true;
    this.log.append('reasoning', this.turnId, text);
    if (this.status === 'waiting') {
      this.status = 'thinking';
      this.thinkingSince = this.now();
      this.log.changeAnswer(this.turnId, { status: 'thinking', activity: undefined }, { ms: undefined });
    } else if (this.status === 'answering' && !this.thoughtLate) {
      // Thinking that comes after text is shown with the rest, but the answer has begun.
      this.thoughtLate = true;
      this.log.changeAnswer(this.turnId, {}, { ms: this.thoughtMs });
    }
    return this.thinksInCircles.push(text) ? 'circles' : undefined;
  }

  private say(text: string): void {
    // Templates leave a space or a line end before the first word.
    const said = this.hasText ? text : text.trimStart();
    if (said === '') return;
    this.hasText = true;
    this.arrived = true;
    this.endThinking();
    if (this.status !== 'answering') {
      this.status = 'answering';
      this.log.changeAnswer(this.turnId, { status: 'answering', activity: undefined });
    }
    this.log.append('text', this.turnId, said);
  }

  private endThinking(): void {
    const ms = this.thinkingMs;
    if (ms === undefined) return;
    this.thinkingSince = undefined;
    this.thoughtMs = ms;
    this.log.changeAnswer(this.turnId, {}, { ms });
  }

  /** A local server says nothing while it loads a model or reads a prompt, which can take minutes. */
  private activityOf({ model: id, shownAs, route }: Answerer): string {
    const model = shownAs ?? id;
    if (model === undefined) return '';
    const [name] = this.attachments;
    if (name === undefined) {
      return route.place === 'local'
        ? l10n.t('Loading {0}, or reading the question', model)
        : l10n.t('Asking {0}', model);
    }
    return this.attachments.length === 1
      ? l10n.t('{0} reads {1}', model, name)
      : l10n.t('{0} reads {1} pieces of code', model, this.attachments.length);
  }
}

/** What `signal` aborts ends at once, even if the promise never does. */
export function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

async function* untilAborted<T>(events: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = events[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await orAbort(iterator.next(), signal);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // Not awaited: a source that hangs must not keep the panel waiting. What it still throws was our doing.
    void Promise.resolve(iterator.return?.(undefined)).catch(() => undefined);
  }
}
