/**
 * When pools lose their spot: the renewal process of `poolReclaimMeanSeconds`, and a pool's recorded spells. Both are
 * drawn from (seed, pool, n): their times, and how long a pool is empty, do not depend on what the fleet does.
 *
 * Pools of a zone fall together now and then (one machine hall, one rush of customers), and nobody has published how
 * often. With the knob `outageSpread` each outage of a pool begins in every other pool too with that chance, for a time
 * of its own. Pools then have more outages each; the times between a pool's own ones grow by as much.
 */
import { exponential, uniform } from '../../random.ts';
import type { FleetKnobs, PoolKnobs } from '../knobs.ts';
import type { FleetContext } from './context.ts';
import { downSeconds, upSeconds } from './recorded-spells.ts';

/** A pool loses its spot. */
export interface PoolOutage {
  readonly pool: PoolKnobs;
  /** Unique among the outages of a pool; chance hangs on it. */
  readonly name: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

export interface PoolOutageListener {
  /** Before it begins, in a world with rebalance recommendations. */
  foretold(outage: PoolOutage): void;
  began(outage: PoolOutage): void;
}

/** One process of a pool: how long until its n-th outage, and how long that lasts. */
interface Process {
  readonly name: string;
  until(ordinal: number): number;
  /** What the length of the n-th outage hangs on. */
  eventOf(ordinal: number): string;
  lasts(pool: PoolKnobs, event: string): number;
}

const entityOf = ({ instanceType }: PoolKnobs): string => `pool/${instanceType}`;

/** The same number of outages a pool, whether they spread or not. */
const stretch = ({ outageSpread, pools }: FleetKnobs): number => 1 + outageSpread * (pools.length - 1);

const reclaims = ({ knobs, seed }: FleetContext, pool: PoolKnobs, mean: number): Process => ({
  name: 'reclaim',
  until: (ordinal) => stretch(knobs) * exponential(seed, entityOf(pool), `reclaim ${ordinal}`, mean),
  eventOf: (ordinal) => `outage ${ordinal}`,
  lasts: (fallen, event) => exponential(seed, entityOf(fallen), event, knobs.poolOutageMeanSeconds),
});

const spells = ({ knobs, seed }: FleetContext, pool: PoolKnobs): Process | undefined => {
  const recorded = pool.spells ?? null;
  if (recorded === null) return undefined;
  const entity = entityOf(pool);
  const up = (ordinal: number): number => stretch(knobs) * upSeconds(recorded, seed, entity, `spell ${ordinal}`);
  return {
    name: 'spell',
    // A run begins somewhere in a time with spot.
    until: (ordinal) => up(ordinal) * (ordinal === 1 ? uniform(seed, entity, 'spell 1 left') : 1),
    eventOf: (ordinal) => `spell ${ordinal} lasts`,
    lasts: (fallen, event) => downSeconds(fallen.spells ?? recorded, seed, entityOf(fallen), event),
  };
};

class PoolOutages {
  readonly #context: FleetContext;
  readonly #listener: PoolOutageListener;

  constructor(context: FleetContext, listener: PoolOutageListener) {
    this.#context = context;
    this.#listener = listener;
  }

  plan(): void {
    const { pools, poolReclaimMeanSeconds: mean } = this.#context.knobs;
    for (const pool of pools) {
      if (mean !== null) this.#plan(pool, reclaims(this.#context, pool, mean), 1, 0);
      const recorded = spells(this.#context, pool);
      if (recorded !== undefined) this.#plan(pool, recorded, 1, 0);
    }
  }

  #plan(pool: PoolKnobs, process: Process, ordinal: number, previousAt: number): void {
    const { agenda, knobs } = this.#context;
    const startSeconds = previousAt + process.until(ordinal);
    const name = `${process.name} ${ordinal}`;
    const lasts = process.lasts(pool, process.eventOf(ordinal));
    const own: PoolOutage = { pool, name, startSeconds, endSeconds: startSeconds + lasts };
    const outages = [own, ...this.#spreadOf(own, process)];
    const foretell = (): void => {
      for (const outage of outages) this.#listener.foretold(outage);
    };
    if (knobs.rebalanceLeadSeconds !== null) agenda.at(startSeconds - knobs.rebalanceLeadSeconds, foretell);
    agenda.at(startSeconds, () => {
      for (const outage of outages) this.#listener.began(outage);
      // A spell of spot follows an outage; a reclaim has its own clock.
      const next = process.name === 'spell' ? own.endSeconds : startSeconds;
      this.#plan(pool, process, ordinal + 1, next);
    });
  }

  /** The same outage in other pools of the zone. */
  #spreadOf(own: PoolOutage, process: Process): readonly PoolOutage[] {
    const { knobs, seed } = this.#context;
    const others = knobs.pools.filter((pool) => pool !== own.pool);
    return others.flatMap((pool): readonly PoolOutage[] => {
      const name = `${own.name} of ${own.pool.instanceType}`;
      if (uniform(seed, entityOf(pool), name) >= knobs.outageSpread) return [];
      return [{ ...own, pool, name, endSeconds: own.startSeconds + process.lasts(pool, `${name} lasts`) }];
    });
  }
}

/** Puts every outage of every pool on the agenda, for as long as the run lasts. */
export const planPoolOutages = (context: FleetContext, listener: PoolOutageListener): void =>
  new PoolOutages(context, listener).plan();
