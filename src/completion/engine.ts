// Ghost text without an editor: answers from memory at once, else asks the gateway after a pause, one request at a time, and
// drops that request only when what is typed departs from it. Knows no clock of its own.
import { LRUCache } from 'lru-cache';
import { aroundCursor, windowTokens } from '../context/aroundCursor.ts';
import { Heads } from '../context/heads.ts';
import type { FinishReason } from '../models/types.ts';
import type { Gateway } from '../privacy/gatewayTypes.ts';
import type { Route } from '../privacy/route.ts';
import { pauseAfter } from './backOff.ts';
import type { Fitted } from './fit.ts';
import { gate } from './gate.ts';
import { Memory, placeOf, typedSince, type Place } from './memory.ts';
import { clean, finish } from './refine.ts';
import { enough, shapeAt, type Ended, type Shape } from './shape.ts';
import { linesOf, type Snapshot } from './snapshot.ts';

export interface EngineDeps {
  gateway: Pick<Gateway, 'fill'>;
  /** Milliseconds. */
  now: () => number;
  /** Calls back once after so many milliseconds; returns what cancels it. */
  setTimer: (callback: () => void, ms: number) => () => void;
  /** Called with each failure of a request. */
  onProblem: (error: unknown) => void;
}

/** What a change did to a document. */
export type ChangeKind = 'insert' | 'remove' | 'undo';

/** One request under way. */
interface Flight {
  snapshot: Snapshot;
  place: Place;
  shape: Shape;
  controller: AbortController;
  raw: string;
  /** What has come so far, cleaned. */
  text: string;
  route: Route['place'] | undefined;
  model: string | undefined;
  cancelLimit: () => void;
}

/** One question that waits: for its pause to pass, or for a request under way. */
interface Waiter {
  snapshot: Snapshot;
  dueAt: number;
  cancelTimer: (() => void) | undefined;
  answer: (fitted: Fitted | undefined) => void;
}

/** A suggestion that takes longer comes too late; a local model may have to be loaded first. */
const longest = { cloud: 10_000, local: 90_000 } as const;

/** Ollama unloads a model after five minutes; for so long after an answer it is taken to be loaded. */
const staysLoaded = 240_000;

export class Engine {
  readonly #deps: EngineDeps;
  readonly #memory = new Memory();
  /** Documents whose last change was a deletion or an undo. */
  readonly #deleted = new Set<string>();
  /** Where the last answer for a document came from: decides how much context the next request gets. */
  readonly #routes = new LRUCache<string, Route['place']>({ max: 200 });
  /** Where the windows into a document began. */
  readonly #heads = new LRUCache<string, Heads>({ max: 200 });
  /** Until when a document's model is left alone. */
  readonly #pausedUntil = new LRUCache<string, number>({ max: 200 });
  readonly #answeredAt = new Map<string, number>();
  #flight: Flight | undefined;
  #waiter: Waiter | undefined;
  #unsettled = 0;
  #disposed = false;

  constructor(deps: EngineDeps) {
    this.#deps = deps;
  }

  /** Questions that wait, and requests that haven't ended (those that were aborted a moment ago included). */
  get pending(): number {
    return this.#unsettled + (this.#waiter ? 1 : 0);
  }

  /** Tells of every change, so that nothing is offered right after a deletion. */
  noteChange(document: string, kind: ChangeKind): void {
    if (kind === 'insert') this.#deleted.delete(document);
    else this.#deleted.add(document);
  }

