// Whether a repository may be read by anybody, as its forges say to someone without an account. All that is ever told to a
// forge is owner and name of the repository that lies there. It decides nothing (router.ts does).
import { askForge, forges, type Forge } from '../models/forge.ts';
import { createEmitter, type Disposable } from './emitter.ts';
import type { Remote, Remotes } from './gitRemotes.ts';
import type { PrivacyMode, Visibility, VisibilityReason } from './route.ts';
import type { Storage } from './storage.ts';

/** Where the known forges take ssh over port 443, and other names of theirs: name → name in the table of forges. */
const otherNames: Readonly<Record<string, string>> = {
  'www.github.com': 'github.com',
  'ssh.github.com': 'github.com',
  'altssh.gitlab.com': 'gitlab.com',
  'altssh.bitbucket.org': 'bitbucket.org',
};

/** The forges that Fathom knows and the person's own, which win. Hosts compare in lower case. */
export function forgesWith(own: Readonly<Record<string, Forge>>): Record<string, Forge> {
  const lower = Object.entries(own).map(([host, forge]) => [host.toLowerCase(), forge] as const);
  return { ...forges, ...Object.fromEntries(lower) };
}

export interface Seen {
  visibility: Visibility;
  because: VisibilityReason;
  /** When the forge was asked; of several remotes the one asked longest ago. */
  asOf?: number;
}

export interface VisibilityOfRepositories {
  /**
   * @param remotes undefined where the repository can't be read.
   * @param wait false: answer at once with what is known; `lookingUp` means that `onDidChange` will fire.
   */
  of(remotes: Remotes | undefined, wait: boolean): Promise<Seen>;
  /** Forgets what is known about these remotes, so that the next request asks again. */
  forget(remotes: Remotes): Promise<void>;
  /** Fires when a look-up has ended. */
  onDidChange: (listener: () => void) => Disposable;
}

export interface VisibilityOptions {
  /** Host → forge; see `forgesWith`. */
  forges: () => Readonly<Record<string, Forge>>;
  cache: Storage;
  now: () => number;
  /** Longest wait for a forge. */
  timeoutMs: number;
  /** False in Restricted Mode: nothing is looked up, and what was known doesn't count. */
  trusted: () => boolean;
  /** Only `auto` depends on what a forge says, so only then one is asked. */
  mode: () => PrivacyMode;
  /** False: no forge is ever asked, and what was known doesn't count. */
  lookup: () => boolean;
}

type Known = { said: 'public' | 'private'; at: number };

const storageKey = 'fathom.visibility';
const keptMs = 24 * 60 * 60 * 1000;
/** Asked again after this time, while what was said still counts: nobody waits then, and a forge may be down for some hours. */
const askAgainMs = 20 * 60 * 60 * 1000;
/** A look-up that failed is tried again after this time. */
const failureKeptMs = 3 * 60 * 1000;

const unknown = (because: VisibilityReason): Seen => ({ visibility: 'unknown', because });

function isKnown(value: unknown): value is Known {
  if (typeof value !== 'object' || value === null) return false;
  const { said, at } = value as Partial<Known>;
  return (said === 'public' || said === 'private') && typeof at === 'number';
}

/** @param otherwise why it is not known, where some remote's forge did not say */
function seenOf(answers: readonly (Known | undefined)[], otherwise: VisibilityReason): Seen {
  const hidden = answers.find((answer) => answer?.said === 'private');
  if (hidden !== undefined) return { visibility: 'private', because: 'forgeSaysPrivate', asOf: hidden.at };
  const open = answers.filter((answer) => answer !== undefined);
  if (open.length < answers.length) return unknown(otherwise);
  return { visibility: 'public', because: 'forgeSaysPublic', asOf: Math.min(...open.map(({ at }) => at)) };
}

