// Which installed model answers, and where Ollama is asked, as pure functions over what Ollama says. It asks nothing itself.
import * as l10n from '@vscode/l10n';
import { ollamaAddress } from '../models/loopback.ts';
import type { LocalModel, Mode } from '../models/types.ts';

/** What to pull when nothing fit is installed: the model that most machines can hold. */
export const suggestedModel = 'deepseek-r1:8b';

/**
 * Address of Ollama: the setting, else `OLLAMA_HOST`, else this machine's standard port. What can't be read as an address comes
 * back as it is, and is no address of this machine.
 */
export function localUrlOf(setting: string, ollamaHost: string | undefined): string {
  const typed = setting.trim() === '' ? (ollamaHost ?? '') : setting;
  try {
    return ollamaAddress(typed);
  } catch {
    // No address at all: isLoopback says no to it, and the error names it.
    return typed;
  }
}

/** Made by Fathom's own set-up to try things out; never chosen while a real model is there. */
const isPractice = (id: string): boolean => id.startsWith('practice-');

/** The test server that stands in for Ollama where none can be had. */
const isStandIn = (id: string): boolean => id.startsWith('practice-server:');

/** What to know about a model before one judges its answers; undefined for a real one. */
export function noteOf(id: string): string | undefined {
  if (isStandIn(id)) return l10n.t('which is no model but a program that stands in for one');
  return isPractice(id) ? l10n.t('a tiny model for trying things out') : undefined;
}

const can = (model: LocalModel, capability: string) => model.capabilities.includes(capability);
/** Ollama before 0.6.4 lists no capabilities: such a model is taken for one that completes. */
const completes = (model: LocalModel) => model.capabilities.length === 0 || can(model, 'completion');
const isR1 = (model: LocalModel) => /(^|\/)deepseek-r1(:|$)/.test(model.id);
const isForCode = (model: LocalModel) => /code/i.test(model.id);

type Preference = (model: LocalModel) => number;

/** Higher is better; the first preference that tells two models apart decides. */
const forQuestions: readonly Preference[] = [
  (model) => (isPractice(model.id) ? 0 : 1),
  (model) => (isR1(model) ? 1 : 0),
  (model) => (can(model, 'thinking') ? 1 : 0),
  (model) => model.sizeBytes,
];
/** Ghost text has to be there before the next key is pressed: the smallest one that knows code. */
const forGhostText: readonly Preference[] = [
  (model) => (isPractice(model.id) ? 0 : 1),
  (model) => (isForCode(model) ? 1 : 0),
  (model) => -model.sizeBytes,
];

function best(models: readonly LocalModel[], preferences: readonly Preference[]): LocalModel | undefined {
  return [...models].sort((a, b) => {
    for (const preference of preferences) {
      const difference = preference(b) - preference(a);
      if (difference !== 0) return difference;
    }
    return a.id < b.id ? -1 : 1;
  })[0];
}

/**
 * The model that answers in this mode when the settings name none: for questions the largest `deepseek-r1`, else the largest
 * that thinks, else the largest; for ghost text one that can insert, else the one for questions. Models that run on another
 * host are never picked.
 */
export function pickLocalModel(installed: readonly LocalModel[], mode: Mode): LocalModel | undefined {
  const here = installed.filter((model) => model.remoteHost === undefined && completes(model));
  const inserting = best(
    here.filter((model) => can(model, 'insert')),
    forGhostText,
  );
  if (mode === 'complete' && inserting !== undefined) return inserting;
  return best(here, forQuestions);
}

/** The one context window, in tokens, that everything sends to this model. */
export function contextTokensOf(model: LocalModel, wished: number): number {
  return Math.min(wished, model.contextLength ?? wished);
}
