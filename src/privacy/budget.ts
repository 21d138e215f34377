// What may be spent in a day and in a month: warns at 80 %, slows ghost text from there on, and stops at the limit until the person
// says to go on. It counts what the ledger knows, and for the rest rather too much than nothing (see `reckoned` in cost.ts).
import type { Currency } from '../models/catalog.ts';
import type { Accounts } from './accounts.ts';
import type { Bill } from './bill.ts';
import { monthOf, type Calendar } from './calendar.ts';
import { estimatedPico, pico } from './cost.ts';
import { createEmitter, type Disposable } from './emitter.ts';
import type { Purpose } from './gatewayTypes.ts';
import type { Storage } from './storage.ts';

export type BudgetPeriod = 'day' | 'month';

/** How far a period is spent. Amounts in `currency`, what is under way included. */
export interface BudgetState {
  period: BudgetPeriod;
  spent: number;
  limit: number;
  currency: Currency;
}

/** Which part of a budget is spent; 1 is all of it. Exact, because 80 % must be 80 %. */
export const shareOf = ({ spent, limit }: BudgetState): number => pico(spent) / pico(limit);

export type BudgetVerdict =
  | { kind: 'ok' }
  /** Ghost text only: not before so many milliseconds have gone by. */
  | { kind: 'wait'; ms: number }
  | ({ kind: 'stop' } & BudgetState);

/** A request that is about to be sent. */
export interface Expense {
  purpose: Purpose;
  model: string;
  host: string;
  /** Of the body, in UTF-8. */
  bytes: number;
  /** Tokens that it may write at most, where it says so. */
  maxTokens?: number | undefined;
}

export interface Budget {
  /** Reads what other windows spent meanwhile. To be awaited before `check`; at once where there is no budget. Never throws. */
  ready(): Promise<void>;
  /** Before a cloud request. */
  check(purpose: Purpose): BudgetVerdict;
  /** Counts a request as spent, by an estimate, until it is disposed of: when its entry is in the ledger. In the same turn as `check`. */
  reserve(expense: Expense): Disposable;
  /** Lifts every stop until the day is over. */
  goOn(): void;
  /** Each period that has a limit. */
  states(): BudgetState[];
  /** A period has reached 80 %: once for each period. */
  onWarning: (listener: (state: BudgetState) => void) => Disposable;
  dispose(): void;
}

export interface BudgetDeps {
  accounts: Accounts;
  calendar: Calendar;
  /** In `currency`; 0: none. Read anew each time. */
  limits: () => Record<BudgetPeriod, number>;
  /** What the account is billed in. */
  currency: () => Currency;
  /** Keeps what was said to go on, and what was warned of. */
  storage: Storage;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Whether DeepSeek's prices hold at a host: only at its own. */
  priced?: (host: string) => boolean;
  onError: (error: unknown) => void;
}

const periods: readonly BudgetPeriod[] = ['day', 'month'];
const warnFrom = 0.8;
/** Ghost text waits between two requests: so long at 80 %, so long just before the limit. */
const shortestWaitMs = 3000;
const longestWaitMs = 15_000;
/** How old the knowledge of other windows may be. */
const staleMs = 2000;
const goOnKey = 'fathom.budget.goOn';
const warnedKey = 'fathom.budget.warned';

export function createBudget(deps: BudgetDeps): Budget {
  const { accounts, calendar, storage, now } = deps;
  const warned = createEmitter<BudgetState>();
  const underWay = new Set<Record<Currency, number>>();
  let readAt = -Infinity;
  let lastGhostText = -Infinity;

  const today = (): string => calendar.dayOf(now());
  const keyOf: Record<BudgetPeriod, () => string> = { day: today, month: () => monthOf(today()) };
  const billOf: Record<BudgetPeriod, () => Bill> = { day: () => accounts.today(), month: () => accounts.month() };
  const limitOf = (period: BudgetPeriod): number => {
    const limit = deps.limits()[period];
    return Number.isFinite(limit) && limit > 0 ? limit : 0;
  };

  function states(): BudgetState[] {
    const currency = deps.currency();
    let reserved = 0;
    for (const amounts of underWay) reserved += amounts[currency];
    return periods.flatMap((period) => {
      const limit = limitOf(period);
      if (limit === 0) return [];
      return { period, spent: (billOf[period]().reckoned[currency] + reserved) / 1e12, limit, currency };
    });
  }

  /** Once for each period, in whichever window it is noticed first. */
  function warn(): void {
    const told = (storage.get(warnedKey) ?? {}) as Partial<Record<BudgetPeriod, string>>;
    const news = states().filter((state) => shareOf(state) >= warnFrom && told[state.period] !== keyOf[state.period]());
    if (news.length === 0) return;
    const all = { ...told, ...Object.fromEntries(news.map(({ period }) => [period, keyOf[period]()])) };
    void Promise.resolve(storage.update(warnedKey, all)).catch(deps.onError);
    for (const state of news) warned.fire(state);
  }

  const subscription = accounts.onDidChange(warn);

  return {
    ready: async () => {
      if (periods.every((period) => limitOf(period) === 0) || now() - readAt < staleMs) return;
      readAt = now();
      try {
        await accounts.refresh();
      } catch (error) {
        deps.onError(error);
      }
      warn();
    },
    check: (purpose) => {
      const all = states();
      const goesOn = storage.get(goOnKey) === today();
      const over = all.find((state) => shareOf(state) >= 1);
      if (over !== undefined && !goesOn) return { kind: 'stop', ...over };
      if (purpose !== 'ghostText') return { kind: 'ok' };
      const fullest = Math.max(0, ...all.map(shareOf));
      if (fullest < warnFrom) return { kind: 'ok' };
      const part = Math.min(1, (fullest - warnFrom) / (1 - warnFrom));
      const interval = shortestWaitMs + part * (longestWaitMs - shortestWaitMs);
      const ms = Math.ceil(lastGhostText + interval - now());
      return ms > 0 ? { kind: 'wait', ms } : { kind: 'ok' };
    },
    reserve: (expense) => {
      if (expense.purpose === 'ghostText') lastGhostText = now();
      const at = now();
      const amounts = {
        USD: estimatedPico({ ...expense, at }, 'USD', deps.priced),
        CNY: estimatedPico({ ...expense, at }, 'CNY', deps.priced),
      };
      underWay.add(amounts);
      return { dispose: () => underWay.delete(amounts) };
    },
    goOn: () => void Promise.resolve(storage.update(goOnKey, today())).catch(deps.onError),
    states,
    onWarning: warned.event,
    dispose: () => subscription.dispose(),
  };
}
