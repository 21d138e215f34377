// Every failure on the way to a model, as one sentence and ways on; and every route, in words. What a button does is decided by
// who shows it.
import * as l10n from '@vscode/l10n';
import { ModelError } from '../models/errors.ts';
import { isLoopback } from '../models/loopback.ts';
import { explainModelError, notLocal } from '../models/sentences.ts';
import type { Explanation, WayOut } from '../models/waysOut.ts';
import { money } from './billWords.ts';
import { BudgetError } from './budgetError.ts';
import { suggestedModel } from './localModels.ts';
import { markKeyOf } from './marks.ts';
import { reasonSentence, reasonShort } from './reasonWords.ts';
import type { Answerer, Origin, RouteReason } from './route.ts';
import { RouteError, type LeftOut } from './routeError.ts';

/** Who answers, in words, as the panel shows it. The sign (☁, ⌂) is added by who shows it. */
export interface RouteBadge {
  place: 'cloud' | 'local' | 'none';
  text: string;
  /** Several lines: the whole chain of reasons. */
  title: string;
}

const ways = {
  signIn: (): WayOut => ({ id: 'signIn', title: l10n.t('Sign in to DeepSeek') }),
  startOllama: (): WayOut => ({ id: 'startOllama', title: l10n.t('Start Ollama') }),
  installOllama: (): WayOut => ({ id: 'installOllama', title: l10n.t('How to Install Ollama') }),
  pullModel: (model: string): WayOut => ({ id: 'pullModel', title: l10n.t('Download {0}', model), argument: model }),
  chooseLocalModel: (): WayOut => ({ id: 'chooseLocalModel', title: l10n.t('Choose a Local Model') }),
  clearRepository: (origin: Origin): WayOut => ({
    id: 'clearRepository',
    title: l10n.t('Let “{0}” Go to DeepSeek', origin.name),
    argument: markKeyOf(origin),
  }),
  goOn: (): WayOut => ({ id: 'goOnOverBudget', title: l10n.t('Go On for Today') }),
  setting: (key: string, title: string): WayOut => ({ id: 'openSettings', title, argument: key }),
  showLog: (): WayOut => ({ id: 'showLog', title: l10n.t('Show Log') }),
};

/** Why no local model can answer, and what would help. */
function localTrouble(cause: unknown): { sentence: string; short: string; waysOut: WayOut[] } {
  if (ModelError.is(cause, 'modelMissing')) {
    const model = cause.details.model ?? suggestedModel;
    return {
      sentence: l10n.t('The local model {0} is not installed.', model),
      short: l10n.t('no local model'),
      waysOut: [ways.pullModel(model), ways.chooseLocalModel()],
    };
  }
  if (ModelError.is(cause, 'modelNotLocal')) {
    const { model, remoteHost = cause.details.host ?? '', resolvedTo, passedOn } = cause.details;
    // Who runs it is known: the sentence about the route has said that it should be this machine.
    const brief = model !== undefined && resolvedTo === undefined && passedOn !== true;
    const told = notLocal(cause.details);
    return {
      sentence: brief ? l10n.t('{0} runs on {1}, not on this machine.', model, remoteHost) : told.sentence,
      short: l10n.t('no local model'),
      waysOut: model === undefined ? told.waysOut : [ways.chooseLocalModel(), ways.pullModel(suggestedModel)],
    };
  }
  const host = ModelError.is(cause, 'notRunning') ? cause.details.host : undefined;
  if (host !== undefined && !isLoopback(`http://${host}`)) {
    return {
      sentence: l10n.t('No Ollama answers at {0}.', host),
      short: l10n.t('no local model'),
      waysOut: [ways.setting('fathom.local.url', l10n.t('Change the Address'))],
    };
  }
  return {
    sentence: l10n.t("Ollama isn't running."),
    short: l10n.t("Ollama isn't running"),
    waysOut: [ways.startOllama(), ways.installOllama()],
  };
}

