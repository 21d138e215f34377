// A walk: steps by chance, and after each a look at every byte that has arrived anywhere. It ends at the first canary where none may be.
import { Page } from '../page.ts';
import type { SentRequest } from '../../servers/httpRequests.ts';
import type { Recorder } from '../../servers/recorder.ts';
import { orAfter, Person } from './person.ts';
import type { Breach } from './places.ts';
import type { Random } from './random.ts';
import type { Stage } from './stage.ts';
import { events, steps, type Step } from './steps.ts';

/** When a model is replaced, a prompt may be on its way to the one that had its name; so many milliseconds later none is. */
const onItsWayMs = 300;
/** Milliseconds. */
const longestStepMs = 20_000;
const tellEvery = 250;
const lastStepsShown = 25;

/** Something was where it must not be. */
export class Leak extends Error {}

/** How often something reached a server. */
export interface Tally {
  steps: number;
  cloudChats: number;
  cloudFills: number;
  localChats: number;
  localFills: number;
  realLocal: number;
  /** Places whose canaries were seen at the cloud, and here. */
  seenAtCloud: Set<string>;
  seenHere: Set<string>;
}

export class Walk {
  readonly tally: Tally = {
    steps: 0,
    cloudChats: 0,
    cloudFills: 0,
    localChats: 0,
    localFills: 0,
    realLocal: 0,
    seenAtCloud: new Set(),
    seenHere: new Set(),
  };
  /** Steps that VS Code refused. */
  readonly failures: string[] = [];
  readonly #stage: Stage;
  readonly #random: Random;
  readonly #tell: (line: string) => void;
  readonly #looked = new Map<Recorder, number>();
  readonly #times = new Map<string, { count: number; ms: number }>();
  readonly #last: string[] = [];
  readonly #swapping = { from: Infinity, to: Infinity };

  constructor(stage: Stage, random: Random, tell: (line: string) => void) {
    this.#stage = stage;
    this.#random = random;
    this.#tell = tell;
  }

