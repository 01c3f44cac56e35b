/** The whole world of one cluster in virtual time: arrivals, engine and fleet, moved on event by event. */
import type { Query, Workload } from '../workload/query.ts';
import { Engine } from './engine/engine.ts';
import type { QueryOutcome } from './engine/outcome.ts';
import { Fleet, type FleetEvent, type FleetHost, type FleetTargets, type RunningInstance } from './fleet/fleet.ts';
import type { Removal } from './fleet/model.ts';
import type { WorldKnobs } from './knobs.ts';

export interface WorldListeners {
  onQueryEnd(outcome: QueryOutcome): void;
  onFleetEvent(event: FleetEvent): void;
}

/** Joins a fleet's instances to an engine's workers. */
const hostFor = (engine: Engine, knobs: WorldKnobs): FleetHost => {
  const known = new Set<string>();
  const leave = (id: string, how: Removal): void => {
    if (!known.delete(id)) return;
    if (how === 'drained' || engine.isDrained(id)) engine.removeWorker(id);
    else engine.loseWorker(id, how === 'interrupted' ? 'interruption' : 'scaleIn');
  };
  return {
    workerReady: ({ id, pool }: RunningInstance) => {
      known.add(id);
      engine.addWorker({ id, cores: pool.vcpu, memoryBytes: knobs.engine.workerMemoryBytes });
    },
    drain: (id) => {
      if (known.has(id)) engine.drainWorker(id);
    },
    undrain: (id) => known.has(id) && engine.undrainWorker(id),
    isDrained: (id) => !known.has(id) || engine.isDrained(id),
    drainedAt: (id) => (known.has(id) ? engine.drainedAt(id) : undefined),
    removed: leave,
  };
};

export class World {
  readonly engine: Engine;
  readonly fleet: Fleet;
  readonly #queries: readonly Query[];
  #next = 0;
  #now = 0;

  /** @param targets capacity that exists at the start */
  constructor(knobs: WorldKnobs, workload: Workload, seed: number, targets: FleetTargets, listeners: WorldListeners) {
    this.engine = new Engine(knobs.engine, (outcome) => listeners.onQueryEnd(outcome));
    const host = hostFor(this.engine, knobs);
    this.fleet = new Fleet(knobs.fleet, seed, host, (event) => listeners.onFleetEvent(event));
    this.#queries = workload.queries;
    this.fleet.start(targets);
  }

  get now(): number {
    return this.#now;
  }

  /** Whether nothing more will arrive and nothing is live. */
  get finished(): boolean {
    return this.#next >= this.#queries.length && this.engine.idle;
  }

  /** Queries that nobody planned arrive now. */
  inject(queries: readonly Query[]): void {
    for (const query of queries) this.engine.submit(query);
  }

  /** Lets everything happen up to and including a time: the engine first, then the fleet, then arrivals. */
  advanceTo(seconds: number): void {
    while (this.#now < seconds) {
      const at = Math.min(seconds, this.#nextEventAt());
      this.#now = Math.max(this.#now, at);
      this.engine.advanceTo(this.#now);
      this.fleet.advanceTo(this.#now);
      this.#arrive();
    }
  }

  #nextEventAt(): number {
    return Math.min(
      this.#queries[this.#next]?.arrivalSeconds ?? Number.POSITIVE_INFINITY,
      this.engine.nextEventAt() ?? Number.POSITIVE_INFINITY,
      this.fleet.nextEventAt() ?? Number.POSITIVE_INFINITY,
    );
  }

  #arrive(): void {
    for (
      let query = this.#queries[this.#next];
      query !== undefined && query.arrivalSeconds <= this.#now;
      query = this.#queries[this.#next]
    ) {
      this.#next += 1;
      this.engine.submit(query);
    }
  }
}
