// From a request to who answers it: the route, and the model on that side. It looks and decides; gateway.ts makes the models and sends.
import { contextWindow, modelIdFor } from '../models/catalog.ts';
import { ModelError } from '../models/errors.ts';
import type { Mode } from '../models/types.ts';
import type { Held, Sources } from './gatewayTypes.ts';
import type { Holds } from './holds.ts';
import { localUrlOf, noteOf } from './localModels.ts';
import { hostOf, type LocalChoice, type LocalSettings, type LocalSide } from './localSide.ts';
import type { Origins } from './origins.ts';
import type { Question } from './question.ts';
import type { Answerer, Origin, PrivacyMode, Route } from './route.ts';
import { RouteError } from './routeError.ts';
import { route } from './router.ts';

export interface GatewaySettings {
  mode: PrivacyMode;
  deepseek: { baseUrl: string; name: string; models: { chat?: string; reasoner?: string; complete?: string } };
  local: LocalSettings;
  /** Whether secrets are taken out of what stays on this machine too. */
  redactLocal: boolean;
  /** Whether bodies of private requests are recorded on disk too. */
  keepPrivateBodies: boolean;
}

export interface PlansDeps {
  /** Read anew for each request. */
  settings: () => GatewaySettings;
  /** The key for the cloud; undefined: signed out. */
  key: () => Promise<string | undefined>;
  origins: Origins;
  holds: Holds;
  localSide: LocalSide;
  /** For `OLLAMA_HOST`. */
  env?: Readonly<Record<string, string | undefined>>;
}

/** What was decided for one request, and on what grounds: the grounds are looked at again right before sending. */
export interface Decision {
  origins: Origin[];
  key: string;
  settings: GatewaySettings;
  route: Route;
}

export interface Plan extends Decision {
  answerer: Answerer;
  host: string;
  target: Target;
  /** To be called right before the prompt leaves, see `LocalChoice`. */
  stillRunsThere?: (signal: AbortSignal) => Promise<void>;
}

/** The model that is asked, as it is made. */
export type Target =
  | { place: 'cloud'; id: string; baseUrl: string; apiKey: string }
  | { place: 'local'; id: string; url: string; contextTokens: number; capabilities: readonly string[] };

export interface Plans {
  /** @param wait false: at once, with what is known by now */
  decide(sources: Sources, held: Held | undefined, wait: boolean): Promise<Decision>;
  /** @param glance only to show it: an answer of the last seconds is as good. Throws a `ModelError` where no local model can answer. */
  plan(decision: Decision, mode: Mode, glance: boolean, signal: AbortSignal): Promise<Plan>;
  /** Whether the grounds still are what they were: nobody has forbidden, signed out or changed where things go meanwhile. */
  stillHolds(planned: Plan, question: Question): Promise<boolean>;
  /** What a person should be told when the local side can't answer: what would help depends on why the text is here. */
  noWayOn(error: unknown, decision: Decision): unknown;
  /** The address that is asked for local models. */
  localUrl(): string;
}

export const deepseekHost = 'api.deepseek.com';

export function createPlans(deps: PlansDeps): Plans {
  const { origins, holds, localSide } = deps;
  const localUrl = () => localUrlOf(deps.settings().local.url, deps.env?.OLLAMA_HOST);

  /** The settings of this moment, with the address that is really asked. */
  function settingsNow(): GatewaySettings {
    const settings = deps.settings();
    return { ...settings, local: { ...settings.local, url: localUrl() } };
  }

  function routeFor(found: readonly Origin[], key: string, mode: PrivacyMode, sources: Sources, held?: Held): Route {
    const { conversation, pieces = [] } = held ?? {};
    return route({
      mode,
      origins: origins.marked(found),
      hasKey: key !== '',
      ...(conversation === undefined
        ? {}
        : {
            conversation: {
              held: holds.isHeld(conversation),
              releasedAt: holds.covering(conversation, sources, pieces)?.at,
            },
          }),
    });
  }

  async function decide(sources: Sources, held: Held | undefined, wait: boolean): Promise<Decision> {
    const [found, key = ''] = await Promise.all([origins.resolve(sources, wait), deps.key()]);
    const settings = settingsNow();
    return { origins: found, key, settings, route: routeFor(found, key, settings.mode, sources, held) };
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
      target: { place: 'cloud', id, baseUrl, apiKey: decision.key },
    };
  }

  function localPlan(decision: Decision, choice: LocalChoice): Plan {
    const { url, model, contextTokens, confirmedHost, stillRunsThere } = choice;
    const { id, capabilities } = model;
    const note = noteOf(id);
    const answerer: Answerer = {
      route: decision.route,
      model: id,
      canThink: capabilities.includes('thinking'),
      contextTokens,
      ...(note === undefined ? {} : { note }),
      ...(confirmedHost === undefined ? {} : { confirmedHost }),
    };
    return {
      ...decision,
      answerer,
      host: hostOf(url),
      target: { place: 'local', id, url, contextTokens, capabilities },
      stillRunsThere,
    };
  }

  async function plan(decision: Decision, mode: Mode, glance: boolean, signal: AbortSignal): Promise<Plan> {
    if (decision.route.place === 'cloud') return cloudPlan(decision, mode);
    const ask = glance ? localSide.glance : localSide.choose;
    return localPlan(decision, await ask(decision.settings.local, mode, signal));
  }

  function noWayOn(error: unknown, { route: taken, settings }: Decision): unknown {
    const notHere = ModelError.is(error) && ['notRunning', 'modelMissing', 'modelNotLocal'].includes(error.reason);
    // A prompt that has been passed on is told by itself, before any question of where it might go.
    if (taken.place === 'cloud' || !notHere || error.details.passedOn === true) return error;
    const host = hostOf(settings.deepseek.baseUrl);
    if (taken.reasons.some((reason) => reason.kind === 'noKey')) return new ModelError('noKey', { host }, error);
    const reason = taken.askAbout === undefined ? 'noLocalModel' : 'askFirst';
    return new RouteError(reason, taken, error, host === deepseekHost ? undefined : host);
  }

  async function stillHolds(planned: Plan, question: Question): Promise<boolean> {
    const key = (await deps.key()) ?? '';
    const settings = settingsNow();
    const again = routeFor(planned.origins, key, settings.mode, question.sources, question.held);
    return (
      again.place === planned.route.place &&
      (again.place === 'local' || key === planned.key) &&
      JSON.stringify(settings) === JSON.stringify(planned.settings)
    );
  }

  return { decide, plan, stillHolds, noWayOn, localUrl };
}
