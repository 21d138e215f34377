// Which local model would answer now: asks Ollama what is installed and whether the chosen model really runs on this machine.
// It sends no prompt. Servers come in from gateway.ts, the one file that may make them.
import { ModelError } from '../models/errors.ts';
import { placeOf } from '../models/loopback.ts';
import type { LocalModel, Mode } from '../models/types.ts';
import { contextTokensOf, pickLocalModel, suggestedModel } from './localModels.ts';

/** What is asked of an Ollama here. */
export interface ModelLister {
  models(signal: AbortSignal): Promise<LocalModel[]>;
  show(id: string, signal: AbortSignal): Promise<LocalModel>;
}

export interface LocalSettings {
  url: string;
  chatModel: string;
  completionModel: string;
  contextTokens: number;
  /** Hosts that the person confirmed as their own, with or without a port. */
  confirmedHosts: readonly string[];
}

export interface LocalChoice {
  url: string;
  model: LocalModel;
  contextTokens: number;
  /** Host and port of the server, where that is another machine that the person confirmed. */
  confirmedHost?: string;
  /**
   * To be called right before the prompt leaves: asks `/api/show` once more whether the model runs there (ghost text: unless that was
   * asked within the last second). Throws `modelNotLocal`, `modelMissing` …
   */
  stillRunsThere: (signal: AbortSignal) => Promise<void>;
}

export interface LocalSide {
  /**
   * The model that answers in this mode, found to run at the address just now (ghost text: at most a second ago, by `/api/show`).
   * Throws `modelNotLocal`, `notRunning`, `modelMissing`.
   */
  choose: (settings: LocalSettings, mode: Mode, signal: AbortSignal) => Promise<LocalChoice>;
  /** The same for showing: an answer or failure of the last seconds is as good. */
  glance: (settings: LocalSettings, mode: Mode, signal: AbortSignal) => Promise<LocalChoice>;
  /** Forgets everything, after a pull for example. */
  forget(): void;
}

/**
 * How long the answer of `/api/show` is believed: the name of a model that runs here can be given to one that runs elsewhere at any
 * moment. It takes about 27 ms (Ollama 0.17.4 with a model of 98 MB, on two cores), which only ghost text has to save: it is asked for
 * with every pause in typing.
 */
const shownMs = (mode: Mode): number => (mode === 'complete' ? 1000 : 0);
/** The list only serves to pick from; what is picked is asked by `/api/show` again. */
const listedMs = 30_000;
const glanceMs = 3000;

export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

interface Kept<T> {
  at: number;
  value: T;
}

export function createLocalSide(now: () => number, serverAt: (url: string) => ModelLister): LocalSide {
  const shown = new Map<string, Kept<LocalModel>>();
  const listed = new Map<string, Kept<LocalModel[]>>();
  const glances = new Map<string, Kept<Promise<LocalChoice>>>();

  const fresh = <T>(kept: Kept<T> | undefined, ms: number): T | undefined =>
    kept !== undefined && now() - kept.at >= 0 && now() - kept.at <= ms ? kept.value : undefined;

  async function list(url: string, signal: AbortSignal): Promise<LocalModel[]> {
    const before = fresh(listed.get(url), listedMs);
    if (before !== undefined && before.length > 0) return before;
    const at = now();
    const models = await serverAt(url).models(signal);
    listed.set(url, { at, value: models });
    return models;
  }

  async function show(url: string, id: string, mode: Mode, signal: AbortSignal): Promise<LocalModel> {
    const key = `${url} ${id}`;
    const maxMs = shownMs(mode);
    const before = maxMs === 0 ? undefined : fresh(shown.get(key), maxMs);
    if (before !== undefined) return before;
    // Counted from the question, not from the answer: the answer is as old as that.
    const at = now();
    const model = await serverAt(url).show(id, signal);
    shown.set(key, { at, value: model });
    return model;
  }

  /** Picks, and looks at what it picked; once more from a new list if that has changed under its name. */
  async function pick(url: string, mode: Mode, signal: AbortSignal, again = true): Promise<LocalModel> {
    const installed = await list(url, signal);
    const picked = pickLocalModel(installed, mode);
    if (picked === undefined) {
      const elsewhere = installed.find((model) => model.remoteHost !== undefined);
      if (elsewhere !== undefined) throw notLocal(url, elsewhere);
      throw new ModelError('modelMissing', { model: suggestedModel, host: hostOf(url) });
    }
    try {
      const model = await show(url, picked.id, mode, signal);
      if (model.remoteHost === undefined) return model;
      if (!again) throw notLocal(url, model);
    } catch (error) {
      if (!again || !ModelError.is(error, 'modelMissing')) throw error;
    }
    listed.delete(url);
    return await pick(url, mode, signal, false);
  }

  const notLocal = (url: string, model: LocalModel) =>
    new ModelError('modelNotLocal', {
      model: model.id,
      host: hostOf(url),
      ...(model.remoteHost === undefined ? {} : { remoteHost: model.remoteHost }),
    });

  async function choose(settings: LocalSettings, mode: Mode, signal: AbortSignal): Promise<LocalChoice> {
    const { url } = settings;
    const place = placeOf(url, settings.confirmedHosts);
    if (place === 'elsewhere') throw new ModelError('modelNotLocal', { host: hostOf(url), remoteHost: hostOf(url) });
    const set = mode === 'complete' ? settings.completionModel : settings.chatModel;
    let model: LocalModel;
    if (set !== '') {
      model = await show(url, set, mode, signal);
      if (model.remoteHost !== undefined) throw notLocal(url, model);
    } else {
      model = await pickUnset(settings, mode, signal);
    }
    return {
      url,
      model,
      contextTokens: contextTokensOf(model, settings.contextTokens),
      ...(place === 'confirmed' ? { confirmedHost: hostOf(url) } : {}),
      stillRunsThere: async (again) => {
        const now = await show(url, model.id, mode, again);
        if (now.remoteHost !== undefined) throw notLocal(url, now);
      },
    };
  }

  /** Ghost text without a model of its own: one that can insert, else the one that answers questions, which may be set. */
  async function pickUnset(settings: LocalSettings, mode: Mode, signal: AbortSignal): Promise<LocalModel> {
    if (mode === 'complete' && settings.chatModel !== '') {
      const inserting = pickLocalModel(await list(settings.url, signal), 'complete')?.capabilities.includes('insert');
      if (inserting !== true) return (await choose(settings, 'chat', signal)).model;
    }
    return await pick(settings.url, mode, signal);
  }

  return {
    choose,
    glance: async (settings, mode, signal) => {
      const key = JSON.stringify([settings, mode === 'complete']);
      const before = fresh(glances.get(key), glanceMs);
      if (before !== undefined) return await before;
      const value = choose(settings, mode, signal);
      if (glances.size > 20) glances.clear();
      glances.set(key, { at: now(), value });
      return await value;
    },
    forget: () => {
      shown.clear();
      listed.clear();
      glances.clear();
    },
  };
}
