/**
 * One market of a resize that must shrink: victims as soon as they are old enough, and patience until their drains end.
 * Instances that still start are not victims; they are waited for like young ones, for at most the shrink timeout.
 */
import type { Timer } from './agenda.ts';
import type { FleetContext } from './context.ts';
import type { Drains } from './drains.ts';
import type { Instance } from './instance.ts';
import type { Market } from './model.ts';
import { chooseVictims, mayGo } from './victims.ts';

export class Shrink {
  readonly #context: FleetContext;
  readonly #drains: Drains;
  readonly #market: Market;
  readonly #target: number;
  #over = false;
  #next: Timer | undefined;

  /** @param targetUnits infinite for a market that must not shrink, as when EMR replaces losses. */
  constructor(context: FleetContext, drains: Drains, market: Market, targetUnits: number) {
    this.#context = context;
    this.#drains = drains;
    this.#market = market;
    this.#target = targetUnits;
  }

  /** Takes whoever can be taken now, and comes back when the next one is old enough. */
  step(): void {
    if (this.#over) return;
    const { agenda, knobs, roster } = this.#context;
    const live = roster.live(this.#market);
    const staying = roster.stayingUnits(this.#market);
    for (const victim of chooseVictims(knobs, live, staying, this.#target, agenda.now)) this.#drains.begin(victim);
    this.#next?.cancel();
    const next = this.#prospects().reduce((soonest, { removableAt }) => Math.min(soonest, removableAt), Infinity);
    this.#next = agenda.at(next, () => this.step());
  }

  /** Nobody is to be chosen any more and nobody drains, or the time for it is over. */
  settled(): boolean {
    if (this.#over) return true;
    return this.#context.roster.drainingUnits(this.#market) === 0 && this.#prospects().length === 0;
  }

  /** EMR stops waiting; drains that have begun go on by themselves. */
  stop(): void {
    this.#over = true;
    this.#next?.cancel();
  }

  /** Those that may be chosen, now or when they have started and are old enough. */
  #prospects(): readonly Instance[] {
    const { knobs, roster } = this.#context;
    const staying = roster.stayingUnits(this.#market);
    if (staying <= this.#target) return [];
    return [...roster.live(this.#market)].filter(
      ({ state, pool }) => state !== 'draining' && mayGo(knobs, pool.weightUnits, staying, this.#target),
    );
  }
}
