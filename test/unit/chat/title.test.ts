// Titles, footers and continuations: the small texts around an answer.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { endsInCode } from '../../../src/chat/goOn.ts';
import { cleanTitle, firstWords } from '../../../src/chat/title.ts';
import { addUsage, usageLine } from '../../../src/chat/usageLine.ts';

/** Line ends, half characters, decoration: what must not get into a title, among what may. */
const awkward = fc.constantFrom(
  'a',
  'B',
  '汉',
  '\u{1f600}',
  '\ud83d',
  '\udc00',
  ' ',
  '\n',
  '\r',
  '\u2028',
  '"',
  '#',
  '-',
  '.',
);

describe('a title', () => {
  it('is what the model wrote, without its decoration', () => {
    assert.equal(cleanTitle('"Parsing Dates"'), 'Parsing Dates');
    assert.equal(cleanTitle('\n\n## Title: **Parsing `Date`s**.\nmore'), 'Parsing Dates');
    assert.equal(cleanTitle('标题：《日期解析》'), '日期解析');
    assert.equal(cleanTitle('  \n---\n'), undefined);
  });
  it('is one line of at most sixty characters, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: awkward, maxLength: 200 }), (text) => {
        for (const title of [cleanTitle(text) ?? '', firstWords(text)]) {
          assert.ok(title.length <= 60);
          assert.ok(!/[\n\r]|\p{Surrogate}/u.test(title));
        }
      }),
    );
    assert.equal(firstWords(`How do I ${'really '.repeat(20)}do it`).length <= 60, true);
  });
});

describe('the footer', () => {
  it('counts tokens in few characters', () => {
    assert.equal(
      usageLine({ promptTokens: 2100, cachedTokens: 1848, completionTokens: 640 }),
      '2.1k in, 88 % cached · 640 out',
    );
    assert.equal(usageLine({ promptTokens: 12, completionTokens: 3 }), '12 in · 3 out');
    assert.equal(
      usageLine({ promptTokens: 128_000, completionTokens: 9_960 }, 0.00051),
      '128k in · 10k out · $0.00051',
    );
    assert.match(usageLine({ promptTokens: 12, completionTokens: 3 }, 0.2, true), / · up to \$0\.20$/);
  });
  it('adds up what a continued answer was billed', () => {
    const sum = addUsage(
      { promptTokens: 10, completionTokens: 1 },
      { promptTokens: 20, cachedTokens: 5, completionTokens: 2 },
    );
    assert.deepEqual(sum, { promptTokens: 30, cachedTokens: 5, completionTokens: 3 });
  });
});

describe('a continuation', () => {
  it('knows whether it goes on in code', () => {
    assert.equal(endsInCode('a\n```ts\nconst a'), true);
    assert.equal(endsInCode('a\n```ts\nconst a\n```\nb'), false);
    assert.equal(endsInCode('````md\n```\nx'), true);
    assert.equal(endsInCode('plain'), false);
  });
});
