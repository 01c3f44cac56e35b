/** The capacity that EC2 has for us, and when it takes spot back. */
import type { OnDemandOutage, PoolKnobs, SpotOutage } from '../knobs.ts';
import { chooseOnDemandPool, chooseSpotPool, type Offer } from './allocation.ts';
import type { FleetContext } from './context.ts';
import type { Market } from './model.ts';
import { type PoolOutage, planPoolOutages } from './pool-outages.ts';

/** What the market does to instances. Foretelling happens only in a world with rebalance recommendations. */
export interface MarketListener {
  /** An outage of one pool will begin. */
  reclaimForetold(outage: PoolOutage): void;
  reclaimed(outage: PoolOutage): void;
  outageForetold(outage: SpotOutage): void;
  outageBegan(outage: SpotOutage): void;
}

/** Whether an outage takes capacity of an instance type. */
export const covers = (outage: OnDemandOutage, instanceType: string): boolean =>
  outage.instanceTypes === null || outage.instanceTypes.includes(instanceType);

export class SpotMarket {
  readonly #context: FleetContext;
  readonly #listener: MarketListener;
  readonly #emptyUntil = new Map<string, number>();
  readonly #takenAway = new Set<string>();

  constructor(context: FleetContext, listener: MarketListener) {
    this.#context = context;
    this.#listener = listener;
    for (const outage of context.knobs.outages) if (outage.reclaims) this.#planOutage(outage);
    planPoolOutages(context, {
      foretold: (outage) => this.#listener.reclaimForetold(outage),
      began: (outage) => this.#begin(outage),
    });
  }

  /** The pool that gives the next instance; undefined: none has capacity. */
  choose(market: Market): PoolKnobs | undefined {
    const { knobs } = this.#context;
    return market === 'spot'
      ? chooseSpotPool(knobs.spotStrategy, this.#offers('spot'))
      : chooseOnDemandPool(knobs.onDemandStrategy, this.#offers('onDemand'));
  }

  /** Instances that the pool could give now; infinite for an unlimited pool. */
  freeInstances(pool: PoolKnobs, market: Market = 'spot'): number {
    const isEmpty = market === 'spot' ? this.#isEmpty(pool.instanceType) : this.#isSoldOut(pool.instanceType);
    if (isEmpty) return 0;
    const held = (market === 'spot' ? pool.spotInstances : pool.onDemandInstances) ?? null;
    if (held === null) return Number.POSITIVE_INFINITY;
    return Math.max(0, held - this.#context.roster.liveInPool(pool, market));
  }

  /**
   * From now on these instance types cannot be had as spot, and what runs of them is reclaimed with the usual notice,
   * until all is given back.
   * @param instanceTypes null: all of the fleet's
   */
  takeAway(instanceTypes: readonly string[] | null = null): void {
    const { agenda, knobs } = this.#context;
    const types = instanceTypes ?? knobs.pools.map((pool) => pool.instanceType);
    const gone = types.filter((type) => !this.#takenAway.has(type));
    if (gone.length === 0) return;
    for (const type of gone) this.#takenAway.add(type);
    const { now } = agenda;
    this.#listener.outageBegan({ startSeconds: now, endSeconds: now, instanceTypes: gone, reclaims: true });
  }

  giveBack(): void {
    this.#takenAway.clear();
  }

  /** Whether the pool gives nothing now, however much it holds at other times. */
  isGone(pool: PoolKnobs): boolean {
    return this.#isEmpty(pool.instanceType);
  }

  #offers(market: Market): readonly Offer[] {
    const { knobs, roster } = this.#context;
    return knobs.pools.map((pool) => ({
      pool,
      freeInstances: this.freeInstances(pool, market),
      liveInstances: roster.liveInPool(pool, market),
    }));
  }

  #isEmpty(instanceType: string): boolean {
    const { agenda, knobs } = this.#context;
    if (this.#takenAway.has(instanceType)) return true;
    if (agenda.now < (this.#emptyUntil.get(instanceType) ?? 0)) return true;
    return this.#isIn(knobs.outages, instanceType);
  }

  #isSoldOut(instanceType: string): boolean {
    return this.#isIn(this.#context.knobs.onDemandOutages, instanceType);
  }

  #isIn(outages: readonly OnDemandOutage[], instanceType: string): boolean {
    const { now } = this.#context.agenda;
    return outages.some(
      (outage) => outage.startSeconds <= now && now < outage.endSeconds && covers(outage, instanceType),
    );
  }

  #planOutage(outage: SpotOutage): void {
    const { agenda, knobs } = this.#context;
    const lead = knobs.rebalanceLeadSeconds;
    if (lead !== null) agenda.at(outage.startSeconds - lead, () => this.#listener.outageForetold(outage));
    agenda.at(outage.startSeconds, () => this.#listener.outageBegan(outage));
  }

  #begin(outage: PoolOutage): void {
    const { instanceType } = outage.pool;
    this.#emptyUntil.set(instanceType, Math.max(outage.endSeconds, this.#emptyUntil.get(instanceType) ?? 0));
    this.#listener.reclaimed(outage);
  }
}