  /**
   * @param real the stretch of steps, from and to, in which the real Ollama answers
   * Throws a `Leak`.
   */
  async go(count: number, real: { from: number; to: number }): Promise<void> {
    const person = new Person(this.#stage, this.#random, await Page.of(this.#stage.parts.panel));
    const planned: Record<number, () => Promise<void>> = {
      [Math.floor(count / 2)]: () => events.turnPrivate(person),
      [real.from]: () => events.useRealModel(person),
      [Math.floor((real.from + real.to) / 2)]: async () => {
        this.#stage.double.clearFaults();
        this.#swapping.from = Date.now();
        await events.swapModel(person);
        this.#swapping.to = Date.now();
      },
      [real.to]: () => events.useDouble(person),
    };
    try {
      for (let at = 0; at < count; at += 1) {
        await planned[at]?.();
        await this.#step(person, this.#next(person));
        this.#look();
        if ((at + 1) % tellEvery === 0) this.#tell(this.#progress());
      }
      await person.rest();
      this.#look();
      this.#lookAtStreams();
    } finally {
      this.#tell(this.#progress());
      if (process.env.FATHOM_VERBOSE === '1') this.#tell(this.costs);
      await person.end();
    }
  }

  /** Milliseconds of each kind of step, the dearest first. */
  private get costs(): string {
    return [...this.#times]
      .sort(([, a], [, b]) => b.ms - a.ms)
      .map(([name, { count, ms }]) => `${name} ${count} × ${Math.round(ms / count)} ms`)
      .join(', ');
  }

  #next(person: Person): Step {
    const possible = steps.filter(({ inEditor }) => inEditor !== true || person.editor !== undefined);
    const whole = possible.reduce((sum, { weight }) => sum + weight, 0);
    let left = (this.#random.below(1e6) / 1e6) * whole;
    return possible.find(({ weight }) => (left -= weight) < 0) ?? this.#random.pick(possible);
  }

  async #step(person: Person, step: Step): Promise<void> {
    const began = Date.now();
    this.tally.steps += 1;
    const file = person.editor ? person.placeOf(person.editor.document).name : 'no editor';
    this.#last.push(`${this.tally.steps} ${step.name} (${file}, ${person.local})`);
    if (this.#last.length > lastStepsShown) this.#last.shift();
    let ended = true;
    // What is asked in the middle of a step is answered there.
    const answering = setInterval(() => person.answerPrompts(), 100);
    try {
      ended = await orAfter(longestStepMs, step.run(person));
    } catch (error) {
      // An editor that closed a moment ago, an undo of nothing: the person does something else. Too many of these fail the test.
      this.failures.push(`${step.name}: ${String(error)}`);
    } finally {
      clearInterval(answering);
    }
    if (!ended) throw new Error(`a step that does not end:\n${this.#last.join('\n')}`);
    person.answerPrompts();
    person.page.forgetStatuses();
    const time = this.#times.get(step.name) ?? { count: 0, ms: 0 };
    this.#times.set(step.name, { count: time.count + 1, ms: time.ms + Date.now() - began });
  }

  /** At all requests that are new. */
  #look(): void {
    const { places, recorders } = this.#stage;
    for (const request of this.#new(recorders.cloud)) {
      this.#count(request, 'cloud');
      if (!places.mayArrive(request.at)) this.#leak('the cloud, while nothing may leave', request, []);
      const breaches = [request.raw, request.body].flatMap((bytes) => places.breaches(bytes, request.at));
      if (breaches.length > 0) this.#leak('the cloud', request, breaches);
      for (const { place } of places.found(request.body)) this.tally.seenAtCloud.add(place);
    }
    for (const request of this.#new(recorders.forge)) {
      const found = places.found(request.raw);
      if (found.length > 0) this.#leak('the forge', request, found);
    }
    for (const request of this.#new(recorders.other)) {
      if (request.at >= this.#swapping.from && request.at <= this.#swapping.to + onItsWayMs) continue;
      const found = [request.raw, request.body].flatMap((bytes) => places.found(bytes));
      if (found.length > 0) this.#leak('the host of models that run elsewhere', request, found);
    }
    for (const recorder of [recorders.double, recorders.real]) {
      for (const request of this.#new(recorder)) {
        this.#count(request, recorder === recorders.real ? 'real' : 'double');
        for (const { place } of places.found(request.body)) this.tally.seenHere.add(place);
      }
    }
  }

  /** At whole connections, and at all bodies one behind the other: what was cut anywhere is whole there. */
  #lookAtStreams(): void {
    const { places, recorders } = this.#stage;
    const cloud = recorders.cloud.sent;
    for (const bytes of [...recorders.cloud.streams(), Buffer.concat(cloud.map(({ body }) => body))]) {
      const breaches = places.breaches(bytes, undefined);
      if (breaches.length > 0) throw new Leak(`at the cloud, cut in pieces: ${JSON.stringify(breaches)}`);
    }
  }

  #new(recorder: Recorder): SentRequest[] {
    const from = this.#looked.get(recorder) ?? 0;
    this.#looked.set(recorder, recorder.sent.length);
    return recorder.sent.slice(from);
  }

  #count({ head }: SentRequest, at: 'cloud' | 'double' | 'real'): void {
    const { tally } = this;
    if (/^POST \S*\/chat\/completions /.test(head)) tally.cloudChats += 1;
    else if (/^POST \S*\/completions /.test(head)) tally.cloudFills += 1;
    else if (head.startsWith('POST /api/chat ')) tally.localChats += 1;
    else if (head.startsWith('POST /api/generate ')) tally.localFills += 1;
    else return;
    if (at === 'real') tally.realLocal += 1;
  }

  #progress(): string {
    const { steps: made, cloudChats, cloudFills, localChats, localFills, realLocal } = this.tally;
    return `${made} steps; cloud: ${cloudChats} chats, ${cloudFills} fills; here: ${localChats} chats, ${localFills} fills (${realLocal} by a real model)`;
  }

  #leak(where: string, { head, body }: SentRequest, breaches: Breach[]): never {
    const what = breaches
      .map(({ place, canary, reading }) => `  ${canary} of “${place}”, read as ${reading}`)
      .join('\n');
    throw new Leak(
      `at ${where}, step ${this.tally.steps}:\n${what}\n${head.split('\r\n')[0] ?? ''}\n${body.toString().slice(0, 3000)}\nthe last steps:\n${this.#last.join('\n')}`,
    );
  }
}

/** For the counts of a run that is over. */
export function isLeak(error: unknown): error is Leak {
  return error instanceof Leak;
}
