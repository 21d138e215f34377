// The bodies that were sent, word by word as they were sent, for who wants to read them: the last two hundred. Those that may be stored
// lie on disk beside the ledger, all others in this window's memory only. Sums and prices are the ledger's affair.
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ledger } from './ledger.ts';
import type { FoundSecret } from './redaction.ts';

export interface SentBody {
  /** Of its entry in the ledger. */
  id: string;
  url: string;
  /** With placeholders where secrets were. */
  body: string;
  /** What the placeholders in it stand for; never the secrets themselves. */
  found: readonly FoundSecret[];
  /** The stretches of files whose text is in it. */
  pieces: readonly { source: string; startLine?: number; endLine?: number; chosen?: boolean }[];
}

export interface RecordOfSent {
  /** Kept on disk only where `mayBeStored`: the request is public, or the person allows it for private ones. */
  add(sent: SentBody & { mayBeStored: boolean }): void;
  /** Undefined when it is not kept any more, or only in another window's memory. */
  body(id: string): Promise<SentBody | undefined>;
  /** Forgets all bodies, on disk too. Throws when a file can't be deleted. */
  deleteAll(): Promise<void>;
  /** Settles when everything that was added is on disk. */
  flush(): Promise<void>;
}

export interface RecordOptions {
  /** Made when it is needed; undefined: memory only. */
  folder?: string;
  /** Whole days that a body is kept on disk; 0: memory only. Read anew each time. */
  keepDays: () => number;
  /** Milliseconds since 1970. */
  now: () => number;
  onError: (error: unknown) => void;
  /** Bytes of all bodies on disk, and characters of all in memory: 20 million each. */
  mostBytes?: number;
}

const mostBodies = 200;
const dayMs = 86_400_000;
/** Other windows write to the same folder, so it is looked at again after so many bodies of this one. */
const lookAgainAfter = 20;

export function createRecord(options: RecordOptions): RecordOfSent {
  const { folder, keepDays, now, onError, mostBytes = 20_000_000 } = options;
  /** Oldest first; one that is being stored stays here until it is on disk. */
  const memory = new Map<string, SentBody>();
  let inMemory = 0;
  /** What lies on disk, oldest first; undefined before it was looked at. */
  let stored: { name: string; bytes: number; at: number }[] | undefined;
  let sinceLook = 0;
  let writing = Promise.resolve();

  const pathOf = (id: string): string | undefined =>
    folder !== undefined && /^[\w-]+$/.test(id) ? join(folder, `${id}.json`) : undefined;

  function forget(id: string): void {
    inMemory -= memory.get(id)?.body.length ?? 0;
    memory.delete(id);
  }

  function remember(sent: SentBody): void {
    forget(sent.id);
    memory.set(sent.id, sent);
    inMemory += sent.body.length;
    for (const id of memory.keys()) {
      if (memory.size <= mostBodies && inMemory <= mostBytes) break;
      forget(id);
    }
  }

  async function look(): Promise<NonNullable<typeof stored>> {
    if (folder === undefined) return [];
    const names = await readdir(folder).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    const files = await Promise.all(
      names
        .filter((name) => name.endsWith('.json'))
        .map(async (name) => {
          // Another window may just have deleted it.
          const info = await stat(join(folder, name)).catch(() => undefined);
          return info === undefined ? [] : [{ name, bytes: info.size, at: info.mtimeMs }];
        }),
    );
    return files.flat().sort((a, b) => a.at - b.at);
  }

  /** Deletes the oldest until what is left may stay. */
  async function prune(): Promise<void> {
    if (folder === undefined || stored === undefined) return;
    let bytes = stored.reduce((sum, file) => sum + file.bytes, 0);
    const oldest = now() - keepDays() * dayMs;
    for (let first = stored[0]; first !== undefined; first = stored[0]) {
      if (stored.length <= mostBodies && bytes <= mostBytes && first.at >= oldest && keepDays() > 0) return;
      await rm(join(folder, first.name), { force: true });
      bytes -= first.bytes;
      stored.shift();
    }
  }

  async function store(sent: SentBody): Promise<void> {
    const path = pathOf(sent.id);
    if (folder === undefined || path === undefined) return;
    if (stored === undefined || sinceLook >= lookAgainAfter) {
      stored = await look();
      sinceLook = 0;
    }
    if (keepDays() > 0) {
      const text = JSON.stringify(sent);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(path, text, { mode: 0o600 });
      stored.push({ name: `${sent.id}.json`, bytes: Buffer.byteLength(text), at: now() });
      sinceLook += 1;
      // The same id may have been given a newer body meanwhile.
      if (memory.get(sent.id) === sent) forget(sent.id);
    }
    await prune();
  }

  return {
    add: ({ mayBeStored, ...sent }) => {
      remember(sent);
      if (mayBeStored) writing = writing.then(() => store(sent)).catch(onError);
    },
    body: async (id) => {
      const kept = memory.get(id);
      const path = pathOf(id);
      if (kept !== undefined || path === undefined) return kept;
      try {
        const sent = JSON.parse(await readFile(path, 'utf8')) as SentBody;
        return sent.id === id && typeof sent.body === 'string' ? sent : undefined;
      } catch (error) {
        // A crash may have left half a file.
        if (isMissing(error) || error instanceof SyntaxError) return undefined;
        throw error;
      }
    },
    deleteAll: async () => {
      memory.clear();
      inMemory = 0;
      await writing;
      for (const { name } of await look()) if (folder !== undefined) await rm(join(folder, name), { force: true });
      stored = undefined;
    },
    flush: () => writing,
  };
}

/** Everything that is kept as JSON lines, oldest first: each entry, and as `sent` what was sent where it is known. */
export async function* exportLines(ledger: Ledger, record: RecordOfSent): AsyncGenerator<string> {
  for await (const entry of ledger.all()) {
    const sent = await record.body(entry.id);
    yield `${JSON.stringify(sent === undefined ? entry : { ...entry, sent })}\n`;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'ENOENT';
}
