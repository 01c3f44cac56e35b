/**
 * A simulated world as a cluster behind the endpoint. Its TASK fleet is the world's fleet; reads and modifies happen at
 * the world's present time, which its owner moves on.
 */
import { START_OF_RUN } from '../../simulator/run/start-of-run.ts';
import { type FleetInstance, type FleetRead, INITIAL_TIMEOUTS } from '../../simulator/world/fleet/fleet.ts';
import type { PoolKnobs } from '../../simulator/world/knobs.ts';
import type { World } from '../../simulator/world/world.ts';
import { API_ERRORS } from './api-error.ts';
import type {
  ClusterState,
  ClusterView,
  EmrBackend,
  FleetModification,
  FleetView,
  InstanceState,
  InstanceView,
  Markets,
} from './backend.ts';
import { ec2InstanceIdOf, emrInstanceIdOf, fleetIdOf } from './ids.ts';
import { standingFleets, standingInstances } from './standing-fleets.ts';
import type { EngineView } from './world-engine.ts';

export interface WorldBackendOptions {
  readonly clusterId: string;
  /** Asked at each call, because a world is built with listeners that may need its endpoint. */
  readonly world: () => Pick<World, 'fleet'>;
  /** Instance types of the TASK fleet: the world's `fleet.pools`. */
  readonly pools: readonly PoolKnobs[];
  /** What the cluster runs. Default: Presto 0.287 of EMR 7.13, nothing configured. */
  readonly engine?: EngineView;
  readonly name?: string;
  /** Default: none. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Epoch seconds of the world's second 0. Default {@link START_OF_RUN}. */
  readonly startOfRun?: number;
  /** Epoch seconds. Default: an hour before the run began. */
  readonly createdAt?: number;
}

/** A cluster that stood for an hour when the run began, and took ten minutes to start. */
const AGE_SECONDS = 3600;
const START_SECONDS = 600;

const DEFAULT_ENGINE: EngineView = {
  releaseLabel: 'emr-7.13.0',
  application: { name: 'Presto', version: '0.287' },
};

/** EMR has no word for draining: such an instance is RUNNING until it is gone. */
const INSTANCE_STATE: Readonly<Record<FleetInstance['state'], InstanceState>> = {
  provisioning: 'PROVISIONING',
  bootstrapping: 'BOOTSTRAPPING',
  running: 'RUNNING',
  draining: 'RUNNING',
  terminated: 'TERMINATED',
};

/** Codes are of EMR's model, texts ours. */
const REMOVAL_REASON: Readonly<Partial<Record<NonNullable<FleetInstance['removal']>, InstanceView['stateReason']>>> = {
  failedStart: { code: 'BOOTSTRAP_FAILURE', message: 'The bootstrap action failed.' },
  interrupted: { code: 'INSTANCE_FAILURE', message: 'The Spot Instance was reclaimed.' },
};

const SUSPENDED_REASON = { code: 'INSTANCE_FAILURE', message: 'Too many instances failed to start.' };

const minutes = (seconds: number): number => Math.round(seconds / 60);

const unitsOf = (read: FleetRead, count: 'targetUnits' | 'provisionedUnits'): Markets<number> => ({
  onDemand: read.onDemand[count],
  spot: read.spot[count],
});

const hasEnded = (state: ClusterState): boolean => state.startsWith('TERMINATED');

/** A fleet ends with its cluster only. */
const stateOf = (cluster: ClusterState, read: FleetRead): string => {
  if (cluster === 'TERMINATING') return 'TERMINATING';
  return hasEnded(cluster) ? 'TERMINATED' : read.status.toUpperCase();
};

