// The two readings of DeepSeek's cache that figures are taken from: what is found, when, and for how long.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { startDeepSeekServer } from '../../servers/deepseek.ts';
import { at, numberOf } from '../../servers/json.ts';
import { fixedUnits, persistedUnits } from '../../servers/prefixCache.ts';
import { send } from './raw.ts';

const words = (text: string): string[] => text.split(' ');
const count = (length: number, tail = ''): string[] => [
  ...Array.from({ length }, (_, index) => String(index)),
  ...(tail === '' ? [] : words(tail)),
];

describe('a cache of persisted units', () => {
  const times = { buildMs: 5000, keepMs: 60_000 };

  it('finds a whole earlier prompt, once it is built', () => {
    const cache = persistedUnits(times);
    assert.equal(cache.ask(words('a b c'), 0), 0);
    assert.equal(cache.ask(words('a b c d'), 4999), 0);
    assert.equal(cache.ask(words('a b c e'), 5000), 3);
  });

  it('finds no part of a unit', () => {
    const cache = persistedUnits(times);
    cache.ask(words('a b c'), 0);
    assert.equal(cache.ask(words('a b x'), 10_000), 0);
  });

  it('finds the head that two prompts share, from the third on', () => {
    const cache = persistedUnits(times);
    cache.ask(words('a b c'), 0);
    cache.ask(words('a b d'), 10_000);
    assert.equal(cache.ask(words('a b e'), 14_000), 0);
    assert.equal(cache.ask(words('a b f'), 15_000), 2);
  });

  it('finds a prompt with its answer', () => {
    const cache = persistedUnits(times);
    cache.ask(words('a b'), 0);
    cache.answered(words('a b c d'), 2000);
    assert.equal(cache.ask(words('a b c d e'), 6999), 2);
    assert.equal(cache.ask(words('a b c d f'), 7000), 4);
  });

  it('forgets', () => {
    const cache = persistedUnits(times);
    cache.ask(words('a b'), 0);
    assert.equal(cache.ask(words('a b c'), 65_000), 2);
    cache.clear();
    assert.equal(cache.ask(words('a b c'), 75_000), 0);
    const other = persistedUnits(times);
    other.ask(words('a b'), 0);
    assert.equal(other.ask(words('a b c'), 65_001), 0);
  });
});

describe('a cache of 64-token units', () => {
  it('finds whole units of the longest head that is shared with an earlier prompt, once they are built', () => {
    const cache = fixedUnits({ buildMs: 5000, keepMs: 60_000 });
    cache.ask(count(200, 'x'), 0);
    assert.equal(cache.ask(count(200, 'y'), 4999), 0);
    assert.equal(cache.ask(count(200, 'z'), 5000), 192);
    assert.equal(cache.ask(count(63, 'z'), 5000), 0);
    assert.equal(cache.ask(count(200), 70_001), 0);
  });
});

describe('the test DeepSeek with a cache of persisted units', () => {
  it('bills a next turn for what is new in it, and tells models apart', async () => {
    let time = 0;
    const server = await startDeepSeekServer({ cache: persistedUnits(), now: () => time });
    try {
      const hits = async (model: string, ...contents: string[]): Promise<number> => {
        const messages = contents.map((content, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content }));
        const body = { model, messages, thinking: { type: 'disabled' } };
        const headers = { authorization: 'Bearer test-key' };
        const { text } = await send(server.url, { path: '/chat/completions', headers, body });
        time += 10_000;
        return numberOf(at(JSON.parse(text), 'usage', 'prompt_cache_hit_tokens'), -1);
      };
      server.script({ text: 'Because of it.' });
      assert.equal(await hits('deepseek-flash', 'Why is it so?'), 0);
      // 4 + 4 tokens of the question and 4 + 4 of the answer: a token is four characters, a message is four more.
      assert.equal(await hits('deepseek-flash', 'Why is it so?', 'Because of it.', 'And then?'), 16);
      assert.equal(await hits('deepseek-flash', 'Why is it so?', 'Something else.', 'And then?'), 8);
      assert.equal(await hits('deepseek-v4-pro', 'Why is it so?', 'Because of it.', 'And then?'), 0);
    } finally {
      await server.stop();
    }
  });
});
