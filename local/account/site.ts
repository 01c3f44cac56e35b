/** One EMR cluster of the simulated account: its world, what EMR shows of it, its exporter, and alarms on it. */
import { Push, type PushTargets } from '../../exporters/push.ts';
import { ENVIRONMENT_TAG } from '../../lambdas/contract.ts';
import type { AlarmObservation, WorkloadSample } from '../../lambdas/core/model.ts';
import type { EpochSeconds } from '../../lambdas/core/quantities.ts';
import { cores } from '../../lambdas/core/quantities.ts';
import type { InstanceOwner } from '../../lambdas/ports/instances.ts';
import type { ClusterEntry } from '../../lambdas/settings/settings.ts';
import { uniform } from '../../simulator/random.ts';
import { COLLECT_SECONDS, ExportedSample } from '../../simulator/run/exported-sample.ts';
import { START_OF_RUN } from '../../simulator/run/start-of-run.ts';
import type { Workload } from '../../simulator/workload/query.ts';
import type { FleetEvent, FleetTargets } from '../../simulator/world/fleet/fleet.ts';
import type { WorldKnobs } from '../../simulator/world/knobs.ts';
import { World } from '../../simulator/world/world.ts';
import { ec2InstanceIdOf } from '../emr/ids.ts';
import { WorldBackend } from '../emr/world-backend.ts';
import { engineViewOf } from '../emr/world-engine.ts';
import type { Timeline } from './timeline.ts';

export interface SiteOptions {
  readonly entry: ClusterEntry;
  readonly knobs: WorldKnobs;
  readonly workload: Workload;
  readonly seed: number;
  /** Capacity at the start. */
  readonly targets: FleetTargets;
}

/** EMR's id of a cluster of the simulated account. */
export const emrIdOf = (cluster: string): string =>
  `j-${cluster
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .padStart(13, '0')
    .slice(-13)}`;

/** Alarms that a cluster's owner might have: more live queries than three quarters of the units; fewer than a quarter. */
export const alarmNamesOf = (cluster: string) => ({ busy: `${cluster}-busy`, idle: `${cluster}-idle` });

export class Site {
  readonly entry: ClusterEntry;
  readonly knobs: WorldKnobs;
  readonly emrId: string;
  readonly backend: WorldBackend;
  readonly #world: World;
  readonly #exported: ExportedSample;
  readonly #alarms = new Map<string, AlarmObservation>();
  readonly #timeline: Timeline;
  readonly #seed: number;

  /** @param onEvent told of what happens to the fleet, when time has come as far as that */
  constructor(timeline: Timeline, environment: string, options: SiteOptions, onEvent: (event: FleetEvent) => void) {
    const { entry, knobs, workload, seed, targets } = options;
    this.entry = entry;
    this.knobs = knobs;
    this.emrId = emrIdOf(entry.name);
    this.#timeline = timeline;
    this.#seed = seed;
    this.#world = new World(knobs, workload, seed, targets, { onQueryEnd: () => {}, onFleetEvent: onEvent });
    this.#exported = new ExportedSample(knobs.engine.requiredWorkers);
    this.backend = new WorldBackend({
      clusterId: this.emrId,
      world: () => this.world(),
      pools: knobs.fleet.pools,
      engine: engineViewOf(knobs),
      name: entry.name,
      tags: { [ENVIRONMENT_TAG]: environment },
    });
  }

  /** The world, moved on to the present. */
  world(): World {
    const seconds = this.#timeline.now() - START_OF_RUN;
    if (seconds > this.#world.now) this.#world.advanceTo(seconds);
    return this.#world;
  }

  /** Reads the engine, as an exporter does. */
  collect(): WorkloadSample | undefined {
    this.#exported.collect(this.world().engine);
    return this.#exported.sample;
  }

  /** Lets an exporter read again and again from now on, beginning at a moment of its own. */
  export(targets: PushTargets | undefined, onFault: (error: Error) => void): void {
    const push = targets === undefined ? undefined : new Push(targets, onFault);
    const first = this.#timeline.now() + COLLECT_SECONDS * uniform(this.#seed, this.entry.name, 'exporter');
    this.#timeline.every(COLLECT_SECONDS, first, () => {
      const sample = this.collect();
      if (sample !== undefined) void push?.push(sample);
    });
  }

  /** What an exporter that is scraped would say. */
  get sample(): WorkloadSample | undefined {
    return this.#exported.sample;
  }

  get alarms(): readonly AlarmObservation[] {
    return [...this.#alarms.values()];
  }

  /** Looks whether the alarms are on; gives those that have changed. */
  evaluateAlarms(now: EpochSeconds): readonly AlarmObservation[] {
    const { engine } = this.world();
    const units = engine.sample().readyCores / (this.entry.policy.capacity?.coresPerUnit ?? 16);
    const { busy, idle } = alarmNamesOf(this.entry.name);
    const states = [
      { name: busy, on: engine.live > 0.75 * units },
      { name: idle, on: engine.live < 0.25 * units },
    ];
    const changed = states
      .map(({ name, on }): AlarmObservation => ({ name, state: on ? 'ALARM' : 'OK', since: now }))
      .filter(({ name, state }) => this.#alarms.get(name)?.state !== state);
    for (const alarm of changed) this.#alarms.set(alarm.name, alarm);
    return changed;
  }

  /** EC2's id of an instance of the world. */
  ec2IdOf(instanceId: string): string {
    return ec2InstanceIdOf(this.emrId, instanceId);
  }

  /** Whose an instance of this cluster is. */
  ownerOf(vcpu: number): InstanceOwner {
    return { emrClusterId: this.emrId, vcpus: cores(vcpu), role: 'task' };
  }
}
