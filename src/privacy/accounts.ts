// The bills that people look at: an answer's, a conversation's, today's, this month's. They grow with each entry; what earlier
// sessions and other windows wrote is read when it is first needed, never while VS Code starts.
import { addBill, addEntry, billOf, emptyBill, type Bill } from './bill.ts';
import { monthOf, type Calendar } from './calendar.ts';
import { createEmitter, type Disposable } from './emitter.ts';
import type { Ledger, LedgerEntry } from './ledger.ts';
import type { LedgerReader } from './ledgerStore.ts';

export interface Accounts {
  /** Reads what was not read yet: all that is kept, the first time; then what other windows added. Throws when a file can't be read. */
  refresh(): Promise<void>;
  /** The bill of one answer, which may have taken several requests. */
  answer(entries: Iterable<LedgerEntry>): Bill;
  /** As far as the ledger reaches back. */
  conversation(id: string): Bill;
  today(): Bill;
  month(): Bill;
  /** Some bill may have changed. */
  onDidChange: (listener: () => void) => Disposable;
  dispose(): void;
}

export interface AccountsDeps {
  ledger: Ledger;
  calendar: Calendar;
  /** Milliseconds since 1970. */
  now: () => number;
}

export function createAccounts({ ledger, calendar, now }: AccountsDeps): Accounts {
  const days = new Map<string, Bill>();
  const conversations = new Map<string, Bill>();
  const changed = createEmitter<undefined>();
  let others: LedgerReader | undefined;
  let reading: Promise<void> | undefined;

  const billIn = (map: Map<string, Bill>, key: string): Bill => {
    const bill = map.get(key) ?? emptyBill();
    map.set(key, bill);
    return bill;
  };

  function add(entry: LedgerEntry): void {
    addEntry(billIn(days, calendar.dayOf(entry.at)), entry);
    if (entry.conversation !== undefined) addEntry(billIn(conversations, entry.conversation), entry);
  }

  async function read(): Promise<void> {
    others ??= ledger.readOthers();
    let any = false;
    for await (const entry of others?.news() ?? []) {
      add(entry);
      any = true;
    }
    if (any) changed.fire(undefined);
  }

  const copyOf = (bill: Bill | undefined): Bill => {
    const copy = emptyBill();
    if (bill !== undefined) addBill(copy, bill);
    return copy;
  };

  function sum(fits: (day: string) => boolean): Bill {
    const bill = emptyBill();
    for (const [day, ofDay] of days) if (fits(day)) addBill(bill, ofDay);
    return bill;
  }

  const subscriptions = [
    ledger.onEntry((entry) => {
      add(entry);
      changed.fire(undefined);
    }),
    ledger.onDeleted(() => {
      days.clear();
      conversations.clear();
      changed.fire(undefined);
    }),
  ];

  return {
    refresh: () => (reading ??= read().finally(() => (reading = undefined))),
    answer: billOf,
    conversation: (id) => copyOf(conversations.get(id)),
    today: () => {
      const today = calendar.dayOf(now());
      return sum((day) => day === today);
    },
    month: () => {
      const month = monthOf(calendar.dayOf(now()));
      return sum((day) => monthOf(day) === month);
    },
    onDidChange: (listener) => changed.event(() => listener()),
    dispose: () => {
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}
