// Sums over entries of the ledger: what they used, what they cost, and what the same would have cost elsewhere. Amounts are whole
// pico-units (see cost.ts), so that a sum is exact; words and currency signs are billWords.ts's affair.
import { referencePrice, references, type Currency } from '../models/catalog.ts';
import { charge, isUntold, picoOf, reckoned } from './cost.ts';
import type { LedgerEntry } from './ledger.ts';

export interface Tokens {
  /** All input, cached or not. */
  prompt: number;
  /** Part of `prompt`. */
  cached: number;
  /** All output, thinking included. */
  completion: number;
  /** Part of `completion`. */
  reasoning: number;
}

export interface Sum {
  /** Of all whose price is known, in millionths of a millionth of the currency. */
  pico: number;
  /** It may have been less. */
  upTo: boolean;
  /** Cloud requests with known tokens whose price is not known; they are in no sum. */
  unpriced: number;
}

/** What the tokens of the cloud requests would have cost with a reference model of the catalog. */
export interface ReferenceCost {
  id: string;
  name: string;
  /** When its prices were published, where that is not the time of the requests. */
  asOf: string | undefined;
  cost: Record<Currency, Sum>;
}

export interface Bill {
  /** Requests that were sent to the cloud. */
  cloud: number;
  /** Requests that this machine answered: free. */
  local: number;
  /** Of cloud requests, as far as they were told. */
  tokens: Tokens;
  /** Of local requests; another model counts otherwise, so they are never added to the others. */
  localTokens: Tokens;
  /** Prompt tokens of those cloud requests that told what was cached: what the hit share is a share of. */
  cacheable: number;
  /** Cloud requests that broke off before their tokens were told: they may have cost something that is in no sum. */
  untold: number;
  cost: Record<Currency, Sum>;
  references: ReferenceCost[];
  /** What it counts as in a budget: unknown prices as the dearest known, untold tokens as an estimate. Pico-units. */
  reckoned: Record<Currency, number>;
}

const currencies: readonly Currency[] = ['USD', 'CNY'];
const noTokens = (): Tokens => ({ prompt: 0, cached: 0, completion: 0, reasoning: 0 });
const noSums = (): Record<Currency, Sum> => ({
  USD: { pico: 0, upTo: false, unpriced: 0 },
  CNY: { pico: 0, upTo: false, unpriced: 0 },
});

export function emptyBill(): Bill {
  return {
    cloud: 0,
    local: 0,
    tokens: noTokens(),
    localTokens: noTokens(),
    cacheable: 0,
    untold: 0,
    cost: noSums(),
    references: references.map(({ id, name, asOf }) => ({ id, name, asOf, cost: noSums() })),
    reckoned: { USD: 0, CNY: 0 },
  };
}

/** The bill of some entries. */
export function billOf(entries: Iterable<LedgerEntry>): Bill {
  const bill = emptyBill();
  for (const entry of entries) addEntry(bill, entry);
  return bill;
}

/** Adds one entry to a bill. What was never sent is on no bill. */
export function addEntry(bill: Bill, entry: LedgerEntry): void {
  const { place, usage, cost } = entry;
  if (place === 'nowhere') return;
  if (usage !== undefined) {
    addTokens(place === 'cloud' ? bill.tokens : bill.localTokens, {
      prompt: usage.promptTokens,
      cached: usage.cachedTokens ?? 0,
      completion: usage.completionTokens,
      reasoning: usage.reasoningTokens ?? 0,
    });
  }
  if (place === 'local') {
    bill.local += 1;
    return;
  }
  if (usage !== undefined || entry.bytes > 0) bill.cloud += 1;
  if (isUntold(entry)) bill.untold += 1;
  for (const currency of currencies) bill.reckoned[currency] += reckoned(entry, currency);
  if (usage === undefined) return;
  if (usage.cachedTokens !== undefined) bill.cacheable += usage.promptTokens;
  for (const currency of currencies) {
    addAmount(bill.cost[currency], picoOf(cost, currency), cost?.upTo ?? false);
    for (const [index, reference] of references.entries()) {
      const price = referencePrice(reference, new Date(entry.at), currency);
      const there = bill.references[index]?.cost[currency];
      if (there === undefined) continue;
      const amount = price === undefined ? undefined : charge(usage, price);
      addAmount(there, amount, price?.peak === true || usage.cachedTokens === undefined);
    }
  }
}

/** Adds all of one bill to another. */
export function addBill(to: Bill, bill: Bill): void {
  to.cloud += bill.cloud;
  to.local += bill.local;
  to.cacheable += bill.cacheable;
  to.untold += bill.untold;
  addTokens(to.tokens, bill.tokens);
  addTokens(to.localTokens, bill.localTokens);
  for (const currency of currencies) {
    to.reckoned[currency] += bill.reckoned[currency];
    addSum(to.cost[currency], bill.cost[currency]);
    for (const [index, reference] of to.references.entries()) {
      const other = bill.references[index];
      if (other !== undefined) addSum(reference.cost[currency], other.cost[currency]);
    }
  }
}

/** Share of the cloud's prompt tokens that were cached, 0 to 1; undefined where nobody told. */
export function cacheHitShare({ tokens, cacheable }: Bill): number | undefined {
  return cacheable === 0 ? undefined : tokens.cached / cacheable;
}

function addTokens(to: Tokens, more: Tokens): void {
  to.prompt += more.prompt;
  to.cached += more.cached;
  to.completion += more.completion;
  to.reasoning += more.reasoning;
}

function addAmount(to: Sum, amount: number | undefined, upTo: boolean): void {
  if (amount === undefined) to.unpriced += 1;
  else addSum(to, { pico: amount, upTo, unpriced: 0 });
}

function addSum(to: Sum, more: Sum): void {
  to.pico += more.pico;
  to.upTo ||= more.upTo;
  to.unpriced += more.unpriced;
}
