/** Lives through ticks as far as money goes: fleet reads, samples and the memory between them. */
import { learn } from '../../../lambdas/core/learn.ts';
import { type Accounted, keepAccount } from '../../../lambdas/core/ledger.ts';
import { type DayPart, recordOfPart } from '../../../lambdas/core/ledger-record.ts';
import { emptyMemory, type Memory } from '../../../lambdas/core/memory.ts';
import type { ClusterFacts, FleetState, PoolsState, WorkloadSample } from '../../../lambdas/core/model.ts';
import type { PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { at, facts, fleet, NOON, observation, policyWith } from './builders.ts';

export const MIDNIGHT = NOON - (NOON % 86_400);

/** r5.4xlarge is one unit, r5.8xlarge two; dearest by the unit: 1.26 on-demand, 0.65 on spot. */
export const TYPE_PRICES: NonNullable<ClusterFacts['typePrices']> = {
  'r5.4xlarge': { onDemandUsdPerHour: 1.008, spotUsdPerHour: 0.35, emrUsdPerHour: 0.252 },
  'r5.8xlarge': { onDemandUsdPerHour: 2.016, spotUsdPerHour: 0.8, emrUsdPerHour: 0.27 },
};
export const UNIT_PRICE = { onDemand: 1.26, spot: 0.65 };

export const byType = facts({ usdPerUnitHour: UNIT_PRICE, typePrices: TYPE_PRICES });
export const byUnit = facts({ usdPerUnitHour: { onDemand: 1, spot: 0.4 } });

/** Instances of one type that are one unit each, or as the name says. */
export const pools = (...list: readonly (readonly [string, 'onDemand' | 'spot', number])[]): PoolsState => ({
  readAt: at(0),
  pools: list.map(([instanceType, market, instances]) => ({
    instanceType,
    market,
    instances: instances as never,
    units: (instances * (instanceType.endsWith('8xlarge') ? 2 : 1)) as never,
  })),
});

/** So many units on-demand and on spot, all there. */
export const there = (onDemand: number, spot: number): FleetState => fleet({ onDemand, spot });

export interface Seen {
  /** Epoch seconds. */
  readonly now: number;
  readonly fleet?: FleetState;
  readonly pools?: PoolsState;
  readonly sample?: WorkloadSample;
  readonly facts?: ClusterFacts;
  readonly policy?: PolicyInput;
  readonly emrClusterId?: string;
}

export class Accounts {
  memory: Memory = emptyMemory();
  readonly written: DayPart[] = [];
  last: Accounted | undefined;

  /** A tick; what was read stays known until it is read again. */
  tick(seen: Seen): this {
    const before = seen.emrClusterId === undefined ? this.memory : { ...this.memory, emrClusterId: seen.emrClusterId };
    const accounted = keepAccount({
      observation: observation({
        facts: seen.facts ?? byUnit,
        ...(seen.fleet === undefined ? {} : { fleet: seen.fleet }),
        ...(seen.pools === undefined ? {} : { pools: seen.pools }),
      }),
      sample: seen.sample,
      policy: policyWith(seen.policy ?? {}),
      before,
      now: epochSeconds(seen.now),
    });
    const learned = seen.sample === undefined ? {} : learn(before, seen.sample);
    this.memory = JSON.parse(
      JSON.stringify({
        ...before,
        ...learned,
        ...(seen.fleet === undefined ? {} : { fleet: seen.fleet }),
        ...(seen.pools === undefined ? {} : { pools: seen.pools }),
        spending: accounted.spending,
        account: accounted.account,
      }),
    ) as Memory;
    this.written.push(...accounted.due);
    this.last = accounted;
    return this;
  }

  /** The part that is open now, as it would be written. */
  get open(): DayPart {
    if (this.memory.account === undefined) throw new Error('nothing was accounted yet');
    return recordOfPart(this.memory.account.part);
  }

  /** The newest record of every part, and the open one. */
  get parts(): readonly DayPart[] {
    const newest = new Map(this.written.map((part) => [part.from, part]));
    newest.set(this.open.from, this.open);
    return [...newest.values()];
  }

  get usd(): number {
    return this.parts.reduce((sum, part) => sum + part.usd, 0);
  }
}
