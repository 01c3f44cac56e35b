/** One moment of a run as the page draws it. */
import type { FleetNow, MarketNow, MarketPoint, Point } from '../../console/protocol.ts';
import type { LossesNow } from '../watch/recent-losses.ts';
import { fleetNow, type WatchedFleet } from './fleet-now.ts';

/** What the engine says of itself; null where it does not say. */
export interface EngineLoad {
  readonly readyCores: number | null;
  readonly drainingCores: number | null;
  readonly runningQueries: number | null;
  readonly waitingQueries: number | null;
}

/** What became of the queries so far. */
export type QueryAccount = Pick<
  Point,
  'endedQueries' | 'failedQueries' | 'failedBy' | 'lateQueries' | 'delayP95Seconds'
>;

export interface Moment {
  /** Time of the run, epoch seconds. */
  readonly at: number;
  /** Seconds since its start. */
  readonly seconds: number;
  readonly load: EngineLoad;
  readonly fleet: WatchedFleet;
  readonly losses: LossesNow;
  /** On-demand units that stand in for missing spot; null: not known yet. */
  readonly standInUnits: number | null;
  readonly account: QueryAccount;
  readonly coresPerUnit: number;
  readonly wantedUnits: number;
  /** Dollars an hour of the fixed cluster; null: none was found. */
  readonly fixedUsdPerHour: number | null;
}

const inUnits = (cores: number | null, coresPerUnit: number): number | null =>
  cores === null ? null : cores / coresPerUnit;

const ofMarket = ({ targetUnits, runningUnits }: MarketNow): MarketPoint => ({ targetUnits, runningUnits });

/** The moment for the charts, and the fleet in it. */
export const pointOf = (moment: Moment): { readonly point: Point; readonly fleet: FleetNow } => {
  const { at, seconds, load, fleet, losses, standInUnits, account, coresPerUnit, wantedUnits } = moment;
  const bill = fleet.bill(seconds);
  const now = fleetNow({ fleet, bill, losses, standInUnits });
  const readyUnits = inUnits(load.readyCores, coresPerUnit);
  const targetUnits = now.onDemand.targetUnits + now.spot.targetUnits;
  const point: Point = {
    at,
    wantedUnits,
    targetUnits,
    readyUnits,
    arrivingUnits: readyUnits === null ? null : Math.max(0, targetUnits - readyUnits),
    drainingUnits: inUnits(load.drainingCores, coresPerUnit),
    runningQueries: load.runningQueries,
    waitingQueries: load.waitingQueries,
    ...account,
    onDemand: ofMarket(now.onDemand),
    spot: ofMarket(now.spot),
    usd: bill.ec2Usd + bill.emrUsd,
    fixedUsd: moment.fixedUsdPerHour === null ? null : (moment.fixedUsdPerHour * seconds) / 3600,
    allOnDemandUsd: now.onDemand.asOnDemandUsd + now.spot.asOnDemandUsd,
  };
  return { point, fleet: now };
};
