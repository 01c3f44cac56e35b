/** One workload through every storm: each contender is run calm first, and then in each storm. */
import type { Workload } from '../workload/query.ts';
import { DEFAULT_KNOBS, type WorldKnobs } from '../world/knobs.ts';
import { CALM, type Contender, outagesOf, SEQUENTIAL, type Storm } from './storms.ts';
import { knobsOf, policyOf, type WatchedRun, watchedRun } from './watched-run.ts';
import { shouldServe } from './yardstick.ts';

/** A start takes no longer in 95 of 100 cases. */
export const LONG_START_SECONDS = DEFAULT_KNOBS.fleet.startLagP95Seconds;

/** What is run, and when the storms come. */
export interface Stage {
  readonly workload: Workload;
  readonly seed: number;
  readonly untilSeconds: number;
  readonly stormAtSeconds: number;
}

/** Everything about one run that the report may ask for. */
export interface Trial {
  readonly contender: Contender;
  readonly storm: Storm;
  readonly run: WatchedRun;
}

const policyFor = (contender: Contender, fixedUnits: number) => {
  const policy = policyOf(contender.policy);
  if (contender.leftToEmr !== true) return policy;
  return { ...policy, mode: 'shadow' as const, capacity: { ...policy.capacity, minimumUnits: fixedUnits } };
};

/** Types by the spot units that the fleet holds of them at a time, the largest first. */
export const largestPools = (run: WatchedRun, atSeconds: number): readonly string[] => {
  const moment = run.moments.findLast((one) => one.atSeconds <= atSeconds);
  return Object.entries(moment?.spotUnits ?? {})
    .toSorted(([, first], [, second]) => second - first)
    .map(([instanceType]) => instanceType);
};

export class StormTrials {
  readonly #stage: Stage;
  readonly #calm = new Map<Contender, Promise<WatchedRun>>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Spot units that EMR keeps without us: the most that demand asks of us for as long as a start when nothing is lost. */
  async fixedUnits(): Promise<number> {
    const { decisions, maximumUnits } = await this.#calmRun(SEQUENTIAL);
    return Math.max(...shouldServe(decisions, maximumUnits, LONG_START_SECONDS));
  }

  async trial(contender: Contender, storm: Storm): Promise<Trial> {
    const calm = await this.#calmRun(contender);
    if (storm === CALM) return { contender, storm, run: calm };
    const { stormAtSeconds } = this.#stage;
    const outages = outagesOf(storm, stormAtSeconds, largestPools(calm, stormAtSeconds));
    const run = await this.#run(contender, { outages, startFailureShare: storm.startFailureShare });
    return { contender, storm, run };
  }

  /** A run in a world of its own choice. */
  async inWorld(contender: Contender, fleet: Partial<WorldKnobs['fleet']>): Promise<WatchedRun> {
    return this.#run(contender, fleet);
  }

  #calmRun(contender: Contender): Promise<WatchedRun> {
    const known = this.#calm.get(contender) ?? this.#run(contender, {});
    this.#calm.set(contender, known);
    return known;
  }

  async #run(contender: Contender, fleet: Partial<WorldKnobs['fleet']>): Promise<WatchedRun> {
    const { workload, seed, untilSeconds } = this.#stage;
    const fixedUnits = contender.leftToEmr === true ? await this.fixedUnits() : 0;
    const policy = policyFor(contender, fixedUnits);
    const knobs = knobsOf({ fleet: { ...contender.fleet, ...fleet } });
    return watchedRun({ workload, seed, untilSeconds, policy, knobs });
  }
}