function askFirst(error: RouteError, about: Origin): Explanation {
  const server = error.server ?? 'DeepSeek';
  const argument = markKeyOf(about);
  const question =
    about.root === undefined
      ? l10n.t('May what is in no folder go to {0}?', server)
      : l10n.t('May “{0}” go to {1}?', about.name, server);
  const why: Partial<Record<Origin['because'], string>> = {
    noRemote: l10n.t('It has no remote that would tell whether it is public.'),
    noRepository: l10n.t('It is in no repository.'),
  };
  const because = why[about.because];
  return {
    tone: 'question',
    sentence: because === undefined ? question : `${question} ${because}`,
    waysOut: [
      { id: 'allowForNow', title: l10n.t('Allow for Now'), argument },
      { id: 'allowAlways', title: l10n.t('Always Allow'), argument },
      { id: 'never', title: l10n.t('Never'), argument },
    ],
    details: localTrouble(error.cause).sentence,
  };
}

/** What would lift the reason that keeps the text here. */
function liftReason(reason: RouteReason): WayOut[] {
  if (reason.kind === 'mode') return [ways.setting('fathom.privacy.mode', l10n.t('Change the Privacy Mode'))];
  const origin = reason.kind === 'origin' || reason.kind === 'mark' ? reason.origin : undefined;
  return origin?.root === undefined ? [] : [ways.clearRepository(origin)];
}

const leftOutSentences: Record<LeftOut['because'], (name: string, by: string) => string> = {
  gitignore: (name, by) =>
    l10n.t('“{0}” is kept out of its repository by {1}, so it goes along with nothing.', name, by),
  ignoreFile: (name, by) => l10n.t('{1} keeps “{0}” from models.', name, by),
  filesExclude: (name) => l10n.t('“{0}” is hidden by the setting files.exclude, so it goes along with nothing.', name),
  secretFile: (name) => l10n.t('“{0}” is known to hold secrets, so it goes along with nothing.', name),
};

const troubleSentences: Record<NonNullable<LeftOut['trouble']>, (by: string) => string> = {
  unreadable: (by) => l10n.t('{0} can’t be read, so everything in its folder is left out.', by),
  tooLarge: (by) => l10n.t('{0} is too large to be read, so everything in its folder is left out.', by),
  tooComplex: (by) => l10n.t('{0} has patterns that take too long, so everything in its folder is left out.', by),
};

function explainLeftOut({ source, because, by = '.gitignore', trouble }: LeftOut): Explanation {
  const name = source.slice(Math.max(source.lastIndexOf('/'), source.lastIndexOf('\\')) + 1);
  return {
    tone: 'note',
    sentence: trouble === undefined ? leftOutSentences[because](name, by) : troubleSentences[trouble](by),
    waysOut: [],
    details: l10n.t('You can still ask about it: open it and use “Ask About Selection”.'),
  };
}

function explainRouteError(error: RouteError): Explanation {
  if (error.leftOut !== undefined) return explainLeftOut(error.leftOut);
  if (error.reason === 'insideSecret') {
    return { tone: 'note', sentence: l10n.t('The cursor is in a secret, which is not sent.'), waysOut: [] };
  }
  const { askAbout, reasons } = error.route;
  if (error.reason === 'askFirst' && askAbout !== undefined) return askFirst(error, askAbout);
  const trouble = localTrouble(error.cause);
  return {
    tone: 'error',
    sentence: `${reasonSentence(reasons[0])} ${trouble.sentence}`,
    waysOut: [...trouble.waysOut, ...liftReason(reasons[0])],
  };
}

function explainBudgetError({ state }: BudgetError): Explanation {
  if (state === undefined) {
    const sentence = l10n.t('Ghost text comes less often, because most of the budget is spent.');
    return { tone: 'note', sentence, waysOut: [ways.setting('fathom.budget', l10n.t('Open Settings'))] };
  }
  const amounts = [money(state.spent, state.currency), money(state.limit, state.currency)] as const;
  return {
    tone: 'note',
    sentence:
      state.period === 'day'
        ? l10n.t('Today’s budget is spent: {0} of {1}. Nothing was sent.', ...amounts)
        : l10n.t('This month’s budget is spent: {0} of {1}. Nothing was sent.', ...amounts),
    waysOut: [ways.goOn(), ways.setting('fathom.budget', l10n.t('Open Settings'))],
  };
}

