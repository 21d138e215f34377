// What a forge is asked, how often, and what its silence means.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { forgesWith } from '../../../src/privacy/visibility.ts';
import { startForgeServer, type ForgeAnswer } from '../../servers/forge.ts';
import { repository, startPlace, type Place } from './place.ts';

const hour = 3_600_000;
const start = Date.UTC(2026, 10, 24, 12);

describe('visibility', () => {
  let place: Place;
  beforeEach(async () => {
    place = await startPlace();
  });
  afterEach(() => place.stop());

  let made = 0;
  /** A new repository with remotes of these names at the forge. */
  const withRemotes = (...names: string[]) =>
    repository(join(place.folder, `r${made++}`), ...names.map((name) => `https://forge.test/${name}.git`));
  const because = async (root: string, wait = true) =>
    (await place.origins.resolve([join(root, 'a')], wait))[0]?.because;

  const nextChange = () => new Promise<void>((resolve) => place.visibility.onDidChange(() => resolve()));

  const says: [ForgeAnswer, string][] = [
    ['public', 'forgeSaysPublic'],
    ['private', 'forgeSaysPrivate'],
    ['gone', 'forgeSaysPrivate'],
    ['moved', 'forgeSaysPublic'],
    ['slow', 'forgeUnreachable'],
    ['ratelimited', 'forgeUnreachable'],
    ['broken', 'forgeUnreachable'],
    ['down', 'forgeUnreachable'],
  ];
  for (const [answer, wanted] of says) {
    it(`${answer} → ${wanted}`, async () => {
      if (answer === 'slow') place.timeoutMs = 50;
      place.forge.set('o/x', answer);
      assert.equal(await because(await withRemotes('o/x')), wanted);
    });
  }

  it('needs all remotes to be public', async () => {
    place.forge.set('o/a', 'public');
    place.forge.set('o/b', 'public');
    place.forge.set('o/c', 'private');
    place.forge.set('o/d', 'down');
    assert.equal(await because(await withRemotes('o/a', 'o/b')), 'forgeSaysPublic');
    assert.equal(await because(await withRemotes('o/a', 'o/c')), 'forgeSaysPrivate');
    assert.equal(await because(await withRemotes('o/a', 'o/d')), 'forgeUnreachable');
    assert.equal(await because(await withRemotes('o/a', 'o/c', 'o/d')), 'forgeSaysPrivate');
  });

  it('asks nobody where one remote is at a forge that is not known, or is a path', async () => {
    place.forge.set('o/a', 'public');
    for (const stranger of ['git@git.work.example:o/a.git', '/srv/git/a.git', 'git@constructor:o/a.git']) {
      const root = await repository(join(place.folder, `s${made++}`), 'https://forge.test/o/a', stranger);
      assert.equal(await because(root), 'forgeUnknown');
    }
    assert.equal(place.forge.connections(), 0);
  });

  it('tells the forge owner and name and nothing else', async () => {
    place.forge.set('o/x', 'public');
    const root = await repository(join(place.folder, 'r'), 'https://me:s3cret@forge.test/o/x.git');
    await because(root);
    const [request, ...more] = place.forge.requests;
    assert.equal(more.length, 0);
    assert.ok(request !== undefined);
    assert.ok(request.path.endsWith('/repos/o/x'));
    assert.equal(request.query + request.body, '');
    assert.ok(!JSON.stringify(request.headers).includes('s3cret'));
    assert.equal(request.headers.authorization, undefined);
    assert.equal(request.headers.cookie, undefined);
  });

  it('tells each forge of what lies there, and sends nothing of this machine along', async () => {
    const other = await startForgeServer({ repos: { 'p/q': 'public' } });
    try {
      place.forges = { 'other.test': { kind: 'github', api: other.apis.github } };
      place.forge.set('o/x', 'public');
      const root = await repository(
        join(place.folder, 'name-of-my-folder'),
        'https://me:t0ken@forge.test/o/x.git',
        'git@other.test:p/q',
      );
      place.folders = [root];
      assert.equal(await because(root), 'forgeSaysPublic');
      const seen = [place.forge, other].map((server) => server.requests.map(({ path }) => path));
      assert.deepEqual(seen, [['/api/v1/repos/o/x'], ['/github/repos/p/q']]);
      // What Node's own `fetch` says of itself, and nothing else.
      const usual = [
        'accept',
        'accept-encoding',
        'accept-language',
        'connection',
        'host',
        'sec-fetch-mode',
        'user-agent',
      ];
      for (const { headers, body, query } of [...place.forge.requests, ...other.requests]) {
        assert.deepEqual(
          Object.keys(headers).filter((name) => !usual.includes(name)),
          [],
        );
        assert.equal(headers['user-agent'], 'Fathom');
        assert.equal(body + query, '');
        assert.doesNotMatch(JSON.stringify(headers), /t0ken|name-of-my-folder|"me/);
      }
    } finally {
      await other.stop();
    }
  });

  it('believes no redirect to another host, and does not follow it', async () => {
    const other = await startForgeServer({ repos: { 'o/x': 'public' } });
    try {
      place.forge.fault({ redirectTo: `${other.apis.gitea}/repos/o/x`, status: 301 });
      assert.equal(await because(await withRemotes('o/x')), 'forgeUnreachable');
      assert.equal(other.connections(), 0);
    } finally {
      await other.stop();
    }
  });

  it('a fork is asked about itself: private beside a public upstream is private, and the other way round', async () => {
    place.forge.set('up/lib', 'public');
    place.forge.set('me/lib', 'private');
    assert.equal(await because(await withRemotes('me/lib')), 'forgeSaysPrivate');
    assert.equal(await because(await withRemotes('up/lib', 'me/lib')), 'forgeSaysPrivate');
    place.forge.set('me/open', 'public');
    assert.equal(await because(await withRemotes('me/open')), 'forgeSaysPublic');
    assert.ok(!place.forge.requests.slice(-1)[0]?.path.includes('up/'));
  });

  it('is asked again before the day is over, without anybody having to wait', async () => {
    place.forge.set('o/x', 'public');
    const root = await withRemotes('o/x');
    await because(root);
    place.time += 19 * hour;
    await because(root);
    assert.equal(place.forge.requests.length, 1);
    place.forge.set('o/x', 'private');
    place.time += 2 * hour;
    const changed = nextChange();
    assert.equal(await because(root), 'forgeSaysPublic');
    await changed;
    assert.equal(await because(root), 'forgeSaysPrivate');
    assert.equal(place.forge.requests.length, 2);
    // The cached "public" is gone for good.
    place.forge.set('o/x', 'down');
    place.time -= 10 * hour;
    assert.equal(await because(root), 'forgeSaysPrivate');
  });

  it('stays public for a day after the last answer at most, while the forge is down', async () => {
    place.forge.set('o/x', 'public');
    const root = await withRemotes('o/x');
    await because(root);
    place.forge.set('o/x', 'down');
    for (let at = 21; at < 24; at++) {
      place.time = start + at * hour;
      const asked = nextChange();
      assert.equal(await because(root), 'forgeSaysPublic', `after ${at} hours`);
      await asked;
    }
    place.time = start + 24 * hour;
    assert.equal(await because(root), 'forgeUnreachable');
  });

  it('counts the day from when it asked, not from when the answer came', async () => {
    place.forge.set('o/x', 'public');
    const root = await withRemotes('o/x');
    place.forge.fault({ on: () => ((place.time += 5 * hour), false) });
    const [origin] = await place.origins.resolve([join(root, 'a')], true);
    assert.equal(place.time, start + 5 * hour);
    assert.equal(origin?.asOf, start);
  });

  it('says when it asked: of several remotes the one that it asked longest ago', async () => {
    place.forge.set('o/a', 'public');
    place.forge.set('o/b', 'public');
    await because(await withRemotes('o/a'));
    place.time += hour;
    const [origin] = await place.origins.resolve([join(await withRemotes('o/a', 'o/b'), 'x')], true);
    assert.equal(origin?.asOf, start);
    place.forge.set('o/c', 'down');
    const [unknown] = await place.origins.resolve([join(await withRemotes('o/c'), 'x')], true);
    assert.equal(unknown?.asOf, undefined);
  });

  it('is not looked up where the person turned that off, and what was known does not count', async () => {
    place.forge.set('o/x', 'public');
    const root = await withRemotes('o/x');
    assert.equal(await because(root), 'forgeSaysPublic');
    place.lookup = false;
    const before = place.forge.requests.length;
    assert.equal(await because(root), 'lookupOff');
    assert.equal(await because(root, false), 'lookupOff');
    const [origin] = await place.origins.resolve([join(root, 'a')], true);
    assert.equal(origin?.visibility, 'unknown');
    await place.origins.lookAgain(origin);
    place.time += 30 * hour;
    assert.equal(await because(root), 'lookupOff');
    assert.equal(place.forge.requests.length, before);
    await place.marks.set(root, 'cleared');
    assert.equal((await place.origins.resolve([join(root, 'a')], true))[0]?.mark, 'cleared');
    place.lookup = true;
    assert.equal(await because(root), 'forgeSaysPublic');
  });

  it('is answered even if the answer cannot be kept', async () => {
    place.forge.set('o/x', 'public');
    place.storage.update = () => Promise.reject(new Error('the disk is full'));
    assert.equal(await because(await withRemotes('o/x')), 'forgeSaysPublic');
  });

  it('does not believe for longer because the clock was set back', async () => {
    place.forge.set('o/x', 'public');
    const root = await withRemotes('o/x');
    await because(root);
    place.forge.set('o/x', 'private');
    place.time -= 48 * hour;
    assert.equal(await because(root), 'forgeSaysPrivate');
  });

  it('heals some minutes after a forge was down', async () => {
    place.forge.set('o/x', 'down');
    const root = await withRemotes('o/x');
    assert.equal(await because(root), 'forgeUnreachable');
    place.forge.set('o/x', 'public');
    assert.equal(await because(root), 'forgeUnreachable');
    assert.equal(place.forge.requests.length, 1);
    place.time += 5 * 60_000;
    assert.equal(await because(root), 'forgeSaysPublic');
  });

  it('is private again, not public from memory, when the forge is down on the next day', async () => {
    place.forge.set('o/x', 'public');
    const root = await withRemotes('o/x');
    await because(root);
    place.forge.set('o/x', 'down');
    place.time += 25 * hour;
    assert.equal(await because(root), 'forgeUnreachable');
  });

  it('many requests at once are one look-up', async () => {
    place.forge.set('o/x', 'public');
    const root = await withRemotes('o/x');
    await Promise.all([because(root), because(root), because(root)]);
    assert.equal(place.forge.requests.length, 1);
  });

  it('does not make the status bar wait, and tells it when the answer is there', async () => {
    place.forge.set('o/x', 'public');
    const root = await withRemotes('o/x');
    const changed = nextChange();
    assert.equal(await because(root, false), 'lookingUp');
    await changed;
    assert.equal(await because(root, false), 'forgeSaysPublic');
    assert.equal(place.forge.requests.length, 1);
  });

  it('is not looked up in Restricted Mode, not even in memory', async () => {
    place.forge.set('o/x', 'public');
    const root = await withRemotes('o/x');
    place.trusted = false;
    assert.equal(await because(root), 'restrictedMode');
    assert.equal(place.forge.connections(), 0);
    place.trusted = true;
    assert.equal(await because(root), 'forgeSaysPublic');
    place.trusted = false;
    assert.equal(await because(root), 'restrictedMode');
  });

  it('is not looked up under localOnly and cloud, which decide without it', async () => {
    place.forge.set('o/x', 'public');
    const root = await withRemotes('o/x');
    for (const mode of ['localOnly', 'cloud'] as const) {
      place.settings.mode = mode;
      assert.equal(await because(root), 'notLookedUp');
    }
    assert.equal(place.forge.connections(), 0);
    place.settings.mode = 'auto';
    assert.equal(await because(root), 'forgeSaysPublic');
    place.settings.mode = 'localOnly';
    assert.equal(await because(root), 'forgeSaysPublic');
  });

  it('is asked again when the person wants it', async () => {
    place.forge.set('o/x', 'public');
    const root = await withRemotes('o/x');
    const [origin] = await place.origins.resolve([join(root, 'a')], true);
    place.forge.set('o/x', 'private');
    assert.ok(origin);
    await place.origins.lookAgain(origin);
    assert.equal(await because(root), 'forgeSaysPrivate');
  });

  it('survives storage that holds rubbish', async () => {
    place.forge.set('o/x', 'private');
    const said = { said: 'public' };
    place.storage.kept.set('fathom.visibility', { [`gitea ${place.forge.apis.gitea} o/x`]: said, b: 1 });
    assert.equal(await because(await withRemotes('o/x')), 'forgeSaysPrivate');
  });
});

describe('the forges', () => {
  it("are the known ones and the person's own, whatever the case of the host", () => {
    const forges = forgesWith({ 'Git.Example.org': { kind: 'gitea', api: 'https://git.example.org/api/v1' } });
    assert.equal(forges['git.example.org']?.kind, 'gitea');
    assert.equal(forges['github.com']?.kind, 'github');
  });
});
