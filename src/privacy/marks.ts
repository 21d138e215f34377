// What the person decided about folders: cleared for the cloud, for now or always, or forbidden. Kept in their own storage,
// never in the repository. It decides nothing by itself (router.ts does).
import { dirname } from 'node:path';
import { createEmitter, type Disposable } from './emitter.ts';
import type { Mark, Origin } from './route.ts';
import type { Storage } from './storage.ts';

/** Stands for texts that lie in no folder: untitled documents, and questions in a window without a folder. */
export const noFolderKey = 'no-folder:';

/** What a mark on this origin is kept under, and the argument of the buttons about it. */
export const markKeyOf = (origin: Origin): string => origin.root ?? noFolderKey;

export interface Marks {
  /**
   * The mark in force. Forbidding a folder forbids everything below it, repositories within the repository too; clearing
   * one clears only that one.
   */
  of(key: string): Mark | undefined;
  /** Decides for good; undefined: as if nobody had ever decided. Holds from the call on, not from the end of the promise. */
  set(key: string, mark: Mark | undefined): Promise<void>;
  /** Clears until the window is closed. A folder that is forbidden stays forbidden. */
  clearForNow(key: string): void;
  onDidChange: (listener: (key: string) => void) => Disposable;
}

const storageKeyOf = (key: string) => `fathom.mark:${key}`;

export function createMarks(storage: Storage): Marks {
  const changed = createEmitter<string>();
  const clearedForNow = new Set<string>();

  // Read each time: another window may have decided meanwhile.
  function stored(key: string): Mark | undefined {
    const value = storage.get(storageKeyOf(key));
    return value === 'cleared' || value === 'forbidden' ? value : undefined;
  }

  function forbiddenAbove(key: string): boolean {
    if (key === noFolderKey) return false;
    for (let at = key, up = dirname(at); up !== at; at = up, up = dirname(at)) {
      if (stored(up) === 'forbidden') return true;
    }
    return false;
  }

  return {
    onDidChange: changed.event,
    of: (key) => {
      const own = stored(key);
      if (own === 'forbidden' || forbiddenAbove(key)) return 'forbidden';
      return own ?? (clearedForNow.has(key) ? 'cleared' : undefined);
    },
    set: async (key, mark) => {
      clearedForNow.delete(key);
      const written = storage.update(storageKeyOf(key), mark);
      changed.fire(key);
      await written;
    },
    clearForNow: (key) => {
      clearedForNow.add(key);
      changed.fire(key);
    },
  };
}
