// What holds a conversation here, and what a release covers.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createHolds } from '../../../src/privacy/holds.ts';
import { MapStorage } from './place.ts';

const piece = (source: string, digest: string, startLine = 1) => ({
  source,
  digest,
  startLine,
  endLine: startLine + 9,
});

describe('holds', () => {
  const make = (storage = new MapStorage()) => ({ storage, holds: createHolds(storage, () => 1000) });

  it('keep what they were told over a restart', async () => {
    const { storage, holds } = make();
    await holds.hold('a');
    await holds.release('b', ['/x'], [piece('/x', '1')]);
    const again = createHolds(storage, () => 2000);
    assert.equal(again.isHeld('a'), true);
    assert.equal(again.isHeld('b'), false);
    assert.equal(again.covering('b', ['/x'], [piece('/x', '1')])?.at, 1000);
  });

  it('a release covers what was listed, and less of it', async () => {
    const { holds } = make();
    await holds.release('a', ['/x', '/y'], [piece('/x', '1'), piece('/y', '2')]);
    assert.ok(holds.covering('a', ['/x'], []));
    assert.ok(holds.covering('a', ['/x'], [piece('/x', '1', 20)]), 'the same text elsewhere in the file');
  });

  it('but no other file, no other text, no other conversation', async () => {
    const { holds } = make();
    await holds.release('a', ['/x'], [piece('/x', '1')]);
    assert.equal(holds.covering('a', ['/x', '/z'], [piece('/x', '1')]), undefined);
    assert.equal(holds.covering('a', ['/x'], [piece('/x', '1'), piece('/x', '2')]), undefined);
    assert.equal(holds.covering('a', ['/x'], [piece('/z', '1')]), undefined);
    assert.equal(holds.covering('b', ['/x'], [piece('/x', '1')]), undefined);
  });

  it('a hold outlives the release that came after it', async () => {
    const { holds } = make();
    await holds.hold('a');
    await holds.release('a', ['/x'], []);
    assert.equal(holds.isHeld('a'), true);
  });

  it('forget the oldest conversations, not the newest', async () => {
    const many = Array.from({ length: 2000 }, (_, index) => [`c${index}`, { held: 1 }]);
    const { holds, storage } = make();
    await storage.update('fathom.conversations', Object.fromEntries(many));
    await holds.hold('new');
    assert.deepEqual(
      ['c0', 'c1', 'c1999', 'new'].map((id) => holds.isHeld(id)),
      [false, true, true, true],
    );
  });
});
