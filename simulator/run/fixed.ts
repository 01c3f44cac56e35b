/** The smallest fixed on-demand cluster that keeps the goal on a workload: what a team without an autoscaler would buy. */
import type { Workload } from '../workload/query.ts';
import { Engine } from '../world/engine/engine.ts';
import type { WorldKnobs } from '../world/knobs.ts';
import { Tally } from './tally.ts';

/** The goal of the comparison: at most this share late. */
export const FIXED_GOAL_LATE_SHARE = 0.03;
/** No cluster larger than this many times the maximum is looked at. */
const LARGEST_FACTOR = 8;

export interface FixedCluster {
  readonly workers: number;
  readonly cores: number;
  readonly lateShare: number;
  readonly hours: number;
  readonly usd: number;
}

interface Trial {
  readonly late: number;
  readonly endSeconds: number;
}

/** Runs a fixed cluster; undefined as soon as more than `mostLate` queries are late. */
const tryCluster = (
  workload: Workload,
  knobs: WorldKnobs,
  workers: number,
  maximumCores: number,
  mostLate: number,
): Trial | undefined => {
  const tally = new Tally(maximumCores);
  const engine = new Engine(knobs.engine, (outcome) => tally.add(outcome));
  const vcpu = knobs.fleet.pools[0]?.vcpu ?? 1;
  for (let i = 0; i < workers; i += 1)
    engine.addWorker({ id: `fixed-${i}`, cores: vcpu, memoryBytes: knobs.engine.workerMemoryBytes });
  for (const query of workload.queries) {
    engine.advanceTo(query.arrivalSeconds);
    if (tally.late > mostLate) return undefined;
    engine.submit(query);
  }
  while (!engine.idle) {
    const next = engine.nextEventAt();
    if (next === undefined || tally.late > mostLate) return undefined;
    engine.advanceTo(next);
  }
  return tally.late > mostLate ? undefined : { late: tally.late, endSeconds: engine.now };
};

/**
 * Searches by halving. The share of late queries falls with size but for chance of a query or two.
 * @param untilSeconds the cluster is paid for at least so long
 * @returns null when even a cluster of eight times the maximum is late
 */
export const smallestFixedCluster = (
  workload: Workload,
  knobs: WorldKnobs,
  maximumCores: number,
  untilSeconds: number,
): FixedCluster | null => {
  const pool = knobs.fleet.pools[0];
  if (pool === undefined) return null;
  const mostLate = Math.floor(workload.queries.length * FIXED_GOAL_LATE_SHARE);
  let low = 0;
  let high = Math.ceil((LARGEST_FACTOR * maximumCores) / pool.vcpu);
  let best: Trial | undefined;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const trial = tryCluster(workload, knobs, middle, maximumCores, mostLate);
    if (trial === undefined) low = middle;
    else {
      high = middle;
      best = trial;
    }
  }
  if (best === undefined) return null;
  const hours = Math.max(untilSeconds, best.endSeconds) / 3600;
  const usd = high * hours * (pool.onDemandUsdPerHour + pool.emrUsdPerHour);
  return { workers: high, cores: high * pool.vcpu, lateShare: best.late / workload.queries.length, hours, usd };
};

/** What a fixed cluster costs in an hour; null: there is none. */
export const fixedUsdPerHour = (fixed: FixedCluster | null): number | null =>
  fixed === null ? null : fixed.usd / fixed.hours;
