// What a forge is asked, how often, and what its silence means.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { forgesWith } from '../../../src/privacy/visibility.ts';
import type { ForgeAnswer } from '../../servers/forge.ts';
import { repository, startPlace, type Place } from './place.ts';

const hour = 3_600_000;

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

  it('is asked once a day', async () => {
    place.forge.set('o/x', 'public');
    const root = await withRemotes('o/x');
    await because(root);
    place.time += 23 * hour;
    await because(root);
    assert.equal(place.forge.requests.length, 1);
    place.forge.set('o/x', 'private');
    place.time += 2 * hour;
    assert.equal(await because(root), 'forgeSaysPrivate');
    assert.equal(place.forge.requests.length, 2);
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
    const changed = new Promise<void>((resolve) => place.visibility.onDidChange(() => resolve()));
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
