// What was asked, of whom, why there, and what it cost: numbers and names only. No prompt, no answer, no key ever gets here.
// The files are ledgerStore.ts's affair, sums are bill.ts's.
import type { Usage } from '../models/types.ts';
import { costOf, isDeepSeekHost, type Cost } from './cost.ts';
import { createEmitter, type Disposable } from './emitter.ts';
import type { Purpose } from './gatewayTypes.ts';
import type { LedgerReader, LedgerStore } from './ledgerStore.ts';
import type { RouteReason } from './route.ts';

export type { Cost } from './cost.ts';

export interface LedgerEntry {
  /** Of this entry, over all windows and sessions; the body that was sent is recorded under it too. */
  id: string;
  /** When the request began, in milliseconds since 1970. */
  at: number;
  purpose: Purpose;
  /** `nowhere`: the request ended before a model was chosen, so nothing was sent. */
  place: 'cloud' | 'local' | 'nowhere';
  /** On the wire; undefined with `nowhere`. */
  model?: string | undefined;
  /** Host and port that was asked. */
  host?: string | undefined;
  reasons: readonly RouteReason[];
  /** Something in the request is not known to be public. */
  visibilityPrivate: boolean;
  /** As the server told it; undefined when it never did. */
  usage?: Usage | undefined;
  /** Of the body that was sent, in UTF-8; 0 when none was. */
  bytes: number;
  ms: number;
  /** `done`, `cancelled` (also: the rest wasn't wanted any more), or the reason of the error. */
  outcome: string;
  /** HTTP status of a refusal: nothing was generated, so nothing is billed. */
  status?: number | undefined;
  /** The conversation that it belongs to. */
  conversation?: string | undefined;
  /** How many secrets were replaced before it was sent. */
  redactions: number;
  /** From the price list. Undefined on a cloud entry with usage: the price is unknown. This machine costs nothing. */
  cost?: Cost;
}

/** An id is given to what has none yet. */
export type NewEntry = Omit<LedgerEntry, 'id' | 'cost'> & { id?: string };

export interface Ledger {
  /** An id that no other entry has, for a request that is recorded before its entry is complete. */
  newId(): string;
  /** @returns the entry with its id and cost */
  add(entry: NewEntry): LedgerEntry;
  /** The last 500 of this window, oldest first. */
  entries(): readonly LedgerEntry[];
  /** Each entry of this window as it is added. */
  onEntry: (listener: (entry: LedgerEntry) => void) => Disposable;
  /** Everything that is kept, of all windows and sessions, oldest first. */
  all(): AsyncGenerator<LedgerEntry>;
  /** For what earlier sessions and other windows added; each reader gets it once. Undefined when nothing is stored. */
  readOthers(): LedgerReader | undefined;
  /** Forgets everything, on disk too. Throws when a file can't be deleted. */
  deleteAll(): Promise<void>;
  onDeleted: (listener: () => void) => Disposable;
  /** Settles when everything that was added is on disk. */
  flush(): Promise<void>;
}

export interface LedgerOptions {
  /** Where entries are kept; without one they are forgotten with the window. */
  store?: LedgerStore;
  /** Whether DeepSeek's prices hold at a host: only at its own. */
  priced?: (host: string) => boolean;
}

const kept = 500;

export function createLedger({ store, priced = isDeepSeekHost }: LedgerOptions = {}): Ledger {
  let ring: LedgerEntry[] = [];
  let count = 0;
  const added = createEmitter<LedgerEntry>();
  const deleted = createEmitter<undefined>();
  const newId = (): string => `${store?.session ?? 'memory'}-${(count++).toString(36)}`;

  async function* all(): AsyncGenerator<LedgerEntry> {
    const mine = new Set(ring.map(({ id }) => id));
    await store?.flush();
    for await (const entry of store?.all() ?? []) {
      mine.delete(entry.id);
      yield entry;
    }
    // What could not be written, or may not be.
    yield* ring.filter(({ id }) => mine.has(id));
  }

  return {
    newId,
    onEntry: added.event,
    onDeleted: (listener) => deleted.event(() => listener()),
    entries: () => [...ring],
    add: (entry) => {
      const cost = costOf(entry, priced);
      const whole: LedgerEntry = { ...entry, id: entry.id ?? newId(), ...(cost === undefined ? {} : { cost }) };
      ring.push(whole);
      if (ring.length > kept) ring.shift();
      store?.append(whole);
      added.fire(whole);
      return whole;
    },
    all,
    readOthers: () => store?.readOthers(),
    deleteAll: async () => {
      ring = [];
      await store?.deleteAll();
      deleted.fire(undefined);
    },
    flush: async () => await store?.flush(),
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
  const { usage, cost } = entry;
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
    entry.bytes === 0 ? undefined : `${entry.bytes} bytes`,
    entry.redactions === 0 ? undefined : `redacted=${entry.redactions}`,
    `${Math.round(entry.ms)} ms`,
    cost === undefined ? undefined : `${cost.upTo ? 'up to' : 'about'} $${cost.usd.toFixed(6)}`,
    entry.outcome,
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
}
