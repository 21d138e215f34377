// What was asked, of whom, why there, and what it cost: numbers and names only. No prompt, no answer, no key ever gets here.
import { priceOf } from '../models/catalog.ts';
import type { Usage } from '../models/types.ts';
import { createEmitter, type Disposable } from './emitter.ts';
import type { Purpose } from './gatewayTypes.ts';
import type { RouteReason } from './route.ts';

export interface LedgerEntry {
  /** Milliseconds since 1970. */
  at: number;
  purpose: Purpose;
  /** `nowhere`: the request ended before a model was chosen, so nothing was sent. */
  place: 'cloud' | 'local' | 'nowhere';
  /** On the wire; undefined with `nowhere`. */
  model: string | undefined;
  /** Host and port that was asked. */
  host: string | undefined;
  reasons: readonly RouteReason[];
  usage: Usage | undefined;
  ms: number;
  /** `done`, `cancelled` (also: the rest wasn't wanted any more), or the reason of the error. */
  outcome: string;
  /** US dollars, from the price list; undefined where nothing is paid or no price is known. */
  cost: number | undefined;
}

export interface Ledger {
  add(entry: Omit<LedgerEntry, 'cost'>): void;
  /** The last 500, oldest first. */
  entries(): readonly LedgerEntry[];
  onEntry: (listener: (entry: LedgerEntry) => void) => Disposable;
}

const kept = 500;

/** Estimated from the list price of the time; a server of one's own has none. */
function costOf(entry: Omit<LedgerEntry, 'cost'>): number | undefined {
  const { place, model, usage, at } = entry;
  if (place !== 'cloud' || model === undefined || usage === undefined) return undefined;
  if (entry.host !== 'api.deepseek.com') return undefined;
  const price = priceOf(model, new Date(at));
  if (price === undefined) return undefined;
  const cached = usage.cachedTokens ?? 0;
  const fresh = usage.promptTokens - cached;
  return (cached * price.cacheHit + fresh * price.cacheMiss + usage.completionTokens * price.output) / 1e6;
}

export function createLedger(): Ledger {
  const ring: LedgerEntry[] = [];
  const added = createEmitter<LedgerEntry>();
  return {
    onEntry: added.event,
    entries: () => [...ring],
    add: (entry) => {
      const whole: LedgerEntry = { ...entry, cost: costOf(entry) };
      ring.push(whole);
      if (ring.length > kept) ring.shift();
      added.fire(whole);
    },
  };
}

function reasonWord(reason: RouteReason): string {
  if (reason.kind === 'mode') return `mode=${reason.mode}`;
  if (reason.kind === 'mark') return `${reason.mark}=${reason.origin.name}`;
  if (reason.kind === 'origin') return `${reason.origin.because}=${reason.origin.name}`;
  return reason.kind;
}

/** One line for the log, the same in every language so that it can be searched. */
export function formatEntry(entry: LedgerEntry): string {
  const { usage } = entry;
  const tokens =
    usage === undefined
      ? undefined
      : `in=${usage.promptTokens}${usage.cachedTokens === undefined ? '' : ` cached=${usage.cachedTokens}`} out=${usage.completionTokens}` +
        (usage.reasoningTokens === undefined ? '' : ` reasoning=${usage.reasoningTokens}`);
  return [
    new Date(entry.at).toISOString(),
    entry.purpose,
    entry.place,
    entry.model,
    entry.host === undefined ? undefined : `host=${entry.host}`,
    `because ${entry.reasons.map(reasonWord).join(', ')}`,
    tokens,
    `${Math.round(entry.ms)} ms`,
    entry.cost === undefined ? undefined : `about $${entry.cost.toFixed(6)}`,
    entry.outcome,
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
}
