/** A simulated cluster behind a running endpoint, for tests. */
import { EMRClient } from '@aws-sdk/client-emr';
import { type EmrEndpoint, type EmrEndpointOptions, startEmrEndpoint } from '../../../local/emr/endpoint.ts';
import { WorldBackend } from '../../../local/emr/world-backend.ts';
import { START_OF_RUN } from '../../../simulator/run/start-of-run.ts';
import { DEFAULT_KNOBS, type FleetKnobs } from '../../../simulator/world/knobs.ts';
import { World } from '../../../simulator/world/world.ts';

export const CLUSTER_ID = 'j-LOCALTEST0001';
export const CREDENTIALS = { accessKeyId: 'nobody', secretAccessKey: 'nothing' };

export interface LocalCluster {
  readonly world: World;
  readonly backend: WorldBackend;
  readonly endpoint: EmrEndpoint;
  /** The SDK's client as it comes, without its own retries. */
  readonly client: EMRClient;
  /** Epoch seconds, virtual. */
  now(): number;
  advance(seconds: number): void;
  close(): Promise<void>;
}

export interface LocalClusterOptions extends Omit<EmrEndpointOptions, 'backends' | 'now'> {
  readonly fleet?: Partial<FleetKnobs>;
  /** Default {@link CLUSTER_ID}. */
  readonly clusterId?: string;
  readonly onDemandUnits?: number;
  readonly spotUnits?: number;
}

/** 2 on-demand and 8 spot units unless said otherwise, no queries, request budgets off unless asked for. */
export const localCluster = async (options: LocalClusterOptions = {}): Promise<LocalCluster> => {
  const { fleet, clusterId = CLUSTER_ID, onDemandUnits = 2, spotUnits = 8, ...rest } = options;
  const knobs = { ...DEFAULT_KNOBS, fleet: { ...DEFAULT_KNOBS.fleet, ...fleet } };
  const listeners = { onQueryEnd: () => {}, onFleetEvent: () => {} };
  const world = new World(knobs, { name: 'none', queries: [] }, 1, { onDemandUnits, spotUnits }, listeners);
  const backend = new WorldBackend({ clusterId, world: () => world, pools: knobs.fleet.pools });
  const now = (): number => START_OF_RUN + world.now;
  const endpoint = await startEmrEndpoint({ throttling: false, ...rest, backends: [backend], now });
  const client = new EMRClient({
    region: 'local',
    endpoint: endpoint.url,
    maxAttempts: 1,
    credentials: CREDENTIALS,
  });
  return {
    world,
    backend,
    endpoint,
    client,
    now,
    advance: (seconds) => world.advanceTo(world.now + seconds),
    close: async () => {
      client.destroy();
      await endpoint.close();
    },
  };
};
