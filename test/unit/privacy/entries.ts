// Entries of the ledger for tests that need many of them.
import type { LedgerEntry, NewEntry } from '../../../src/privacy/ledger.ts';

/** A quiet hour: Tuesday, noon in UTC. */
export const noon = Date.UTC(2026, 10, 24, 12);
/** A peak hour of the same day. */
export const peakHour = Date.UTC(2026, 10, 24, 7);

/** An answered question at DeepSeek, unless `more` says otherwise. */
export function newEntry(more: Partial<NewEntry> = {}): NewEntry {
  return {
    at: noon,
    purpose: 'chat',
    place: 'cloud',
    model: 'deepseek-flash',
    host: 'api.deepseek.com',
    reasons: [{ kind: 'mode', mode: 'cloud' }],
    visibilityPrivate: false,
    usage: { promptTokens: 1000, cachedTokens: 600, completionTokens: 200, reasoningTokens: 50 },
    bytes: 4000,
    ms: 100,
    outcome: 'done',
    redactions: 0,
    ...more,
  };
}

/** One whose answer broke off before the usage came. */
export const untoldEntry = (more: Partial<NewEntry> = {}): NewEntry =>
  newEntry({ usage: undefined, outcome: 'dropped', ...more });

/** One that this machine answered. */
export const localEntry = (more: Partial<NewEntry> = {}): NewEntry =>
  newEntry({ place: 'local', model: 'deepseek-r1:8b', host: '127.0.0.1:11434', ...more });

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

export const idsOf = (entries: readonly LedgerEntry[]): string[] => entries.map(({ id }) => id);
