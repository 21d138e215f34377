// The one failure that is privacy's own: a text that has nowhere to go. The sentences for people are in explain.ts.
import type { Route } from './route.ts';

/**
 * `askFirst`: it may not leave only because nobody was asked yet (`route.askAbout`), and no local model can answer.
 * `noLocalModel`: it must stay on this machine, and no local model can answer.
 */
export type RouteErrorReason = 'askFirst' | 'noLocalModel';

export class RouteError extends Error {
  readonly reason: RouteErrorReason;
  readonly route: Route;
  /** Host that the text would go to, where that isn't DeepSeek's own. */
  readonly server: string | undefined;

  /** @param cause why no local model can answer: a `ModelError`. */
  constructor(reason: RouteErrorReason, route: Route, cause?: unknown, server?: string) {
    super(reason, { cause });
    this.name = 'RouteError';
    this.reason = reason;
    this.route = route;
    this.server = server;
  }

  /** True for a `RouteError`, and of that reason if one is given. */
  static is(error: unknown, reason?: RouteErrorReason): error is RouteError {
    return error instanceof RouteError && (reason === undefined || error.reason === reason);
  }
}
