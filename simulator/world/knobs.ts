/**
 * What the world is made of. Where AWS or an engine leaves a behaviour open it is a knob with a careful default:
 * the one that makes life harder for an autoscaler.
 */

/** How the engine behaves. */
export interface EngineKnobs {
  /** Queries of one resource group that may run at once; null: no limit. Applies to every group alike. */
  readonly groupLimit: number | null;
  /** Memory of one worker that queries may reserve. */
  readonly workerMemoryBytes: number;
  /** A query that asks for more than this fails with cause `memory` (query.max-memory); null: no limit. */
  readonly queryMaxMemoryBytes: number | null;
  /** After so long with queries blocked on memory the largest is killed; null: never (PrestoDB's default policy `none`). */
  readonly lowMemoryKillSeconds: number | null;
  /** Workers needed before a query starts, unless it says otherwise (query-manager.required-workers; default 1). */
  readonly requiredWorkers: number;
  /** A query that waited so long for workers fails with cause `other` (required-workers-max-wait, default 5 min). */
  readonly requiredWorkersMaxWaitSeconds: number;
  /** Fault-tolerant execution: a lost worker costs the work of its running tasks, not the query. */
  readonly retriesTasks: boolean;
  /** With `retriesTasks`: seconds of work that are done again for each query on a lost worker. */
  readonly retriedTaskSeconds: number;
  /** A draining worker can go back to work (Trino ≥ 468). */
  readonly reversibleDrain: boolean;
  /** Fixed part of a drain: two sleeps of shutdown.grace-period around waiting for tasks (default 2 × 2 min). */
  readonly drainOverheadSeconds: number;
}

/** EMR's names of its allocation strategies (emr.md §1.3). */
export const SPOT_STRATEGIES = [
  'capacity-optimized',
  'price-capacity-optimized',
  'lowest-price',
  'diversified',
] as const;
export const ON_DEMAND_STRATEGIES = ['lowest-price', 'prioritized'] as const;
export type SpotStrategy = (typeof SPOT_STRATEGIES)[number];
export type OnDemandStrategy = (typeof ON_DEMAND_STRATEGIES)[number];

/** Recorded times with and without spot; `fleet/recorded-spells.ts` has the figures and where they come from. */
export const RECORDED_SPELLS = [
  'us-east-1b',
  'us-east-1c',
  'us-east-1d',
  'gcp-2019',
  'advisor-under-5',
  'advisor-5-to-10',
  'advisor-10-to-15',
  'advisor-15-to-20',
  'advisor-over-20',
] as const;
export type RecordedSpells = (typeof RECORDED_SPELLS)[number];

/** One instance type in the cluster's zone. */
export interface PoolKnobs {
  readonly instanceType: string;
  readonly vcpu: number;
  /** Weighted capacity: vcpu / coresPerUnit. */
  readonly weightUnits: number;
  readonly onDemandUsdPerHour: number;
  /** Share of the on-demand price that spot costs (0–1). */
  readonly spotPriceShare: number;
  /** EMR's fee per instance hour; the same on spot. */
  readonly emrUsdPerHour: number;
  /** Spot instances the pool holds when it has capacity; null: as many as asked for. */
  readonly spotInstances: number | null;
  /** The same on-demand. Absent or null: as many as asked for. */
  readonly onDemandInstances?: number | null;
  /** Times with and without spot, drawn from what was recorded (`fleet/recorded-spells.ts`). Absent or null: none. */
  readonly spells?: RecordedSpells | null;
}

/** A time in which spot cannot be had and, if `reclaims`, running spot is taken with the usual notice. */
export interface SpotOutage {
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Instance types that are gone; null: all. */
  readonly instanceTypes: readonly string[] | null;
  readonly reclaims: boolean;
}

/** A time in which on-demand instances cannot be had; those that run stay. */
export type OnDemandOutage = Pick<SpotOutage, 'startSeconds' | 'endSeconds' | 'instanceTypes'>;

