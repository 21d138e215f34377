// How long to leave a model alone after it failed. Ghost text asks with every pause in typing, so it must not hammer at a closed door.
import { ModelError, type ModelErrorReason } from '../models/errors.ts';
import { BudgetError } from '../privacy/budgetError.ts';

const second = 1000;

const pauses: Readonly<Partial<Record<ModelErrorReason, number>>> = {
  rateLimited: 30 * second,
  overloaded: 30 * second,
  noCredit: 60 * second,
  badKey: 60 * second,
  retiredModel: 60 * second,
  modelNotLocal: 60 * second,
  cannotFill: 60 * second,
  modelMissing: 15 * second,
  refused: 10 * second,
  badResponse: 10 * second,
  dropped: 10 * second,
  stalled: 10 * second,
  notRunning: 5 * second,
};

/** Milliseconds. 0 for what a person settles (`noKey`, a route, a budget): finding that out again costs nothing. */
export function pauseAfter(error: unknown): number {
  if (BudgetError.is(error)) return error.retryAfterMs ?? 0;
  if (!ModelError.is(error)) return 0;
  return Math.max(pauses[error.reason] ?? 0, Math.min(error.details.retryAfterMs ?? 0, 300 * second));
}
