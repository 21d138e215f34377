// What one request costs: tokens times the published price of its time. It never guesses for the bill: what is not known is left
// out and counted as unknown. Only a budget, which may not count anything as nothing, asks for an estimate.
import { dearestPrice, priceOf, type Currency, type Price } from '../models/catalog.ts';
import type { Usage } from '../models/types.ts';
import type { LedgerEntry } from './ledger.ts';

/**
 * Estimated from the list prices at the time the request began; one that lasts into other hours is priced as it began. Each amount is
 * a whole number of pico-units divided by 1e12 (see `pico`).
 */
export interface Cost {
  usd: number;
  /** In yuan by the price list in yuan, for accounts that pay in it; undefined where only the price in dollars is known. */
  cny?: number;
  /** True: it may be less. Peak hours by the clock are not peak on a Chinese holiday, and a server may not tell what it had cached. */
  upTo: boolean;
}

/**
 * An amount in millionths of a millionth. Prices have at most six decimals per million tokens, so that one token costs a whole
 * number of these, and sums are sums of integers: exact up to 9,000 dollars, where fractions of dollars would drift with every addition.
 */
export function pico(amount: number): number {
  return Math.round(amount * 1e12);
}

export const isDeepSeekHost = (host: string): boolean => host === 'api.deepseek.com';

/** Characters of a prompt's JSON in a token, at the least: DeepSeek says about 0.3 tokens for an English character. */
const bytesPerToken = 3;
/** What is taken to have been written where nobody told. */
const typicalOutput = 512;
const typicalGhostText = 64;

type Priced = Pick<LedgerEntry, 'at' | 'place' | 'model' | 'host' | 'usage'>;

/**
 * The cost of a request; undefined where it is not known (another host, an unknown model, no usage), and on this machine.
 * @param priced whether DeepSeek's prices hold at a host
 */
export function costOf({ at, place, model, host, usage }: Priced, priced = isDeepSeekHost): Cost | undefined {
  if (place !== 'cloud' || model === undefined || usage === undefined) return undefined;
  if (host === undefined || !priced(host)) return undefined;
  const time = new Date(at);
  const usd = priceOf(model, time, 'USD');
  if (usd === undefined) return undefined;
  const cny = priceOf(model, time, 'CNY');
  return {
    usd: charge(usage, usd) / 1e12,
    ...(cny === undefined ? {} : { cny: charge(usage, cny) / 1e12 }),
    upTo: usd.peak || usage.cachedTokens === undefined,
  };
}

/** Pico-units. Thinking is part of the completion tokens, so it is not added again. */
export function charge(usage: Usage, price: Omit<Price, 'peak'>): number {
  const cached = Math.min(usage.cachedTokens ?? 0, usage.promptTokens);
  return (
    cached * perToken(price.cacheHit) +
    (usage.promptTokens - cached) * perToken(price.cacheMiss) +
    usage.completionTokens * perToken(price.output)
  );
}

/** From a price per million tokens to pico-units per token. */
const perToken = (price: number): number => Math.round(price * 1e6);

/** The pico-units of a cost in a currency; undefined where the price in it is not known. */
export function picoOf(cost: Cost | undefined, currency: Currency): number | undefined {
  const amount = currency === 'USD' ? cost?.usd : cost?.cny;
  return amount === undefined ? undefined : pico(amount);
}

/**
 * Whether tokens may have been billed of which nobody told: the body went out, no status refused it, and no usage came back (the
 * answer was cancelled, or the connection broke).
 */
export function isUntold({ place, usage, bytes, status }: LedgerEntry): boolean {
  return place === 'cloud' && usage === undefined && bytes > 0 && status === undefined;
}

/**
 * What a request counts as in a budget, in pico-units: its cost; else, for an unknown price, the dearest known one; and for
 * untold tokens an estimate from the bytes that were sent. Never nothing for what may have been billed.
 */
export function reckoned(entry: LedgerEntry, currency: Currency): number {
  const known = picoOf(entry.cost, currency);
  if (known !== undefined) return known;
  if (entry.place !== 'cloud') return 0;
  const usage = entry.usage ?? (isUntold(entry) ? estimatedUsage(entry.bytes, entry.purpose) : undefined);
  return usage === undefined ? 0 : charge(usage, dearestPrice(new Date(entry.at), currency));
}

/** What a request may use, before it is sent or where nobody told. @param bytes of its body */
export function estimatedUsage(bytes: number, purpose: LedgerEntry['purpose'], maxTokens = Infinity): Usage {
  const output = purpose === 'ghostText' ? typicalGhostText : typicalOutput;
  return { promptTokens: Math.ceil(bytes / bytesPerToken), completionTokens: Math.min(output, maxTokens) };
}

/** An estimate for a budget, in pico-units, at the price of the model where it is known. */
export function estimatedPico(
  request: Pick<LedgerEntry, 'at' | 'model' | 'host' | 'purpose' | 'bytes'> & { maxTokens?: number | undefined },
  currency: Currency,
  priced = isDeepSeekHost,
): number {
  const time = new Date(request.at);
  const usage = estimatedUsage(request.bytes, request.purpose, request.maxTokens);
  const known =
    request.host !== undefined && priced(request.host) ? priceOf(request.model ?? '', time, currency) : undefined;
  return charge(usage, known ?? dearestPrice(time, currency));
}
