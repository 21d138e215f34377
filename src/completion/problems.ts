// Lets a failure be told once, not with every key: the first of each reason, and again when it still happens minutes later.
import { ModelError } from '../models/errors.ts';
import { BudgetError } from '../privacy/budgetError.ts';
import { RouteError } from '../privacy/routeError.ts';

const again = 5 * 60 * 1000;

export class Problems {
  readonly #now: () => number;
  readonly #tell: (error: unknown) => void;
  readonly #told = new Map<string, number>();

  /** @param now milliseconds */
  constructor(now: () => number, tell: (error: unknown) => void) {
    this.#now = now;
    this.#tell = tell;
  }

  note(error: unknown): void {
    // Coming less often is what was asked for.
    if (BudgetError.is(error, 'slowed')) return;
    const known = ModelError.is(error) || RouteError.is(error) || BudgetError.is(error);
    const reason = known ? `${error.name} ${error.reason}` : 'other';
    const now = this.#now();
    const last = this.#told.get(reason);
    if (last !== undefined && now - last < again) return;
    this.#told.set(reason, now);
    this.#tell(error);
  }

  /** It works again, so that the next failure is news. */
  clear(): void {
    this.#told.clear();
  }
}
