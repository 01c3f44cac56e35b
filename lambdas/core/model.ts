/**
 * The words of the product: what is observed, what is decided. Every value here survives JSON unchanged
 * (no `undefined` values, no NaN, no Infinity), because observations and decisions are recorded and replayed.
 * A field that could not be read is absent. Unknown is never zero.
 */
import type { Cores, EpochSeconds, Units, Workers } from './quantities.ts';

/** Live queries of one class (source, user and group) added up, and what has finished of it since the engine started. */
export interface QueryClassSample {
  /** `source|user|group`, or `other` for what exceeds the cap on classes. */
  readonly name: string;
  /** Queries that run, or would run if there were capacity. */
  readonly live: number;
  /** Queries held back by their resource group's own limit: more workers do not help these. */
  readonly held: number;
  /** CPU seconds the live ones have used so far. */
  readonly cpuSecondsUsed: number;
  /** Cores that the live ones could use at once, summed, each capped at its own parallelism. Absent: unknown. */
  readonly parallelismCores?: Cores;
  /** Cores the live ones keep busy at this moment, summed. Absent: unknown. */
  readonly busyCores?: Cores;
  /** Counter: finished queries. */
  readonly finishedQueries: number;
  /** Counter: CPU seconds of finished queries. */
  readonly finishedCpuSeconds: number;
}

/** What the engine says of itself at one moment. Counts are queries unless the name says otherwise. */
export interface WorkloadSample {
  readonly takenAt: EpochSeconds;
  /** Started and not ended; those blocked on memory are in it. */
  readonly runningQueries?: number;
  /** Queued for capacity, not by a group's limit. */
  readonly queuedQueries?: number;
  readonly waitingForWorkersQueries?: number;
  readonly groupHeldQueries?: number;
  readonly blockedOnMemoryQueries?: number;
  /** The largest number of workers that a waiting query requires before it starts; 0 when none waits. */
  readonly requiredWorkers?: Workers;
  readonly readyWorkers?: Workers;
  /** Processors of active workers, summed; draining workers are not in it. */
  readonly readyCores?: Cores;
  readonly drainingWorkers?: Workers;
  readonly drainingCores?: Cores;
  /** Counter since the engine started; a smaller value than before means a restart. */
  readonly cpuSecondsTotal?: number;
  readonly reservedMemoryBytes?: number;
  readonly totalMemoryBytes?: number;
  readonly oldestWaitSeconds?: number;
  readonly oldestRunningSeconds?: number;
  readonly classes?: readonly QueryClassSample[];
}

export type FleetStatus =
  | 'provisioning'
  | 'bootstrapping'
  | 'running'
  | 'resizing'
  | 'reconfiguring'
  | 'suspended'
  | 'terminating'
  | 'terminated';

export interface MarketCapacity {
  readonly targetUnits: Units;
  readonly provisionedUnits: Units;
}

/** One read of the fleet. Reads after a modify may be stale for up to a minute (EMR). */
export interface FleetState {
  /** EMR's id of the fleet; absent: it was read by a release that did not keep it. */
  readonly id?: string;
  readonly readAt: EpochSeconds;
  readonly status: FleetStatus;
  readonly onDemand: MarketCapacity;
  readonly spot: MarketCapacity;
  /** Largest weight among the fleet's instance types: EMR may overshoot a target by this less one. */
  readonly largestWeightUnits: Units;
  /** How many instance types the fleet may use; absent: it was read by a release that did not keep it. */
  readonly instanceTypes?: number;
}

/** What one pool (an instance type in the cluster's one zone) holds of the fleet, in one market. */
export interface PoolCapacity {
  readonly instanceType: string;
  readonly market: 'onDemand' | 'spot';
  readonly instances: Workers;
  readonly units: Units;
}

/**
 * One read of the fleet's instances, added up by pool. Those that have ended are not in it; one that drains is, because
 * EMR calls it RUNNING until it is gone.
 */
export interface PoolsState {
  readonly readAt: EpochSeconds;
  readonly pools: readonly PoolCapacity[];
}

/** What an instance of a type costs for an hour, in dollars. EMR's fee is the same in both markets (emr.md §7). */
export interface TypePrice {
  readonly onDemandUsdPerHour: number;
  /** EC2's price on the spot market, without EMR's fee. */
  readonly spotUsdPerHour: number;
  readonly emrUsdPerHour: number;
}

