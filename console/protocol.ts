/** What the page and its server say to each other: JSON over /api/state, /api/stream (server-sent events) and /api/actions. */

/** One tick of the run; a moment on every chart. Units are EMR's weighted capacity. What is not known is null. */
export interface Point {
  /** Time of the run, epoch seconds. */
  readonly at: number;
  /** Units that demand, floors and ceilings ask for. */
  readonly wantedUnits: number;
  readonly targetUnits: number;
  readonly readyUnits: number | null;
  /** Asked for and not ready. */
  readonly arrivingUnits: number | null;
  readonly drainingUnits: number | null;
  readonly runningQueries: number | null;
  /** Queued, waiting for workers or held by a group's limit. */
  readonly waitingQueries: number | null;
  /** Delay of queries that ended in the last ten minutes, 95th percentile, seconds; null when none ended. */
  readonly delayP95Seconds: number | null;
  readonly endedQueries: number;
  readonly failedQueries: number;
  /** Why they failed; null: nobody knows. */
  readonly failedBy: FailedBy | null;
  readonly lateQueries: number | null;
  readonly onDemand: MarketPoint;
  readonly spot: MarketPoint;
  /** Dollars so far, and those of the fixed on-demand cluster in the same time; null while it is not known. */
  readonly usd: number;
  readonly fixedUsd: number | null;
  /** Dollars so far, had every instance been on-demand. */
  readonly allOnDemandUsd: number;
}

/** Failed queries by cause. */
export interface FailedBy {
  /** The spot market took a worker. */
  readonly interrupted: number;
  /** A worker was scaled in. */
  readonly removed: number;
  /** Memory, or no worker came in time. */
  readonly other: number;
}

/** Units of one market at a moment. */
export interface MarketPoint {
  readonly targetUnits: number;
  /** Running, also those with an interruption notice; not those that drain. */
  readonly runningUnits: number;
}

/** One market of the fleet now, by what EC2 and the bill know. Dollars include EMR's fee. */
export interface MarketNow extends MarketPoint {
  /** Launched and not running yet. */
  readonly startingUnits: number;
  /** Of those that run or start: EC2 takes them within minutes. */
  readonly goingUnits: number;
  /** Of the target, neither running nor starting. */
  readonly missingUnits: number;
  /** Taken by the spot market in the last ten minutes. */
  readonly lostUnits: number;
  readonly usdPerHour: number;
  readonly usd: number;
  /** Dollars so far, had the same instances been on-demand. */
  readonly asOnDemandUsd: number;
}

/** One pool now: an instance type in the cluster's one zone. */
export interface PoolNow {
  readonly instanceType: string;
  /** Spot units that run or start. */
  readonly spotUnits: number;
  /** Of them: EC2 takes them within minutes. */
  readonly goingUnits: number;
  readonly onDemandUnits: number;
  /** A unit for an hour, EMR's fee included. */
  readonly spotUsdPerUnitHour: number;
  readonly onDemandUsdPerUnitHour: number;
  /** Nothing can be had of it as spot, however much it holds at other times. */
  readonly gone: boolean;
  /** Spot units that could be had now; null: as many as are asked for. */
  readonly freeUnits: number | null;
}

/** The fleet now, told whole. */
export interface FleetNow {
  readonly onDemand: MarketNow;
  readonly spot: MarketNow;
  /** On-demand units that stand in for missing spot; null before the first decision. */
  readonly standInUnits: number | null;
  readonly pools: readonly PoolNow[];
}

/** One step of a loss and of the way back. */
export interface StoryLine {
  /** Counts from 1; a line with the id of an earlier one replaces it. */
  readonly id: number;
  readonly at: number;
  readonly kind: StoryKind;
  readonly text: string;
}

/**
 * `taken` and `given`: what somebody at the page did; `ready`: what runs covers the target again; `refused`: a probe that
 * brought nothing; `released`: stand-ins were given up; `over`: no on-demand stands in for spot any more.
 */
export type StoryKind =
  | 'taken'
  | 'given'
  | 'loss'
  | 'missing'
  | 'fallback'
  | 'ready'
  | 'probe'
  | 'refused'
  | 'return'
  | 'released'
  | 'over';

