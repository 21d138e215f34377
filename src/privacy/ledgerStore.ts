// The ledger's files: one a day, an entry a line, so that what is too old is deleted by the file and no file is ever rewritten.
// Every window appends to the same files; a line that was cut off by a crash is skipped and harms no other.
import { appendFile, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LedgerEntry } from './ledger.ts';

export interface LedgerStore {
  /** Begins the ids of this window's entries. */
  readonly session: string;
  /** Written at once, in order; a failure goes to `onError` and loses nothing else. */
  append(entry: LedgerEntry): void;
  /** Everything that is kept, oldest file first. */
  all(): AsyncGenerator<LedgerEntry>;
  readOthers(): LedgerReader;
  deleteAll(): Promise<void>;
  flush(): Promise<void>;
}

/** Remembers what it has given. One call at a time. */
export interface LedgerReader {
  /** What others wrote since the last call; what this window wrote is left out. */
  news(): AsyncGenerator<LedgerEntry>;
}

export interface LedgerStoreOptions {
  /** Made when it is needed. */
  folder: string;
  /** Another one for every window and session; letters, digits, `_` and `-`. */
  session: string;
  /** Whole days (UTC) that entries are kept; 0: nothing is written, and what was written before is deleted. Read anew each time. */
  keepDays: () => number;
  /** Milliseconds since 1970. */
  now: () => number;
  onError: (error: unknown) => void;
}

const dayMs = 86_400_000;
const fileName = /^(\d{4}-\d\d-\d\d)\.jsonl$/;
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

export function createLedgerStore({ folder, session, keepDays, now, onError }: LedgerStoreOptions): LedgerStore {
  let queue: LedgerEntry[] = [];
  let writing: Promise<void> | undefined;
  let pruned = '';

  /** Names of the files that may be read, oldest first. */
  async function files(): Promise<string[]> {
    const names = await readdir(folder).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    return names.filter((name) => fileName.test(name)).sort();
  }

  const isOld = (name: string): boolean => keepDays() <= 0 || name.slice(0, 10) < dayOf(now() - keepDays() * dayMs);

  /** Deletes what is older than it may get, once a day. */
  async function prune(): Promise<void> {
    const today = `${dayOf(now())} ${keepDays()}`;
    if (pruned === today) return;
    pruned = today;
    for (const name of await files()) if (isOld(name)) await rm(join(folder, name), { force: true });
  }

  async function write(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue;
      queue = [];
      try {
        await prune();
        if (keepDays() <= 0) continue;
        await mkdir(folder, { recursive: true, mode: 0o700 });
        for (const day of new Set(batch.map(({ at }) => dayOf(at)))) {
          const ofDay = batch.filter(({ at }) => dayOf(at) === day);
          // The line break comes first: whatever an earlier crash left behind ends there.
          const lines = ofDay.map((entry) => `\n${JSON.stringify(entry)}`).join('');
          await appendFile(join(folder, `${day}.jsonl`), lines, { mode: 0o600 });
        }
      } catch (error) {
        onError(error);
      }
    }
  }

  function start(): void {
    writing ??= write().finally(() => (writing = undefined));
  }

  /** Entries of a file from a byte on. @returns where the next call goes on */
  async function read(name: string, from: number): Promise<{ entries: LedgerEntry[]; end: number }> {
    const file = await open(join(folder, name), 'r').catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (file === undefined) return { entries: [], end: 0 };
    try {
      const { size } = await file.stat();
      // Deleted and begun again meanwhile.
      const start = from > size ? 0 : from;
      const bytes = Buffer.alloc(size - start);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
      return { ...parse(bytes.subarray(0, bytesRead), start) };
    } finally {
      await file.close();
    }
  }

  async function* all(): AsyncGenerator<LedgerEntry> {
    for (const name of await files()) if (!isOld(name)) yield* (await read(name, 0)).entries;
  }

  return {
    session,
    append: (entry) => {
      queue.push(entry);
      start();
    },
    all,
    readOthers: () => {
      const ends = new Map<string, number>();
      return {
        news: async function* () {
          // An answer may take a day; files of earlier days grow no more.
          const growing = dayOf(now() - 2 * dayMs);
          for (const name of await files()) {
            if (isOld(name) || (ends.has(name) && name < growing)) continue;
            const { entries, end } = await read(name, ends.get(name) ?? 0);
            ends.set(name, end);
            yield* entries.filter(({ id }) => !id.startsWith(`${session}-`));
          }
        },
      };
    },
    deleteAll: async () => {
      queue = [];
      await writing;
      for (const name of await files()) await rm(join(folder, name), { force: true });
    },
    flush: async () => await writing,
  };
}

/** Reads lines; the last one is left for the next time if it is not complete yet. */
function parse(bytes: Buffer, start: number): { entries: LedgerEntry[]; end: number } {
  const entries: LedgerEntry[] = [];
  let at = 0;
  let end = start;
  while (at < bytes.length) {
    const next = bytes.indexOf(0x0a, at);
    const line = bytes.subarray(at, next < 0 ? bytes.length : next);
    const entry = line.length === 0 ? undefined : entryOf(line.toString('utf8'));
    if (entry !== undefined) entries.push(entry);
    if (next < 0) {
      if (entry !== undefined) end = start + bytes.length;
      break;
    }
    at = next + 1;
    end = start + at;
  }
  return { entries, end };
}

function entryOf(line: string): LedgerEntry | undefined {
  try {
    const entry = JSON.parse(line) as Partial<LedgerEntry> | null;
    const whole =
      typeof entry?.id === 'string' &&
      typeof entry.at === 'number' &&
      typeof entry.purpose === 'string' &&
      typeof entry.bytes === 'number' &&
      Array.isArray(entry.reasons) &&
      (entry.place === 'cloud' || entry.place === 'local' || entry.place === 'nowhere');
    return whole ? (entry as LedgerEntry) : undefined;
  } catch {
    return undefined;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'ENOENT';
}
