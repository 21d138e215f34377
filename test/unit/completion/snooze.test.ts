// Silence for a while.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Snooze } from '../../../src/completion/snooze.ts';
import { Clock } from './marked.ts';

describe('a snooze', () => {
  it('ends by itself, by wish, or with the window, and says so each time', () => {
    const clock = new Clock();
    let changes = 0;
    const snooze = new Snooze({ now: clock.now, setTimer: clock.setTimer, onChange: () => changes++ });
    snooze.start(60_000);
    clock.advance(59_999);
    assert.notEqual(snooze.until, undefined);
    clock.advance(1);
    assert.deepEqual([snooze.until, changes], [undefined, 2]);

    snooze.start(60_000);
    snooze.start(Infinity);
    clock.advance(365 * 86_400_000);
    assert.equal(snooze.until, Infinity);
    snooze.end();
    snooze.end();
    assert.deepEqual([snooze.until, changes, clock.timers], [undefined, 5, 0]);
  });
});