export function createVisibility(options: VisibilityOptions): VisibilityOfRepositories {
  const { now } = options;
  const changed = createEmitter<undefined>();
  const inFlight = new Map<string, Promise<Known | undefined>>();
  const failedAt = new Map<string, number>();

  function forgeOf({ host }: Remote): Forge | undefined {
    const known = options.forges();
    const name = Object.hasOwn(known, host) ? host : (otherNames[host] ?? host);
    return Object.hasOwn(known, name) ? known[name] : undefined;
  }

  const keyOf = (forge: Forge, remote: Remote) => `${forge.kind} ${forge.api} ${remote.owner}/${remote.name}`;

  function stored(): Record<string, Known> {
    const value = options.cache.get(storageKey);
    if (typeof value !== 'object' || value === null) return {};
    // A clock that was set back must not make an answer last longer.
    const fresh = Object.entries(value).filter(
      (entry): entry is [string, Known] => isKnown(entry[1]) && Math.abs(now() - entry[1].at) < keptMs,
    );
    return Object.fromEntries(fresh);
  }

  /** Undefined where the forge did not say. Never throws. */
  async function ask(forge: Forge, remote: Remote, key: string): Promise<Known | undefined> {
    // From before the answer: it may be old when it comes.
    const at = now();
    let said: Visibility = 'unknown';
    try {
      const { kind, api } = forge;
      said = await askForge(
        { kind, api, owner: remote.owner, name: remote.name },
        AbortSignal.timeout(options.timeoutMs),
      );
    } catch {
      // Too slow: it stays unknown, which counts as private.
    }
    if (said === 'unknown') {
      failedAt.set(key, now());
      return undefined;
    }
    failedAt.delete(key);
    const known: Known = { said, at };
    try {
      await options.cache.update(storageKey, { ...stored(), [key]: known });
    } catch {
      // Not kept: the next request asks again.
    }
    return known;
  }

  function look(forge: Forge, remote: Remote): Known | undefined | Promise<Known | undefined> {
    const key = keyOf(forge, remote);
    const known = stored()[key];
    if (known !== undefined && Math.abs(now() - known.at) < askAgainMs) return known;
    const running = inFlight.get(key);
    const failed = failedAt.get(key);
    if (running === undefined && failed !== undefined && Math.abs(now() - failed) < failureKeptMs) return known;
    const asking =
      running ??
      ask(forge, remote, key).finally(() => {
        inFlight.delete(key);
        changed.fire(undefined);
      });
    inFlight.set(key, asking);
    return known ?? asking;
  }

  return {
    onDidChange: changed.event,
    of: async (remotes, wait) => {
      if (remotes === undefined) return unknown('cannotRead');
      if (remotes.forges.length === 0 && !remotes.strangers) return unknown('noRemote');
      if (!options.trusted()) return unknown('restrictedMode');
      if (!options.lookup()) return unknown('lookupOff');
      const asked: { forge: Forge; remote: Remote }[] = [];
      for (const remote of remotes.forges) {
        const forge = forgeOf(remote);
        // One remote that nobody can be asked about settles it, so the other forges need not hear of this repository.
        if (forge === undefined) return unknown('forgeUnknown');
        asked.push({ forge, remote });
      }
      if (remotes.strangers) return unknown('forgeUnknown');
      if (options.mode() !== 'auto') {
        const known = stored();
        return seenOf(
          asked.map(({ forge, remote }) => known[keyOf(forge, remote)]),
          'notLookedUp',
        );
      }
      const answers = asked.map(({ forge, remote }) => look(forge, remote));
      if (wait) return seenOf(await Promise.all(answers.map(async (answer) => answer)), 'forgeUnreachable');
      const settled = answers.map((answer) => (answer instanceof Promise ? undefined : answer));
      return seenOf(settled, answers.some((answer) => answer instanceof Promise) ? 'lookingUp' : 'forgeUnreachable');
    },
    forget: async (remotes) => {
      const left = stored();
      for (const remote of remotes.forges) {
        const forge = forgeOf(remote);
        if (forge === undefined) continue;
        const key = keyOf(forge, remote);
        failedAt.delete(key);
        Reflect.deleteProperty(left, key);
      }
      await options.cache.update(storageKey, left);
      changed.fire(undefined);
    },
  };
}
