// Documents as tests write them, with ▮ for the cursor, and a clock that tests move.
import type { Snapshot } from '../../../src/completion/snapshot.ts';

/** A snapshot of `marked`, taken while a person types; `changes` replace fields. */
export function at(marked: string, changes: Partial<Snapshot> = {}): Snapshot {
  const index = marked.indexOf('▮');
  const before = (index < 0 ? marked : marked.slice(0, index)).replaceAll('\r\n', '\n');
  const after = (index < 0 ? '' : marked.slice(index + 1)).replaceAll('\r\n', '\n');
  return {
    document: 'file:///project/main.ts',
    sources: ['/project/main.ts'],
    path: '/project/main.ts',
    languageId: 'typescript',
    before,
    after,
    firstLine: 0,
    character: before.length - before.lastIndexOf('\n') - 1,
    offset: before.length,
    length: before.length + after.length,
    automatic: true,
    selecting: false,
    cursors: 1,
    indent: { tabs: false, size: 2 },
    delayMs: 75,
    mayReplace: true,
    ...changes,
  };
}

/** The document after the suggestion was accepted. */
export function accepted(snapshot: Snapshot, fitted: { text: string; replace: number } | undefined): string {
  if (!fitted) return snapshot.before + snapshot.after;
  return snapshot.before + fitted.text + snapshot.after.slice(fitted.replace);
}

export class Clock {
  #now = 1_000_000;
  #timers: { due: number; callback: () => void }[] = [];

  now = (): number => this.#now;

  setTimer = (callback: () => void, ms: number): (() => void) => {
    const timer = { due: this.#now + ms, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };

  get timers(): number {
    return this.#timers.length;
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#timers.filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)[0];
      if (!next) break;
      this.#now = Math.max(this.#now, next.due);
      this.#timers = this.#timers.filter((other) => other !== next);
      next.callback();
    }
    this.#now = end;
  }
}
