/** A cluster from which the market takes most of its spot for a while. */
import type { PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import type { ReasonCode } from '../../../lambdas/core/reasons.ts';
import { codesOf, facts, policyWith } from './builders.ts';
import { type Drive, drive, running, type Ticked, tickAt } from './drive.ts';

export const PRICED = facts({ usdPerUnitHour: { onDemand: 1, spot: 0.4 }, minimumWorkerAgeSeconds: 0 });
export const HOUR = 3600;

export const wishesWith = (wishes: PolicyInput): PolicyInput => ({
  ...wishes,
  markets: { fallbackMaximumUnits: 40, ...wishes.markets },
  scaleIn: { holdSeconds: 300, ...wishes.scaleIn },
});

/** 40 units of spot serve 40 queries; at 600 s the market takes 30 of them, and gives them back at `backAt`. */
export const taken = (seconds: number, backAt: number, wishes: PolicyInput = {}, given: Partial<Drive> = {}) => {
  const { before, ...rest } = given;
  return drive({
    units: 40,
    seconds,
    facts: PRICED,
    policy: policyWith(wishesWith(wishes)),
    sample: running(() => 40),
    before: (moment) => {
      const { fleet, seconds: now } = moment;
      fleet.spotLimit = now >= 600 && now < backAt ? 10 : 1000;
      if (now === backAt) fleet.spot.coming.push({ seconds: now + 180, units: fleet.spot.target });
      before?.(moment);
    },
    ...rest,
  });
};

export const callsOf = (ticks: readonly Ticked[]) =>
  ticks.flatMap(({ seconds, decision }) => {
    const targets = decision.command?.targets;
    return targets === undefined
      ? []
      : [{ seconds, onDemand: Number(targets.onDemandUnits), spot: Number(targets.spotUnits) }];
  });
export const timesOf = (ticks: readonly Ticked[], code: ReasonCode): number[] =>
  ticks.filter(({ decision }) => codesOf(decision).includes(code)).map(({ seconds }) => seconds);
export const lastTargets = (ticks: readonly Ticked[]) => ticks.at(-1)?.decision.targets;
export const standIns = (ticks: readonly Ticked[], seconds: number): number =>
  tickAt(ticks, seconds).memory.spot?.standInUnits ?? 0;