/** A decision as the page shows it. */
export interface DecisionLine {
  readonly at: number;
  readonly verdict: 'grow' | 'shrink' | 'steady';
  readonly beforeUnits: number | null;
  readonly onDemandUnits: number | null;
  readonly spotUnits: number | null;
  /** Whether a call was made. */
  readonly sent: boolean;
  /** Numbers by name; see docs/decide.md. */
  readonly terms: Readonly<Record<string, number>>;
  readonly reasons: readonly {
    readonly code: string;
    readonly sentence: string;
    readonly numbers: Readonly<Record<string, number | string>>;
  }[];
}

/** Something that happened in the world or to the loop. */
export interface EventLine {
  readonly at: number;
  readonly kind: string;
  readonly severity: 'info' | 'warning' | 'error';
  readonly text: string;
}

/** What the buttons show. */
export interface Controls {
  /** The policy's mode is `paused`. */
  readonly paused: boolean;
  /** Virtual seconds a second; 0 stands still. Where only one is offered there is nothing to choose. */
  readonly speed: number;
  readonly speeds: readonly number[];
  /** None can be had. */
  readonly spotGone: boolean;
  readonly hold: { readonly units: number; readonly until: number } | null;
  /** The run has come to its end. */
  readonly ended: boolean;
}

/** Limits and names that do not change in a run. */
export interface RunFacts {
  readonly title: string;
  readonly minimumUnits: number;
  readonly maximumUnits: number;
  readonly coresPerUnit: number;
  /** In words, e.g. `50 on-demand workers`; null while it is being looked for. */
  readonly fixedCluster: string | null;
  /** Whose time it is: that of a simulated world, or that of the wall. */
  readonly time: 'virtual' | 'wall';
  /** Beyond what a delay is counted, e.g. `beyond the time alone on the largest cluster`. */
  readonly delayBeyond: string;
  /** Queries of a burst: the number that is offered, and the most that are taken. */
  readonly burst: { readonly usual: number; readonly most: number };
}

/** Answer of GET /api/state, and the first message of /api/stream. */
export interface ConsoleState {
  readonly facts: RunFacts;
  readonly controls: Controls;
  readonly points: readonly Point[];
  /** Newest last, at most 500; consecutive steady decisions with the same reasons are one line. */
  readonly decisions: readonly DecisionLine[];
  readonly events: readonly EventLine[];
  /** In order of their ids, at most 200. */
  readonly story: readonly StoryLine[];
  /** null while nothing is known of it. */
  readonly fleet: FleetNow | null;
}

/** A message of /api/stream after the first: what is new. */
export interface ConsoleUpdate {
  readonly facts?: RunFacts;
  readonly controls?: Controls;
  readonly fleet?: FleetNow;
  readonly points: readonly Point[];
  readonly decisions: readonly DecisionLine[];
  readonly events: readonly EventLine[];
  readonly story: readonly StoryLine[];
}

/** Body of POST /api/actions. Answered with 204, or 400 and `{error}`. */
export type ConsoleAction =
  | { readonly action: 'burst'; readonly queries: number }
  /** All spot goes, or whatever is gone comes back. */
  | { readonly action: 'spot'; readonly gone: boolean }
  /** The pool that holds the most spot goes. */
  | { readonly action: 'largestPool' }
  | { readonly action: 'pause'; readonly paused: boolean }
  | { readonly action: 'hold'; readonly units: number; readonly minutes: number }
  | { readonly action: 'releaseHold' }
  | { readonly action: 'speed'; readonly speed: number };

/**
 * Answer of GET /api/local: where the run keeps its state, for commands on the same machine (`prestoscale --local`).
 * Everything it names listens on 127.0.0.1 only. Before the run is under way, and after it: 503 and `{error}`.
 */
export interface LocalFacts {
  readonly table: {
    /** Address of a DynamoDB; any credentials will do. */
    readonly endpoint: string;
    readonly region: string;
    readonly name: string;
  };
  /** Names of the clusters, as in the table. */
  readonly clusters: readonly string[];
  /** Time of the run, epoch seconds: virtual in a simulated world. */
  readonly now: number;
}
