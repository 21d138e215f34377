// The bills: this answer, this conversation, today, this month, and what they say in words.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createAccounts, type Accounts } from '../../../src/privacy/accounts.ts';
import { createBillCurrency } from '../../../src/privacy/billCurrency.ts';
import { billOf, cacheHitShare } from '../../../src/privacy/bill.ts';
import { billCostWords, cacheWords, referenceWords, tokenWords } from '../../../src/privacy/billWords.ts';
import { calendarOf } from '../../../src/privacy/calendar.ts';
import { createLedger, type Ledger, type NewEntry } from '../../../src/privacy/ledger.ts';
import { createLedgerStore } from '../../../src/privacy/ledgerStore.ts';
import { localEntry, newEntry, noon, peakHour, untoldEntry } from './entries.ts';
import { MapStorage, temporaryFolder } from './place.ts';

const billFor = (...entries: NewEntry[]) => {
  const ledger = createLedger();
  for (const entry of entries) ledger.add(entry);
  return billOf(ledger.entries());
};

describe('a bill', () => {
  it('sums tokens, and what this machine did apart from what was paid for', () => {
    const bill = billFor(newEntry(), newEntry(), localEntry());
    assert.deepEqual(bill.tokens, { prompt: 2000, cached: 1200, completion: 400, reasoning: 100 });
    assert.deepEqual(bill.localTokens, { prompt: 1000, cached: 600, completion: 200, reasoning: 50 });
    assert.deepEqual([bill.cloud, bill.local], [2, 1]);
    assert.equal(bill.cost.USD.pico, 2 * 181_800_000);
    assert.equal(tokenWords(bill.tokens), '2k in, 60 % cached · 400 out, 100 of it thinking');
    assert.equal(cacheWords(bill), '60 % of the input came from the cache.');
  });

  it('says how much is not in it', () => {
    const all = billFor(
      newEntry(),
      newEntry({ model: 'new' }),
      untoldEntry(),
      untoldEntry(),
      untoldEntry({ status: 429 }),
    );
    assert.equal(billCostWords(all, 'USD'), '$0.00018, 1 request with unknown price, 2 requests with unknown tokens');
    assert.equal(billCostWords(billFor(untoldEntry()), 'USD'), '1 request with unknown tokens');
    assert.equal(billCostWords(billFor(untoldEntry({ status: 429 })), 'USD'), '$0');
    assert.equal(billCostWords(billFor(), 'USD'), 'nothing yet');
    assert.equal(
      billCostWords(billFor(newEntry({ model: 'new' }), untoldEntry()), 'CNY'),
      'price unknown, 1 request with unknown tokens',
    );
  });

  it('is a bound as soon as a part of it is', () => {
    assert.equal(billCostWords(billFor(newEntry(), newEntry({ at: peakHour })), 'USD'), 'up to $0.00055');
  });

  it('shares hits only among those that told them', () => {
    const silent = newEntry({ usage: { promptTokens: 9000, completionTokens: 1 } });
    assert.equal(cacheHitShare(billFor(newEntry(), silent, localEntry())), 0.6);
    assert.equal(cacheHitShare(billFor(silent)), undefined);
  });

  it('says what the same tokens would have cost elsewhere, and no exchange rate', () => {
    const bill = billFor(newEntry(), localEntry(), untoldEntry());
    assert.deepEqual(referenceWords(bill, 'USD'), [
      'The same tokens with DeepSeek-V4-Pro: $0.00067.',
      // 600 × 1.25 + 400 × 2.5 + 200 × 10 = 3750.
      'The same tokens with GPT-4o: $0.0037 (prices of 2025).',
    ]);
    assert.deepEqual(referenceWords(bill, 'CNY'), [
      'The same tokens with DeepSeek-V4-Pro: ¥0.0046.',
      'The same tokens with GPT-4o: $0.0037 (prices of 2025).',
    ]);
    const pro = billFor(newEntry({ model: 'deepseek-v4-pro' }));
    assert.deepEqual(referenceWords(pro, 'USD'), ['The same tokens with GPT-4o: $0.0037 (prices of 2025).']);
    assert.deepEqual(referenceWords(billFor(localEntry()), 'USD'), []);
  });
});

describe('the balance', () => {
  it('tells what the account is billed in', () => {
    const storage = new MapStorage();
    const currency = createBillCurrency(storage, (error) => assert.fail(String(error)));
    assert.equal(currency.get(), 'USD');
    const usd = { currency: 'USD', total: 4.2, granted: 1, toppedUp: 3.2 } as const;
    const cny = { currency: 'CNY', total: 110, granted: 0, toppedUp: 110 } as const;
    let changes = 0;
    currency.onDidChange(() => (changes += 1));
    currency.learn({ available: true, amounts: [cny, usd] });
    currency.learn({ available: true, amounts: [cny] });
    assert.deepEqual([currency.get(), changes], ['CNY', 1]);
    assert.equal(createBillCurrency(storage, () => undefined).get(), 'CNY');
  });
});

