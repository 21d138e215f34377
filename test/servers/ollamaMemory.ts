// Which models the test Ollama has loaded, with which context, and who waits for them: one request at a time per model.
import type { OllamaTestModel } from './ollamaModels.ts';
import type { Wire } from './wire.ts';

interface Loaded {
  model: OllamaTestModel;
  contextTokens: number;
  /** Milliseconds since the epoch; Infinity for ever. */
  expiresAt: number;
}

/** A turn at a model. `loadNs`: what the answer tells as `load_duration`. */
export interface Turn {
  loadNs: number;
  release(): void;
}

/** `load_duration` in nanoseconds as it was seen: a model that is there costs some too. */
const alreadyLoadedNs = 24_165_110;
const freshlyLoadedNs = 392_632_891;

export class Memory {
  readonly loads: { model: string; contextTokens: number }[] = [];
  readonly #loaded = new Map<string, Loaded>();
  /** Per model: those whose turn it isn't yet. The model is taken while there is an entry. */
  readonly #waiting = new Map<string, (() => void)[]>();
  readonly #options: { now: () => number; loadMs: number; maxQueue: number };

  constructor(options: { now: () => number; loadMs: number; maxQueue: number }) {
    this.#options = options;
  }

  /** Those in memory; one whose time is over is gone. */
  loaded(): Loaded[] {
    for (const [name, entry] of this.#loaded) {
      if (entry.expiresAt <= this.#options.now()) this.#loaded.delete(name);
    }
    return [...this.#loaded.values()];
  }

  unload(name: string): void {
    this.#loaded.delete(name);
  }

  /** Waits for the model's turn and loads it if need be. `busy`: too many wait. `gone`: the client went away meanwhile. */
  async use(
    model: OllamaTestModel,
    contextTokens: number,
    keepMs: number,
    wire: Wire,
  ): Promise<Turn | 'busy' | 'gone'> {
    const queue = this.#waiting.get(model.name);
    if (queue) {
      if (queue.length >= this.#options.maxQueue) return 'busy';
      let ready = (): void => undefined;
      const turn = new Promise<true>((resolve) => (ready = () => resolve(true)));
      queue.push(ready);
      const mine = await Promise.race([turn, wire.gone.then(() => false)]);
      if (!mine) {
        const at = queue.indexOf(ready);
        if (at >= 0) queue.splice(at, 1);
        else this.#next(model.name); // The turn came at the same moment: pass it on.
        return 'gone';
      }
    } else {
      this.#waiting.set(model.name, []);
    }

    const there = this.loaded().find((entry) => entry.model.name === model.name);
    const reload = there?.contextTokens !== contextTokens;
    if (reload) {
      this.#loaded.delete(model.name);
      if (this.#options.loadMs > 0 && !(await wire.pause(this.#options.loadMs))) {
        this.#next(model.name); // Who goes away during a load abandons it.
        return 'gone';
      }
      this.loads.push({ model: model.name, contextTokens });
    }
    this.#loaded.set(model.name, { model, contextTokens, expiresAt: Infinity });
    let released = false;
    const release = (): void => {
      if (released) return;
      released = true;
      const entry = this.#loaded.get(model.name);
      if (entry) entry.expiresAt = this.#options.now() + keepMs;
      this.#next(model.name);
    };
    return { loadNs: reload ? freshlyLoadedNs : alreadyLoadedNs, release };
  }

  #next(name: string): void {
    const next = this.#waiting.get(name)?.shift();
    if (next) next();
    else this.#waiting.delete(name);
  }
}
