// The window around the cursor: what of a document ghost text is written from.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { aroundCursor, windowTokens } from '../../../src/context/aroundCursor.ts';
import { Heads } from '../../../src/context/heads.ts';
import { estimateTokens } from '../../../src/context/tokens.ts';

const lines = (count: number, width = 30) =>
  Array.from({ length: count }, (_, i) => `line ${i} `.padEnd(width, 'x')).join('\n');

describe('the window around the cursor', () => {
  it('is the whole document when that fits', () => {
    assert.deepEqual(aroundCursor({ before: 'a\nb', after: 'c\nd', firstLine: 0 }, 1000), {
      prefix: 'a\nb',
      suffix: 'c\nd',
    });
    assert.deepEqual(aroundCursor({ before: '', after: '', firstLine: 0 }, 1000), { prefix: '', suffix: '' });
  });

  it('has \\n as line end, whatever the document has', () => {
    const window = aroundCursor({ before: 'a\r\nb\r\n', after: 'c\r\nd', firstLine: 0 }, 1000);
    assert.deepEqual(window, { prefix: 'a\nb\n', suffix: 'c\nd' });
  });

  it('replaces lone surrogates and leaves pairs whole', () => {
    const window = aroundCursor({ before: 'a\ud83d😀', after: '\ude00b😀', firstLine: 0 }, 1000);
    assert.deepEqual(window, { prefix: 'a\uFFFD😀', suffix: '\uFFFDb😀' });
  });

  it('starts at a line whose number is a multiple of 64', () => {
    const { prefix } = aroundCursor({ before: lines(1000), after: '', firstLine: 0 }, windowTokens.cloud);
    assert.equal(Number(/^line (\d+)/.exec(prefix)?.[1]) % 64, 0);
    assert.ok(estimateTokens(prefix) <= 1500 && estimateTokens(prefix) >= 750);
  });

  it('counts lines from the document’s start, also when it is given only the end of it', () => {
    const all = lines(1000).split('\n');
    const whole = aroundCursor({ before: all.join('\n'), after: '', firstLine: 0 }, 2000);
    const end = aroundCursor({ before: all.slice(500).join('\n'), after: '', firstLine: 500 }, 2000);
    assert.equal(end.prefix, whole.prefix);
  });

  it('keeps its head byte for byte while a person types a hundred lines, but for a few moves', () => {
    for (const width of [10, 30, 80, 160]) {
      const text = lines(600, width);
      let head = '';
      let moves = 0;
      let keys = 0;
      for (let at = text.length - 100 * (width + 1); at < text.length; at += 7) {
        const { prefix } = aroundCursor({ before: text.slice(0, at), after: '', firstLine: 0 }, windowTokens.cloud);
        if (!prefix.startsWith(head) || head === '') moves++;
        head = prefix;
        keys++;
      }
      assert.ok(moves <= keys / 40 + 3, `width ${width}: ${moves} moves in ${keys} keys`);
    }
  });

  it('takes whole lines of what follows', () => {
    const { suffix } = aroundCursor({ before: '', after: `rest of line\n${lines(500)}`, firstLine: 0 }, 1000);
    assert.ok(suffix.endsWith('\n') && suffix.startsWith('rest of line\n'));
    assert.ok(estimateTokens(suffix) <= 250);
  });

  it('works in one huge line, with a head that stays', () => {
    const minified = 'a=b(c);'.repeat(100_000);
    const at = (length: number) =>
      aroundCursor({ before: minified.slice(0, length), after: minified, firstLine: 0 }, windowTokens.cloud);
    const first = at(600_000);
    assert.ok(estimateTokens(first.prefix) <= 1500 && first.prefix.length > 2000);
    assert.ok(first.suffix.length > 500 && estimateTokens(first.suffix) <= 500);
    assert.ok(at(600_010).prefix.startsWith(first.prefix));
  });

  it('fits the budget and touches the cursor, for any text', () => {
    const unit = fc.constantFrom('a', 'word ', '\n', '\r\n', '{', '汉', '😀', '\ud83d', '    ', 'x'.repeat(300));
    const text = fc.string({ unit, maxLength: 400 });
    fc.assert(
      fc.property(text, text, fc.nat(300), fc.integer({ min: 40, max: 1000 }), (before, after, firstLine, tokens) => {
        const { prefix, suffix } = aroundCursor({ before, after, firstLine }, tokens);
        const normal = (part: string) => part.replace(/\r\n?/g, '\n').replace(/\p{Surrogate}/gu, '\uFFFD');
        assert.ok(normal(before).endsWith(prefix));
        assert.ok(normal(after).startsWith(suffix));
        assert.ok(estimateTokens(prefix) + estimateTokens(suffix) <= tokens + 2);
        assert.ok(!/\p{Surrogate}|\r/u.test(prefix + suffix));
        if (before.length > 2000) assert.ok(prefix.length > 0);
      }),
    );
  });

  describe('with the heads of earlier windows', () => {
    const text = lines(400);
    const behindLine = (whole: string, line: number): string => whole.slice(0, whole.indexOf(`line ${line} `));
    const cut = (before: string, heads?: Heads) =>
      aroundCursor({ before, after: '', firstLine: 0 }, windowTokens.cloud, heads).prefix;

    it('begins where an earlier one began, when a line was added above', () => {
      const heads = new Heads();
      const first = cut(behindLine(text, 300), heads);
      const later = behindLine(`import { a } from 'a';\n${text}`, 302);
      assert.ok(cut(later, heads).startsWith(first));
      assert.ok(!cut(later).startsWith(first), 'which its line number alone would not do');
    });

    it('begins where an earlier one began, when the cursor went elsewhere and came back', () => {
      const heads = new Heads();
      const first = cut(behindLine(text, 300), heads);
      for (const line of [399, 10, 210]) cut(behindLine(text, line), heads);
      assert.ok(cut(behindLine(text, 301), heads).startsWith(first));
    });

    it('begins elsewhere when the earlier head was changed', () => {
      const heads = new Heads();
      const first = cut(behindLine(text, 300), heads);
      const changed = text.replace(first.slice(0, 8), 'changed ');
      const { prefix } = aroundCursor(
        { before: behindLine(changed, 300), after: '', firstLine: 0 },
        windowTokens.cloud,
        heads,
      );
      assert.ok(behindLine(changed, 300).endsWith(prefix) && estimateTokens(prefix) >= 750);
    });

    it('is all that stands before the cursor when that fits, whatever head is known', () => {
      const heads = new Heads();
      cut(behindLine(text, 220), heads);
      const short = behindLine(text, 140);
      assert.equal(cut(short, heads), short);
    });

    it('is never less than half of what fits, nor more than fits, wherever the cursor goes', () => {
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 160, max: 399 }), { maxLength: 30 }), (places) => {
          const heads = new Heads();
          for (const line of places) {
            const tokens = estimateTokens(cut(behindLine(text, line), heads));
            assert.ok(tokens >= 750 && tokens <= 1500, `${tokens} tokens before line ${line}`);
          }
        }),
      );
    });
  });

  it('starts anew once for each step, and keeps most of what fits on average', () => {
    for (const width of [30, 45, 80, 160]) {
      const text = lines(400, width);
      const moves = new Set<string>();
      const sizes: number[] = [];
      for (let at = Math.floor(text.length / 2); at < text.length; at += 5 * width) {
        const { prefix } = aroundCursor({ before: text.slice(0, at), after: '', firstLine: 0 }, windowTokens.cloud);
        moves.add(prefix.slice(0, 30));
        sizes.push(estimateTokens(prefix));
      }
      const typed = estimateTokens(text.slice(Math.floor(text.length / 2)));
      const step = Math.min(375, (estimateTokens(text) * 64) / 400);
      const average = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
      assert.ok(moves.size <= typed / step + 2, `width ${width}: ${moves.size} starts for ${typed} tokens`);
      assert.ok(average >= 0.78 * 1500, `width ${width}: ${average} tokens on average`);
    }
  });
});
