// Which deepseek-r1 fits which machine, in words, and how far a pull is.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { fitOf, recommended } from '../../../src/local/fit.ts';
import { PullMeter } from '../../../src/local/pullMeter.ts';
import { distills } from '../../../src/models/catalog.ts';

const gib = 2 ** 30;

function fit(size: string, contextTokens: number, memoryGib: number): string {
  const model = distills.find(({ id }) => id === `deepseek-r1:${size}`);
  assert.ok(model);
  const { kind, sentence } = fitOf(model, contextTokens, memoryGib * gib);
  return `${kind}: ${sentence}`;
}

describe('a model on a machine', () => {
  it('fits, or doesn’t, with its weights and its context', () => {
    assert.equal(fit('1.5b', 8192, 8), 'fits: 1.4 GB, fits with 7.2 GB to spare');
    assert.equal(fit('8b', 8192, 8), 'tight: 6.4 GB, fits but leaves only 2.2 GB for everything else');
    assert.equal(fit('8b', 8192, 16), 'fits: 6.4 GB, fits with 11 GB to spare');
    assert.equal(fit('32b', 8192, 16), 'tooBig: needs about 22 GB; this machine has 17');
    assert.equal(fit('70b', 4096, 32), 'tooBig: needs about 44 GB; this machine has 34');
  });

  it('needs more with a longer context', () => {
    assert.equal(fit('8b', 131072, 16), 'tooBig: needs about 25 GB; this machine has 17');
    assert.match(fit('7b', 131072, 16), /^fits|^tight/);
  });

  it('is recommended where it is the largest with room to spare', () => {
    const best = (memory: number, context = 8192) => recommended(distills, context, memory * gib)?.id;
    assert.equal(best(4), 'deepseek-r1:1.5b');
    assert.equal(best(8), 'deepseek-r1:1.5b');
    assert.equal(best(16), 'deepseek-r1:14b');
    assert.equal(best(64), 'deepseek-r1:70b');
    assert.equal(best(1), 'deepseek-r1:1.5b');
  });
});

describe('a pull', () => {
  it('says how far it is, and its bar never goes back nor past its end', () => {
    const meter = new PullMeter();
    const steps = [
      { status: 'pulling manifest' },
      { status: 'pulling aaa', completedBytes: 0, totalBytes: 4_000_000_000 },
      { status: 'pulling aaa', completedBytes: 2_000_000_000, totalBytes: 4_000_000_000 },
      { status: 'pulling bbb', completedBytes: 2_000_000_000, totalBytes: 5_000_000_000 },
      { status: 'pulling bbb', completedBytes: 5_000_000_000, totalBytes: 5_000_000_000 },
      { status: 'verifying sha256 digest' },
      { status: 'success' },
    ].map((step) => meter.next(step));
    assert.deepEqual(
      steps.map(({ message }) => message),
      [
        'Looking it up',
        '0 %, 0.0 of 4.0 GB',
        '50 %, 2.0 of 4.0 GB',
        '50 %, 2.0 of 5.0 GB',
        '100 %, 5.0 of 5.0 GB',
        'Checking that it is complete',
        'Done',
      ],
    );
    assert.equal(
      steps.reduce((sum, { increment }) => sum + increment, 0),
      100,
    );
    assert.ok(steps.every(({ increment }) => increment >= 0));
  });
});
