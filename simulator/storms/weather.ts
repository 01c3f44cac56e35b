/** Random storms, one after the other, each held against the rules. */
import { runHeadless } from '../run/headless.ts';
import { Invariants } from '../run/invariants.ts';
import { type RandomStorm, randomStorm } from './random-storm.ts';
import { type Broken, StormRules } from './rules.ts';
import { knobsOf, policyOf } from './watched-run.ts';

/** Half as often as in production: storms are many. */
const TICK_SECONDS = 30;

export interface Weathered {
  readonly storm: RandomStorm;
  readonly broken: readonly Broken[];
  /** Units of spot that were taken, and calls that fell back to on-demand: a storm that is none proves nothing. */
  readonly lostUnits: number;
  readonly fallbacks: number;
  readonly shrinks: number;
}

/** Lives through one storm. The same seed, the same course: to look at one again is to run it again. */
export const weather = async (seed: number): Promise<Weathered> => {
  const storm = randomStorm(seed);
  const policy = policyOf(storm.policy);
  const knobs = knobsOf(storm.world);
  const rules = new StormRules(policy, knobs);
  const invariants = new Invariants(policy);
  const result = await runHeadless({
    workload: storm.workload,
    policy,
    knobs,
    seed,
    untilSeconds: storm.untilSeconds,
    tickSeconds: TICK_SECONDS,
    onDecision: (decision, record) => {
      rules.decision(decision);
      invariants.check(decision, record);
    },
    onFleetEvent: (event) => rules.event(event),
    longestTailSeconds: 0,
  });
  const others = Object.entries(invariants.broken).map(([rule, count]) => ({
    atSeconds: result.endSeconds,
    rule,
    detail: `${count} times`,
  }));
  const taken = result.events.filter((event) => event.kind === 'terminated' && event.how === 'interrupted');
  return {
    storm,
    broken: [...rules.broken, ...others],
    lostUnits: taken.reduce((sum, event) => sum + ('units' in event ? event.units : 0), 0),
    fallbacks: result.reasons['fallback-on-demand'] ?? 0,
    shrinks: result.resizes.shrink,
  };
};
