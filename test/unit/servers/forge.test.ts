// The test forges tell public repositories from all others, each in its own shape, and misbehave as forges do.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { startForgeServer, type ForgeServer } from '../../servers/forge.ts';
import { at } from '../../servers/json.ts';
import { send } from './raw.ts';

describe('the test forges', () => {
  let server: ForgeServer;
  before(async () => {
    server = await startForgeServer({
      repos: {
        'Own/Open': 'public',
        'own/hidden': 'private',
        'own/old': 'moved',
        'own/slow': 'slow',
        'own/busy': 'ratelimited',
        'group/sub/deep': 'public',
      },
    });
  });
  after(() => server.stop());
  const routes = {
    github: (path: string) => `/repos/${path}`,
    gitlab: (path: string) => `/projects/${encodeURIComponent(path)}`,
    bitbucket: (path: string) => `/repositories/${path}`,
    gitea: (path: string) => `/repos/${path}`,
  };

  for (const forge of ['github', 'gitlab', 'bitbucket', 'gitea'] as const) {
    const ask = (path: string) => send(server.apis[forge], { path: routes[forge](path) });

    it(`${forge}: a public repository is found, whatever its case; private and missing ones look alike`, async () => {
      const found = await ask('own/open');
      assert.equal(found.status, 200);
      const key = { github: 'private', gitlab: 'path_with_namespace', bitbucket: 'is_private', gitea: 'private' }[
        forge
      ];
      assert.equal(at(JSON.parse(found.text), key), forge === 'gitlab' ? 'own/open' : false);
      const [hidden, missing] = [await ask('own/hidden'), await ask('own/none')];
      assert.deepEqual([hidden.status, hidden.text], [404, missing.text]);
    });

    it(`${forge}: one that has moved is found at its new address`, async () => {
      const moved = await ask('own/old');
      assert.equal(moved.status, 301);
      assert.equal((await send(String(moved.headers.location), { path: '' })).status, 200);
    });

    it(`${forge}: refuses too many calls`, async () => {
      assert.equal((await ask('own/busy')).status, forge === 'github' ? 403 : 429);
    });
  }

  it('gitlab finds repositories in sub groups', async () => {
    assert.equal((await send(server.apis.gitlab, { path: '/projects/group%2Fsub%2Fdeep' })).status, 200);
  });

  it('a slow one answers nobody, and a test may change what a repository is', async () => {
    const cancel = new AbortController();
    const asking = send(server.apis.github, { path: '/repos/own/slow', signal: cancel.signal });
    const request = await server.waitForRequest((each) => each.path.endsWith('/slow'));
    cancel.abort();
    await assert.rejects(asking);
    await request.closed;
    assert.equal(request.aborted, true);
    server.set('own/slow', 'public');
    assert.equal((await send(server.apis.github, { path: '/repos/own/slow' })).status, 200);
  });
});
