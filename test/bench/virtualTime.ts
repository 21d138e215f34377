// A clock that stands still until a replay moves it, and dice that always fall the same way.

export class VirtualTime {
  #now: number;
  #timers: { due: number; callback: () => void }[] = [];
  readonly #settled: () => Promise<void>;

  /** @param settled resolves when all that a timer has set going has come to rest */
  constructor(now: number, settled: () => Promise<void>) {
    this.#now = now;
    this.#settled = settled;
  }

  /** Milliseconds. */
  now = (): number => this.#now;

  setTimer = (callback: () => void, ms: number): (() => void) => {
    const timer = { due: this.#now + ms, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.setTimer(resolve, ms));
  }

  /** Moves on, timer by timer. */
  async moveTo(time: number): Promise<void> {
    for (;;) {
      await this.#settled();
      const next = this.#timers.filter(({ due }) => due <= time).sort((a, b) => a.due - b.due)[0];
      if (!next) break;
      this.#now = Math.max(this.#now, next.due);
      this.#timers = this.#timers.filter((other) => other !== next);
      next.callback();
    }
    this.#now = Math.max(this.#now, time);
  }
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