/** How EMR and the spot market behave. */
export interface FleetKnobs {
  readonly pools: readonly PoolKnobs[];
  /** EMR's allocation strategy for spot; `world/fleet/allocation.ts` says what each does here. */
  readonly spotStrategy: SpotStrategy;
  /** EMR's allocation strategy for on-demand; `prioritized`: in the order of the pools. */
  readonly onDemandStrategy: OnDemandStrategy;
  /** From launch to a worker that serves: lognormal by median and 95th percentile, in two parts. */
  readonly startLagMedianSeconds: number;
  readonly startLagP95Seconds: number;
  /** Share of the lag before EC2 runs the machine; the rest is bootstrap and engine start. */
  readonly provisionShare: number;
  /** Share of instances whose start fails (bootstrap error): terminated at the end of their lag, asked for again. */
  readonly startFailureShare: number;
  /** So many failed starts in one resize suspend the fleet. */
  readonly suspendAfterFailedStarts: number;
  /** `sequential`: a modify waits until the running resize ends (documented for fleets). `override`: it replaces it. */
  readonly resizes: 'sequential' | 'override';
  /** A resize ends when the instances run (`running`, careful) or when EC2 has launched them (`launched`). */
  readonly resizeEndsWhen: 'running' | 'launched';
  /** Provisioned capacity counts an instance from launch, or only when it runs. */
  readonly provisionedCounts: 'launched' | 'running';
  /** Reads show the state before a modify for so long. */
  readonly staleReadSeconds: number;
  /** EMR removes no instance younger than this. */
  readonly minimumAgeSeconds: number;
  /** EMR ends a shrink that could not be finished within this and reports success. */
  readonly shrinkTimeoutSeconds: number;
  /** Which instances EMR removes first. It looks at YARN idleness, which is chance to an engine beside YARN. */
  readonly victims: 'random' | 'oldest' | 'newest';
  /** Grace that EMR gives a removed worker to finish its tasks (graceful-shutdown-timeout); 0 kills at once. */
  readonly gracefulTimeoutSeconds: number;
  /** A shrink may go below the target when weights do not fit. */
  readonly mayUndershoot: boolean;
  /** EMR replaces a lost instance so long after its loss; null: never. */
  readonly replacementDelaySeconds: number | null;
  /** Share of instances that EMR calls RUNNING and the engine never sees. */
  readonly zombieShare: number;
  /** Spot is tried again so often while a resize waits for it. */
  readonly spotRetrySeconds: number;
  /** Mean time between reclaims of one pool as a whole; null: none by chance. */
  readonly poolReclaimMeanSeconds: number | null;
  /** Share of a pool's instances that one reclaim takes, all within three minutes. */
  readonly poolReclaimShare: number;
  /** After a reclaim the pool gives nothing for so long on average. */
  readonly poolOutageMeanSeconds: number;
  /** Share of the outages of one pool, by chance or by its spells, that begin in another pool too, pool by pool. */
  readonly outageSpread: number;
  /** Notice before an interrupted instance is gone; 0: without warning. */
  readonly interruptionNoticeSeconds: number;
  /** Share of interrupted instances that get the notice; the others are gone without warning. */
  readonly noticeShare: number;
  /** Rebalance recommendations come so long before the notice; null: none. */
  readonly rebalanceLeadSeconds: number | null;
  /** With it: share of the interruptions that were foretold. */
  readonly rebalanceShare: number;
  readonly outages: readonly SpotOutage[];
  readonly onDemandOutages: readonly OnDemandOutage[];
}

export interface WorldKnobs {
  readonly engine: EngineKnobs;
  readonly fleet: FleetKnobs;
}

const GIB = 1024 ** 3;

/** r5.4xlarge in us-east-1: 16 vCPU, on-demand 1.008, EMR fee 0.252 dollars an hour; spot at 35 %. */
export const R5_4XLARGE: PoolKnobs = {
  instanceType: 'r5.4xlarge',
  vcpu: 16,
  weightUnits: 1,
  onDemandUsdPerHour: 1.008,
  spotPriceShare: 0.35,
  emrUsdPerHour: 0.252,
  spotInstances: null,
  onDemandInstances: null,
  spells: null,
};

export const DEFAULT_KNOBS: WorldKnobs = {
  engine: {
    groupLimit: null,
    workerMemoryBytes: 80 * GIB,
    queryMaxMemoryBytes: null,
    lowMemoryKillSeconds: null,
    requiredWorkers: 1,
    requiredWorkersMaxWaitSeconds: 300,
    retriesTasks: false,
    retriedTaskSeconds: 30,
    reversibleDrain: false,
    drainOverheadSeconds: 240,
  },
  fleet: {
    pools: [R5_4XLARGE],
    spotStrategy: 'capacity-optimized',
    onDemandStrategy: 'lowest-price',
    startLagMedianSeconds: 300,
    startLagP95Seconds: 480,
    provisionShare: 0.2,
    startFailureShare: 0,
    suspendAfterFailedStarts: 10,
    resizes: 'sequential',
    resizeEndsWhen: 'running',
    provisionedCounts: 'launched',
    staleReadSeconds: 10,
    minimumAgeSeconds: 600,
    shrinkTimeoutSeconds: 3600,
    victims: 'random',
    gracefulTimeoutSeconds: 1800,
    mayUndershoot: false,
    replacementDelaySeconds: 60,
    zombieShare: 0,
    spotRetrySeconds: 30,
    poolReclaimMeanSeconds: null,
    poolReclaimShare: 0.5,
    poolOutageMeanSeconds: 1800,
    outageSpread: 0,
    interruptionNoticeSeconds: 120,
    noticeShare: 1,
    rebalanceLeadSeconds: null,
    rebalanceShare: 1,
    outages: [],
    onDemandOutages: [],
  },
};
