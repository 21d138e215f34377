// The bill in a line and in several: what is known, what is not, and that nothing unknown is a figure.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { billOf } from '../../../src/privacy/bill.ts';
import { balanceSentence, billLineOf, figureLines } from '../../../src/privacy/billLine.ts';
import { createLedger, type NewEntry } from '../../../src/privacy/ledger.ts';

const calm = Date.parse('2026-11-24T13:00:00Z');
const peak = Date.parse('2026-11-24T07:00:00Z');
const sent: NewEntry = {
  at: calm,
  purpose: 'chat',
  place: 'cloud',
  model: 'deepseek-flash',
  host: 'api.deepseek.com',
  reasons: [{ kind: 'nothingSent' }],
  visibilityPrivate: false,
  usage: { promptTokens: 10_000, cachedTokens: 7_100, completionTokens: 4_000 },
  bytes: 40_000,
  ms: 1,
  outcome: 'done',
  redactions: 0,
};
const local: Partial<NewEntry> = { place: 'local', host: '127.0.0.1:11434' };
const bill = (...changes: Partial<NewEntry>[]) => {
  const ledger = createLedger();
  return billOf(changes.map((change) => ledger.add({ ...sent, ...change })));
};
const nothing = bill();
const line = (conversation: ReturnType<typeof bill>, today = conversation, month = today) =>
  billLineOf({ conversation, today, month }, [], 'USD');

describe('the line of the bill', () => {
  it('has this chat, today, this month and the cache’s share', () => {
    const shown = line(
      bill({}),
      bill({}, {}),
      bill({}, {}, { usage: { promptTokens: 1_000_000, completionTokens: 0, cachedTokens: 0 } }),
    );
    assert.deepEqual(shown?.parts, ['This chat: $0.0029', 'today: $0.0057', 'this month: $0.16', '71 % cached']);
    assert.ok(shown);
    assert.match(shown.title, /^This chat: \$0\.0029 \(10k in, 71 % cached · 4k out\)$/m);
    assert.match(shown.title, /^The same tokens with /m);
  });

  it('is absent before anything was asked', () => {
    assert.equal(line(nothing), undefined);
  });

  it('says “up to” in peak hours', () => {
    assert.match(line(bill({ at: peak }))?.parts[0] ?? '', /^This chat: up to \$0\.0057$/);
  });

  it('says that a price or tokens are unknown, never 0', () => {
    const unpriced = bill({ host: 'ai.example.org' });
    const untold = bill({ usage: undefined, outcome: 'cancelled' });
    assert.equal(line(unpriced)?.parts[0], 'This chat: price unknown');
    assert.equal(line(untold)?.parts[0], 'This chat: tokens unknown');
    assert.equal(line(bill({}, { host: 'ai.example.org' }))?.parts[0], 'This chat: $0.0029 + unknown');
    // Once is enough.
    assert.deepEqual(line(unpriced)?.parts, ['This chat: price unknown', '71 % cached']);
    for (const each of [unpriced, untold]) assert.doesNotMatch(JSON.stringify(line(each)), /\$0(?![.\d])/);
  });

  it('says that a local conversation is free, and not what today cost when nothing did', () => {
    assert.deepEqual(line(bill(local))?.parts, ['This chat: local, free']);
    assert.deepEqual(line(bill(local), bill(local, {}))?.parts, [
      'This chat: local, free',
      'today: $0.0029',
      'this month: $0.0029',
    ]);
    assert.deepEqual(billLineOf({ today: bill(local), month: bill(local) }, [], 'USD')?.parts, ['Today: local, free']);
  });

  it('leaves out of the summary what there was none of', () => {
    const lines = figureLines({ answer: bill({}), conversation: nothing, today: bill({}), month: bill({}) }, 'USD');
    assert.deepEqual(
      lines.map((each) => each.split(':')[0]),
      ['Last answer', 'Today', 'This month'],
    );
  });

  it('tells a budget beside the figures', () => {
    const states = [{ period: 'day', spent: 0.82, limit: 1, currency: 'USD' }] as const;
    const shown = billLineOf({ today: bill({}), month: bill({}) }, states, 'USD');
    assert.match(shown?.title ?? '', /^82 % of today’s budget is spent: \$0\.82 of \$1\.00\.$/m);
  });
});

describe('the balance', () => {
  const amount = { currency: 'USD', total: 12.34, granted: 1, toppedUp: 11.34 } as const;

  it('is told as the server tells it', () => {
    assert.equal(
      balanceSentence({ available: true, amounts: [amount] }, 'DeepSeek'),
      'DeepSeek says: $12.34 (granted $1.00, topped up $11.34).',
    );
  });

  it('says when nothing can be asked with it', () => {
    const yuan = { currency: 'CNY', total: 0, granted: 0, toppedUp: 0 } as const;
    assert.equal(
      balanceSentence({ available: false, amounts: [yuan] }, 'DeepSeek'),
      'DeepSeek says: ¥0 (granted ¥0, topped up ¥0). It answers nothing until the account is topped up.',
    );
  });
});
