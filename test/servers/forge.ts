// GitHub, GitLab, Bitbucket and Gitea as one HTTP server, each under a path of its own, as far as an anonymous caller asks
// them whether a repository is public. No credentials are known, so private and missing repositories look the same.
import { startTestServer, type Exchange, type TestServer } from './testServer.ts';

/**
 * `slow` never answers until the client gives up; `ratelimited` is the forge's refusal of too many anonymous calls; `moved`
 * redirects to the repository's new address (public); `forbidden` and `unauthorized` are what a forge says that lets
 * nobody in without an account; `broken` is a page that isn't JSON; `down` a 502.
 */
export type ForgeAnswer =
  'public' | 'private' | 'gone' | 'slow' | 'ratelimited' | 'moved' | 'forbidden' | 'unauthorized' | 'broken' | 'down';

export type ForgeName = 'github' | 'gitlab' | 'bitbucket' | 'gitea';

export interface ForgeServer extends TestServer {
  /** Base address of each forge's API, as the setting of a self-hosted one would name it. */
  readonly apis: Record<ForgeName, string>;
  /** Changes or adds a repository while the server runs. */
  set(repository: string, answer: ForgeAnswer): void;
}

export interface ForgeServerOptions {
  port?: number;
  /** By `owner/name` (GitLab: with sub groups), lower or upper case alike. Unnamed ones are missing. */
  repos?: Record<string, ForgeAnswer>;
}

interface Forge {
  prefix: string;
  route: RegExp;
  /** A public repository, as much of it as tells what it is. */
  found(path: string): object;
  /** What an anonymous caller gets for a private or a missing one. */
  hidden: { status: number; body: object };
  limited: { status: number; body: object; headers: Record<string, string> };
}

const owner = (path: string): string => path.slice(0, path.lastIndexOf('/'));
const base = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const forges: Record<ForgeName, Forge> = {
  github: {
    prefix: '/github',
    route: /^\/repos\/([^/]+\/[^/]+)$/,
    found: (path) => ({
      id: 1296269,
      name: base(path),
      full_name: path,
      private: false,
      owner: { login: owner(path), type: 'User' },
      fork: false,
      archived: false,
      visibility: 'public',
      default_branch: 'main',
    }),
    hidden: {
      status: 404,
      body: {
        message: 'Not Found',
        documentation_url: 'https://docs.github.com/rest/repos/repos#get-a-repository',
        status: '404',
      },
    },
    limited: {
      status: 403,
      body: {
        message:
          "API rate limit exceeded for 192.0.2.1. (But here's the good news: Authenticated requests get a higher rate limit. Check out the documentation for more details.)",
        documentation_url: 'https://docs.github.com/rest/overview/resources-in-the-rest-api#rate-limiting',
      },
      headers: { 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '4102444800' },
    },
  },
  gitlab: {
    prefix: '/gitlab/api/v4',
    route: /^\/projects\/([^/]+)$/,
    // An anonymous caller gets a short form without `visibility`.
    found: (path) => ({
      id: 278964,
      description: null,
      name: base(path),
      path: base(path),
      path_with_namespace: path,
      default_branch: 'main',
      star_count: 0,
      namespace: { id: 1, path: owner(path), kind: 'group', full_path: owner(path) },
    }),
    hidden: { status: 404, body: { message: '404 Project Not Found' } },
    limited: {
      status: 429,
      body: { message: 'This endpoint has been requested too many times. Try again later.' },
      headers: { 'retry-after': '60', 'ratelimit-remaining': '0' },
    },
  },
  bitbucket: {
    prefix: '/bitbucket/2.0',
    route: /^\/repositories\/([^/]+\/[^/]+)$/,
    found: (path) => ({ type: 'repository', full_name: path, name: base(path), scm: 'git', is_private: false }),
    hidden: {
      status: 404,
      body: {
        type: 'error',
        error: {
          message:
            'You may not have access to this repository or it no longer exists in this workspace. ' +
            'If you think this repository exists and you have access, make sure you are authenticated.',
        },
      },
    },
    limited: {
      status: 429,
      body: { type: 'error', error: { message: 'Rate limit for this resource has been exceeded' } },
      headers: { 'retry-after': '60' },
    },
  },
  gitea: {
    prefix: '/api/v1',
    route: /^\/repos\/([^/]+\/[^/]+)$/,
    found: (path) => ({
      id: 1,
      owner: { login: owner(path) },
      name: base(path),
      full_name: path,
      empty: false,
      private: false,
      internal: false,
      default_branch: 'main',
    }),
    hidden: {
      status: 404,
      body: { errors: null, message: "The target couldn't be found.", url: 'https://gitea.example/api/swagger' },
    },
    limited: { status: 429, body: { message: 'Too many requests' }, headers: { 'retry-after': '60' } },
  },
};

const names = Object.keys(forges) as ForgeName[];

/** Starts all four forges on one port of 127.0.0.1. The caller stops it. */
export async function startForgeServer(options: ForgeServerOptions = {}): Promise<ForgeServer> {
  const initial = Object.entries(options.repos ?? {}).map(([name, answer]) => [name.toLowerCase(), answer] as const);
  const repos = new Map<string, ForgeAnswer>(initial);
  /** New addresses of what has moved. */
  const moved = new Set<string>();

  async function answer({ request, wire }: Exchange): Promise<void> {
    const name = names.find((candidate) => request.path.startsWith(`${forges[candidate].prefix}/`));
    if (request.method !== 'GET' || name === undefined) return wire.json(404, { message: 'Not Found' });
    const forge = forges[name];
    const matched = forge.route.exec(request.path.slice(forge.prefix.length))?.[1];
    if (matched === undefined) return wire.json(404, { message: 'Not Found' });
    const path = decodeURIComponent(matched);
    if (moved.has(path)) return wire.json(200, forge.found(path));

    switch (repos.get(path.toLowerCase()) ?? 'gone') {
      case 'public':
        return wire.json(200, forge.found(path));
      case 'private':
      case 'gone':
        return wire.json(forge.hidden.status, forge.hidden.body);
      case 'forbidden':
        return wire.json(403, { message: 'Only signed in user is allowed to call APIs.' });
      case 'unauthorized':
        return wire.json(401, { message: '401 Unauthorized' });
      case 'ratelimited':
        return wire.json(forge.limited.status, forge.limited.body, forge.limited.headers);
      case 'broken':
        return wire.send(200, '<!DOCTYPE html>\n<title>Sign in</title>\n', { 'content-type': 'text/html' });
      case 'down':
        return wire.send(502, '<h1>502 Bad Gateway</h1>\n', { 'content-type': 'text/html' });
      case 'slow':
        await wire.gone;
        return undefined;
      case 'moved': {
        const target = `${path}-moved`;
        moved.add(target);
        const route =
          name === 'gitlab'
            ? `/projects/${encodeURIComponent(target)}`
            : `${request.path.slice(forge.prefix.length)}-moved`;
        return wire.json(301, { message: 'Moved Permanently' }, { location: `${server.url}${forge.prefix}${route}` });
      }
    }
  }

  const server = await startTestServer({ answer }, options.port);
  return {
    ...server,
    apis: Object.fromEntries(names.map((name) => [name, `${server.url}${forges[name].prefix}`])) as Record<
      ForgeName,
      string
    >,
    set: (repository, wanted) => void repos.set(repository.toLowerCase(), wanted),
  };
}
