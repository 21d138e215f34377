// What one request costs, and what is said where that is not known.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { billCostWords, entryCostWords, money } from '../../../src/privacy/billWords.ts';
import { billOf } from '../../../src/privacy/bill.ts';
import { costOf, pico, picoOf, reckoned } from '../../../src/privacy/cost.ts';
import { createLedger, type NewEntry } from '../../../src/privacy/ledger.ts';
import { localEntry, newEntry, peakHour, untoldEntry } from './entries.ts';

const added = (entry: NewEntry) => createLedger().add(entry);

describe('the cost of a request', () => {
  it('is cached, fresh and written tokens at their prices, in dollars and in yuan', () => {
    // 600 × 0.003 + 400 × 0.15 + 200 × 0.6 = 181.8; 600 × 0.02 + 400 × 1 + 200 × 4 = 1212; per million.
    assert.deepEqual(costOf(newEntry()), { usd: 0.0001818, cny: 0.001212, upTo: false });
  });

  it('counts thinking once, because it is part of what was written', () => {
    const usage = { promptTokens: 0, cachedTokens: 0, completionTokens: 1_000_000, reasoningTokens: 900_000 };
    assert.equal(costOf(newEntry({ usage }))?.usd, 0.6);
  });

  it('is doubled in peak hours, and says that it may be less', () => {
    assert.deepEqual(costOf(newEntry({ at: peakHour })), { usd: 0.0003636, cny: 0.002424, upTo: true });
  });

  it('is priced as it began, however long it lasts', () => {
    const justBefore = Date.UTC(2026, 10, 24, 0, 59, 59);
    assert.equal(costOf(newEntry({ at: justBefore }))?.usd, 0.0001818);
  });

  it('is priced by the list of its day', () => {
    const august = costOf(newEntry({ at: Date.UTC(2026, 7, 20, 12) }));
    // 600 × 0.007 + 400 × 0.22 + 200 × 0.66 = 224.2. No list in yuan is known for that time.
    assert.deepEqual(august, { usd: 0.0002242, upTo: false });
    assert.equal(costOf(newEntry({ at: Date.UTC(2026, 0, 1) })), undefined);
  });

  it('is a bound where the server does not tell what it had cached, and never less than nothing', () => {
    const untoldCache = { promptTokens: 1000, completionTokens: 0 };
    assert.deepEqual(costOf(newEntry({ usage: untoldCache })), { usd: 0.00015, cny: 0.001, upTo: true });
    const nonsense = { promptTokens: 10, cachedTokens: 1000, completionTokens: 0 };
    assert.equal(picoOf(costOf(newEntry({ usage: nonsense })), 'USD'), 10 * 3000);
  });

  it('is unknown at another host and for another model, and nothing here', () => {
    const unknown = [
      newEntry({ host: 'ai.example.org' }),
      newEntry({ host: '127.0.0.1:4000' }),
      newEntry({ host: 'api.deepseek.com.example.org' }),
      newEntry({ model: 'gpt-oss' }),
      newEntry({ model: 'deepseek-chat' }),
    ];
    for (const entry of unknown) {
      assert.equal(costOf(entry), undefined);
      assert.equal(entryCostWords(added(entry), 'USD'), 'price unknown');
      assert.equal(billCostWords(billOf([added(entry)]), 'USD'), 'price unknown');
    }
    assert.equal(entryCostWords(added(localEntry()), 'USD'), 'local, free');
    assert.equal(billCostWords(billOf([added(localEntry())]), 'USD'), 'local, free');
  });

  it('is said in the currency of the account', () => {
    assert.equal(entryCostWords(added(newEntry()), 'USD'), '$0.00018');
    assert.equal(entryCostWords(added(newEntry({ at: peakHour })), 'USD'), 'up to $0.00036');
    assert.equal(entryCostWords(added(newEntry()), 'CNY'), '¥0.0012');
    assert.equal(entryCostWords(added(newEntry({ at: Date.UTC(2026, 7, 20, 12) })), 'CNY'), 'price unknown');
  });

  it('is unknown when nobody told the tokens, and nothing when nothing was sent or the server refused', () => {
    assert.equal(entryCostWords(added(untoldEntry()), 'USD'), 'tokens unknown');
    assert.equal(entryCostWords(added(untoldEntry({ status: 503 })), 'USD'), 'refused, free');
    assert.equal(entryCostWords(added(untoldEntry({ bytes: 0 })), 'USD'), 'nothing sent');
    assert.equal(entryCostWords(added(untoldEntry({ place: 'nowhere', bytes: 0 })), 'USD'), 'nothing sent');
  });
});

describe('money', () => {
  it('adds up to the millionth of a millionth, where dollars drift', () => {
    const costs = Array.from({ length: 100_000 }, (_, at) => costOf(newEntry({ usage: usageOf(at) }))?.usd ?? 0);
    const exact = Array.from({ length: 100_000 }, (_, at) => at).reduce(
      (sum, at) => sum + BigInt(at % 7) * 3000n + 150_000n * BigInt(at % 11) + 600_000n * BigInt(at % 13),
      0n,
    );
    const sum = costs.reduce((total, cost) => total + pico(cost), 0);
    assert.equal(BigInt(sum), exact);
    const drifted = costs.reduce((total, cost) => total + cost, 0);
    assert.notEqual(drifted, sum / 1e12, 'then whole numbers would not be needed');
  });

  it('is shown with as many digits as say something', () => {
    const shown = [0, 12.345, 0.1, 0.0123, 0.00018, 0.000000003, -0.5].map((amount) => money(amount, 'USD'));
    assert.deepEqual(shown, ['$0', '$12.35', '$0.10', '$0.0123', '$0.00018', '$0.00000000', '−$0.50']);
  });
});

describe('what counts in a budget', () => {
  it('is the cost where it is known', () => assert.equal(reckoned(added(newEntry()), 'USD'), 181_800_000));

  it('is the dearest known price where it is not, never nothing', () => {
    // deepseek-v4-pro: 600 × 0.022 + 400 × 0.66 + 200 × 1.98 = 673.2.
    assert.equal(reckoned(added(newEntry({ host: 'ai.example.org' })), 'USD'), 673_200_000);
    assert.equal(reckoned(added(newEntry({ model: 'new', at: peakHour })), 'USD'), 2 * 673_200_000);
    assert.ok(reckoned(added(newEntry({ at: Date.UTC(2020, 0, 1) })), 'USD') > 0);
    // 600 × 0.15 + 400 × 4.5 + 200 × 13.5 = 4590.
    assert.equal(reckoned(added(newEntry({ at: Date.UTC(2026, 7, 20, 12) })), 'CNY'), 4_590_000_000);
  });

  it('is an estimate where nobody told the tokens, and nothing where none can have been billed', () => {
    // 4000 bytes are at most 1334 tokens; 512 may have been written.
    assert.equal(reckoned(added(untoldEntry()), 'USD'), 1334 * 660_000 + 512 * 1_980_000);
    assert.equal(reckoned(added(untoldEntry({ purpose: 'ghostText' })), 'USD'), 1334 * 660_000 + 64 * 1_980_000);
    const free = [
      untoldEntry({ status: 402 }),
      untoldEntry({ bytes: 0 }),
      localEntry(),
      localEntry({ usage: undefined }),
    ];
    for (const entry of free) assert.equal(reckoned(added(entry), 'USD'), 0);
  });
});

function usageOf(at: number) {
  const cachedTokens = at % 7;
  return { promptTokens: cachedTokens + (at % 11), cachedTokens, completionTokens: at % 13 };
}
