// What a conversation may no longer do, and what a person allowed it after all. Once private text was in it, a conversation is held
// here for its whole life; only a release, which lists exactly what it covers, lets it go to the cloud. It decides nothing by itself.
import type { Piece, Sources } from './gatewayTypes.ts';
import type { Storage } from './storage.ts';

/** What a person let go, in a modal that listed all of it. */
export interface Release {
  /** Milliseconds since 1970. */
  at: number;
  /** Everything that the conversation was routed by at that moment. */
  sources: readonly string[];
  /** Every piece that was in it. A piece with another text is another piece. */
  pieces: readonly string[];
}

export interface Holds {
  /** Whether private text has been in this conversation. */
  isHeld(conversation: string): boolean;
  hold(conversation: string): Promise<void>;
  /** The release that covers all of this; undefined where there is none or something came in after it. */
  covering(conversation: string, sources: Sources, pieces: readonly Piece[]): Release | undefined;
  release(conversation: string, sources: Sources, pieces: readonly Piece[]): Promise<Release>;
}

interface Kept {
  held?: number;
  release?: Release;
}

const storageKey = 'fathom.conversations';
/** Far more than history keeps. */
const most = 2000;

const keyOf = ({ source, digest = '' }: Piece): string => JSON.stringify([source, digest]);

export function createHolds(storage: Storage, now: () => number): Holds {
  /** Read each time: another window may have written meanwhile. */
  const all = (): Record<string, Kept> => (storage.get(storageKey) ?? {}) as Record<string, Kept>;

  async function write(conversation: string, change: Kept): Promise<void> {
    const { [conversation]: before, ...others } = all();
    const entries = Object.entries(others).slice(1 - most);
    await storage.update(storageKey, { ...Object.fromEntries(entries), [conversation]: { ...before, ...change } });
  }

  return {
    isHeld: (conversation) => all()[conversation]?.held !== undefined,
    hold: async (conversation) => {
      if (all()[conversation]?.held === undefined) await write(conversation, { held: now() });
    },
    covering: (conversation, sources, pieces) => {
      const release = all()[conversation]?.release;
      if (release === undefined) return undefined;
      const covers =
        sources.every((source) => release.sources.includes(source)) &&
        pieces.every((piece) => release.pieces.includes(keyOf(piece)));
      return covers ? release : undefined;
    },
    release: async (conversation, sources, pieces) => {
      const release = { at: now(), sources: [...sources], pieces: pieces.map(keyOf) };
      await write(conversation, { release });
      return release;
    },
  };
}
