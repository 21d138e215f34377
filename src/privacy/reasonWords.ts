// The reasons of a route in words: short ones for badges, whole sentences for tooltips and errors.
import * as l10n from '@vscode/l10n';
import type { Origin, RouteReason, VisibilityReason } from './route.ts';

/** Says why something is where it is; `{0}` is the folder's name. Called late: translations are loaded after this file. */
const sentences: Record<VisibilityReason, (name: string) => string> = {
  forgeSaysPublic: (name) => l10n.t('“{0}” is public.', name),
  forgeSaysPrivate: (name) => l10n.t('“{0}” is private, so it stays on this machine.', name),
  forgeUnreachable: (name) =>
    l10n.t('Its forge did not say whether “{0}” is public, so it stays on this machine for now.', name),
  forgeUnknown: (name) =>
    l10n.t('“{0}” has a remote that Fathom cannot ask whether it is public, so it stays on this machine.', name),
  noRemote: (name) => l10n.t('“{0}” has no remote, so it stays on this machine until you say otherwise.', name),
  noRepository: (name) =>
    l10n.t('“{0}” is in no repository, so it stays on this machine until you say otherwise.', name),
  noFolder: () => l10n.t('What is in no folder stays on this machine until you say otherwise.'),
  cannotRead: (name) =>
    l10n.t('Fathom cannot see the repository of “{0}” from here, so it stays on this machine.', name),
  restrictedMode: (name) =>
    l10n.t(
      'In Restricted Mode nothing is looked up, so “{0}” stays on this machine. Trust the folder to change that.',
      name,
    ),
  notLookedUp: (name) =>
    l10n.t('Fathom has not asked whether “{0}” is public: the privacy mode decides without it.', name),
  lookingUp: (name) => l10n.t('Fathom is asking whether “{0}” is public; until then it stays on this machine.', name),
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
  lookingUp: () => l10n.t('looking up'),
};

/** What is shown for a folder; texts in no folder have no name of their own. */
export const nameOf = (origin: Origin): string => (origin.root === undefined ? l10n.t('No folder') : origin.name);

/** A sentence on what is known about this origin, whatever was decided about it. */
export const originSentence = (origin: Origin): string => sentences[origin.because](origin.name);

export function reasonSentence(reason: RouteReason): string {
  switch (reason.kind) {
    case 'mode':
      return reason.mode === 'localOnly'
        ? l10n.t('The privacy mode is “local only”: nothing leaves this machine.')
        : l10n.t('The privacy mode is “cloud”: everything may leave but what you forbade.');
    case 'mark':
      if (reason.mark === 'forbidden') {
        return reason.origin.root === undefined
          ? l10n.t('You keep what is in no folder on this machine.')
          : l10n.t('You keep “{0}” on this machine.', reason.origin.name);
      }
      return reason.origin.root === undefined
        ? l10n.t('You cleared what is in no folder.')
        : l10n.t('You cleared “{0}”.', reason.origin.name);
    case 'origin':
      return originSentence(reason.origin);
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
    case 'noKey':
      return l10n.t('no key');
    case 'nothingSent':
      return '';
  }
}
