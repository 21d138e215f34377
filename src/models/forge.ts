// Asks a forge, as anybody might, whether a repository can be read by anybody. No credentials, no cookies, no redirect to another host.
import { readError } from './serverWords.ts';

export type ForgeKind = 'github' | 'gitlab' | 'bitbucket' | 'gitea';

export interface Forge {
  kind: ForgeKind;
  /** Address of its API, without a slash at the end. */
  api: string;
}

/** Forges that are known without a setting, by host name of the remote. */
export const forges: Readonly<Record<string, Forge>> = {
  'github.com': { kind: 'github', api: 'https://api.github.com' },
  'gitlab.com': { kind: 'gitlab', api: 'https://gitlab.com/api/v4' },
  'bitbucket.org': { kind: 'bitbucket', api: 'https://api.bitbucket.org/2.0' },
  'codeberg.org': { kind: 'gitea', api: 'https://codeberg.org/api/v1' },
};

const answerWithinMs = 5000;
const longestBody = 1_000_000;

type Repository = Record<string, unknown>;

interface Dialect {
  route: (owner: string, name: string) => string;
  /** Undefined for a body that isn't what this forge says about a repository. */
  isPublic: (repository: Repository) => boolean | undefined;
}

const part = encodeURIComponent;
const parts = (owner: string): string => owner.split('/').map(part).join('/');

const dialects: Record<ForgeKind, Dialect> = {
  github: {
    route: (owner, name) => `/repos/${part(owner)}/${part(name)}`,
    // `visibility` may be `internal`: private to a company's members.
    isPublic: ({ private: hidden, visibility }) =>
      typeof hidden === 'boolean' ? !hidden && (visibility === undefined || visibility === 'public') : undefined,
  },
  gitlab: {
    route: (owner, name) => `/projects/${part(`${owner}/${name}`)}`,
    // An anonymous answer may lack `visibility`; that there is one, about a project, means that anybody can read it.
    isPublic: ({ visibility, path_with_namespace: path }) =>
      typeof visibility === 'string' ? visibility === 'public' : typeof path === 'string' ? true : undefined,
  },
  bitbucket: {
    route: (owner, name) => `/repositories/${part(owner)}/${part(name)}`,
    isPublic: ({ is_private: hidden }) => (typeof hidden === 'boolean' ? !hidden : undefined),
  },
  gitea: {
    route: (owner, name) => `/repos/${parts(owner)}/${part(name)}`,
    isPublic: ({ private: hidden, internal }) =>
      typeof hidden === 'boolean' ? !hidden && internal !== true : undefined,
  },
};

/**
 * Whether anybody can read the repository. 404, 401 and 403 are "private": an anonymous reader can't see it, whatever it is.
 * Time-outs, rate limits, networks that are down and odd bodies are "unknown".
 * @param ask.owner may have several parts on GitLab: `group/subgroup`
 * @throws only the signal's reason, when cancelled
 */
export async function askForge(
  ask: { kind: ForgeKind; api: string; owner: string; name: string },
  signal: AbortSignal,
): Promise<'public' | 'private' | 'unknown'> {
  const { route, isPublic } = dialects[ask.kind];
  const limited = AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]);
  try {
    const api = ask.api.replace(/\/+$/, '');
    const response = await get(api + route(ask.owner, ask.name), limited);
    if (response.status === 401 || response.status === 404) return 'private';
    if (response.status === 403) return isRateLimit(response, await response.text()) ? 'unknown' : 'private';
    if (response.status !== 200) return 'unknown';
    const body = await response.text();
    if (body.length > longestBody) return 'unknown';
    const repository: unknown = JSON.parse(body);
    if (typeof repository !== 'object' || repository === null) return 'unknown';
    const answer = isPublic(repository as Repository);
    return answer === undefined ? 'unknown' : answer ? 'public' : 'private';
  } catch {
    // Cancelling is the caller's business; everything else means that the forge could not tell.
    signal.throwIfAborted();
    return 'unknown';
  }
}

/** A renamed repository is answered by a redirect on the same host (GitHub: /repositories/ID), which is followed once. */
async function get(url: string, signal: AbortSignal): Promise<Response> {
  const headers = { accept: 'application/json', 'user-agent': 'Fathom' };
  const init = { headers, redirect: 'manual', credentials: 'omit', signal } as const;
  const response = await fetch(url, init);
  const location = response.headers.get('location');
  if (response.status < 300 || response.status >= 400 || location === null) return response;
  const target = new URL(location, url);
  if (target.origin !== new URL(url).origin) return response;
  await response.body?.cancel();
  return fetch(target, init);
}

/** GitHub answers 403 (not only 429) when an address has asked too often. */
function isRateLimit(response: Response, body: string): boolean {
  return response.headers.get('x-ratelimit-remaining') === '0' || /rate limit/i.test(readError(body).message);
}
