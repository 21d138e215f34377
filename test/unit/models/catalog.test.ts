import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { contextWindow, distills, isPeak, modelIdFor, priceOf } from '../../../src/models/catalog.ts';

describe('the catalog', () => {
  it('names the model behind a mode, unless the person chose one', () => {
    assert.equal(modelIdFor('chat'), 'deepseek-flash');
    assert.equal(modelIdFor('reasoner', { reasoner: ' deepseek-v4-pro ' }), 'deepseek-v4-pro');
    assert.equal(modelIdFor('complete', { complete: '' }), 'deepseek-flash');
  });

  it('knows windows, of aliases too', () => {
    assert.equal(contextWindow('deepseek-v4-flash'), 1_048_576);
    assert.equal(contextWindow('deepseek-r1:8b'), 131_072);
    assert.equal(contextWindow('something-else'), undefined);
  });

  it('knows what a token costs, by date and hour', () => {
    const tuesday = (time: string): Date => new Date(`2026-11-24T${time}Z`);
    assert.deepEqual(priceOf('deepseek-flash', tuesday('12:00:00')), {
      cacheHit: 0.003,
      cacheMiss: 0.15,
      output: 0.6,
      peak: false,
    });
    assert.deepEqual(priceOf('deepseek-v4-flash', tuesday('06:00:00')), {
      cacheHit: 0.006,
      cacheMiss: 0.3,
      output: 1.2,
      peak: true,
    });
    assert.equal(priceOf('deepseek-flash', new Date('2026-08-20T12:00:00Z'))?.output, 0.66);
    assert.equal(priceOf('deepseek-flash', new Date('2026-01-01T12:00:00Z')), undefined);
    assert.equal(priceOf('something-else', tuesday('12:00:00')), undefined);
  });

  it('knows DeepSeek’s peak hours', () => {
    const peak = ['01:00', '03:59', '06:00', '09:59'];
    const quiet = ['00:59', '04:00', '05:59', '10:00'];
    for (const time of peak) assert.equal(isPeak(new Date(`2026-11-24T${time}:00Z`)), true, time);
    for (const time of quiet) assert.equal(isPeak(new Date(`2026-11-24T${time}:00Z`)), false, time);
    assert.equal(isPeak(new Date('2026-11-22T02:00:00Z')), false, 'Sunday');
  });

  it('lists sizes of deepseek-r1 from small to large', () => {
    assert.deepEqual(
      distills.map(({ bytes }) => bytes),
      distills.map(({ bytes }) => bytes).sort((a, b) => a - b),
    );
  });
});
