// Bills in words: amounts with their currency, "up to", "price unknown", "local, free". It adds nothing up.
import * as l10n from '@vscode/l10n';
import type { Currency } from '../models/types.ts';
import { cacheHitShare, type Bill, type Sum, type Tokens } from './bill.ts';
import { shareOf, type BudgetState } from './budget.ts';
import { picoOf } from './cost.ts';
import type { LedgerEntry } from './ledger.ts';

const signs: Record<Currency, string> = { USD: '$', CNY: '¥' };

/**
 * "$12.34", "$0.0123", "$0.00018", "$0": two digits that say something, because one answer costs a fraction of a cent.
 * @param amount in whole units of the currency
 */
export function money(amount: number, currency: Currency): string {
  const size = Math.abs(amount);
  const digits =
    size === 0 ? 0 : size >= 0.0995 ? 2 : Math.min(8, 1 - Math.floor(Math.log10(size)) + (size < 0.01 ? 0 : 1));
  return `${amount < 0 ? '−' : ''}${signs[currency]}${size.toFixed(digits)}`;
}

/** "$0.0123", "up to $0.0123". @param amount in pico-units */
function amountOf({ pico, upTo }: Pick<Sum, 'pico' | 'upTo'>, currency: Currency): string {
  const text = money(pico / 1e12, currency);
  return upTo && pico > 0 ? l10n.t('up to {0}', text) : text;
}

/** What one request cost: "$0.0123", "up to $0.0123", "price unknown", "tokens unknown", "local, free", "nothing sent". */
export function entryCostWords(entry: LedgerEntry, currency: Currency): string {
  if (entry.place === 'local') return l10n.t('local, free');
  if (entry.usage === undefined) {
    const sent = entry.place === 'cloud' && entry.bytes > 0;
    if (!sent) return l10n.t('nothing sent');
    return entry.status === undefined ? l10n.t('tokens unknown') : l10n.t('refused, free');
  }
  const amount = picoOf(entry.cost, currency);
  return amount === undefined
    ? l10n.t('price unknown')
    : amountOf({ pico: amount, upTo: entry.cost?.upTo ?? false }, currency);
}

/** What a bill comes to, with what is not in it: "up to $0.0123, 2 requests with unknown tokens". */
export function billCostWords(bill: Bill, currency: Currency): string {
  const { cloud, local, untold } = bill;
  const sum = bill.cost[currency];
  if (cloud === 0) return local > 0 ? l10n.t('local, free') : l10n.t('nothing yet');
  const priced = cloud - sum.unpriced - untold;
  const parts: string[] = [];
  if (sum.pico > 0 || priced > 0) parts.push(amountOf(sum, currency));
  else if (sum.unpriced > 0) parts.push(l10n.t('price unknown'));
  if (parts[0] !== l10n.t('price unknown') && sum.unpriced > 0) {
    parts.push(
      sum.unpriced === 1
        ? l10n.t('1 request with unknown price')
        : l10n.t('{0} requests with unknown price', sum.unpriced),
    );
  }
  if (untold > 0) {
    parts.push(
      untold === 1 ? l10n.t('1 request with unknown tokens') : l10n.t('{0} requests with unknown tokens', untold),
    );
  }
  return parts.join(', ');
}

/** "2.1k in, 88 % cached · 640 out, 210 of it thinking"; undefined when there are none. */
export function tokenWords({ prompt, cached, completion, reasoning }: Tokens): string | undefined {
  if (prompt === 0 && completion === 0) return undefined;
  const percent = prompt === 0 ? 0 : Math.round((100 * cached) / prompt);
  const input = percent > 0 ? l10n.t('{0} in, {1} % cached', count(prompt), percent) : l10n.t('{0} in', count(prompt));
  const output =
    reasoning > 0
      ? l10n.t('{0} out, {1} of it thinking', count(completion), count(reasoning))
      : l10n.t('{0} out', count(completion));
  return `${input} · ${output}`;
}

/** "88 % of the input came from the cache."; undefined where nobody told. */
export function cacheWords(bill: Bill): string | undefined {
  const share = cacheHitShare(bill);
  return share === undefined ? undefined : l10n.t('{0} % of the input came from the cache.', Math.round(share * 100));
}

/**
 * "The same tokens with GPT-4o: up to $0.12 (prices of 2025).", one sentence for each reference; in the reference's own currency where it has no
 * price in the bill's. A reference equal to what was used says nothing and is left out.
 */
export function referenceWords(bill: Bill, currency: Currency): string[] {
  return bill.references.flatMap(({ name, asOf, cost }) => {
    const shown = cost[currency].pico > 0 ? currency : 'USD';
    const sum = cost[shown];
    if (sum.pico === 0 || (sum.pico === bill.cost[shown].pico && sum.unpriced === bill.cost[shown].unpriced)) return [];
    const amount = amountOf(sum, shown);
    return asOf === undefined
      ? l10n.t('The same tokens with {0}: {1}.', name, amount)
      : l10n.t('The same tokens with {0}: {1} (prices of {2}).', name, amount, asOf);
  });
}

/** "82 % of today’s budget is spent: $0.82 of $1.00." */
export function budgetWords(state: BudgetState): string {
  const { period, spent, limit, currency } = state;
  const percent = Math.floor(100 * shareOf(state));
  const amounts = [money(spent, currency), money(limit, currency)] as const;
  return period === 'day'
    ? l10n.t('{0} % of today’s budget is spent: {1} of {2}.', percent, ...amounts)
    : l10n.t('{0} % of this month’s budget is spent: {1} of {2}.', percent, ...amounts);
}

/** "640", "2.1k", "128k", "1.2M". */
function count(tokens: number): string {
  if (tokens < 1000) return String(tokens);
  if (tokens < 999_500) return `${oneDigit(tokens / 1000)}k`;
  return `${oneDigit(tokens / 1_000_000)}M`;
}

function oneDigit(value: number): string {
  return value < 9.95 ? value.toFixed(1).replace(/\.0$/, '') : String(Math.round(value));
}
