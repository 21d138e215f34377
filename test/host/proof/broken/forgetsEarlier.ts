// Plans that are wrong: a conversation goes by its last piece of code alone, and that private text was in it holds nothing.
import { createPlans as right, type Plans, type PlansDeps } from '../../../../src/privacy/plans.ts';

export * from '../../../../src/privacy/plans.ts';

export function createPlans(deps: PlansDeps): Plans {
  const plans = right(deps);
  return {
    ...plans,
    decide: (sources, _held, wait) => plans.decide(sources.slice(-1), undefined, wait),
    stillHolds: (planned, question) =>
      plans.stillHolds(planned, { ...question, sources: question.sources.slice(-1), held: undefined }),
  };
}
