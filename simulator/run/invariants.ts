/** What must never happen, checked on every decision of a run: the list of the design, as far as a run can show it. */
import { decide } from '../../lambdas/core/decide.ts';
import type { Decision } from '../../lambdas/core/decision.ts';
import { totalUnits } from '../../lambdas/core/model.ts';
import { usdPerHour } from '../../lambdas/core/money.ts';
import type { Policy } from '../../lambdas/core/policy/schema.ts';
import type { FullRecord } from '../../lambdas/core/record.ts';

const UNBELIEVABLE = new Set([
  'signal-missing',
  'signal-stale',
  'signal-contradictory',
  'signal-partial',
  'alarm-unknown',
]);

const outsideLimits = ({ command }: Decision, { capacity }: Policy): string | undefined => {
  if (command === undefined) return undefined;
  const total = totalUnits(command.targets);
  return total < capacity.minimumUnits || total > capacity.maximumUnits ? 'a target outside the limits' : undefined;
};

const shrunkBlindly = (decision: Decision): string | undefined =>
  decision.verdict === 'shrink' && decision.reasons.some((reason) => UNBELIEVABLE.has(reason.code))
    ? 'a shrink on a signal that cannot be believed'
    : undefined;

const withoutReason = (decision: Decision): string | undefined =>
  decision.reasons.length === 0 ? 'a decision without a reason' : undefined;

const beyondBudget = (decision: Decision, policy: Policy, record: FullRecord | undefined): string | undefined => {
  const price = record?.observation.facts.usdPerUnitHour;
  const limit = policy.budget.usdPerHour;
  if (decision.verdict !== 'grow' || decision.command === undefined || price === undefined || limit === undefined)
    return undefined;
  const minimum = totalUnits(decision.command.targets) <= policy.capacity.minimumUnits;
  return !minimum && usdPerHour(decision.command.targets, price) > limit + 1e-6 ? 'growth past a money cap' : undefined;
};

const unlikeItself = (record: FullRecord | undefined): string | undefined => {
  if (record === undefined) return undefined;
  const copy = JSON.parse(JSON.stringify(record)) as FullRecord;
  const again = decide(copy.observation, copy.policy, copy.memory, copy.now);
  return JSON.stringify(again.decision) === JSON.stringify(record.decision)
    ? undefined
    : 'a record that does not replay';
};

/** Looks at every decision of a run; afterwards `broken` says what happened that must not, and how often. */
export class Invariants {
  readonly broken: Record<string, number> = {};
  readonly #policy: Policy;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  check(decision: Decision, record: FullRecord | undefined): void {
    const found = [
      outsideLimits(decision, this.#policy),
      shrunkBlindly(decision),
      withoutReason(decision),
      beyondBudget(decision, this.#policy, record),
      unlikeItself(record),
    ];
    for (const what of found) {
      if (what !== undefined) this.broken[what] = (this.broken[what] ?? 0) + 1;
    }
  }
}
