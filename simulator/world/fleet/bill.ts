/**
 * What the fleet costs: EC2's price of the market plus EMR's fee, which is the same on spot, by the second from launch
 * to termination, for at least a minute each (emr.md §7). Waiting for capacity is free.
 */
import type { FleetInstance, PerMarket } from './model.ts';

/** EC2 and EMR bill at least so much of an instance. */
export const MINIMUM_BILLED_SECONDS = 60;

const HOUR = 3600;

/** Money and time of some instances. Hours are billed hours. */
export interface BillLine {
  readonly ec2Usd: number;
  readonly emrUsd: number;
  readonly instanceHours: number;
  readonly unitHours: number;
  readonly coreHours: number;
}

export interface Bill extends BillLine {
  readonly byMarket: PerMarket<BillLine>;
  /** By instance type; types never launched are absent. */
  readonly byType: Readonly<Record<string, BillLine>>;
}

type OpenLine = { -readonly [Field in keyof BillLine]: BillLine[Field] };

const emptyLine = (): OpenLine => ({ ec2Usd: 0, emrUsd: 0, instanceHours: 0, unitHours: 0, coreHours: 0 });

/** EC2's price of an instance hour in its market, in dollars. */
export const ec2UsdPerHour = ({ pool, market }: Pick<FleetInstance, 'pool' | 'market'>): number =>
  market === 'spot' ? pool.onDemandUsdPerHour * pool.spotPriceShare : pool.onDemandUsdPerHour;

/** Seconds of an instance that are billed up to a time: 0 before its launch, at least a minute after. */
export const billedSeconds = ({ launchedAt, terminatedAt }: FleetInstance, until: number): number =>
  launchedAt > until ? 0 : Math.max(MINIMUM_BILLED_SECONDS, Math.min(terminatedAt ?? until, until) - launchedAt);

const add = (line: OpenLine, instance: FleetInstance, hours: number): void => {
  line.ec2Usd += hours * ec2UsdPerHour(instance);
  line.emrUsd += hours * instance.pool.emrUsdPerHour;
  line.instanceHours += hours;
  line.unitHours += hours * instance.pool.weightUnits;
  line.coreHours += hours * instance.pool.vcpu;
};

/** Adds up what has been launched until a time, in virtual seconds. */
export const billOf = (instances: Iterable<FleetInstance>, until: number): Bill => {
  const total = emptyLine();
  const byMarket = { onDemand: emptyLine(), spot: emptyLine() };
  const byType: Record<string, OpenLine> = {};
  for (const instance of instances) {
    const hours = billedSeconds(instance, until) / HOUR;
    if (hours === 0) continue;
    const ofType = byType[instance.pool.instanceType] ?? emptyLine();
    byType[instance.pool.instanceType] = ofType;
    for (const line of [total, byMarket[instance.market], ofType]) add(line, instance, hours);
  }
  return { ...total, byMarket, byType };
};
