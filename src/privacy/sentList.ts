// The list behind "What Was Sent": every request that the ledger knows, of all windows, newest first and by day. It reads what
// others wrote only when it is looked at.
import type { Disposable } from './emitter.ts';
import { createEmitter } from './emitter.ts';
import type { Ledger, LedgerEntry } from './ledger.ts';
import { dayKey, dayWord, type Manner } from './sentWords.ts';

export interface SentDay {
  /** "2026-11-24": stays the same when "Today" becomes "Yesterday". */
  key: string;
  name: string;
  /** Newest first. */
  entries: readonly LedgerEntry[];
}

export interface SentList extends Disposable {
  /** Newest day first. Throws when the ledger's files can't be read. */
  days(now: number, manner: Manner): Promise<SentDay[]>;
  /** One that `days` has shown, or that this window added. */
  find(id: string): LedgerEntry | undefined;
  /** How many requests were sent after this one. */
  sentAfter(entry: LedgerEntry): number;
  onDidChange: (listener: () => void) => Disposable;
}

/** More is in the export. */
const most = 5000;

export function createSentList(ledger: Pick<Ledger, 'onEntry' | 'onDeleted' | 'readOthers' | 'entries'>): SentList {
  const changed = createEmitter<undefined>();
  const known = new Map(ledger.entries().map((entry) => [entry.id, entry]));
  let others = ledger.readOthers();
  /** One reader has one call at a time. */
  let reading: Promise<void> = Promise.resolve();

  function add(entry: LedgerEntry): void {
    known.set(entry.id, entry);
    if (known.size <= most * 1.1) return;
    for (const { id } of newestFirst().slice(most)) known.delete(id);
  }

  const newestFirst = (): LedgerEntry[] => [...known.values()].sort((a, b) => b.at - a.at);

  async function read(): Promise<void> {
    for await (const entry of others?.news() ?? []) add(entry);
  }

  const subscriptions = [
    ledger.onEntry((entry) => {
      add(entry);
      changed.fire(undefined);
    }),
    ledger.onDeleted(() => {
      known.clear();
      others = ledger.readOthers();
      changed.fire(undefined);
    }),
  ];

  return {
    onDidChange: (listener) => changed.event(() => listener()),
    find: (id) => known.get(id),
    sentAfter: ({ at }) => {
      let count = 0;
      for (const other of known.values()) if (other.at > at && other.bytes > 0) count++;
      return count;
    },
    days: async (now, manner) => {
      reading = reading.then(read, read);
      await reading;
      const days: (SentDay & { entries: LedgerEntry[] })[] = [];
      for (const entry of newestFirst().slice(0, most)) {
        const key = dayKey(entry.at, manner);
        const day = days.at(-1);
        if (day?.key === key) day.entries.push(entry);
        else days.push({ key, name: dayWord(entry.at, now, manner), entries: [entry] });
      }
      return days;
    },
    dispose: () => {
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}
