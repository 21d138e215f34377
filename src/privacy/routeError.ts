// The one failure that is privacy's own: a text that has nowhere to go. The sentences for people are in explain.ts.
import type { Ignored } from './ignoreRules.ts';
import type { Route } from './route.ts';

/**
 * `askFirst`: it may not leave only because nobody was asked yet (`route.askAbout`), and no local model can answer.
 * `noLocalModel`: it must stay on this machine, and no local model can answer.
 * `ignored`: a file in it goes along with nothing by itself (`ignored`). `insideSecret`: the cursor is in one.
 */
export type RouteErrorReason = 'askFirst' | 'noLocalModel' | 'ignored' | 'insideSecret';

/** A file that is left out, and the rule that says so. */
export interface LeftOut extends Ignored {
  source: string;
}

export class RouteError extends Error {
  readonly reason: RouteErrorReason;
  readonly route: Route;
  /** Host that the text would go to, where that isn't DeepSeek's own. */
  readonly server: string | undefined;
  readonly leftOut: LeftOut | undefined;

  /** @param cause why no local model can answer: a `ModelError`. */
  constructor(reason: RouteErrorReason, route: Route, cause?: unknown, server?: string, leftOut?: LeftOut) {
    super(reason, { cause });
    this.name = 'RouteError';
    this.reason = reason;
    this.route = route;
    this.server = server;
    this.leftOut = leftOut;
  }

  /** True for a `RouteError`, and of that reason if one is given. */
  static is(error: unknown, reason?: RouteErrorReason): error is RouteError {
    return error instanceof RouteError && (reason === undefined || error.reason === reason);
  }
}
