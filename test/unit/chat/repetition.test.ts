// Thinking in circles is noticed; thinking that is merely long, or full of lists, is left alone.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { RepetitionDetector } from '../../../src/chat/repetition.ts';

/** After how many characters it was noticed, if it was. */
function noticed(text: string, piece = 7): number | undefined {
  const detector = new RepetitionDetector();
  for (let at = 0; at < text.length; at += piece) if (detector.push(text.slice(at, at + piece))) return at;
  return undefined;
}
const sound = Array.from(
  { length: 400 },
  (_, i) => `In case ${i} the value is ${i * 37}, so branch ${i % 7} applies. `,
).join('');

describe('thinking in circles', () => {
  it('is noticed for a passage of any length, after sound thinking', () => {
    const passage = fc.string({ minLength: 1, maxLength: 700, unit: 'grapheme-ascii' });
    fc.assert(
      fc.property(passage, (text) => {
        assert.notEqual(noticed(sound + text.repeat(Math.ceil(9000 / text.length))), undefined);
      }),
      { numRuns: 50 },
    );
  });

  it('is noticed when the same few sentences come in changing order', () => {
    const said = [
      'Wait, that is not right.',
      'Let me check it again.',
      'Hmm, maybe the index is off.',
      'So the answer is four.',
    ];
    const text = Array.from({ length: 200 }, (_, i) => said[(i * i + (i >> 2)) % 4]).join(' ');
    assert.ok((noticed(text) ?? Infinity) < 4000);
  });

  it('is noticed in Chinese', () =>
    assert.notEqual(noticed('等一下，让我再检查一遍这个循环的边界条件。'.repeat(100)), undefined));

  it('leaves sound thinking alone: cases, tables, code', () => {
    assert.equal(noticed(sound), undefined);
    const table = Array.from({ length: 200 }, (_, i) => `| ${i} | ${(i * 7919) % 1000} | ok |\n`).join('');
    assert.equal(noticed(table), undefined);
    assert.equal(noticed(`${'-'.repeat(80)}\n${sound.slice(0, 500)}`.repeat(2)), undefined);
  });
});
