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
}

type Known = { said: 'public' | 'private'; at: number };

const storageKey = 'fathom.visibility';
const keptMs = 24 * 60 * 60 * 1000;
/** A look-up that failed is tried again after this time. */
const failureKeptMs = 3 * 60 * 1000;

const unknown = (because: VisibilityReason): Seen => ({ visibility: 'unknown', because });

function isKnown(value: unknown): value is Known {
  if (typeof value !== 'object' || value === null) return false;
  const { said, at } = value as Partial<Known>;
  return (said === 'public' || said === 'private') && typeof at === 'number';
}

export function createVisibility(options: VisibilityOptions): VisibilityOfRepositories {
  const { now } = options;
  const changed = createEmitter<undefined>();
  const inFlight = new Map<string, Promise<Visibility>>();
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

  async function ask(forge: Forge, remote: Remote, key: string): Promise<Visibility> {
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
    if (said === 'unknown') failedAt.set(key, now());
    else await options.cache.update(storageKey, { ...stored(), [key]: { said, at: now() } satisfies Known });
    return said;
  }

  function look(forge: Forge, remote: Remote): Visibility | Promise<Visibility> {
    const key = keyOf(forge, remote);
    const known = stored()[key];
    if (known !== undefined) return known.said;
    const running = inFlight.get(key);
    if (running !== undefined) return running;
    const failed = failedAt.get(key);
    if (failed !== undefined && Math.abs(now() - failed) < failureKeptMs) return 'unknown';
    const asking = ask(forge, remote, key).finally(() => {
      inFlight.delete(key);
      changed.fire(undefined);
    });
    inFlight.set(key, asking);
    return asking;
  }

  return {
    onDidChange: changed.event,
    of: async (remotes, wait) => {
      if (remotes === undefined) return unknown('cannotRead');
      if (remotes.forges.length === 0 && !remotes.strangers) return unknown('noRemote');
      if (!options.trusted()) return unknown('restrictedMode');
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
        const said = asked.map(({ forge, remote }) => known[keyOf(forge, remote)]?.said);
        if (said.includes('private')) return { visibility: 'private', because: 'forgeSaysPrivate' };
        if (said.includes(undefined)) return unknown('notLookedUp');
        return { visibility: 'public', because: 'forgeSaysPublic' };
      }
      const answers = asked.map(({ forge, remote }) => look(forge, remote));
      if (!wait && answers.some((answer) => typeof answer !== 'string')) {
        const settled = answers.filter((answer) => typeof answer === 'string');
        return settled.includes('private')
          ? { visibility: 'private', because: 'forgeSaysPrivate' }
          : unknown('lookingUp');
      }
      const said = await Promise.all(answers.map((answer) => Promise.resolve(answer)));
      if (said.includes('private')) return { visibility: 'private', because: 'forgeSaysPrivate' };
      if (said.includes('unknown')) return unknown('forgeUnreachable');
      return { visibility: 'public', because: 'forgeSaysPublic' };
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