export class WorldBackend implements EmrBackend {
  readonly clusterId: string;
  /** Id of the TASK fleet. */
  readonly taskFleetId: string;
  /** What EMR calls the whole cluster. Worlds have no such state, so it is set from outside. */
  state: ClusterState = 'WAITING';
  /** INSTANCE_GROUP plays a cluster that we cannot resize. */
  collection: ClusterView['collection'] = 'INSTANCE_FLEET';
  tags: Readonly<Record<string, string>>;
  /** Absent: as while the primary node starts. */
  primaryHost: string | undefined = 'localhost';
  /** Present: EMR's managed scaling is attached. It is shown, and sets nothing here. */
  managedScaling: ClusterView['managedScaling'];
  readonly #options: WorldBackendOptions;
  readonly #startOfRun: number;
  readonly #ended = new Map<FleetInstance, InstanceView>();
  #timeoutMinutes: Markets<number> = {
    onDemand: minutes(INITIAL_TIMEOUTS.onDemandTimeoutSeconds),
    spot: minutes(INITIAL_TIMEOUTS.spotTimeoutSeconds),
  };

  constructor(options: WorldBackendOptions) {
    this.clusterId = options.clusterId;
    this.taskFleetId = fleetIdOf(options.clusterId, 'TASK');
    this.#options = options;
    this.tags = options.tags ?? {};
    this.#startOfRun = options.startOfRun ?? START_OF_RUN;
  }

  cluster(): ClusterView {
    return {
      name: this.#options.name ?? this.clusterId,
      state: this.state,
      tags: this.tags,
      ...(this.primaryHost === undefined ? {} : { primaryHost: this.primaryHost }),
      ...(this.managedScaling === undefined ? {} : { managedScaling: this.managedScaling }),
      collection: this.collection,
      ...(this.#options.engine ?? DEFAULT_ENGINE),
      ...this.#birth(),
    };
  }

  fleets(): readonly FleetView[] {
    return [...standingFleets(this.clusterId, this.#birth()), this.#taskFleet()];
  }

  /** EMR's AWAITING_FULFILLMENT is not played: what waits for capacity is no instance of the world. */
  instances(): readonly InstanceView[] {
    const workers = this.#options.world().fleet.instances();
    return [...standingInstances(this.clusterId, this.#birth()), ...workers.map((worker) => this.#instance(worker))];
  }

  modify({ fleetId, target, timeoutMinutes }: FleetModification): void {
    if (fleetId !== this.taskFleetId) throw API_ERRORS.notSimulated(`a resize of the fleet ${fleetId}`);
    this.#timeoutMinutes = { ...this.#timeoutMinutes, ...timeoutMinutes };
    this.#options.world().fleet.modify({
      onDemandUnits: target.onDemand,
      spotUnits: target.spot,
      onDemandTimeoutSeconds: this.#timeoutMinutes.onDemand * 60,
      spotTimeoutSeconds: this.#timeoutMinutes.spot * 60,
    });
  }

  #birth(): { readonly createdAt: number; readonly readyAt: number } {
    const createdAt = this.#options.createdAt ?? this.#startOfRun - AGE_SECONDS;
    return { createdAt, readyAt: createdAt + START_SECONDS };
  }

  #taskFleet(): FleetView {
    const read = this.#options.world().fleet.read();
    const types = this.#options.pools.map(({ instanceType, weightUnits }) => ({ instanceType, weight: weightUnits }));
    return {
      id: this.taskFleetId,
      type: 'TASK',
      state: stateOf(this.state, read),
      ...(read.status === 'suspended' ? { stateReason: SUSPENDED_REASON } : {}),
      ...this.#birth(),
      target: unitsOf(read, 'targetUnits'),
      provisioned: hasEnded(this.state) ? { onDemand: 0, spot: 0 } : unitsOf(read, 'provisionedUnits'),
      types,
      timeoutMinutes: this.#timeoutMinutes,
    };
  }

  /** What has ended changes no more, and a long run has many of them. */
  #instance(instance: FleetInstance): InstanceView {
    const known = this.#ended.get(instance);
    if (known !== undefined) return known;
    const view = this.#viewOf(instance);
    if (view.state === 'TERMINATED') this.#ended.set(instance, view);
    return view;
  }

  #viewOf(instance: FleetInstance): InstanceView {
    const { id, pool, market, state, launchedAt, runningAt, terminatedAt, removal } = instance;
    const stateReason = removal === undefined ? undefined : REMOVAL_REASON[removal];
    return {
      id: emrInstanceIdOf(this.clusterId, id),
      ec2InstanceId: ec2InstanceIdOf(this.clusterId, id),
      fleetId: this.taskFleetId,
      fleetType: 'TASK',
      instanceType: pool.instanceType,
      market: market === 'spot' ? 'SPOT' : 'ON_DEMAND',
      state: INSTANCE_STATE[state],
      createdAt: this.#startOfRun + launchedAt,
      ...(stateReason === undefined ? {} : { stateReason }),
      ...(runningAt === undefined ? {} : { readyAt: this.#startOfRun + runningAt }),
      ...(terminatedAt === undefined ? {} : { endedAt: this.#startOfRun + terminatedAt }),
    };
  }
}
