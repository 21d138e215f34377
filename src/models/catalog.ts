// What is known of models without asking: ids behind the modes, windows, prices, sizes. All of it is data (catalog.json) that can
// grow old; what a server says of itself is always right.
import catalog from './catalog.json' with { type: 'json' };
import type { Mode } from './types.ts';

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

/** USD per million tokens. Published, never checked against a bill. */
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

/** What DeepSeek charges for a model at a time; undefined where it is not known. */
export function priceOf(id: string, at: Date): Price | undefined {
  const known = cloudModel(id)?.id;
  const rows = catalog.prices.filter((row) => row.id === known && Date.parse(row.from) <= at.getTime());
  const row = rows.sort((a, b) => Date.parse(b.from) - Date.parse(a.from))[0];
  if (row === undefined) return undefined;
  const peak = isPeak(at);
  const times = peak ? row.peakFactor : 1;
  return { cacheHit: row.hit * times, cacheMiss: row.miss * times, output: row.output * times, peak };
}

/** DeepSeek's peak hours by the clock: 01:00 to 04:00 and 06:00 to 10:00 UTC, Monday to Friday. */
export function isPeak(at: Date): boolean {
  const day = at.getUTCDay();
  const hour = at.getUTCHours();
  return day >= 1 && day <= 5 && catalog.peak.hours.some(([from = 0, to = 0]) => hour >= from && hour < to);
}
