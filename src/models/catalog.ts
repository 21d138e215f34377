// What is known of models without asking: ids behind the modes, windows, prices, sizes. All of it is data (catalog.json) that can
// grow old; what a server says of itself is always right.
import catalog from './catalog.json' with { type: 'json' };
import type { Currency, Mode } from './types.ts';

export type { Currency };

export interface CloudModel {
  id: string;
  name: string;
  aliases: string[];
  /** Prompt and answer together. */
  contextTokens: number;
  maxOutputTokens: number;
  /** Since when the server answers 400 to it. */
  retired?: string;
}

/** Per million tokens, in one currency. Published, never checked against a bill. */
export interface Price {
  cacheHit: number;
  cacheMiss: number;
  output: number;
  /** In peak hours by the clock; on a Chinese public holiday the real price is lower. */
  peak: boolean;
}

/** A model that Ollama can pull. */
export interface LocalCandidate {
  id: string;
  /** Download, and memory for the weights. */
  bytes: number;
  /** Memory per token of context, at 16 bits a value. */
  kvBytesPerToken: number;
  contextTokens: number;
}

/** A size of deepseek-r1. All but the largest are other models that learnt from R1. */
export interface Distill extends LocalCandidate {
  base: string;
  family: string;
  parameters: number;
}

export const cloudModels: readonly CloudModel[] = catalog.models;

/** Sizes of deepseek-r1, smallest first. */
export const distills: readonly Distill[] = catalog.distills;

/** Models with fill-in-the-middle, for ghost text; deepseek-r1 has none. Smallest first. */
export const insertingModels: readonly LocalCandidate[] = catalog.inserting;

/** The id that a mode has on the wire: the person's own choice, else the catalog's. */
export function modelIdFor(mode: Mode, overrides: Partial<Record<Mode, string>> = {}): string {
  const chosen = overrides[mode]?.trim();
  return chosen === undefined || chosen === '' ? catalog.modes[mode] : chosen;
}

export function cloudModel(id: string): CloudModel | undefined {
  return cloudModels.find((model) => model.id === id || model.aliases.includes(id));
}

/** Tokens that prompt and answer may have together; undefined for a model that isn't DeepSeek's. */
export function contextWindow(id: string): number | undefined {
  return cloudModel(id)?.contextTokens ?? distills.find((model) => model.id === id)?.contextTokens;
}

export function maxOutputTokens(id: string): number | undefined {
  return cloudModel(id)?.maxOutputTokens;
}

/** What a published row says, per million tokens. */
interface Rates {
  hit: number;
  miss: number;
  output: number;
}

interface PriceRow {
  id: string;
  from: string;
  usd: Rates;
  cny?: Rates;
  peakFactor: number;
  source: string;
}

/** A model to compare a bill with; one without rates of its own is priced by its rows, at the time of each request. */
export interface Reference {
  id: string;
  name: string;
  usd?: Rates;
  /** When the rates were published, as far as that is known. */
  asOf?: string;
}

const priceRows: readonly PriceRow[] = catalog.prices;

/** What the same tokens would have cost elsewhere: to compare with, not to choose from. */
export const references: readonly Reference[] = catalog.references;

/**
 * What DeepSeek charges for a model at a time; undefined where it is not known: another model, a time before the first known
 * row, a currency that the row has not.
 */
export function priceOf(id: string, at: Date, currency: Currency = 'USD'): Price | undefined {
  const known = cloudModel(id)?.id;
  return known === undefined ? undefined : priceByRows(known, at, currency);
}

/** The dearest of DeepSeek's prices at a time, by component: what an unknown price counts as where it may not count as nothing. */
export function dearestPrice(at: Date, currency: Currency): Omit<Price, 'peak'> {
  const first = new Date(Math.min(...priceRows.map((row) => Date.parse(row.from))));
  const prices = [...new Set(priceRows.map(({ id }) => id))].flatMap(
    (id) => priceByRows(id, at, currency) ?? priceByRows(id, first, currency) ?? [],
  );
  const dearest = (of: (price: Price) => number): number => Math.max(...prices.map(of));
  return {
    cacheHit: dearest((price) => price.cacheHit),
    cacheMiss: dearest((price) => price.cacheMiss),
    output: dearest((price) => price.output),
  };
}

/** The price of a reference model at a time; undefined in a currency in which none is published. */
export function referencePrice(reference: Reference, at: Date, currency: Currency): Price | undefined {
  if (reference.usd === undefined) return priceOf(reference.id, at, currency);
  return currency === 'USD' ? rated(reference.usd, false, 1) : undefined;
}

function priceByRows(id: string, at: Date, currency: Currency): Price | undefined {
  const row = priceRows
    .filter((each) => each.id === id && Date.parse(each.from) <= at.getTime())
    .sort((a, b) => Date.parse(b.from) - Date.parse(a.from))[0];
  const rates = currency === 'USD' ? row?.usd : row?.cny;
  return row === undefined || rates === undefined ? undefined : rated(rates, isPeak(at), row.peakFactor);
}

function rated({ hit, miss, output }: Rates, peak: boolean, peakFactor: number): Price {
  const times = peak ? peakFactor : 1;
  return { cacheHit: hit * times, cacheMiss: miss * times, output: output * times, peak };
}

/** DeepSeek's peak hours by the clock: 01:00 to 04:00 and 06:00 to 10:00 UTC, Monday to Friday. */
export function isPeak(at: Date): boolean {
  const day = at.getUTCDay();
  const hour = at.getUTCHours();
  return day >= 1 && day <= 5 && catalog.peak.hours.some(([from = 0, to = 0]) => hour >= from && hour < to);
}