describe('the accounts', () => {
  let folder: string;
  let ledgers: Ledger[];
  let time: number;
  beforeEach(async () => {
    folder = await temporaryFolder();
    ledgers = [];
    time = noon;
  });
  afterEach(async () => {
    await Promise.all(ledgers.map((ledger) => ledger.flush()));
    await rm(folder, { recursive: true, force: true });
  });

  const openWindow = (session: string, timeZone = 'UTC'): { ledger: Ledger; accounts: Accounts } => {
    const store = createLedgerStore({
      folder,
      session,
      keepDays: () => 90,
      now: () => time,
      onError: (error) => assert.fail(String(error)),
    });
    const ledger = createLedger({ store });
    ledgers.push(ledger);
    return { ledger, accounts: createAccounts({ ledger, calendar: calendarOf(timeZone), now: () => time }) };
  };

  it('knows this conversation, today and this month', () => {
    const { ledger, accounts } = openWindow('a');
    ledger.add(newEntry({ conversation: 'c1' }));
    ledger.add(newEntry({ conversation: 'c1', at: noon - 86_400_000 }));
    ledger.add(newEntry({ conversation: 'c2', at: Date.UTC(2026, 9, 31, 23, 59) }));
    ledger.add(newEntry());
    assert.equal(accounts.conversation('c1').cloud, 2);
    assert.equal(accounts.conversation('c3').cloud, 0);
    assert.deepEqual([accounts.today().cloud, accounts.month().cloud], [2, 3]);
  });

  it('begins days and months at the person’s midnight', () => {
    // 16:30 on the last of October in UTC is half past midnight on the first of November in Shanghai.
    const at = Date.UTC(2026, 9, 31, 16, 30);
    time = at + 60_000;
    for (const [timeZone, month] of [
      ['UTC', 2],
      ['Asia/Shanghai', 1],
      ['America/New_York', 2],
    ] as const) {
      const { ledger, accounts } = openWindow('a', timeZone);
      ledger.add(newEntry({ at: at - 3_600_000 }));
      ledger.add(newEntry({ at }));
      assert.equal(accounts.month().cloud, month, timeZone);
      assert.equal(accounts.today().cloud, month, timeZone);
    }
  });

  it('counts a day of 25 hours once', () => {
    const berlin = calendarOf('Europe/Berlin');
    assert.equal(berlin.dayOf(Date.UTC(2026, 9, 24, 22)), '2026-10-25');
    assert.equal(berlin.dayOf(Date.UTC(2026, 9, 25, 22, 59, 59)), '2026-10-25');
    assert.equal(berlin.dayOf(Date.UTC(2026, 9, 25, 23)), '2026-10-26');
  });

  it('has after a reload what was there before, and counts nothing twice', async () => {
    const before = openWindow('a');
    before.ledger.add(newEntry({ conversation: 'c1' }));
    before.ledger.add(localEntry());
    await before.ledger.flush();
    await before.accounts.refresh();
    const after = openWindow('b');
    after.ledger.add(newEntry({ conversation: 'c1' }));
    await after.ledger.flush();
    await Promise.all([after.accounts.refresh(), after.accounts.refresh()]);
    await after.accounts.refresh();
    assert.deepEqual([after.accounts.today().cloud, after.accounts.conversation('c1').cloud], [2, 2]);
    assert.equal(before.accounts.today().cloud, 1);
    let told = 0;
    before.accounts.onDidChange(() => (told += 1));
    await before.accounts.refresh();
    assert.deepEqual([before.accounts.today().cloud, told], [2, 1]);
  });

  it('is empty when everything was deleted', async () => {
    const { ledger, accounts } = openWindow('a');
    ledger.add(newEntry({ conversation: 'c1' }));
    await ledger.deleteAll();
    await accounts.refresh();
    assert.deepEqual([accounts.month().cloud, accounts.conversation('c1').cloud], [0, 0]);
  });

  it('gives out bills that nobody can change from outside', () => {
    const { ledger, accounts } = openWindow('a');
    ledger.add(newEntry({ conversation: 'c1' }));
    accounts.conversation('c1').tokens.prompt = 0;
    accounts.today().cost.USD.pico = 0;
    assert.equal(accounts.conversation('c1').tokens.prompt, 1000);
    assert.equal(accounts.today().cost.USD.pico, 181_800_000);
  });
});
