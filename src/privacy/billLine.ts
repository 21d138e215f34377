// The bill as the panel's footer, the status bar and the summary show it: lines of figures, made of what accounts.ts sums up. It asks
// nobody, and a figure that is not known is said to be unknown.
import * as l10n from '@vscode/l10n';
import type { Balance, Currency } from '../models/types.ts';
import { cacheHitShare, type Bill } from './bill.ts';
import { billCostWords, budgetWords, cacheWords, money, referenceWords, tokenWords } from './billWords.ts';
import type { BudgetState } from './budget.ts';

export interface Bills {
  /** Absent: nothing was answered yet. */
  answer?: Bill | undefined;
  conversation?: Bill | undefined;
  today: Bill;
  month: Bill;
}

export interface BillLine {
  /** The most important first: the last ones go where there is no room. */
  parts: string[];
  /** Lines, no markup. */
  title: string;
}

const isEmpty = ({ cloud, local }: Bill): boolean => cloud === 0 && local === 0;

/** Something of it has a price that is known. */
const isPriced = ({ cloud, untold, cost }: Bill, currency: Currency): boolean =>
  cloud - cost[currency].unpriced - untold > 0;

/** A few characters: "$0.0123", "up to $0.0123", "price unknown", "$0.0123 + unknown", "local, free". */
function shortCost(bill: Bill, currency: Currency): string {
  const { cloud, untold } = bill;
  const { pico, upTo, unpriced } = bill.cost[currency];
  if (cloud === 0) return billCostWords(bill, currency);
  if (!isPriced(bill, currency)) return unpriced > 0 ? l10n.t('price unknown') : l10n.t('tokens unknown');
  const amount = money(pico / 1e12, currency);
  const cost = upTo && pico > 0 ? l10n.t('up to {0}', amount) : amount;
  return unpriced + untold > 0 ? l10n.t('{0} + unknown', cost) : cost;
}

/** "Today: $0.02 (2.1k in, 88 % cached · 640 out)". */
function wholeLine(name: string, bill: Bill, currency: Currency): string {
  const cost = billCostWords(bill, currency);
  const tokens = tokenWords(bill.tokens);
  return tokens === undefined ? l10n.t('{0}: {1}', name, cost) : l10n.t('{0}: {1} ({2})', name, cost, tokens);
}

/** Every figure, a line each. */
export function figureLines({ answer, conversation, today, month }: Bills, currency: Currency): string[] {
  const rows: [string, Bill | undefined][] = [
    [l10n.t('Last answer'), answer],
    [l10n.t('This chat'), conversation],
    [l10n.t('Today'), today],
    [l10n.t('This month'), month],
  ];
  return rows.flatMap(([name, bill]) => (bill === undefined || isEmpty(bill) ? [] : [wholeLine(name, bill, currency)]));
}

/** What is to be known beside the figures: the cache's share, other models, budgets. */
export function remarkLines({ month }: Pick<Bills, 'month'>, budgets: readonly BudgetState[], currency: Currency) {
  const cached = cacheWords(month);
  return [...(cached === undefined ? [] : [cached]), ...referenceWords(month, currency), ...budgets.map(budgetWords)];
}

/** The footer; undefined as long as nothing was asked this month. */
export function billLineOf(bills: Bills, budgets: readonly BudgetState[], currency: Currency): BillLine | undefined {
  const { conversation, today, month } = bills;
  if (isEmpty(month) && (conversation === undefined || isEmpty(conversation))) return undefined;
  const own = conversation === undefined || isEmpty(conversation) ? undefined : conversation;
  const share = own === undefined ? cacheHitShare(month) : cacheHitShare(own);
  const paid = (bill: Bill): boolean => bill.cloud > 0;
  const ofOwn = own && shortCost(own, currency);
  // Said once, it is said of all: a figure would stand out.
  const news = (bill: Bill): boolean => paid(bill) && (isPriced(bill, currency) || shortCost(bill, currency) !== ofOwn);
  const parts = [
    ...(ofOwn === undefined ? [] : [l10n.t('This chat: {0}', ofOwn)]),
    ...(news(today) ? [l10n.t('today: {0}', shortCost(today, currency))] : []),
    ...(news(month) ? [l10n.t('this month: {0}', shortCost(month, currency))] : []),
    ...(share === undefined ? [] : [l10n.t('{0} % cached', Math.round(share * 100))]),
  ];
  if (parts.length === 0) parts.push(l10n.t('Today: {0}', shortCost(isEmpty(today) ? month : today, currency)));
  const title = [...figureLines(bills, currency), ...remarkLines(bills, budgets, currency)].join('\n');
  return { parts, title };
}

/** "DeepSeek says: $12.34 (granted $1.00, topped up $11.34)." */
export function balanceSentence({ available, amounts }: Balance, server: string): string {
  const told = amounts.map(({ currency, total, granted, toppedUp }) =>
    l10n.t(
      '{0} (granted {1}, topped up {2})',
      money(total, currency),
      money(granted, currency),
      money(toppedUp, currency),
    ),
  );
  const said = l10n.t('{0} says: {1}.', server, told.join(', '));
  return available ? said : `${said} ${l10n.t('It answers nothing until the account is topped up.')}`;
}
