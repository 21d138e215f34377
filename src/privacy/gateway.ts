// The one door to every model: decides the route of each request, makes the model that may answer it, and keeps the record.
// A request that must stay on this machine is never sent elsewhere instead: there is no way from the local side to the cloud.
import { contextWindow, modelIdFor } from '../models/catalog.ts';
import { DeepSeekModel, listModels } from '../models/deepseek.ts';
import { ModelError } from '../models/errors.ts';
import { isLoopback } from '../models/loopback.ts';
import { OllamaModel } from '../models/ollama.ts';
import { OllamaServer } from '../models/ollamaServer.ts';
import type { Mode, Model, ModelEvent, OnSend, Usage } from '../models/types.ts';
import type { Gateway, GatewayEvent, ModelAdmin, Purpose, Sources } from './gatewayTypes.ts';
import type { Ledger, LedgerEntry } from './ledger.ts';
import { localUrlOf, noteOf } from './localModels.ts';
import { createLocalSide, hostOf, type LocalChoice, type LocalSettings } from './localSide.ts';
import type { Origins } from './origins.ts';
import type { Answerer, Origin, PrivacyMode, Route } from './route.ts';
import { RouteError } from './routeError.ts';
import { route } from './router.ts';

export interface GatewaySettings {
  mode: PrivacyMode;
  deepseek: { baseUrl: string; name: string; models: { chat?: string; reasoner?: string; complete?: string } };
  local: LocalSettings;
}

export interface GatewayDeps {
  /** Read anew for each request. */
  settings: () => GatewaySettings;
  /** The key for the cloud; undefined: signed out. */
  key: () => Promise<string | undefined>;
  origins: Origins;
  ledger: Ledger;
  /** Milliseconds since 1970. */
  now: () => number;
  /** For `OLLAMA_HOST`. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Longest silence of a model in milliseconds; the models' own if left out. */
  idleMs?: number;
}

/** What was decided for one request, and on what grounds: the grounds are looked at again right before sending. */
interface Decision {
  origins: Origin[];
  key: string;
  settings: GatewaySettings;
  route: Route;
}

interface Plan extends Decision {
  answerer: Answerer;
  host: string;
  make: (onSend: OnSend) => Model;
}

const deepseekHost = 'api.deepseek.com';
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
  if (ModelError.is(error) || RouteError.is(error)) return error.reason;
  return error instanceof Error ? error.name : 'failed';
}

