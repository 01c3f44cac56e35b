/** One moment of a run as the page draws it. */
import type { Point } from '../../console/protocol.ts';
import type { Policy } from '../../lambdas/core/policy/schema.ts';
import type { Tally } from '../../simulator/run/tally.ts';
import type { World } from '../../simulator/world/world.ts';

export interface Moment {
  /** Virtual time, epoch seconds. */
  readonly at: number;
  readonly world: World;
  readonly policy: Policy;
  readonly tally: Tally;
  readonly wantedUnits: number;
  readonly delayP95Seconds: number | null;
  /** Dollars an hour of the fixed cluster; null: none was found. */
  readonly fixedUsdPerHour: number | null;
}

/** Reads the world as it is now. */
export const pointOf = (moment: Moment): Point => {
  const { at, world, policy, tally, fixedUsdPerHour } = moment;
  const sample = world.engine.sample();
  const { onDemand, spot } = world.fleet.read();
  const { coresPerUnit } = policy.capacity;
  const readyUnits = sample.readyCores / coresPerUnit;
  const drainingUnits = sample.drainingCores / coresPerUnit;
  const targetUnits = onDemand.targetUnits + spot.targetUnits;
  const bill = world.fleet.bill(world.now);
  return {
    at,
    wantedUnits: moment.wantedUnits,
    targetUnits,
    readyUnits,
    arrivingUnits: Math.max(0, targetUnits - readyUnits),
    drainingUnits,
    runningQueries: sample.running,
    waitingQueries: sample.queued + sample.waitingForWorkers + sample.groupHeld,
    delayP95Seconds: moment.delayP95Seconds,
    endedQueries: tally.ended,
    failedQueries: tally.failedQueries,
    lateQueries: tally.late,
    usd: bill.ec2Usd + bill.emrUsd,
    fixedUsd: fixedUsdPerHour === null ? null : (fixedUsdPerHour * world.now) / 3600,
  };
};
