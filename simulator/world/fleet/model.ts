/**
 * The words of the simulated fleet: what it is told, what it says, and what it needs from the engine beside it.
 * Times are virtual seconds from the start of the run (0); capacity is in units (EMR's weighted capacity).
 */
import type { FleetState } from '../../../lambdas/core/model.ts';
import type { PoolKnobs } from '../knobs.ts';

/** EMR keeps a target and a provisioned count for each of the two, independent of one another. */
export type Market = 'onDemand' | 'spot';
export const MARKETS: readonly Market[] = ['onDemand', 'spot'];

/** One value for each market. */
export type PerMarket<Value> = Readonly<Record<Market, Value>>;

/** The same thing worked out for each market, on-demand first. */
export const perMarket = <Value>(work: (market: Market) => Value): PerMarket<Value> => ({
  onDemand: work('onDemand'),
  spot: work('spot'),
});

/**
 * True state of an instance. Part of a launch that waits for capacity is no instance yet (see `Fleet.waiting`).
 * EMR itself has no word for `draining` and says RUNNING until the instance is gone.
 */
export type InstanceState = 'provisioning' | 'bootstrapping' | 'running' | 'draining' | 'terminated';

/**
 * How an instance left. `drained`: its tasks were finished, or it never served (a zombie); `killed`: scaled in while it
 * had work; `interrupted`: taken by the spot market; `failedStart`: its bootstrap failed; `cancelled`: an overriding
 * resize no longer needed it before it ran.
 */
export type Removal = 'drained' | 'killed' | 'interrupted' | 'failedStart' | 'cancelled';

/** An instance as it truly is. */
export interface FleetInstance {
  /** `<instance type>/<market>/<ordinal>`; also the entity of all its chance (see `instance.ts`). */
  readonly id: string;
  readonly pool: PoolKnobs;
  readonly market: Market;
  readonly state: InstanceState;
  /** When EC2 launched it: billing begins. */
  readonly launchedAt: number;
  /** When EMR called it RUNNING; undefined: not yet, or never. */
  readonly runningAt: number | undefined;
  /** When it ended: billing ends. */
  readonly terminatedAt: number | undefined;
  /** How it ended; undefined while it lives. */
  readonly removal: Removal | undefined;
  /** EMR calls it RUNNING and the engine never sees it. False until it runs. */
  readonly zombie: boolean;
}

/** An instance whose worker serves from now on. */
export interface RunningInstance extends FleetInstance {
  readonly runningAt: number;
}

/**
 * The engine side, implemented by the world. Its methods are called inside `Fleet.start`, `modify` and `advanceTo`, at
 * the fleet's present time, and must not call back into the fleet.
 */
export interface FleetHost {
  /** The worker serves from now on. Not called for zombies. */
  workerReady(instance: RunningInstance): void;
  /** The worker takes no new tasks and finishes those it has. */
  drain(id: string): void;
  /** Calls a draining worker back; false: the engine cannot, and the drain goes on. */
  undrain(id: string): boolean;
  /** Whether a draining worker has finished; asked at every step and, with no grace, when the worker is removed. */
  isDrained(id: string): boolean;
  /** When it will have finished, if that is known already; may change while queries come and go. */
  drainedAt(id: string): number | undefined;
  /**
   * The instance is gone. Called once for each instance that ends, also for those that never became ready (zombies,
   * failed and cancelled starts), which the host has not heard of.
   */
  removed(id: string, how: Removal): void;
}

/** Targets of both markets, in units. */
export interface FleetTargets {
  readonly onDemandUnits: number;
  readonly spotUnits: number;
}

/** How long a resize waits for capacity, in seconds from its beginning (ResizeSpecifications; EMR: 5 to 10,080 minutes). */
export interface ResizeTimeouts {
  readonly onDemandTimeoutSeconds: number;
  readonly spotTimeoutSeconds: number;
}

/** What ModifyInstanceFleet is told. EMR wants both targets every time. */
export interface ModifyRequest extends FleetTargets, ResizeTimeouts {}

/** The fleet as ListInstanceFleets would show it; the world adds when it was read. */
export type FleetRead = Omit<FleetState, 'readAt'>;
