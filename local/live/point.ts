/** One moment of a run as the page draws it. */
import type { Point } from '../../console/protocol.ts';
import type { Fleet } from '../../simulator/world/fleet/fleet.ts';

/** What the engine says of itself; null where it does not say. */
export interface EngineLoad {
  readonly readyCores: number | null;
  readonly drainingCores: number | null;
  readonly runningQueries: number | null;
  readonly waitingQueries: number | null;
}

/** What became of the queries so far. */
export type QueryAccount = Pick<Point, 'endedQueries' | 'failedQueries' | 'lateQueries' | 'delayP95Seconds'>;

export interface Moment {
  /** Time of the run, epoch seconds. */
  readonly at: number;
  /** Seconds since its start. */
  readonly seconds: number;
  readonly load: EngineLoad;
  readonly fleet: Pick<Fleet, 'read' | 'bill'>;
  readonly account: QueryAccount;
  readonly coresPerUnit: number;
  readonly wantedUnits: number;
  /** Dollars an hour of the fixed cluster; null: none was found. */
  readonly fixedUsdPerHour: number | null;
}

const inUnits = (cores: number | null, coresPerUnit: number): number | null =>
  cores === null ? null : cores / coresPerUnit;

export const pointOf = (moment: Moment): Point => {
  const { at, seconds, load, fleet, account, coresPerUnit, wantedUnits, fixedUsdPerHour } = moment;
  const { onDemand, spot } = fleet.read();
  const readyUnits = inUnits(load.readyCores, coresPerUnit);
  const targetUnits = onDemand.targetUnits + spot.targetUnits;
  const bill = fleet.bill(seconds);
  return {
    at,
    wantedUnits,
    targetUnits,
    readyUnits,
    arrivingUnits: readyUnits === null ? null : Math.max(0, targetUnits - readyUnits),
    drainingUnits: inUnits(load.drainingCores, coresPerUnit),
    runningQueries: load.runningQueries,
    waitingQueries: load.waitingQueries,
    ...account,
    usd: bill.ec2Usd + bill.emrUsd,
    fixedUsd: fixedUsdPerHour === null ? null : (fixedUsdPerHour * seconds) / 3600,
  };
};