/** What is known of the cluster and its fleets port; changes rarely. What was found out of its engine replaces the rest. */
export interface ClusterFacts {
  /** Workers younger than this cannot be removed: EMR 600 s, a local cluster much less. */
  readonly minimumWorkerAgeSeconds: number;
  /** The engine finishes a removed worker's tasks for at most this long. Absent or 0: it kills at once. */
  readonly drainGraceSeconds?: number;
  /** A draining worker can be called back (Trino ≥ 468). */
  readonly reversibleDrain: boolean;
  /** A lost worker costs tasks, not queries (Trino with fault-tolerant execution). */
  readonly retriesTasks: boolean;
  /** Price of one unit for an hour, EMR fee included, at the dearest type of the fleet. */
  readonly usdPerUnitHour?: { readonly onDemand: number; readonly spot: number };
  /** Price of an instance by its type; a type whose price is not known is absent. Absent: no price is known by type. */
  readonly typePrices?: Readonly<Record<string, TypePrice>>;
}

/** What the description of a cluster says of its engine, as far as it matters to workers that are removed. */
export interface FoundEngine {
  /** The cluster that was described; another one may take over its name. */
  readonly clusterId: string;
  /** As EMR writes it: `emr-7.13.0`. */
  readonly release?: string;
  /** `none`: neither is among the applications. */
  readonly engine: 'presto' | 'trino' | 'none';
  /** As EMR writes it: `0.287`, `479-amzn-2`. */
  readonly version?: string;
  /** Graceful-shutdown-timeout in the engine's own configuration; the least of what workers may have. Absent: not set. */
  readonly gracefulTimeoutSeconds?: number;
  /** Trino's retry-policy. Absent: not set. */
  readonly retryPolicy?: 'TASK' | 'QUERY' | 'NONE';
  /** Every node has an exchange manager configured, which retries need. */
  readonly exchangeManager: boolean;
  /** EMR's managed scaling is attached: it sets the same targets. Absent: it could not be asked. */
  readonly managedScaling?: boolean;
  /** Settings that are there and cannot be understood, in words. They count as not set. */
  readonly unreadable: readonly string[];
}

/** How asking for the description of the cluster went. */
export type Finding =
  | { readonly kind: 'found'; readonly at: EpochSeconds; readonly engine: FoundEngine }
  | { readonly kind: 'failed'; readonly at: EpochSeconds; readonly fault: string };

/** A floor until a time. `total`: at least so much. `extra`: on top of demand. */
export interface Hold {
  readonly key: string;
  readonly kind: 'total' | 'extra';
  readonly units: Units;
  readonly until: EpochSeconds;
  readonly owner: string;
  readonly reason: string;
}

/** A CloudWatch alarm named in the policy, as last read. */
export interface AlarmObservation {
  readonly name: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  readonly since: EpochSeconds;
}

/** Units that a spot interruption has taken or is about to take, or may take soon. */
export interface CapacityLoss {
  /** The instance's. */
  readonly id: string;
  /** `rebalance`: EC2 recommends to move away, and nothing is lost yet. Absent: the notice of an interruption. */
  readonly kind?: 'rebalance';
  readonly at: EpochSeconds;
  readonly units: Units;
}

/** Everything the core may look at in one tick. */
export interface Observation {
  readonly sample?: WorkloadSample;
  /** Where the sample is read, as people call it. Absent: the engine itself. */
  readonly sampleSource?: string;
  readonly fleet?: FleetState;
  /** Present in a tick that read the instances. */
  readonly pools?: PoolsState;
  /** Why they could not be read, in a tick that tried. */
  readonly poolsFault?: string;
  readonly facts: ClusterFacts;
  /** Present in a tick that asked what the cluster is; the answer is remembered. */
  readonly found?: Finding;
  readonly holds: readonly Hold[];
  readonly alarms: readonly AlarmObservation[];
  readonly losses: readonly CapacityLoss[];
}

/** Targets of the task fleet, one integer per market. */
export interface Targets {
  readonly onDemandUnits: Units;
  readonly spotUnits: Units;
}

export const totalUnits = (targets: Targets): Units => (targets.onDemandUnits + targets.spotUnits) as Units;
export const sameTargets = (first: Targets, second: Targets): boolean =>
  first.onDemandUnits === second.onDemandUnits && first.spotUnits === second.spotUnits;
