// An event without VS Code: who listens, and how to stop listening. No queue, no replay.

export interface Disposable {
  dispose(): void;
}

export interface Emitter<T> {
  /** Registers a listener; dispose of the result to stop listening. */
  event: (listener: (value: T) => void) => Disposable;
  fire(value: T): void;
}

export function createEmitter<T>(): Emitter<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    event: (listener) => {
      // Wrapped, so that one function registered twice is two registrations.
      const own = (value: T) => listener(value);
      listeners.add(own);
      return { dispose: () => listeners.delete(own) };
    },
    fire: (value) => {
      for (const listener of [...listeners]) listener(value);
    },
  };
}
