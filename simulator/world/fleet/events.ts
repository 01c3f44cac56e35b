/** What the fleet tells the world beside its state: the raw material of EventBridge events and of the run's journal. */
import type { InstanceState, Market, PerMarket, Removal } from './model.ts';

/** Codes of "EMR Instance Fleet Resize" events, spelt as AWS does (emr.md §3.1). */
export const RESIZE_CODES = {
  timeout: { onDemand: 'On-Demand Provisioning timeout', spot: 'Spot Provisioning timeout' },
  continuing: {
    onDemand: 'On-Demand Provisioning Timeout - Continuing Resize',
    spot: 'Spot Provisioning Timeout - Continuing Resize',
  },
  insufficient: 'EC2 provisioning - Insufficient Instance Capacity',
} as const;

/** A requested resize, or one that EMR began by itself to replace what was lost. */
export type ResizeCause = 'request' | 'replacement';

interface At {
  /** Virtual seconds. */
  readonly at: number;
}

interface OfInstance extends At {
  readonly instanceId: string;
  readonly instanceType: string;
  readonly market: Market;
  readonly units: number;
}

/** EC2 takes a spot instance at `goneAt`. Not sent when interruptions come without warning. */
export interface InterruptionNotice extends OfInstance {
  readonly kind: 'interruptionNotice';
  readonly goneAt: number;
}

/** EC2 sees a higher risk for a spot instance. */
export interface RebalanceRecommendation extends OfInstance {
  readonly kind: 'rebalanceRecommendation';
}

/** An instance came into a state; `provisioning` is its launch, `running` after `draining` a call back. */
export interface InstanceChanged extends OfInstance {
  readonly kind: 'instance';
  readonly state: Exclude<InstanceState, 'terminated'>;
}

/** An instance is gone; a failed start is one of the ways. */
export interface InstanceTerminated extends OfInstance {
  readonly kind: 'terminated';
  readonly how: Removal;
}

/** EMR calls the instance RUNNING; the engine will never see it. */
export interface ZombieStarted extends OfInstance {
  readonly kind: 'zombie';
}

export interface ResizeStarted extends At {
  readonly kind: 'resizeStarted';
  readonly cause: ResizeCause;
  readonly targetUnits: PerMarket<number>;
  readonly provisionedUnits: PerMarket<number>;
}

/**
 * A resize ended. `complete` is what EMR says, which for a shrink that ran out of time (`shrinkTimedOut`) does not mean
 * that the target was met; `timedOut`: a market gave up waiting for capacity.
 */
export interface ResizeEnded extends At {
  readonly kind: 'resizeEnded';
  readonly cause: ResizeCause;
  readonly outcome: 'complete' | 'timedOut' | 'overridden' | 'suspended';
  readonly shrinkTimedOut: boolean;
  readonly targetUnits: PerMarket<number>;
  readonly provisionedUnits: PerMarket<number>;
}

/** A market of a resize gave up; `continuing`: more resizes are queued behind it. */
export interface ProvisioningTimeout extends At {
  readonly kind: 'provisioningTimeout';
  readonly market: Market;
  readonly continuing: boolean;
  readonly code: (typeof RESIZE_CODES)['timeout' | 'continuing'][Market];
  readonly missingUnits: number;
}

/** Not all of a launch could be had; repeated at each try. */
export interface InsufficientCapacity extends At {
  readonly kind: 'insufficientCapacity';
  readonly market: Market;
  readonly code: (typeof RESIZE_CODES)['insufficient'];
  readonly missingUnits: number;
}

/** Too many starts failed in one resize: nothing is added or removed until the next modify. */
export interface FleetSuspended extends At {
  readonly kind: 'suspended';
  readonly failedStarts: number;
}

export type FleetEvent =
  | InterruptionNotice
  | RebalanceRecommendation
  | InstanceChanged
  | InstanceTerminated
  | ZombieStarted
  | ResizeStarted
  | ResizeEnded
  | ProvisioningTimeout
  | InsufficientCapacity
  | FleetSuspended;
