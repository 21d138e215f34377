// Two readings of how DeepSeek's context cache works, for a server that has to say how much of a prompt was in it. The documentation
// has words only and nothing here was measured against the live service, so a figure should be the worse of both. Knows no wire format.

export interface PrefixCache {
  /**
   * A prompt has come. Times are milliseconds of any one clock.
   * @returns how many tokens of its head are in the cache
   */
  ask(tokens: readonly string[], at: number): number;
  /** An answer has ended. @param tokens the prompt and, behind it, the answer as the next turn would send it */
  answered(tokens: readonly string[], at: number): void;
  clear(): void;
}

export interface CacheTimes {
  /** How long it takes until something is in the cache: documented as "seconds". */
  buildMs?: number;
  /** How long it stays there: documented as "hours to days". */
  keepMs?: number;
}

const documented = { buildMs: 5000, keepMs: 2 * 60 * 60_000 };

/**
 * As documented since V4: what is found is a whole unit, never a part of one. A unit is written at the end of each prompt, at the
 * end of each answer, and where two prompts were seen to part; such a common head serves from the third prompt on.
 */
export function persistedUnits(times: CacheTimes = {}): PrefixCache {
  const { buildMs, keepMs } = { ...documented, ...times };
  /** `ends`: after how many of its tokens a unit ends. */
  let known: { tokens: readonly string[]; ends: Set<number>; from: number; isPrompt: boolean }[] = [];
  return {
    ask(tokens, at) {
      known = known.filter(({ from }) => at - from <= keepMs);
      const ends = new Set([tokens.length]);
      let hit = 0;
      for (const earlier of known) {
        const shared = sharedLength(earlier.tokens, tokens);
        if (earlier.from <= at) for (const end of earlier.ends) if (end <= shared) hit = Math.max(hit, end);
        if (earlier.isPrompt && shared > 0) ends.add(shared);
      }
      known.push({ tokens, ends, from: at + buildMs, isPrompt: true });
      return hit;
    },
    answered(tokens, at) {
      known.push({ tokens, ends: new Set([tokens.length]), from: at + buildMs, isPrompt: false });
    },
    clear: () => void (known = []),
  };
}

/** As documented for V2 and V3: the head that is shared with any earlier prompt, in whole units of 64 tokens. Answers aren't kept. */
export function fixedUnits(times: CacheTimes = {}, unit = 64): PrefixCache {
  const { buildMs, keepMs } = { ...documented, ...times };
  let known: { tokens: readonly string[]; from: number }[] = [];
  return {
    ask(tokens, at) {
      known = known.filter(({ from }) => at - from <= keepMs);
      const ready = known.filter(({ from }) => from <= at);
      const shared = Math.max(0, ...ready.map((earlier) => sharedLength(earlier.tokens, tokens)));
      known.push({ tokens, from: at + buildMs });
      return Math.floor(shared / unit) * unit;
    },
    answered: () => undefined,
    clear: () => void (known = []),
  };
}

function sharedLength(one: readonly string[], other: readonly string[]): number {
  let length = 0;
  while (length < one.length && length < other.length && one[length] === other[length]) length++;
  return length;
}