  /** Forgets a document that was closed. */
  forget(document: string): void {
    this.#deleted.delete(document);
    this.#memory.clear(document);
    this.#heads.delete(document);
    if (this.#flight?.snapshot.document === document) this.#drop(this.#flight);
  }

  /** Asks again at once where a failure made it wait: a key was set, a server started, another model chosen. */
  retryNow(): void {
    this.#pausedUntil.clear();
    this.#memory.clear();
  }

  /**
   * What may be shown at this cursor. A newer question supersedes an older one, which then gets undefined, as does one whose
   * signal aborts; the request stays under way while it may still be of use. Never rejects: failures go to `onProblem`.
   */
  suggest(snapshot: Snapshot, signal: AbortSignal): Promise<Fitted | undefined> {
    this.#answer(undefined);
    const flight = this.#flight;
    if (flight && !isOfUse(flight, snapshot) && !this.#isLoading(flight)) this.#drop(flight);
    if (this.#disposed || signal.aborted || gate(snapshot, this.#deleted.has(snapshot.document)) !== undefined)
      return Promise.resolve(undefined);

    const known = this.#memory.find(snapshot);
    // Who asks expressly may ask again for what came to nothing.
    if (known && (known.fitted || snapshot.automatic)) return Promise.resolve(known.fitted);
    const now = this.#deps.now();
    if (snapshot.automatic && (this.#pausedUntil.get(snapshot.document) ?? 0) > now) return Promise.resolve(undefined);

    return new Promise((resolve) => {
      const leave = () => {
        if (this.#waiter === waiter) this.#answer(undefined);
      };
      const waiter: Waiter = {
        snapshot,
        dueAt: snapshot.automatic ? now + snapshot.delayMs : now,
        cancelTimer: undefined,
        answer: (fitted) => {
          signal.removeEventListener('abort', leave);
          resolve(fitted);
        },
      };
      this.#waiter = waiter;
      signal.addEventListener('abort', leave);
      this.#advance();
    });
  }

  dispose(): void {
    this.#disposed = true;
    this.#answer(undefined);
    if (this.#flight) this.#drop(this.#flight);
    this.#memory.clear();
  }

  #answer(fitted: Fitted | undefined): void {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.cancelTimer?.();
    waiter?.answer(fitted);
  }

  /** Does what is next for the question that waits: keep waiting, drop a request that is of no use any more, or start one. */
  #advance(): void {
    const waiter = this.#waiter;
    if (!waiter) return;
    const flight = this.#flight;
    if (flight) {
      if (isOfUse(flight, waiter.snapshot) || this.#isLoading(flight)) return;
      this.#drop(flight);
    }
    const wait = waiter.dueAt - this.#deps.now();
    if (wait <= 0) {
      this.#start(waiter.snapshot);
      return;
    }
    waiter.cancelTimer ??= this.#deps.setTimer(() => {
      waiter.cancelTimer = undefined;
      this.#advance();
    }, wait);
  }

  #drop(flight: Flight): void {
    if (this.#flight === flight) this.#flight = undefined;
    flight.cancelLimit();
    flight.controller.abort();
  }

  /** A local model that is being loaded is let finish: each abort would throw the load away, and it would never be loaded. */
  #isLoading(flight: Flight): boolean {
    if (flight.route !== 'local' || flight.raw !== '') return false;
    const answeredAt = flight.model === undefined ? undefined : this.#answeredAt.get(flight.model);
    return answeredAt === undefined || this.#deps.now() - answeredAt > staysLoaded;
  }

  #start(snapshot: Snapshot): void {
    const flight: Flight = {
      snapshot,
      place: placeOf(snapshot),
      shape: shapeAt(snapshot),
      controller: new AbortController(),
      raw: '',
      text: '',
      route: undefined,
      model: undefined,
      cancelLimit: () => undefined,
    };
    flight.cancelLimit = this.#deps.setTimer(() => this.#giveUp(flight), longest.local);
    this.#flight = flight;
    // Reports to the waiter and to onProblem; it never rejects.
    void this.#fly(flight);
  }

  #giveUp(flight: Flight): void {
    const waited = this.#flight === flight;
    this.#drop(flight);
    if (waited) this.#answer(undefined);
  }

  async #fly(flight: Flight): Promise<void> {
    this.#unsettled++;
    try {
      const reason = await this.#read(flight);
      if (this.#flight === flight) this.#land(flight, reason);
    } catch (error) {
      // What is dropped ends with the abort's own reason: not a failure.
      if (this.#flight === flight) this.#fail(flight, error);
    } finally {
      this.#unsettled--;
      flight.cancelLimit();
    }
    this.#advance();
  }

  /** Reads the answer as far as it is needed. @returns how it ended */
  async #read(flight: Flight): Promise<Ended> {
    const { snapshot, shape, controller } = flight;
    const budget = windowTokens[this.#routes.get(snapshot.document) ?? 'local'];
    const window = aroundCursor(snapshot, budget, this.#headsOf(snapshot.document));
    const request = {
      purpose: 'ghostText' as const,
      sources: snapshot.sources,
      pieces: snapshot.sources.map((source) => ({ source, ...linesOf(snapshot, window), chosen: !snapshot.automatic })),
      ...window,
      maxTokens: shape.maxTokens,
      ...(shape.stop ? { stop: shape.stop } : {}),
    };
    let reason: FinishReason = 'stop';
    for await (const event of this.#deps.gateway.fill(request, controller.signal)) {
      if (this.#flight !== flight) return 'no';
      if (event.type === 'answerer') {
        flight.route = event.answerer.route.place;
        flight.model = event.answerer.model;
        this.#routes.set(snapshot.document, flight.route);
        if (flight.route === 'cloud') {
          flight.cancelLimit();
          flight.cancelLimit = this.#deps.setTimer(() => this.#giveUp(flight), longest.cloud);
        }
      } else if (event.type === 'text') {
        flight.raw += event.text;
        flight.text = clean(flight.raw, snapshot);
        if (flight.model !== undefined) this.#answeredAt.set(flight.model, this.#deps.now());
        if (enough(flight.text, shape, snapshot, 'no').done) {
          controller.abort();
          return 'no';
        }
        this.#advance();
      } else if (event.type === 'done') reason = event.reason;
      // Reasoning and tool calls are no code.
    }
    return reason === 'stop' ? 'stop' : 'length';
  }

  #headsOf(document: string): Heads {
    const heads = this.#heads.get(document) ?? new Heads();
    this.#heads.set(document, heads);
    return heads;
  }

  #land(flight: Flight, ended: Ended): void {
    this.#flight = undefined;
    const { text } = enough(flight.text, flight.shape, flight.snapshot, ended);
    this.#memory.add(flight.snapshot, finish(text, flight.snapshot));
    this.#pausedUntil.delete(flight.snapshot.document);
    const known = this.#waiter && this.#memory.find(this.#waiter.snapshot);
    if (known) this.#answer(known.fitted);
  }

  #fail(flight: Flight, error: unknown): void {
    this.#flight = undefined;
    const pause = pauseAfter(error);
    if (pause > 0) this.#pausedUntil.set(flight.snapshot.document, this.#deps.now() + pause);
    // Another document may have another model: its question is asked next.
    if (this.#waiter?.snapshot.document === flight.snapshot.document) this.#answer(undefined);
    this.#deps.onProblem(error);
  }
}

/** Whether a request under way can still answer at this cursor: what was typed since is what it says, as far as it has come. */
function isOfUse(flight: Flight, snapshot: Snapshot): boolean {
  const typed = typedSince(flight.place, snapshot);
  return typed !== undefined && (flight.text.startsWith(typed) || typed.startsWith(flight.text));
}
