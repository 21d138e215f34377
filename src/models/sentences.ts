// What a person reads when a model failed: for every reason one sentence that says what to do, and the buttons that do it. It looks
// at the reason and the details only; the server's own words are kept for those who unfold them.
import * as l10n from '@vscode/l10n';
import { cloudModel } from './catalog.ts';
import type { ModelError, ModelErrorDetails, ModelErrorReason } from './errors.ts';
import { placeOf } from './loopback.ts';
import type { Explanation, WayOut, WayOutId } from './waysOut.ts';

type Sentence = (details: ModelErrorDetails) => { sentence: string; waysOut: WayOut[] };

/** Button texts; what a button is about is added where it is offered. */
const titles: Record<WayOutId, () => string> = {
  signIn: () => l10n.t('Enter API Key'),
  getKey: () => l10n.t('Get a Key'),
  topUp: () => l10n.t('Top Up'),
  retry: () => l10n.t('Try Again'),
  continue: () => l10n.t('Continue'),
  answerWithoutThinking: () => l10n.t('Answer Without Thinking'),
  newChat: () => l10n.t('New Chat'),
  removeAttachments: () => l10n.t('Remove Attachments'),
  switchModel: () => l10n.t('Switch Model'),
  startOllama: () => l10n.t('Start Ollama'),
  installOllama: () => l10n.t('How to Install'),
  pullModel: () => l10n.t('Download'),
  chooseLocalModel: () => l10n.t('Choose a Local Model'),
  confirmHost: () => l10n.t('Use This Host…'),
  largerWindow: () => l10n.t('Larger Window'),
  allowForNow: () => l10n.t('Allow for Now'),
  allowAlways: () => l10n.t('Always Allow'),
  never: () => l10n.t('Never'),
  clearRepository: () => l10n.t('Clear This Repository'),
  goOnOverBudget: () => l10n.t('Go On for Today'),
  showBalance: () => l10n.t('Show Balance'),
  openSettings: () => l10n.t('Settings'),
  showLog: () => l10n.t('Show Log'),
};

/** Ways out by id, with their button texts, in that order; the first is the primary one. */
export function ways(...ids: WayOutId[]): WayOut[] {
  return ids.map((id) => ({ id, title: titles[id]() }));
}

const modelOf = ({ model }: ModelErrorDetails): string => model ?? l10n.t('the model');
const hostOf = ({ host }: ModelErrorDetails): string => host ?? l10n.t('the server');
const count = (tokens: number): string => String(tokens).replace(/\B(?=(\d{3})+$)/g, ' ');

const sentences: Record<ModelErrorReason, Sentence> = {
  noKey: (details) => ({
    sentence: l10n.t('{0} needs an API key, and Fathom has none yet.', hostOf(details)),
    waysOut: ways('signIn', 'getKey'),
  }),
  badKey: (details) => ({
    sentence: l10n.t("{0} doesn't accept the API key. Enter it again, or get a new one.", hostOf(details)),
    waysOut: ways('signIn', 'getKey'),
  }),
  noCredit: (details) => ({
    sentence: l10n.t('Your account at {0} has no credit left. Top it up, then try again.', hostOf(details)),
    waysOut: ways('topUp', 'showBalance', 'retry'),
  }),
  rateLimited: (details) => ({
    sentence: `${l10n.t('{0} got too many requests at once.', hostOf(details))} ${later(details)}`,
    waysOut: ways('retry'),
  }),
  overloaded: (details) =>
    details.outOfMemory === true
      ? {
          sentence: l10n.t(
            '{0} needs more memory than this computer has free. Choose a smaller model, or close other programs.',
            modelOf(details),
          ),
          waysOut: ways('chooseLocalModel', 'retry', 'openSettings'),
        }
      : {
          sentence: `${l10n.t('{0} is too busy to answer.', hostOf(details))} ${later(details)}`,
          waysOut: ways('retry'),
        },
  retiredModel: (details) => {
    const offered = switches(details);
    return offered.length > 0
      ? {
          sentence: l10n.t(
            "{0} doesn't offer {1} any more. Switch to {2}?",
            hostOf(details),
            modelOf(details),
            offered[0]?.argument ?? '',
          ),
          waysOut: [...offered, ...ways('openSettings')],
        }
      : {
          sentence: l10n.t(
            "{0} doesn't offer {1}. Choose another model in the settings.",
            hostOf(details),
            modelOf(details),
          ),
          waysOut: ways('openSettings', 'showLog'),
        };
  },
  contextTooLong: (details) => {
    const { sentTokens: sent, limitTokens: limit } = details;
    const what =
      sent !== undefined && limit !== undefined
        ? l10n.t('This is too long for {0}: {1} tokens, and {2} fit.', modelOf(details), count(sent), count(limit))
        : limit !== undefined
          ? l10n.t('This is too long for {0}: {1} tokens fit.', modelOf(details), count(limit))
          : l10n.t('This is too long for {0}.', modelOf(details));
    return {
      sentence: `${what} ${l10n.t('Send less of it, or start a new chat.')}`,
      waysOut: ways('removeAttachments', 'newChat', 'largerWindow'),
    };
  },
  modelMissing: (details) => ({
    sentence: l10n.t('Ollama has no model {0} yet. Download it, or choose another one.', modelOf(details)),
    waysOut: [pull(details), ...ways('chooseLocalModel')],
  }),
  modelNotLocal: (details) => notLocal(details),
  notRunning: (details) => ({
    sentence: l10n.t("Ollama isn't running: nobody answers at {0}. Start it, or install it first.", hostOf(details)),
    waysOut: ways('startOllama', 'installOllama', 'openSettings'),
  }),
  cannotFill: (details) => ({
    sentence: l10n.t(
      "{0} can't complete code at {1}. Choose a model for ghost text that can fill in the middle.",
      modelOf(details),
      hostOf(details),
    ),
    waysOut: ways('chooseLocalModel', 'openSettings'),
  }),
  noThinking: (details) => ({
    sentence: l10n.t("{0} can't think before it answers. Let it answer straight away.", modelOf(details)),
    waysOut: ways('answerWithoutThinking', 'chooseLocalModel'),
  }),
  dropped: (details) =>
    details.unreached === true
      ? {
          sentence: l10n.t("{0} can't be reached. Check the network and the address, then try again.", hostOf(details)),
          waysOut: ways('retry', 'openSettings', 'showLog'),
        }
      : {
          sentence: l10n.t(
            'The connection to {0} broke before the answer was complete. What arrived is kept; let it continue, or try again.',
            hostOf(details),
          ),
          waysOut: ways('continue', 'retry', 'showLog'),
        },
  stalled: (details) => ({
    sentence: l10n.t('Nothing has come from {0} for a long time. Try again, or let it continue.', hostOf(details)),
    waysOut: ways('retry', 'continue', 'showLog'),
  }),
  refused: (details) => ({
    sentence: l10n.t('{0} refused the request. Ask differently, or look at what it said.', hostOf(details)),
    waysOut: ways('retry', 'newChat', 'showLog'),
  }),
  badResponse: (details) =>
    details.redirectTo === undefined
      ? {
          sentence: l10n.t(
            'What came from {0} is not an answer of a model: is the address right, and are you logged in to this network?',
            hostOf(details),
          ),
          waysOut: ways('openSettings', 'retry', 'showLog'),
        }
      : {
          sentence: l10n.t(
            '{0} sends requests on to {1}. Fathom does not follow, so {1} got nothing: if that is the right address, put it into the settings.',
            hostOf(details),
            details.redirectTo,
          ),
          waysOut: ways('openSettings', 'retry', 'showLog'),
        },
};

