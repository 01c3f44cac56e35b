/**
 * EMR clusters that nobody pays for: simulated worlds in the time of the wall, behind our EMR and EC2 endpoints, each
 * with a coordinator that an exporter can read.
 */
import { type CoordinatorEndpoint, startCoordinatorEndpoint } from '../../../../local/coordinator/endpoint.ts';
import { WorldCoordinator } from '../../../../local/coordinator/world-backend.ts';
import { type Ec2Endpoint, startEc2Endpoint } from '../../../../local/ec2/endpoint.ts';
import type { FleetModification } from '../../../../local/emr/backend.ts';
import { type EmrEndpoint, startEmrEndpoint } from '../../../../local/emr/endpoint.ts';
import { WorldBackend } from '../../../../local/emr/world-backend.ts';
import { engineViewOf } from '../../../../local/emr/world-engine.ts';
import type { Judge } from '../../../../local/permissions.ts';
import { completeQuery, workloadDefaults } from '../../../../simulator/workload/defaults.ts';
import { DEFAULT_KNOBS, R5_4XLARGE, type WorldKnobs } from '../../../../simulator/world/knobs.ts';
import { World } from '../../../../simulator/world/world.ts';

export interface ClusterOptions {
  /** EMR's id. */
  readonly id: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Spot units at the start. */
  readonly units: number;
}

/** EMR's rules at the scale of a test: a worker serves four seconds after it was asked for, and may go after ten. */
const KNOBS: WorldKnobs = {
  engine: { ...DEFAULT_KNOBS.engine, drainOverheadSeconds: 1 },
  fleet: {
    ...DEFAULT_KNOBS.fleet,
    startLagMedianSeconds: 4,
    startLagP95Seconds: 4,
    provisionShare: 0.5,
    staleReadSeconds: 1,
    minimumAgeSeconds: 10,
    gracefulTimeoutSeconds: 120,
    replacementDelaySeconds: 5,
    spotRetrySeconds: 5,
  },
};

const STEP_MILLISECONDS = 50;

/** A modify that was carried out. */
export interface Resize extends FleetModification {
  /** By `performance.now()`, milliseconds. */
  readonly at: number;
}

class RecordingBackend extends WorldBackend {
  readonly resizes: Resize[] = [];

  override modify(modification: FleetModification): void {
    super.modify(modification);
    this.resizes.push({ ...modification, at: performance.now() });
  }
}

/** Total of both markets. */
export const unitsOf = ({ target }: FleetModification): number => target.onDemand + target.spot;

export class SimulatedCluster {
  readonly options: ClusterOptions;
  readonly world: World;
  readonly backend: RecordingBackend;
  readonly coordinator: CoordinatorEndpoint;
  #submitted = 0;

  private constructor(
    options: ClusterOptions,
    world: World,
    backend: RecordingBackend,
    coordinator: CoordinatorEndpoint,
  ) {
    this.options = options;
    this.world = world;
    this.backend = backend;
    this.coordinator = coordinator;
  }

  static async start(options: ClusterOptions, startOfRun: number): Promise<SimulatedCluster> {
    const { id, name, tags, units } = options;
    const listeners = { onQueryEnd: () => {}, onFleetEvent: () => {} };
    const world = new World(KNOBS, { name, queries: [] }, 1, { onDemandUnits: 0, spotUnits: units }, listeners);
    const { pools } = KNOBS.fleet;
    const engine = engineViewOf(KNOBS);
    const backend = new RecordingBackend({ clusterId: id, name, tags, world: () => world, pools, engine, startOfRun });
    const coordinator = await startCoordinatorEndpoint(new WorldCoordinator(() => world, startOfRun));
    return new SimulatedCluster(options, world, backend, coordinator);
  }

  get resizes(): readonly Resize[] {
    return this.backend.resizes;
  }

  /** What the fleet is told to have. */
  get targetUnits(): number {
    const { onDemand, spot } = this.world.fleet.read();
    return onDemand.targetUnits + spot.targetUnits;
  }

  /** Workers that serve. */
  get runningInstances() {
    return this.backend.instances().filter(({ fleetType, state }) => fleetType === 'TASK' && state === 'RUNNING');
  }

  /** So many queries arrive now, each with so much work. */
  submit(queries: number, cpuSeconds: number): void {
    this.#submitted += 1;
    const common = { arrivalSeconds: this.world.now, memoryBytes: 0, user: 'ann', source: 'test', cpuSeconds };
    const defaults = workloadDefaults(1);
    const ids = Array.from({ length: queries }, (_, index) => `q-${this.#submitted}-${index}`);
    this.world.inject(ids.map((id) => completeQuery({ ...common, id }, defaults)));
  }
}

export interface ClustersOptions {
  readonly clusters: readonly ClusterOptions[];
  readonly judge?: Judge;
}

export class Clusters {
  readonly emr: EmrEndpoint;
  readonly ec2: Ec2Endpoint;
  readonly #clusters: readonly SimulatedCluster[];
  readonly #timer: NodeJS.Timeout;

  private constructor(clusters: readonly SimulatedCluster[], emr: EmrEndpoint, ec2: Ec2Endpoint, startOfRun: number) {
    this.#clusters = clusters;
    this.emr = emr;
    this.ec2 = ec2;
    const advance = (): void => {
      for (const { world } of clusters) world.advanceTo(Date.now() / 1000 - startOfRun);
    };
    this.#timer = setInterval(advance, STEP_MILLISECONDS);
  }

  static async start({ clusters: options, judge }: ClustersOptions): Promise<Clusters> {
    const startOfRun = Math.floor(Date.now() / 1000);
    const clusters = await Promise.all(options.map((one) => SimulatedCluster.start(one, startOfRun)));
    const backends = clusters.map(({ backend }) => backend);
    const judged = judge === undefined ? {} : { judge };
    const emr = await startEmrEndpoint({ backends, now: () => Date.now() / 1000, ...judged });
    const vcpus = new Map([[R5_4XLARGE.instanceType, R5_4XLARGE.vcpu]]);
    const ec2 = await startEc2Endpoint({ backends, vcpusOf: (type) => vcpus.get(type), ...judged });
    return new Clusters(clusters, emr, ec2, startOfRun);
  }

  /** @throws Error for an id that no cluster has */
  byId(id: string): SimulatedCluster {
    const found = this.#clusters.find(({ options }) => options.id === id);
    if (found === undefined) throw new Error(`there is no cluster ${id}`);
    return found;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([this.emr.close(), this.ec2.close(), ...this.#clusters.map((one) => one.coordinator.close())]);
  }
}
