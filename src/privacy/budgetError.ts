// A request that was not sent because of the person's budget. The sentences for people are in explain.ts.
import type { BudgetState, BudgetVerdict } from './budget.ts';

/** `stopped`: the limit is reached. `slowed`: ghost text, sooner after the last one than the rest of the budget allows. */
export type BudgetErrorReason = 'stopped' | 'slowed';

export class BudgetError extends Error {
  readonly reason: BudgetErrorReason;
  /** `stopped`: which limit. */
  readonly state: BudgetState | undefined;
  /** `slowed`: when to try again, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(verdict: Exclude<BudgetVerdict, { kind: 'ok' }>) {
    const reason = verdict.kind === 'stop' ? 'stopped' : 'slowed';
    super(reason);
    this.name = 'BudgetError';
    this.reason = reason;
    this.state = verdict.kind === 'stop' ? verdict : undefined;
    this.retryAfterMs = verdict.kind === 'wait' ? verdict.ms : undefined;
  }

  /** True for a `BudgetError`, and of that reason if one is given. */
  static is(error: unknown, reason?: BudgetErrorReason): error is BudgetError {
    return error instanceof BudgetError && (reason === undefined || error.reason === reason);
  }
}