/** The three ways in which a model that was thought to run here doesn't: its host's name, its host, or Ollama passes it on. */
export function notLocal(details: ModelErrorDetails): { sentence: string; waysOut: WayOut[] } {
  const { model, resolvedTo, passedOn } = details;
  const elsewhere = details.remoteHost ?? l10n.t('another host');
  const address: WayOut = { id: 'openSettings', title: l10n.t('Change the Address'), argument: 'fathom.local.url' };
  if (resolvedTo !== undefined) {
    return {
      sentence: l10n.t(
        'The name {0} should mean this computer, but now it leads to {1}. Fathom sent nothing there.',
        hostOf(details),
        resolvedTo,
      ),
      waysOut: [address, ...ways('retry', 'showLog')],
    };
  }
  if (model === undefined) {
    const host = hostOf(details);
    return {
      sentence: l10n.t('The address of Ollama is {0}, which is not this machine.', host),
      // What can't be read as a host can't be confirmed either.
      waysOut:
        placeOf(`http://${host}`, [host]) === 'confirmed'
          ? [{ id: 'confirmHost', title: l10n.t('Use {0}…', host), argument: host }, address]
          : [address],
    };
  }
  return {
    sentence:
      passedOn === true
        ? l10n.t(
            'Ollama has passed this request on to {1}: that is where {0} runs now. Fathom stopped the answer. Choose a model that runs here.',
            model,
            elsewhere,
          )
        : l10n.t(
            '{0} does not run on this computer: Ollama passes its prompts on to {1}. Choose a model that runs here.',
            model,
            elsewhere,
          ),
    waysOut: ways('chooseLocalModel', 'showLog'),
  };
}

/** One sentence with ways out, in the person's language; the server's own words (keys masked) as details. */
export function explainModelError(error: ModelError): Explanation {
  const { status, serverMessage } = error.details;
  const details = [
    status === undefined ? [] : [l10n.t('Status {0}', status)],
    serverMessage === undefined || serverMessage === '' ? [] : [serverMessage],
  ].flat();
  return {
    ...sentences[error.reason](error.details),
    tone: 'error',
    ...(details.length === 0 ? {} : { details: details.join('\n') }),
  };
}

function later({ retryAfterMs }: ModelErrorDetails): string {
  return retryAfterMs === undefined
    ? l10n.t('Try again in a moment.')
    : l10n.t('Try again in {0} seconds.', Math.max(1, Math.ceil(retryAfterMs / 1000)));
}

/** The models that the server says it has: those that the catalog knows first, two at most. */
function switches({ supported = [] }: ModelErrorDetails): WayOut[] {
  const known = supported.filter((id) => cloudModel(id) !== undefined && cloudModel(id)?.retired === undefined);
  return [...new Set([...known, ...supported])]
    .slice(0, 2)
    .map((id) => ({ id: 'switchModel', title: l10n.t('Switch to {0}', id), argument: id }));
}

function pull({ model }: ModelErrorDetails): WayOut {
  return model === undefined
    ? { id: 'pullModel', title: titles.pullModel() }
    : { id: 'pullModel', title: l10n.t('Download {0}', model), argument: model };
}
