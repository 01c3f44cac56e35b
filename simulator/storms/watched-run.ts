/** A run of a storm with everything written down that the report asks for. */

import type { Decision } from '../../lambdas/core/decision.ts';
import { parsePolicy } from '../../lambdas/core/policy/parse.ts';
import type { Policy, PolicyInput } from '../../lambdas/core/policy/schema.ts';
import { type RunResult, runHeadless, TICK_SECONDS } from '../run/headless.ts';
import { START_OF_RUN } from '../run/start-of-run.ts';
import type { Workload } from '../workload/query.ts';
import type { WorldKnobs } from '../world/knobs.ts';
import { mergeKnobs } from '../world/read-knobs.ts';
import { type Moment, momentsOf } from './track.ts';

export interface WatchedRun {
  readonly result: RunResult;
  /** The fleet at each tick. */
  readonly moments: readonly Moment[];
  /** Of every tick, in order. */
  readonly decisions: readonly Decision[];
  readonly queries: number;
  readonly maximumUnits: number;
}

/** Virtual seconds of a decision. */
export const secondsOf = ({ at }: Decision): number => at - START_OF_RUN;

/** A policy of ours; a mistake in it is one of the program. */
export const policyOf = (given: PolicyInput): Policy => {
  const { policy, problems } = parsePolicy(given);
  if (policy === undefined) throw new Error(`a policy of a storm is broken: ${JSON.stringify(problems)}`);
  return policy;
};

/** Knobs of ours, put over the default ones. */
export const knobsOf = (given: unknown): WorldKnobs =>
  mergeKnobs(given, (path, value, expected) => {
    throw new Error(`a knob of a storm is broken: ${path.join('.')} is ${String(value)}, expected ${expected}`);
  });

export interface WatchOptions {
  readonly workload: Workload;
  readonly policy: Policy;
  readonly knobs: WorldKnobs;
  readonly seed: number;
  readonly untilSeconds: number;
}

/** Runs it and looks at the fleet at every tick. */
export const watchedRun = async (options: WatchOptions): Promise<WatchedRun> => {
  const decisions: Decision[] = [];
  const result = await runHeadless({ ...options, onDecision: (decision) => decisions.push(decision) });
  const ticks = Math.floor(options.untilSeconds / TICK_SECONDS) + 1;
  const times = Array.from({ length: ticks }, (_, index) => index * TICK_SECONDS);
  const moments = momentsOf(result.events, options.knobs.fleet.pools, times);
  const { maximumUnits } = options.policy.capacity;
  return { result, moments, decisions, queries: options.workload.queries.length, maximumUnits };
};
