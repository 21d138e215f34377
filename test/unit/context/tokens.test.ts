// How many tokens a text is, roughly, and cutting to a number of them.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { estimateTokens, takeEnd, takeStart } from '../../../src/context/tokens.ts';

const anyText = fc.string({
  unit: fc.constantFrom('a', 'Z', '7', ' ', '\t', '\n', '{', '汉', 'é', '😀', '\ud800', '\r\n'),
});

describe('the token estimate', () => {
  it('follows the rule of thumb: 0.3 tokens for an English character, 0.6 for a Chinese one', () => {
    assert.equal(estimateTokens(''), 0);
    assert.equal(estimateTokens('a'.repeat(1000)), 300);
    assert.equal(estimateTokens('汉'.repeat(1000)), 600);
  });

  it('counts code denser than prose, and indentation as next to nothing', () => {
    const prose = 'the quick brown fox jumps over the lazy dog and runs away';
    const code = 'if(a[i]!==b[j]){x+=f(y)??{};z=>(!z.q);}//!!(((--)))++;[]';
    assert.ok(estimateTokens(code) > estimateTokens(prose));
    assert.ok(estimateTokens(`${' '.repeat(40)}return x;`) < estimateTokens('return x;') + 5);
  });

  it('is near the three to four characters a token that real tokenizers show for source code', () => {
    const code = '  for (const [key, value] of Object.entries(settings)) {\n    result.push(`${key}=${value}`);\n  }\n';
    const perToken = code.length / estimateTokens(code);
    assert.ok(perToken > 2.5 && perToken < 4.5, String(perToken));
  });
});

describe('cutting to a number of tokens', () => {
  it('keeps what fits, from the start or the end, and never splits a surrogate pair', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 0, max: 40 }), (text, tokens) => {
        const start = takeStart(text, tokens);
        const end = takeEnd(text, tokens);
        assert.ok(text.startsWith(start) && text.endsWith(end));
        // A run of spaces that is cut weighs its first space again.
        assert.ok(estimateTokens(start) <= tokens && estimateTokens(end) <= tokens + 1);
        const lone = (part: string) => (part.match(/\p{Surrogate}/gu) ?? []).length;
        assert.ok(lone(start) <= lone(text) && lone(end) <= lone(text));
        if (estimateTokens(text) <= tokens) assert.equal(start, text);
      }),
    );
  });
});
