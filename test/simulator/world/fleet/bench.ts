/** A fleet on a bench: an engine that drains as told, every event and call written down, driven as the world drives it. */

import type { FleetEvent } from '../../../../simulator/world/fleet/events.ts';
import {
  Fleet,
  type FleetHost,
  type FleetTargets,
  type ModifyRequest,
} from '../../../../simulator/world/fleet/fleet.ts';
import type { FleetInstance, Removal, RunningInstance } from '../../../../simulator/world/fleet/model.ts';
import { DEFAULT_KNOBS, type FleetKnobs, type PoolKnobs, R5_4XLARGE } from '../../../../simulator/world/knobs.ts';

/** Every start takes exactly 300 s (60 s to the machine) and reads are fresh, unless a test says otherwise. */
export const knobsWith = (changes: Partial<FleetKnobs> = {}): FleetKnobs => ({
  ...DEFAULT_KNOBS.fleet,
  startLagMedianSeconds: 300,
  startLagP95Seconds: 300,
  staleReadSeconds: 0,
  ...changes,
});

export const poolOf = (instanceType: string, changes: Partial<PoolKnobs> = {}): PoolKnobs => ({
  ...R5_4XLARGE,
  instanceType,
  ...changes,
});

/** How the engine of a bench behaves. */
export interface EngineBehaviour {
  /** How long a drain takes; infinite: a query that never ends. */
  readonly drainSeconds: number;
  /** Whether the engine knows the end of a drain beforehand. */
  readonly knowsEnd: boolean;
  readonly reversible: boolean;
}

class BenchEngine implements FleetHost {
  now = 0;
  readonly ready: string[] = [];
  readonly drained: string[] = [];
  readonly calledBack: string[] = [];
  readonly gone = new Map<string, Removal>();
  readonly #behaviour: EngineBehaviour;
  readonly #drainsEnd = new Map<string, number>();

  constructor(behaviour: EngineBehaviour) {
    this.#behaviour = behaviour;
  }

  workerReady(instance: RunningInstance): void {
    this.ready.push(instance.id);
  }

  drain(id: string): void {
    this.drained.push(id);
    this.#drainsEnd.set(id, this.now + this.#behaviour.drainSeconds);
  }

  undrain(id: string): boolean {
    this.calledBack.push(id);
    if (this.#behaviour.reversible) this.#drainsEnd.delete(id);
    return this.#behaviour.reversible;
  }

  isDrained(id: string): boolean {
    return (this.#drainsEnd.get(id) ?? Number.POSITIVE_INFINITY) <= this.now;
  }

  drainedAt(id: string): number | undefined {
    return this.#behaviour.knowsEnd ? this.#drainsEnd.get(id) : undefined;
  }

  removed(id: string, how: Removal): void {
    if (this.gone.has(id)) throw new Error(`${id} was removed twice`);
    this.gone.set(id, how);
  }
}

export class Bench {
  readonly engine: BenchEngine;
  readonly fleet: Fleet;
  readonly events: FleetEvent[] = [];
  readonly minimumAge: number;

  constructor(knobs: FleetKnobs, behaviour: Partial<EngineBehaviour> = {}, seed = 1) {
    this.minimumAge = knobs.minimumAgeSeconds;
    this.engine = new BenchEngine({ drainSeconds: 100, knowsEnd: true, reversible: false, ...behaviour });
    this.fleet = new Fleet(knobs, seed, this.engine, (event) => {
      this.engine.now = event.at;
      this.events.push(event);
    });
  }

  /** Advances step by step, as the world does: never past the next event. */
  to(seconds: number): this {
    for (let next = this.fleet.nextEventAt(); next !== undefined && next < seconds; next = this.fleet.nextEventAt()) {
      this.engine.now = next;
      this.fleet.advanceTo(next);
    }
    this.engine.now = seconds;
    this.fleet.advanceTo(seconds);
    return this;
  }

  start(onDemandUnits: number, spotUnits: number): this {
    this.fleet.start({ onDemandUnits, spotUnits });
    return this;
  }

  /** Ten minutes' patience unless told otherwise. */
  modify(targets: Partial<ModifyRequest>): this {
    const nothing = { onDemandUnits: 0, spotUnits: 0, onDemandTimeoutSeconds: 600, spotTimeoutSeconds: 600 };
    this.fleet.modify({ ...nothing, ...targets });
    return this;
  }

  get status(): string {
    return this.fleet.read().status;
  }

  /** Provisioned units as read, on-demand and spot. */
  get provisioned(): readonly [number, number] {
    const { onDemand, spot } = this.fleet.read();
    return [onDemand.provisionedUnits, spot.provisionedUnits];
  }

  get targets(): readonly [number, number] {
    const { onDemand, spot } = this.fleet.read();
    return [onDemand.targetUnits, spot.targetUnits];
  }

  get waiting(): FleetTargets {
    return this.fleet.waiting();
  }

  /** Ids in a state. */
  inState(...states: readonly FleetInstance['state'][]): readonly string[] {
    return this.fleet
      .instances()
      .filter(({ state }) => states.includes(state))
      .map(({ id }) => id);
  }

  instance(id: string): FleetInstance {
    const found = this.fleet.instances().find((instance) => instance.id === id);
    if (found === undefined) throw new Error(`there is no ${id}`);
    return found;
  }

  /** Events of one kind. */
  of<Kind extends FleetEvent['kind']>(kind: Kind): readonly Extract<FleetEvent, { kind: Kind }>[] {
    return this.events.filter((event): event is Extract<FleetEvent, { kind: Kind }> => event.kind === kind);
  }

  /** Times and outcomes of the resizes that ended. */
  get ended(): readonly (readonly [number, string, string])[] {
    return this.of('resizeEnded').map(({ at, cause, outcome }) => [at, cause, outcome]);
  }

  /** How many left in which way. */
  get removals(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const how of this.engine.gone.values()) counts[how] = (counts[how] ?? 0) + 1;
    return counts;
  }
}