/**
 * For someone who has neither a key nor a local model: two lines, two buttons.
 * @param local why there is no local model, as far as that was found out
 */
export function explainNoSetup(local?: unknown): Explanation {
  const way = local === undefined ? ways.installOllama() : (localTrouble(local).waysOut[0] ?? ways.startOllama());
  return {
    tone: 'note',
    sentence: `${l10n.t('Nobody can answer yet.')}\n${l10n.t('Sign in to DeepSeek for code that may leave this machine, or use a local model for code that may not.')}`,
    waysOut: [ways.signIn(), way],
  };
}

/** One sentence and ways on for whatever was thrown on the way to a model. */
export function explain(error: unknown): Explanation {
  if (RouteError.is(error)) return explainRouteError(error);
  if (BudgetError.is(error)) return explainBudgetError(error);
  if (ModelError.is(error, 'noKey') && error.cause !== undefined) return explainNoSetup(error.cause);
  if (ModelError.is(error)) return explainModelError(error);
  return {
    tone: 'error',
    sentence: l10n.t('That did not work, and Fathom does not know why.'),
    waysOut: [{ id: 'retry', title: l10n.t('Try Again') }, ways.showLog()],
    details: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
  };
}

/** Two or three words for what stands in the way. */
function problemShort(problem: unknown): string {
  if (RouteError.is(problem, 'askFirst')) return l10n.t('Asks before code leaves');
  if (RouteError.is(problem)) return localTrouble(problem.cause).short;
  if (ModelError.is(problem, 'noKey')) return l10n.t('not set up');
  return l10n.t('no answer');
}

/** "deepseek-chat", "deepseek-r1:8b · private repository", "Ollama isn't running · private repository". */
export function badgeOf(answerer: Answerer): RouteBadge {
  const { route, model, shownAs, server, confirmedHost, problem } = answerer;
  const title = explainRoute(answerer);
  if (model === undefined) {
    const [first] = route.reasons;
    // What stands in the way is not known before the forge has answered.
    if (first.kind === 'origin' && first.origin.because === 'lookingUp') {
      return { place: 'none', text: reasonShort(first), title };
    }
    const why = RouteError.is(problem, 'noLocalModel') ? reasonShort(first) : '';
    return { place: 'none', text: join(problemShort(problem), why), title };
  }
  const name = shownAs ?? model;
  return route.place === 'cloud'
    ? { place: 'cloud', text: join(name, server ?? ''), title }
    : { place: 'local', text: join(name, confirmedHost ?? reasonShort(route.reasons[0])), title };
}

const join = (...parts: string[]): string => parts.filter((part) => part !== '').join(' · ');

/** Who would answer and the whole chain of reasons, several lines, no markup. */
export function explainRoute(answerer: Answerer): string {
  const { route, model, shownAs, server, confirmedHost, note, problem, contextTokens } = answerer;
  const lines: string[] = [];
  if (model !== undefined) {
    const name = shownAs === undefined || shownAs === model ? model : `${shownAs} (${model})`;
    const who = note === undefined ? name : `${name}, ${note},`;
    if (route.place === 'local' && confirmedHost !== undefined)
      lines.push(l10n.t('{0} answers on {1}, which you confirmed.', who, confirmedHost));
    else if (route.place === 'local') lines.push(l10n.t('{0} answers on this machine.', who));
    else if (server === undefined) lines.push(l10n.t('{0} at DeepSeek answers.', who));
    else lines.push(l10n.t('{0} answers at another server: {1}.', who, server));
    if (contextTokens !== undefined) lines.push(l10n.t('Context window: {0} tokens.', contextTokens.toLocaleString()));
  } else {
    const { sentence } = explain(problem);
    // The first reason is part of that sentence already.
    lines.push(...sentence.split('\n'));
  }
  const told = new Set(lines);
  for (const reason of route.reasons) {
    const line = reasonSentence(reason, confirmedHost);
    if (reason.kind === 'nothingSent' || told.has(line) || lines[0]?.startsWith(line) === true) continue;
    told.add(line);
    lines.push(line);
  }
  return lines.join('\n');
}