export function createGateway(deps: GatewayDeps): Gateway & ModelAdmin {
  const { origins, ledger, now } = deps;
  const idle = deps.idleMs === undefined ? {} : { idleMs: deps.idleMs };
  /** One each, because it remembers what it learnt of the weights. */
  const servers = new Map<string, OllamaServer>();
  const serverAt = (url: string): OllamaServer => {
    const server = servers.get(url) ?? new OllamaServer(url);
    servers.set(url, server);
    return server;
  };
  const localSide = createLocalSide(now, serverAt);
  const localUrl = () => localUrlOf(deps.settings().local.url, deps.env?.OLLAMA_HOST);

  /** The settings of this moment, with the address that is really asked. */
  function settingsNow(): GatewaySettings {
    const settings = deps.settings();
    return { ...settings, local: { ...settings.local, url: localUrl() } };
  }

  const routeFor = (found: readonly Origin[], key: string, mode: PrivacyMode) =>
    route({ mode, origins: origins.marked(found), hasKey: key !== '' });

  async function decide(sources: Sources, wait: boolean): Promise<Decision> {
    const [found, key = ''] = await Promise.all([origins.resolve(sources, wait), deps.key()]);
    const settings = settingsNow();
    return { origins: found, key, settings, route: routeFor(found, key, settings.mode) };
  }

  function cloudPlan(decision: Decision, mode: Mode): Plan {
    const { baseUrl, name, models } = decision.settings.deepseek;
    const id = modelIdFor(mode, models);
    const host = hostOf(baseUrl);
    const contextTokens = contextWindow(id);
    const answerer: Answerer = {
      route: decision.route,
      model: id,
      canThink: mode !== 'complete',
      ...(host === deepseekHost
        ? { shownAs: mode === 'reasoner' ? 'deepseek-reasoner' : 'deepseek-chat' }
        : { server: name === '' ? host : name }),
      ...(contextTokens === undefined ? {} : { contextTokens }),
    };
    return {
      ...decision,
      answerer,
      host,
      make: (onSend) => new DeepSeekModel({ id, baseUrl, apiKey: decision.key, onSend, ...idle }),
    };
  }

  function localPlan(decision: Decision, { url, model, contextTokens }: LocalChoice): Plan {
    const { id, capabilities } = model;
    const note = noteOf(id);
    const answerer: Answerer = {
      route: decision.route,
      model: id,
      canThink: capabilities.includes('thinking'),
      contextTokens,
      ...(note === undefined ? {} : { note }),
    };
    const make = (onSend: OnSend) => new OllamaModel({ id, url, contextTokens, capabilities, onSend, ...idle });
    return { ...decision, answerer, host: hostOf(url), make };
  }

  async function plan(decision: Decision, mode: Mode, glance: boolean, signal: AbortSignal): Promise<Plan> {
    if (decision.route.place === 'cloud') return cloudPlan(decision, mode);
    const ask = glance ? localSide.glance : localSide.choose;
    return localPlan(decision, await ask(decision.settings.local, mode, signal));
  }

  /** What a person should be told when the local side can't answer: what would help depends on why the text is here. */
  function noWayOn(error: unknown, { route: taken, settings }: Decision): unknown {
    const notHere = ModelError.is(error) && ['notRunning', 'modelMissing', 'modelNotLocal'].includes(error.reason);
    if (taken.place === 'cloud' || !notHere) return error;
    const host = hostOf(settings.deepseek.baseUrl);
    if (taken.reasons.some((reason) => reason.kind === 'noKey')) return new ModelError('noKey', { host }, error);
    const reason = taken.askAbout === undefined ? 'noLocalModel' : 'askFirst';
    return new RouteError(reason, taken, error, host === deepseekHost ? undefined : host);
  }

  /** Whether the grounds still are what they were: nobody has forbidden, signed out or changed where things go meanwhile. */
  async function stillHolds(planned: Plan): Promise<boolean> {
    const key = (await deps.key()) ?? '';
    const settings = settingsNow();
    const again = routeFor(planned.origins, key, settings.mode);
    return (
      again.place === planned.route.place &&
      (again.place === 'local' || key === planned.key) &&
      JSON.stringify(settings) === JSON.stringify(planned.settings)
    );
  }

  async function* answer(
    purpose: Purpose,
    sources: Sources,
    mode: Mode,
    ask: (model: Model) => AsyncIterable<ModelEvent>,
    signal: AbortSignal,
  ): AsyncGenerator<GatewayEvent> {
    const at = now();
    let place: LedgerEntry['place'] = 'nowhere';
    let decision: Decision | undefined;
    let planned: Plan | undefined;
    let sends: { url: string; bytes: number }[] = [];
    let usage: Usage | undefined;
    let status: number | undefined;
    let outcome = 'cancelled';
    try {
      do {
        decision = await unlessAborted(decide(sources, true), signal);
        planned = await unlessAborted(plan(decision, mode, false, signal), signal);
        // Who receives this may take its time, so the look at the grounds comes after it.
        yield { type: 'answerer', answerer: planned.answerer };
      } while (!(await unlessAborted(stillHolds(planned), signal)));
      place = planned.route.place;
      const onSend: OnSend = ({ url, body }) => sends.push({ url, bytes: Buffer.byteLength(body) });
      for await (const event of ask(planned.make(onSend))) {
        if (event.type === 'usage') usage = event.usage;
        if (event.type === 'done') outcome = 'done';
        yield event;
      }
    } catch (error) {
      if (signal.aborted) throw error;
      const told = decision === undefined ? error : noWayOn(error, decision);
      outcome = outcomeOf(told);
      if (ModelError.is(error)) {
        status = error.details.status;
        if (error.details.unreached === true || error.reason === 'notRunning') sends = [];
      }
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
        visibilityPrivate: decision?.origins.every((origin) => origin.visibility === 'public') !== true,
        ms: now() - at,
        redactions: 0,
      };
      // Each attempt may have been billed. At the same address again: the connection broke. At another one: there was no such route.
      for (const [index, { url, bytes }] of sends.slice(0, -1).entries()) {
        const again = sends[index + 1]?.url === url;
        ledger.add({ ...entry, bytes, outcome: 'resent', status: again ? undefined : 404 });
      }
      ledger.add({ ...entry, usage, bytes: sends.at(-1)?.bytes ?? 0, outcome, status });
    }
  }

  /** Set-up asks nothing of an address that isn't this machine's. */
  function server(): OllamaServer {
    const url = localUrl();
    if (!isLoopback(url)) throw new ModelError('modelNotLocal', { host: hostOf(url), remoteHost: hostOf(url) });
    return serverAt(url);
  }

  return {
    chat: ({ purpose, sources, mode, messages, maxTokens, stop, tools }, signal) => {
      const request = {
        messages,
        thinking: mode === 'reasoner',
        ...(maxTokens === undefined ? {} : { maxTokens }),
        ...(stop === undefined ? {} : { stop }),
        ...(tools === undefined ? {} : { tools }),
      };
      return answer(purpose, sources, mode, (model) => model.chat(request, signal), signal);
    },
    fill: ({ purpose, sources, prefix, suffix, maxTokens, stop }, signal) => {
      const request = { prefix, suffix, maxTokens, ...(stop === undefined ? {} : { stop }) };
      return answer(purpose, sources, 'complete', (model) => model.fill(request, signal), signal);
    },
    answerer: async (sources, mode) => {
      let decision: Decision | undefined;
      try {
        decision = await decide(sources, false);
        return (await plan(decision, mode, true, AbortSignal.timeout(glanceTimeoutMs))).answerer;
      } catch (error) {
        const taken: Route = decision?.route ?? { place: 'local', reasons: [{ kind: 'nothingSent' }] };
        return { route: taken, model: undefined, problem: decision === undefined ? error : noWayOn(error, decision) };
      }
    },
    checkKey: (key, signal) => listModels({ baseUrl: deps.settings().deepseek.baseUrl, apiKey: key }, signal),
    get localUrl() {
      return localUrl();
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
