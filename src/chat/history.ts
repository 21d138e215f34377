// Keeps conversations on disk: one JSON file each, and a pointer to the current one. A file is replaced as a whole, so that
// a crash leaves the old one or the new one. It never throws: what goes wrong is logged, and the conversation goes on.
import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import * as path from 'node:path';
import type { Schedule } from './panelLog.ts';
import { atRest, isSafeId, readStored } from './stored.ts';
import type { StoredConversation } from './stored.ts';

/** A streaming answer is written this often; a window that is killed loses no more than this. */
const writeEveryMs = 1000;
const mostKept = 50;
const pointerName = 'current.json';

export class History {
  private readonly folder: string;
  private readonly schedule: Schedule;
  private readonly log: (message: string) => void;
  private pending: StoredConversation | undefined;
  private cancelWrite: (() => void) | undefined;
  private currentId: string | undefined;
  private pruning = Promise.resolve();

  /** @param folder the workspace's storage folder, or the global one where no workspace is open; it need not exist yet */
  constructor(options: { folder: string; schedule: Schedule; log?: (message: string) => void }) {
    this.folder = path.join(options.folder, 'conversations');
    this.schedule = options.schedule;
    this.log = options.log ?? (() => undefined);
  }

  /** The conversation that was open last, at rest; undefined if there is none or its file can't be read (it is kept as `.broken`). */
  async load(): Promise<StoredConversation | undefined> {
    const id = await this.readPointer();
    if (id === undefined) return undefined;
    const stored = await this.read(id);
    if (stored) this.currentId = id;
    return stored && atRest(stored);
  }

  /** Keeps this state: at once if it is of another conversation than the last, else within a second. */
  save(conversation: StoredConversation): void {
    if (this.pending && this.pending.id !== conversation.id) this.flush();
    this.pending = conversation;
    this.cancelWrite ??= this.schedule(writeEveryMs, () => this.flush());
  }

  /** Writes what waits. Synchronous, because a window that closes waits for nothing else. */
  flush(): void {
    this.cancelWrite?.();
    this.cancelWrite = undefined;
    const conversation = this.pending;
    this.pending = undefined;
    if (!conversation) return;
    try {
      mkdirSync(this.folder, { recursive: true });
      replaceFile(this.fileOf(conversation.id), JSON.stringify(conversation));
      if (conversation.id === this.currentId) return;
      replaceFile(path.join(this.folder, pointerName), JSON.stringify({ id: conversation.id }));
      this.currentId = conversation.id;
      this.pruning = this.pruning.then(() => this.prune()); // It logs what goes wrong.
    } catch (error) {
      this.log(`The conversation could not be saved: ${String(error)}`);
    }
  }

  /** Resolves when old conversations are gone. */
  settled(): Promise<void> {
    return this.pruning;
  }

  private async readPointer(): Promise<string | undefined> {
    try {
      const json: unknown = JSON.parse(await readFile(path.join(this.folder, pointerName), 'utf8'));
      const id = typeof json === 'object' && json !== null && 'id' in json ? json.id : undefined;
      return typeof id === 'string' && isSafeId(id) ? id : undefined;
    } catch {
      return undefined; // None yet, or damaged: the conversations themselves stay.
    }
  }

  private async read(id: string): Promise<StoredConversation | undefined> {
    const file = this.fileOf(id);
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch {
      return undefined; // Removed by somebody: a fresh start.
    }
    try {
      const stored = readStored(JSON.parse(text));
      if (stored?.id === id) return stored;
    } catch {
      // Not JSON: treated like JSON that is no conversation.
    }
    try {
      await rename(file, `${file}.broken`);
      this.log(`A conversation could not be read; its file is kept: ${path.basename(file)}.broken`);
    } catch (error) {
      this.log(`A conversation could not be read: ${String(error)}`);
    }
    return undefined;
  }

  /** Removes the oldest conversations beyond the cap. */
  private async prune(): Promise<void> {
    try {
      const names = (await readdir(this.folder)).filter((name) => name.endsWith('.json') && name !== pointerName);
      if (names.length <= mostKept) return;
      const files = await Promise.all(
        names.map(async (name) => {
          const file = path.join(this.folder, name);
          return { file, time: (await stat(file)).mtimeMs };
        }),
      );
      files.sort((a, b) => b.time - a.time);
      await Promise.all(files.slice(mostKept).map(({ file }) => rm(file, { force: true })));
    } catch (error) {
      this.log(`Old conversations could not be removed: ${String(error)}`);
    }
  }

  private fileOf(id: string): string {
    return path.join(this.folder, `${id}.json`);
  }
}

/** Beside it first, then in its place: a reader never sees half a file. */
function replaceFile(file: string, text: string): void {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    writeFileSync(temporary, text, { encoding: 'utf8', mode: 0o600 });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
