// The one door to every model. Each request goes the same way: route, ignore rules, secrets aside, budget, send, ledger. A request
// that must stay on this machine is never sent elsewhere instead: there is no way from the local side to the cloud.
import type { Resolve } from '../models/addresses.ts';
import { DeepSeekModel, listModels, readBalance } from '../models/deepseek.ts';
import { ModelError } from '../models/errors.ts';
import { placeOf } from '../models/loopback.ts';
import { OllamaModel } from '../models/ollama.ts';
import { OllamaServer } from '../models/ollamaServer.ts';
import { straightBy, type Transport } from '../models/transports.ts';
import type { Model, OnSend, Sent, Usage } from '../models/types.ts';
import type { Budget } from './budget.ts';
import { BudgetError } from './budgetError.ts';
import type { Disposable } from './emitter.ts';
import type { Gateway, GatewayEvent, ModelAdmin, Piece, Preview } from './gatewayTypes.ts';
import type { IgnoreRules } from './ignoreRules.ts';
import type { Ledger, LedgerEntry } from './ledger.ts';
import { createLocalSide, hostOf } from './localSide.ts';
import { createPlans, type Decision, type Plan, type PlansDeps } from './plans.ts';
import { chatQuestion, fillQuestion, type Prepared, type Question } from './question.ts';
import type { RecordOfSent } from './record.ts';
import type { Redactor } from './redaction.ts';
import type { Origin, Route } from './route.ts';
import { RouteError } from './routeError.ts';
import { isPrivate } from './router.ts';

export interface GatewayDeps extends Omit<PlansDeps, 'localSide'> {
  ignoreRules: IgnoreRules;
  redactor: Redactor;
  budget: Budget;
  ledger: Ledger;
  record: RecordOfSent;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Longest silence of a model in milliseconds; the models' own if left out. */
  idleMs?: number;
  /** How names of local hosts are looked up; the system's way if left out. */
  resolve?: Resolve;
}

/** The status bar would rather show "not running" than wait longer. */
const glanceTimeoutMs = 4000;

