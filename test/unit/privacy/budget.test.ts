// The budget: when it warns, when it slows ghost text down, when it stops, and how a person goes on.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createAccounts } from '../../../src/privacy/accounts.ts';
import { createBudget, type Budget, type BudgetState, type Expense } from '../../../src/privacy/budget.ts';
import { BudgetError } from '../../../src/privacy/budgetError.ts';
import { budgetWords } from '../../../src/privacy/billWords.ts';
import { calendarOf } from '../../../src/privacy/calendar.ts';
import { explain } from '../../../src/privacy/explain.ts';
import { createLedger, type Ledger, type NewEntry } from '../../../src/privacy/ledger.ts';
import { createLedgerStore } from '../../../src/privacy/ledgerStore.ts';
import { localEntry, newEntry, noon, untoldEntry } from './entries.ts';
import { MapStorage, temporaryFolder } from './place.ts';

/** An answer that costs three cents, exactly: 40,000 × 0.15 + 40,000 × 0.6 per million. */
const threeCents = (more: Partial<NewEntry> = {}): NewEntry =>
  newEntry({ usage: { promptTokens: 40_000, cachedTokens: 0, completionTokens: 40_000 }, ...more });
const day = 86_400_000;

describe('the budget', () => {
  let folder: string;
  let ledgers: Ledger[];
  let storage: MapStorage;
  let time: number;
  let limits: { day: number; month: number };
  let currency: 'USD' | 'CNY';
  beforeEach(async () => {
    folder = await temporaryFolder();
    ledgers = [];
    storage = new MapStorage();
    time = noon;
    limits = { day: 0, month: 0 };
    currency = 'USD';
  });
  afterEach(async () => {
    await Promise.all(ledgers.map((ledger) => ledger.flush()));
    await rm(folder, { recursive: true, force: true });
  });

  function openWindow(session = 'a'): { ledger: Ledger; budget: Budget; warnings: BudgetState[] } {
    const now = (): number => time;
    const onError = (error: unknown): void => assert.fail(String(error));
    const store = createLedgerStore({ folder, session, keepDays: () => 90, now, onError });
    const ledger = createLedger({ store });
    ledgers.push(ledger);
    const calendar = calendarOf('UTC');
    const accounts = createAccounts({ ledger, calendar, now });
    const budget = createBudget({
      ...{ accounts, calendar, storage, now, onError },
      limits: () => limits,
      currency: () => currency,
    });
    const warnings: BudgetState[] = [];
    budget.onWarning((state) => warnings.push(state));
    return { ledger, budget, warnings };
  }
  const spend = (ledger: Ledger, times: number): void => {
    for (let at = 0; at < times; at++) ledger.add(threeCents({ at: time }));
  };
  const expense = (more: Partial<Expense> = {}): Expense => ({
    ...{ purpose: 'chat', model: 'deepseek-flash', host: 'api.deepseek.com', bytes: 3000 },
    ...more,
  });

  it('is no budget unless a limit is set', async () => {
    const { ledger, budget, warnings } = openWindow();
    spend(ledger, 50);
    await budget.ready();
    assert.deepEqual(
      [budget.check('chat'), budget.check('ghostText'), budget.states(), warnings],
      [{ kind: 'ok' }, { kind: 'ok' }, [], []],
    );
    limits = { day: -1, month: Number.NaN };
    assert.deepEqual(budget.check('chat'), { kind: 'ok' });
  });

  it('warns at four fifths, once a day, in one window only', async () => {
    limits.day = 0.3;
    const { ledger, budget, warnings } = openWindow();
    spend(ledger, 7);
    assert.equal(warnings.length, 0);
    spend(ledger, 2);
    assert.deepEqual(
      warnings.map(({ period, limit }) => [period, limit]),
      [['day', 0.3]],
    );
    assert.equal(budgetWords(warnings[0]!), '80 % of today’s budget is spent: $0.24 of $0.30.');
    await ledger.flush();
    const other = openWindow('b');
    await other.budget.ready();
    assert.equal(other.warnings.length, 0);
    time += day;
    spend(ledger, 8);
    assert.equal(warnings.length, 2);
    assert.equal(budget.check('chat').kind, 'ok');
  });

  it('stops at the limit, everything that goes to the cloud, and says which', () => {
    limits = { day: 0, month: 0.15 };
    const { ledger, budget } = openWindow();
    spend(ledger, 4);
    for (const purpose of ['chat', 'title', 'action'] as const) assert.equal(budget.check(purpose).kind, 'ok');
    spend(ledger, 1);
    for (const purpose of ['chat', 'title', 'action', 'ghostText'] as const) {
      const verdict = budget.check(purpose);
      assert.ok(verdict.kind === 'stop' && verdict.period === 'month' && verdict.limit === 0.15, purpose);
    }
    const verdict = budget.check('chat');
    assert.ok(verdict.kind === 'stop');
    const told = explain(new BudgetError(verdict));
    assert.equal(told.sentence, 'This month’s budget is spent: $0.15 of $0.15. Nothing was sent.');
    assert.deepEqual(
      told.waysOut.map(({ id, title }) => [id, title]),
      [
        ['goOnOverBudget', 'Go On for Today'],
        ['openSettings', 'Open Settings'],
      ],
    );
  });

  it('goes on for today with one click, also after a reload, and stops again tomorrow', async () => {
    limits = { day: 0.06, month: 0.09 };
    const { ledger, budget } = openWindow();
    spend(ledger, 3);
    budget.goOn();
    assert.equal(budget.check('chat').kind, 'ok');
    await ledger.flush();
    const reloaded = openWindow('b').budget;
    await reloaded.ready();
    assert.equal(reloaded.check('chat').kind, 'ok');
    time += day;
    assert.equal(budget.check('chat').kind, 'stop');
  });

  it('holds after a reload and counts what other windows spend', async () => {
    limits.day = 0.15;
    const a = openWindow('a');
    spend(a.ledger, 3);
    await a.ledger.flush();
    await a.budget.ready();
    const b = openWindow('b');
    await b.budget.ready();
    spend(b.ledger, 2);
    assert.equal(b.budget.check('chat').kind, 'stop');
    await b.ledger.flush();
    await a.budget.ready();
    assert.equal(a.budget.check('chat').kind, 'ok', 'it looked less than two seconds ago');
    time += 2000;
    await a.budget.ready();
    assert.equal(a.budget.check('chat').kind, 'stop');
  });

  it('slows ghost text down, the more the nearer the limit is, and nothing else', () => {
    limits.day = 3;
    const { ledger, budget } = openWindow();
    const wait = (): number => {
      budget.reserve(expense({ purpose: 'ghostText', bytes: 0, maxTokens: 0 })).dispose();
      const verdict = budget.check('ghostText');
      return verdict.kind === 'wait' ? verdict.ms : 0;
    };
    spend(ledger, 79);
    assert.equal(wait(), 0);
    spend(ledger, 1);
    assert.equal(wait(), 3000);
    spend(ledger, 10);
    assert.equal(wait(), 9000);
    spend(ledger, 9);
    assert.equal(wait(), 14_400);
    assert.equal(budget.check('chat').kind, 'ok');
    time += 14_399;
    assert.deepEqual(budget.check('ghostText'), { kind: 'wait', ms: 1 });
    time += 1;
    assert.deepEqual(budget.check('ghostText'), { kind: 'ok' });
    assert.equal(new BudgetError({ kind: 'wait', ms: 5 }).retryAfterMs, 5);
    assert.match(explain(new BudgetError({ kind: 'wait', ms: 5 })).sentence, /less often/);
  });

  it('counts what is under way, so that ten at once can’t overshoot far', () => {
    limits.day = 0.02;
    const { budget } = openWindow();
    // 30,000 tokens in and 512 out at the price of the hour: 0.0048.
    const big = expense({ bytes: 90_000 });
    const begun = [];
    while (budget.check('chat').kind === 'ok' && begun.length < 20) begun.push(budget.reserve(big));
    assert.equal(begun.length, 5);
    for (const each of begun) each.dispose();
    for (const each of begun) each.dispose();
    assert.equal(budget.states()[0]?.spent, 0);
  });

  it('counts an unknown price as the dearest, untold tokens as an estimate, and this machine not at all', () => {
    limits.day = 1;
    const { ledger, budget } = openWindow();
    ledger.add(localEntry());
    assert.equal(budget.states()[0]?.spent, 0);
    ledger.add(newEntry({ host: 'ai.example.org' }));
    assert.equal(budget.states()[0]?.spent, 0.0006732);
    ledger.add(untoldEntry());
    assert.ok(budget.states()[0]!.spent > 0.0015);
  });

  it('is counted in the currency of the account', () => {
    limits.day = 1.2;
    currency = 'CNY';
    const { ledger, budget } = openWindow();
    // 40,000 × 1 + 40,000 × 4 per million.
    spend(ledger, 6);
    const verdict = budget.check('chat');
    assert.ok(verdict.kind === 'stop');
    assert.match(explain(new BudgetError(verdict)).sentence, /Today’s budget is spent: ¥1\.20 of ¥1\.20/);
  });
});
