/** What a local system is made of. */
import type { Reconciled } from '../lambdas/app/reconcile.ts';
import type { PolicyInput } from '../lambdas/core/policy/schema.ts';
import type { Fleet } from '../simulator/world/fleet/fleet.ts';
import type { WorldKnobs } from '../simulator/world/knobs.ts';
import type { World } from '../simulator/world/world.ts';
import { type CoordinatorEndpoint, startCoordinatorEndpoint } from './coordinator/endpoint.ts';
import { WorldCoordinator } from './coordinator/world-backend.ts';

/** A fleet beside a real engine, moved on with the time of the wall. */
export interface PlayedFleet {
  readonly fleet: Fleet;
  /** Seconds since the start. */
  advanceTo(seconds: number): void;
}

/** A simulated engine is served by the system itself; a real one has an address. */
type EngineOptions =
  | { readonly world: () => World; readonly coordinatorUrl?: undefined }
  | { readonly world: () => PlayedFleet; readonly coordinatorUrl: string };

interface CommonOptions {
  readonly knobs: WorldKnobs;
  readonly policy: PolicyInput;
  readonly seed: number;
  /** `scrape`: the tick reads the exporter's /metrics. `push`: the exporter writes its sample and wakes the loop. */
  readonly sample: 'scrape' | 'push';
  /** Seconds between two collections; 15 scraped, 5 pushed is usual. */
  readonly collectSeconds: number;
  /** Seconds between two slots; divides a minute. */
  readonly slotSeconds: number;
  /** Epoch seconds of the world's second 0. Default {@link START_OF_RUN}. */
  readonly startOfRun?: number;
  /** Told of every tick, and of every failure of a handler. */
  readonly onTick?: (result: Reconciled) => void;
  readonly onFailure?: (what: string, error: Error) => void;
}

export type LocalOptions = CommonOptions & EngineOptions;

/** Starts the endpoint of a simulated engine, which is a PrestoDB; a real one has its own. */
export const simulatedCoordinator = async (
  options: LocalOptions,
  startOfRun: number,
): Promise<CoordinatorEndpoint | undefined> =>
  options.coordinatorUrl === undefined
    ? startCoordinatorEndpoint(new WorldCoordinator(options.world, startOfRun))
    : undefined;
