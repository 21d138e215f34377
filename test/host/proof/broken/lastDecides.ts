// A router that is wrong: not the strictest origin decides but the last.
import { route as right, type RouteQuestion } from '../../../../src/privacy/router.ts';
import type { Route } from '../../../../src/privacy/route.ts';

export * from '../../../../src/privacy/router.ts';

export function route(question: RouteQuestion): Route {
  return right({ ...question, origins: question.origins.slice(-1) });
}
