// What the room keeps between sessions is kept through this: VS Code's `Memento` fits, and so does a map in a test.

export interface Storage {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}
