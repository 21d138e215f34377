// Silence for a while, by the person's own wish. Ends by itself, or with the window.

export interface SnoozeDeps {
  /** Milliseconds. */
  now: () => number;
  /** Calls back once after so many milliseconds; returns what cancels it. */
  setTimer: (callback: () => void, ms: number) => () => void;
  /** Called when it begins and when it ends. */
  onChange: () => void;
}

export class Snooze {
  readonly #deps: SnoozeDeps;
  #until = 0;
  #cancel: (() => void) | undefined;

  constructor(deps: SnoozeDeps) {
    this.#deps = deps;
  }

  /** When it ends (milliseconds since the epoch; `Infinity`: with the window), or undefined. */
  get until(): number | undefined {
    return this.#until > this.#deps.now() ? this.#until : undefined;
  }

  /** @param ms how long from now; `Infinity` for the rest of this window's life */
  start(ms: number): void {
    this.#cancel?.();
    this.#until = this.#deps.now() + ms;
    this.#cancel = Number.isFinite(ms) ? this.#deps.setTimer(() => this.end(), ms) : undefined;
    this.#deps.onChange();
  }

  end(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#until === 0) return;
    this.#until = 0;
    this.#deps.onChange();
  }

  dispose(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