/** The promise, or the signal's reason as soon as it aborts. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function outcomeOf(error: unknown): string {
  if (ModelError.is(error) || RouteError.is(error) || BudgetError.is(error)) return error.reason;
  return error instanceof Error ? error.name : 'failed';
}

const isPublic = (origins: readonly Origin[]): boolean => origins.every(({ visibility }) => visibility === 'public');

export function createGateway(deps: GatewayDeps): Gateway & ModelAdmin {
  const { origins, ledger, record, holds, budget, redactor, ignoreRules, now } = deps;
  const idle = deps.idleMs === undefined ? {} : { idleMs: deps.idleMs };
  /** To Ollama: looks every name up once, and goes to this machine and to confirmed hosts only. */
  const straight = straightBy({
    confirmed: () => deps.settings().local.confirmedHosts,
    ...(deps.resolve === undefined ? {} : { resolve: deps.resolve }),
  });
  /** One each, because it remembers what it learnt of the weights. */
  const servers = new Map<string, OllamaServer>();
  const serverAt = (url: string): OllamaServer => {
    const server = servers.get(url) ?? new OllamaServer(url, straight);
    servers.set(url, server);
    return server;
  };
  const localSide = createLocalSide(now, serverAt);
  const plans = createPlans({ ...deps, localSide });

  /** @param wire how the request leaves, where that is looked at */
  const modelFor = ({ target }: Plan, wire: { onSend: OnSend } | { transport: Transport }): Model =>
    target.place === 'cloud'
      ? new DeepSeekModel({ ...target, ...idle, ...wire })
      : new OllamaModel({ ...target, transport: straight, ...idle, ...wire });

  /** Throws `ignored` where a file goes along that a rule leaves out, and that nobody picked. */
  async function follow(pieces: readonly Piece[], taken: Route): Promise<void> {
    for (const source of new Set(pieces.flatMap(({ chosen, source }) => (chosen === true ? [] : [source])))) {
      const ignored = await ignoreRules.of(source);
      if (ignored !== undefined) {
        throw new RouteError('ignored', taken, undefined, undefined, { source, ...ignored });
      }
    }
  }

  /** Everything between the route and the sending. */
  async function prepare(question: Question, { route: taken, settings }: Plan): Promise<Prepared> {
    await follow(question.pieces, taken);
    const prepared = await question.prepare(taken.place === 'cloud' || settings.redactLocal ? redactor : undefined);
    if (prepared === undefined) throw new RouteError('insideSecret', taken);
    return prepared;
  }

  /** Throws a `BudgetError` where the limit is reached. @returns what is counted as spent until it is disposed of */
  function admit(
    { purpose, mode }: Question,
    { route: taken, answerer, host }: Plan,
    bytes: number,
  ): Disposable | undefined {
    if (taken.place === 'local') return undefined;
    const verdict = budget.check(purpose);
    if (verdict.kind !== 'ok') throw new BudgetError(verdict);
    return budget.reserve({ purpose, model: answerer.model ?? mode, host, bytes });
  }

  async function* answer(question: Question, signal: AbortSignal): AsyncGenerator<GatewayEvent> {
    const at = now();
    const id = ledger.newId();
    const { purpose, sources, pieces, mode, held } = question;
    let place: LedgerEntry['place'] = 'nowhere';
    let decision: Decision | undefined;
    let planned: Plan | undefined;
    let prepared: Prepared | undefined;
    let usage: Usage | undefined;
    let outcome = 'cancelled';
    let sends: { url: string; bytes: number }[] = [];
    let status: number | undefined;
    let reserved: Disposable | undefined;
    try {
      do {
        decision = await unlessAborted(plans.decide(sources, held, true), signal);
        planned = await unlessAborted(plans.plan(decision, mode, false, signal), signal);
        prepared = await unlessAborted(prepare(question, planned), signal);
        await unlessAborted(budget.ready(), signal);
        // Who receives this may take its time, so the look at the grounds comes after it.
        yield { type: 'answerer', answerer: planned.answerer };
      } while (!(await unlessAborted(plans.stillHolds(planned, question), signal)));
      await planned.stillRunsThere?.(signal);
      reserved = admit(question, planned, prepared.bytes);
      place = planned.route.place;
      if (place === 'local' && held !== undefined && isPrivate(origins.marked(planned.origins))) {
        await holds.hold(held.conversation);
      }
      const { found } = prepared;
      const mayBeStored = isPublic(planned.origins) || planned.settings.keepPrivateBodies;
      const onSend = ({ url, body }: Sent) => {
        sends.push({ url, bytes: Buffer.byteLength(body) });
        record.add({ id, url, body, found, pieces, mayBeStored });
      };
      for await (const event of prepared.ask(modelFor(planned, { onSend }), signal)) {
        if (event.type === 'usage') usage = event.usage;
        if (event.type === 'done') outcome = 'done';
        yield event;
      }
    } catch (error) {
      if (signal.aborted) throw error;
      const told = decision === undefined ? error : plans.noWayOn(error, decision);
      if (ModelError.is(error)) {
        status = error.details.status;
        if (error.details.unreached === true || error.reason === 'notRunning') sends = [];
      }
      outcome = outcomeOf(told);
      throw told;
    } finally {
      const sent = place === 'nowhere' ? undefined : planned;
      const entry = {
        at,
        purpose,
        place,
        model: sent?.answerer.model,
        host: sent?.host,
        reasons: decision?.route.reasons ?? [{ kind: 'nothingSent' as const }],
        visibilityPrivate: decision === undefined || !isPublic(decision.origins),
        ms: now() - at,
        conversation: held?.conversation,
        redactions: prepared?.found.length ?? 0,
      };
      // Each attempt may have been billed. At the same address again: the connection broke. At another one: there was no such route.
      for (const [index, { url, bytes }] of sends.slice(0, -1).entries()) {
        const again = sends[index + 1]?.url === url;
        ledger.add({ ...entry, bytes, outcome: 'resent', status: again ? undefined : 404 });
      }
      ledger.add({ ...entry, id, usage, bytes: sends.at(-1)?.bytes ?? 0, outcome, status });
      reserved?.dispose();
    }
  }

  async function preview(question: Question, signal: AbortSignal): Promise<Preview> {
    const { sources, pieces, mode, held } = question;
    const decision = await unlessAborted(plans.decide(sources, held, true), signal);
    let captured: Sent | undefined;
    try {
      const planned = await unlessAborted(plans.plan(decision, mode, false, signal), signal);
      const prepared = await unlessAborted(prepare(question, planned), signal);
      const transport: Transport = (url, { body = '' }) => {
        captured ??= { url, body };
        return Promise.reject(new Error('A preview sends nothing.'));
      };
      try {
        await prepared.ask(modelFor(planned, { transport }), signal)[Symbol.asyncIterator]().next();
      } catch (error) {
        if (captured === undefined) throw error;
      }
      return { answerer: planned.answerer, url: '', body: '', ...captured, found: prepared.found, pieces };
    } catch (error) {
      throw plans.noWayOn(error, decision);
    }
  }

  /** Set-up asks nothing of an address that is neither this machine's nor confirmed. */
  function server(): OllamaServer {
    const url = plans.localUrl();
    if (placeOf(url, deps.settings().local.confirmedHosts) === 'elsewhere')
      throw new ModelError('modelNotLocal', { host: hostOf(url), remoteHost: hostOf(url) });
    return serverAt(url);
  }

  return {
    chat: (request, signal) => answer(chatQuestion(request), signal),
    fill: (request, signal) => answer(fillQuestion(request), signal),
    preview: (request, signal) => preview(chatQuestion(request), signal),
    ignored: (source) => ignoreRules.of(source),
    answerer: async (sources, mode, held) => {
      let decision: Decision | undefined;
      try {
        decision = await plans.decide(sources, held, false);
        return (await plans.plan(decision, mode, true, AbortSignal.timeout(glanceTimeoutMs))).answerer;
      } catch (error) {
        const taken: Route = decision?.route ?? { place: 'local', reasons: [{ kind: 'nothingSent' }] };
        return {
          route: taken,
          model: undefined,
          problem: decision === undefined ? error : plans.noWayOn(error, decision),
        };
      }
    },
    balance: async (signal) =>
      readBalance({ baseUrl: deps.settings().deepseek.baseUrl, apiKey: (await deps.key()) ?? '' }, signal),
    checkKey: (key, signal) => listModels({ baseUrl: deps.settings().deepseek.baseUrl, apiKey: key }, signal),
    get localUrl() {
      return plans.localUrl();
    },
    localVersion: async (signal) => {
      try {
        const version = await server().version(signal);
        // It may have been started just now: what was seen before no longer counts.
        localSide.forget();
        return version;
      } catch (error) {
        if (!ModelError.is(error)) throw error;
        return undefined;
      }
    },
    localModels: async (signal) => await server().models(signal),
    pull: async function* (model, signal) {
      try {
        yield* server().pull(model, signal);
      } finally {
        localSide.forget();
      }
    },
  };
}
