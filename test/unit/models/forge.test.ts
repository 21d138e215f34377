import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { askForge, forges } from '../../../src/models/forge.ts';
import { startForgeServer, type ForgeAnswer, type ForgeName, type ForgeServer } from '../../servers/forge.ts';
import { never } from './helpers.ts';

const kinds: ForgeName[] = ['github', 'gitlab', 'bitbucket', 'gitea'];

describe('asking a forge whether a repository is public', () => {
  let server: ForgeServer;
  beforeEach(async () => {
    server = await startForgeServer();
  });
  afterEach(() => server.stop());

  const expected: Partial<Record<ForgeAnswer, string>> = {
    public: 'public',
    moved: 'public',
    private: 'private',
    gone: 'private',
    forbidden: 'private',
    unauthorized: 'private',
    ratelimited: 'unknown',
    broken: 'unknown',
    down: 'unknown',
  };
  for (const kind of kinds) {
    for (const [answer, verdict] of Object.entries(expected)) {
      it(`${kind}: ${answer} → ${verdict}`, async () => {
        server.set('someone/thing.ts', answer as ForgeAnswer);
        const ask = { kind, api: server.apis[kind], owner: 'someone', name: 'thing.ts' };
        assert.equal(await askForge(ask, never()), verdict);
      });
    }
  }

  it('asks anonymously, and knows groups within groups on GitLab', async () => {
    server.set('group/sub/thing', 'public');
    const ask = { kind: 'gitlab', api: `${server.apis.gitlab}/`, owner: 'group/sub', name: 'thing' } as const;
    assert.equal(await askForge(ask, never()), 'public');
    const { headers } = server.requests[0]!;
    assert.equal(headers.authorization, undefined);
    assert.equal(headers.cookie, undefined);
    assert.equal(headers['user-agent'], 'Fathom');
  });

  it('follows no redirect to another host', async () => {
    const other = await startForgeServer({ repos: { 'a/b': 'public' } });
    try {
      server.fault({ redirectTo: `${other.apis.github}/repos/a/b`, status: 301 });
      const ask = { kind: 'github', api: server.apis.github, owner: 'a', name: 'b' } as const;
      assert.equal(await askForge(ask, never()), 'unknown');
      assert.equal(other.connections(), 0);
    } finally {
      await other.stop();
    }
  });

  it('takes a repository that only a company sees for private', async () => {
    server.fault({ body: { full_name: 'a/b', private: false, visibility: 'internal' } });
    const ask = { kind: 'github', api: server.apis.github, owner: 'a', name: 'b' } as const;
    assert.equal(await askForge(ask, never()), 'private');
    server.fault({ body: { path_with_namespace: 'a/b', visibility: 'internal' } });
    assert.equal(await askForge({ ...ask, kind: 'gitlab', api: server.apis.gitlab }, never()), 'private');
    server.fault({ body: { full_name: 'a/b', private: false, internal: true } });
    assert.equal(await askForge({ ...ask, kind: 'gitea', api: server.apis.gitea }, never()), 'private');
    for (const body of ['null', '[]', '{}', '{"private":"no"}']) {
      server.fault({ body });
      assert.equal(await askForge(ask, never()), 'unknown');
    }
  });

  it('is unknown when nobody answers, and throws only when it is cancelled', async () => {
    const ask = { kind: 'github', api: server.apis.github, owner: 'a', name: 'b' } as const;
    server.set('a/b', 'slow');
    const stop = new AbortController();
    const answer = askForge(ask, stop.signal);
    await server.waitForRequest();
    const reason = new Error('closed');
    stop.abort(reason);
    await assert.rejects(answer, reason);
    await server.stop();
    assert.equal(await askForge(ask, never()), 'unknown');
    server = await startForgeServer();
  });

  it('knows the public forges', () => {
    assert.deepEqual(Object.keys(forges), ['github.com', 'gitlab.com', 'bitbucket.org', 'codeberg.org']);
  });
});
