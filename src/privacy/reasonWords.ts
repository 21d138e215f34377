// The reasons of a route in words: short ones for badges, whole sentences for tooltips and errors.
import * as l10n from '@vscode/l10n';
import type { Origin, RouteReason, VisibilityReason } from './route.ts';

/** "asked 3 hours ago". */
function asked(minutes: number): string {
  if (minutes < 2) return l10n.t('asked just now');
  if (minutes < 60) return l10n.t('asked {0} minutes ago', minutes);
  return minutes < 120 ? l10n.t('asked an hour ago') : l10n.t('asked {0} hours ago', Math.floor(minutes / 60));
}

/** Why a file is not published with its repository. */
function ignoredSentence({ file, because, by }: NonNullable<Origin['ignored']>, here: string): string {
  switch (because) {
    case 'gitignore':
      return l10n.t('“{0}” is kept out of its repository by {1}, so it stays on {2}.', file, by, here);
    case 'ignoreFile':
      return l10n.t('“{0}” is named by {1}, so it stays on {2}.', file, by, here);
    case 'secretFile':
      return l10n.t('“{0}” is a kind of file that holds secrets, so it stays on {1}.', file, here);
  }
}

/**
 * Says why something is where it is; `{0}` is the folder's name, `{1}` where it stays. Called late: translations are loaded after this
 * file. `when` says when the forge was asked.
 */
const sentences: Record<
  Exclude<VisibilityReason, 'ignoredHere'>,
  (name: string, here: string, when?: string) => string
> = {
  forgeSaysPublic: (name, _here, when) =>
    when === undefined ? l10n.t('“{0}” is public.', name) : l10n.t('“{0}” is public ({1}).', name, when),
  forgeSaysPrivate: (name, here) => l10n.t('“{0}” is private, so it stays on {1}.', name, here),
  forgeUnreachable: (name, here) =>
    l10n.t('Its forge did not say whether “{0}” is public, so it stays on {1} for now.', name, here),
  forgeUnknown: (name, here) =>
    l10n.t('“{0}” has a remote that Fathom cannot ask whether it is public, so it stays on {1}.', name, here),
  noRemote: (name, here) => l10n.t('“{0}” has no remote, so it stays on {1} until you say otherwise.', name, here),
  noRepository: (name, here) =>
    l10n.t('“{0}” is in no repository, so it stays on {1} until you say otherwise.', name, here),
  noFolder: (_name, here) => l10n.t('What is in no folder stays on {0} until you say otherwise.', here),
  cannotRead: (name, here) =>
    l10n.t('Fathom cannot see the repository of “{0}” from here, so it stays on {1}.', name, here),
  restrictedMode: (name, here) =>
    l10n.t(
      'In Restricted Mode nothing is looked up, so “{0}” stays on {1}. Trust the folder to change that.',
      name,
      here,
    ),
  notLookedUp: (name) =>
    l10n.t('Fathom has not asked whether “{0}” is public: the privacy mode decides without it.', name),
  lookupOff: (name, here) =>
    l10n.t(
      'You chose that no forge is asked, so “{0}” stays on {1} unless you clear it (fathom.privacy.lookup).',
      name,
      here,
    ),
  lookingUp: (name, here) =>
    l10n.t('Fathom is asking whether “{0}” is public; until then it stays on {1}.', name, here),
};

const shorts: Record<VisibilityReason, () => string> = {
  forgeSaysPublic: () => l10n.t('public repository'),
  forgeSaysPrivate: () => l10n.t('private repository'),
  forgeUnreachable: () => l10n.t('forge not reached'),
  forgeUnknown: () => l10n.t('unknown forge'),
  noRemote: () => l10n.t('no remote'),
  noRepository: () => l10n.t('no repository'),
  noFolder: () => l10n.t('no folder'),
  cannotRead: () => l10n.t('repository not visible'),
  restrictedMode: () => l10n.t('Restricted Mode'),
  notLookedUp: () => l10n.t('not looked up'),
  lookupOff: () => l10n.t('look-up off'),
  lookingUp: () => l10n.t('looking up'),
  ignoredHere: () => l10n.t('ignored file'),
};

/** What is shown for a folder; texts in no folder have no name of their own. */
export const nameOf = (origin: Origin): string => (origin.root === undefined ? l10n.t('No folder') : origin.name);

/**
 * A sentence on what is known about this origin, whatever was decided about it.
 * @param confirmedHost as in `reasonSentence`
 * @param now milliseconds since 1970, for how long ago the forge was asked
 */
export function originSentence(origin: Origin, confirmedHost?: string, now: number = Date.now()): string {
  const { because, name, asOf, ignored } = origin;
  const here = hereOf(confirmedHost);
  if (because === 'ignoredHere') return ignoredSentence(ignored ?? { file: name, because: 'secretFile', by: '' }, here);
  const when = asOf === undefined ? undefined : asked(Math.max(0, Math.floor((now - asOf) / 60_000)));
  return sentences[because](name, here, when);
}

/** What counts as here: this machine, and the host that the person confirmed if that is where local models are asked. */
const hereOf = (confirmedHost?: string): string =>
  confirmedHost === undefined ? l10n.t('this machine') : l10n.t('this machine or {0}', confirmedHost);

/**
 * @param confirmedHost host of the local models, if it is another machine: then no sentence says "on this machine"
 * @param now as in `originSentence`
 */
export function reasonSentence(reason: RouteReason, confirmedHost?: string, now: number = Date.now()): string {
  const here = hereOf(confirmedHost);
  switch (reason.kind) {
    case 'mode':
      return reason.mode === 'localOnly'
        ? l10n.t('The privacy mode is “local only”: nothing leaves {0}.', here)
        : l10n.t('The privacy mode is “cloud”: everything may leave but what you forbade.');
    case 'mark':
      if (reason.mark === 'forbidden') {
        return reason.origin.root === undefined
          ? l10n.t('You keep what is in no folder on {0}.', here)
          : l10n.t('You keep “{0}” on {1}.', reason.origin.name, here);
      }
      return reason.origin.root === undefined
        ? l10n.t('You cleared what is in no folder.')
        : l10n.t('You cleared “{0}”.', reason.origin.name);
    case 'origin':
      return originSentence(reason.origin, confirmedHost, now);
    case 'held':
      return l10n.t('Private code has been in this conversation, so all of it stays on {0}.', here);
    case 'released':
      return l10n.t(
        'You let this conversation go to the cloud on {0}, with everything that was in it.',
        new Date(reason.at).toLocaleString(),
      );
    case 'noKey':
      return l10n.t('There is no key for DeepSeek.');
    case 'nothingSent':
      return l10n.t('Nothing was sent.');
  }
}

/** Two or three words. */
export function reasonShort(reason: RouteReason): string {
  switch (reason.kind) {
    case 'mode':
      return reason.mode === 'localOnly' ? l10n.t('local only') : l10n.t('cloud');
    case 'mark':
      return reason.mark === 'forbidden' ? l10n.t('kept here') : l10n.t('cleared');
    case 'origin':
      return shorts[reason.origin.because]();
    case 'held':
      return l10n.t('private conversation');
    case 'released':
      return l10n.t('released by you');
    case 'noKey':
      return l10n.t('no key');
    case 'nothingSent':
      return '';
  }
}
