import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { cached, cacheRoot } from '../../setup/cache.mjs';

describe('The cache folder', () => {
  it('is where each platform keeps caches', () => {
    assert.equal(cacheRoot({}, 'linux', '/home/a'), '/home/a/.cache/fathom');
    assert.equal(cacheRoot({}, 'darwin', '/Users/a'), '/Users/a/Library/Caches/fathom');
    assert.equal(cacheRoot({ XDG_CACHE_HOME: '/big' }, 'linux', '/home/a'), '/big/fathom');
    assert.equal(cacheRoot({ XDG_CACHE_HOME: '/big', FATHOM_CACHE: '/here' }, 'linux', '/home/a'), '/here');
  });

  let root = '';
  beforeEach(() => (root = mkdtempSync(path.join(os.tmpdir(), 'fathom-cache-test-'))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('makes a piece once', async () => {
    let made = 0;
    const make = async (folder: string): Promise<void> => {
      made += 1;
      writeFileSync(path.join(folder, 'piece'), 'whole');
    };
    const first = await cached('piece-1', make, { root });
    assert.equal(await cached('piece-1', make, { root }), first);
    assert.equal(readFileSync(path.join(first, 'piece'), 'utf8'), 'whole');
    assert.equal(made, 1);
  });

  it('makes it once also when two want it at the same time', async () => {
    let made = 0;
    const make = async (): Promise<void> => {
      made += 1;
      await new Promise((resolve) => setImmediate(resolve));
    };
    await Promise.all([cached('piece-1', make, { root }), cached('piece-1', make, { root })]);
    assert.equal(made, 1);
  });

  it('leaves nothing behind when making fails, so that the next try starts afresh', async () => {
    const failing = cached(
      'piece-1',
      async (folder) => {
        writeFileSync(path.join(folder, 'half'), '');
        throw new Error('no network');
      },
      { root },
    );
    await assert.rejects(failing, /no network/);
    assert.deepEqual(readdirSync(root), []);
    assert.ok(existsSync(await cached('piece-1', async () => undefined, { root })));
  });
});
