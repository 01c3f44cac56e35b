/** What a fleet truly had at each moment of a run, from its events. */
import { ec2UsdPerHour } from '../world/fleet/bill.ts';
import type { FleetEvent } from '../world/fleet/fleet.ts';
import { type Market, type PerMarket, perMarket } from '../world/fleet/model.ts';
import type { PoolKnobs } from '../world/knobs.ts';

/** The fleet at one moment. */
export interface Moment {
  readonly atSeconds: number;
  /** Units whose workers serve: not those that start, drain, or are zombies. */
  readonly readyUnits: PerMarket<number>;
  /** Spot units that are launched and not gone, by instance type. */
  readonly spotUnits: Readonly<Record<string, number>>;
  /** What is launched and not gone costs, EMR's fee included. */
  readonly usdPerHour: number;
}

interface Live {
  readonly market: Market;
  readonly instanceType: string;
  readonly units: number;
  readonly usdPerHour: number;
  serves: boolean;
}

/** Follows the events of one fleet. */
export class Track {
  readonly #pools: ReadonlyMap<string, PoolKnobs>;
  readonly #live = new Map<string, Live>();

  constructor(pools: readonly PoolKnobs[]) {
    this.#pools = new Map(pools.map((pool) => [pool.instanceType, pool]));
  }

  add(event: FleetEvent): void {
    if (event.kind === 'terminated') this.#live.delete(event.instanceId);
    if (event.kind === 'zombie') this.#serve(event.instanceId, false);
    if (event.kind !== 'instance') return;
    if (event.state === 'provisioning') this.#launch(event);
    this.#serve(event.instanceId, event.state === 'running');
  }

  at(atSeconds: number): Moment {
    const live = [...this.#live.values()];
    const sum = (chosen: readonly Live[]): number => chosen.reduce((total, { units }) => total + units, 0);
    const spotUnits: Record<string, number> = {};
    for (const { market, instanceType, units } of live)
      if (market === 'spot') spotUnits[instanceType] = (spotUnits[instanceType] ?? 0) + units;
    return {
      atSeconds,
      readyUnits: perMarket((market) => sum(live.filter((one) => one.serves && one.market === market))),
      spotUnits,
      usdPerHour: live.reduce((total, { usdPerHour }) => total + usdPerHour, 0),
    };
  }

  #launch({ instanceId, instanceType, market, units }: Extract<FleetEvent, { kind: 'instance' }>): void {
    const pool = this.#pools.get(instanceType);
    if (pool === undefined) throw new Error(`no pool ${instanceType}`);
    const usdPerHour = ec2UsdPerHour({ pool, market }) + pool.emrUsdPerHour;
    this.#live.set(instanceId, { market, instanceType, units, usdPerHour, serves: false });
  }

  #serve(instanceId: string, serves: boolean): void {
    const live = this.#live.get(instanceId);
    if (live !== undefined) live.serves = serves;
  }
}

/** The fleet at each of the times, which must rise. */
export const momentsOf = (
  events: readonly FleetEvent[],
  pools: readonly PoolKnobs[],
  times: readonly number[],
): readonly Moment[] => {
  const track = new Track(pools);
  let next = 0;
  return times.map((at) => {
    for (let event = events[next]; event !== undefined && event.at <= at; event = events[next]) {
      track.add(event);
      next += 1;
    }
    return track.at(at);
  });
};
