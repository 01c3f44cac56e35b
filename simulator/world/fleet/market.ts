/**
 * The capacity that EC2 has for us, and when it takes spot back. Reclaims of a pool form a renewal process drawn from
 * (seed, pool, n): their times, and how long the pool is empty afterwards, do not depend on what the fleet does.
 */
import { exponential } from '../../random.ts';
import type { PoolKnobs, SpotOutage } from '../knobs.ts';
import { chooseOnDemandPool, chooseSpotPool } from './allocation.ts';
import type { FleetContext } from './context.ts';
import type { Market } from './model.ts';

/** What the market does to instances. Foretelling happens only in a world with rebalance recommendations. */
export interface MarketListener {
  /** The n-th reclaim of a pool will begin at a time. */
  reclaimForetold(pool: PoolKnobs, ordinal: number, at: number): void;
  reclaimed(pool: PoolKnobs, ordinal: number): void;
  outageForetold(outage: SpotOutage): void;
  outageBegan(outage: SpotOutage): void;
}

/** Whether an outage takes capacity of an instance type. */
export const covers = (outage: SpotOutage, instanceType: string): boolean =>
  outage.instanceTypes === null || outage.instanceTypes.includes(instanceType);

export class SpotMarket {
  readonly #context: FleetContext;
  readonly #listener: MarketListener;
  readonly #emptyUntil = new Map<string, number>();
  #takenAway = false;

  constructor(context: FleetContext, listener: MarketListener) {
    this.#context = context;
    this.#listener = listener;
    for (const outage of context.knobs.outages) if (outage.reclaims) this.#planOutage(outage);
    for (const pool of context.knobs.pools) this.#planReclaim(pool, 1, 0);
  }

  /** The pool that gives the next instance; undefined: none has capacity. On-demand can always be had. */
  choose(market: Market): PoolKnobs | undefined {
    const { knobs, roster } = this.#context;
    if (market === 'onDemand') return chooseOnDemandPool(knobs.pools);
    return chooseSpotPool(
      knobs.pools.map((pool) => ({
        pool,
        freeInstances: this.freeInstances(pool),
        liveInstances: roster.liveInPool(pool, 'spot'),
      })),
    );
  }

  /** Spot instances that the pool could give now; infinite for an unlimited pool. */
  freeInstances(pool: PoolKnobs): number {
    if (this.#isEmpty(pool.instanceType)) return 0;
    if (pool.spotInstances === null) return Number.POSITIVE_INFINITY;
    return Math.max(0, pool.spotInstances - this.#context.roster.liveInPool(pool, 'spot'));
  }

  /** From now on no spot can be had and what runs is reclaimed with the usual notice, until it is given back. */
  takeAway(): void {
    if (this.#takenAway) return;
    this.#takenAway = true;
    const { now } = this.#context.agenda;
    this.#listener.outageBegan({ startSeconds: now, endSeconds: now, instanceTypes: null, reclaims: true });
  }

  giveBack(): void {
    this.#takenAway = false;
  }

  #isEmpty(instanceType: string): boolean {
    const { agenda, knobs } = this.#context;
    if (this.#takenAway) return true;
    if (agenda.now < (this.#emptyUntil.get(instanceType) ?? 0)) return true;
    return knobs.outages.some(
      (outage) => outage.startSeconds <= agenda.now && agenda.now < outage.endSeconds && covers(outage, instanceType),
    );
  }

  #planOutage(outage: SpotOutage): void {
    const { agenda, knobs } = this.#context;
    const lead = knobs.rebalanceLeadSeconds;
    if (lead !== null) agenda.at(outage.startSeconds - lead, () => this.#listener.outageForetold(outage));
    agenda.at(outage.startSeconds, () => this.#listener.outageBegan(outage));
  }

  #planReclaim(pool: PoolKnobs, ordinal: number, previousAt: number): void {
    const { agenda, knobs, seed } = this.#context;
    const { poolReclaimMeanSeconds: mean, rebalanceLeadSeconds: lead } = knobs;
    if (mean === null) return;
    const at = previousAt + exponential(seed, `pool/${pool.instanceType}`, `reclaim ${ordinal}`, mean);
    if (lead !== null) agenda.at(at - lead, () => this.#listener.reclaimForetold(pool, ordinal, at));
    agenda.at(at, () => this.#reclaim(pool, ordinal));
  }

  #reclaim(pool: PoolKnobs, ordinal: number): void {
    const { agenda, knobs, seed } = this.#context;
    const entity = `pool/${pool.instanceType}`;
    const emptyUntil = agenda.now + exponential(seed, entity, `outage ${ordinal}`, knobs.poolOutageMeanSeconds);
    this.#emptyUntil.set(pool.instanceType, Math.max(emptyUntil, this.#emptyUntil.get(pool.instanceType) ?? 0));
    this.#listener.reclaimed(pool, ordinal);
    this.#planReclaim(pool, ordinal + 1, agenda.now);
  }
}
