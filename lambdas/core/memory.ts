/**
 * What the core remembers of one cluster from tick to tick. It is a value: `decide` takes one and gives the next, and
 * it survives JSON unchanged. Small by design (it is one table item); every list and map in it is capped.
 */
import type { Terms, UnitsAt } from './decision.ts';
import type { FleetState, FoundEngine, PoolsState, Targets } from './model.ts';
import type { EpochSeconds } from './quantities.ts';
import type { ModeMemory } from './safety-mode.ts';

/** What is known of one class of queries. `…Decayed` are sums that fade, so that a ratio of two is a moving mean. */
export interface ClassMemory {
  readonly seenAt: EpochSeconds;
  /** Counters at the last sample. */
  readonly cpuSeconds: number;
  readonly finishedQueries: number;
  readonly finishedCpuSeconds: number;
  readonly live: number;
  readonly held: number;
  /** CPU seconds burnt and query seconds lived while the cluster was not full: their ratio is busy cores per query. */
  readonly busyCpuDecayed: number;
  readonly busyLiveDecayed: number;
  /** CPU seconds and number of finished queries: their ratio is the mean work. */
  readonly workDecayed: number;
  readonly workCountDecayed: number;
}

export interface RateMemory {
  readonly at: EpochSeconds;
  readonly cpuSecondsTotal: number;
  /** Work served, in cores, averaged over a window that grows with the spread of work per query. */
  readonly servedCores: number;
  /** Work that arrived, in cores: arrivals of each class × its mean work. */
  readonly arrivedCores: number;
  /** Work that arrived, in cores: over the last tick, then averaged over each of the short windows. */
  readonly recentCores: readonly number[];
  /** Seconds of the last tick. */
  readonly tickSeconds: number;
  /** Σ work and Σ work² of finished queries, decayed, and their count. */
  readonly workSum: number;
  readonly workSquareSum: number;
  readonly workCount: number;
}

/** A growth that is being timed to learn the start lag. */
export interface GrowthTimer {
  readonly at: EpochSeconds;
  readonly fromCores: number;
  readonly toCores: number;
  readonly halfSeen: boolean;
}

export interface LagMemory {
  readonly timer?: GrowthTimer;
  /** Seconds until half of a growth served; newest last, at most eight. */
  readonly halfSeconds: readonly number[];
  /** Seconds until 95 % of a growth served; newest last, at most eight. */
  readonly tailSeconds: readonly number[];
}

/** The last command: intent, kept from before the call until the fleet shows it. */
export interface CommandMemory {
  readonly targets: Targets;
  readonly at: EpochSeconds;
  /** What the fleet was told before; a read that still shows it after a while means the call never came through. */
  readonly previous?: Targets;
  /** Nobody knows whether the call came through: a read that shows the targets from before settles it at once. */
  readonly unconfirmed?: true;
  /** EMR has accepted the call: a read that shows the targets from before is an old answer. */
  readonly accepted?: true;
  /** Whether a read has shown these targets. */
  readonly seen: boolean;
  /** While a resize towards them is believed to run: since when. */
  readonly inFlightSince?: EpochSeconds;
  /** The last command that raised the total, for the age of what is arriving. */
  readonly grewAt?: EpochSeconds;
  /** RUNNING below target since. */
  readonly missingSince?: EpochSeconds;
  /** It was sent while another resize ran: EMR begins it when that one ends. */
  readonly queued?: true;
  /** How often it was asked again for the same targets. */
  readonly askedAgain: number;
}

export interface AlarmMemory {
  readonly firedAt: EpochSeconds;
  readonly baseUnits: number;
  readonly steps: number;
  readonly steppedAt: EpochSeconds;
}

/** Of one type: unit-seconds and dollars on-demand, unit-seconds and dollars on spot. Four numbers, for the item is small. */
export type TypeTally = readonly [number, number, number, number];

/** What one cluster has cost in one stretch of a UTC day. Every count goes on from 0 at `from`. */
export interface PartMemory {
  readonly from: EpochSeconds;
  /** Accounted until. */
  readonly at: EpochSeconds;
  readonly emrClusterId?: string;
  /** Seconds in which it was known what is provisioned. */
  readonly knownSeconds: number;
  /** Seconds of them in which nobody looked: what both ends showed at most is believed to have been there. */
  readonly gapSeconds?: number;
  /** By instance type; `?` for units whose type nobody has read, `other` for what exceeds the cap on rows. */
  readonly types: Readonly<Record<string, TypeTally>>;
  /** Unit-seconds in `types` without a price: their dollars are not known. */
  readonly unpriced?: number;
  /** Unit-seconds in `types` priced by the unit, at the dearest type: EMR's fee is in their dollars and not told apart. */
  readonly flat?: number;
  readonly emrUsd: number;
  /** What the priced units would have cost on-demand. */
  readonly onDemandUsd: number;
  /** Unit-seconds that a cluster of a fixed size would have had. */
  readonly fixedUnitSeconds: number;
  /** On-demand dollars of a unit for an hour, at the dearest type. */
  readonly unitUsd?: number;
  /** Queries that were seen to finish. */
  readonly queries?: number;
  /** Dollars by `source|group` of the queries, by their share of the CPU seconds that were there. */
  readonly shares: Readonly<Record<string, number>>;
  /** Dollars of CPU seconds that no query used. */
  readonly idleUsd: number;
}

export interface AccountMemory {
  readonly part: PartMemory;
  /** The part before, for one more write: the first may have failed. */
  readonly closed?: PartMemory;
  /** What was spent since the engine was last heard of, and the CPU seconds that were there for it. */
  readonly pending?: { readonly usd: number; readonly coreSeconds: number };
  readonly writtenAt: EpochSeconds;
}

export interface Memory {
  readonly version: 1;
  readonly tick: number;
  /** The cluster that is remembered; another one may take over its name. */
  readonly emrClusterId?: string;
  readonly at?: EpochSeconds;
  readonly classes: Readonly<Record<string, ClassMemory>>;
  readonly rate?: RateMemory;
  /** The engine has told its memory before. */
  readonly memorySeen?: true;
  readonly lag: LagMemory;
  /** Falling maxima of what was wanted; covers the longest hold. */
  readonly wanted: readonly UnitsAt[];
  /** Demand has been watched without a gap since. */
  readonly watchedSince?: EpochSeconds;
  /** Every tick has seen an engine without queries since. */
  readonly idleSince?: EpochSeconds;
  readonly fleet?: FleetState;
  /** The instances as last read. */
  readonly pools?: PoolsState;
  /** The last failure to read them, if there was one since. */
  readonly poolsFailed?: { readonly at: EpochSeconds; readonly fault: string };
  readonly reserve?: ReserveMemory;
  readonly command?: CommandMemory;
  readonly foreign?: {
    readonly targets: Targets;
    readonly since: EpochSeconds;
    /** What we had asked for: a read that shows it again means that nobody had changed anything. */
    readonly ours: Targets;
  };
  readonly alarms: Readonly<Record<string, AlarmMemory>>;
  /** Dollars believed to be spent in a UTC day (days since 1970). */
  readonly spending?: { readonly day: number; readonly usd: number; readonly at: EpochSeconds };
  /** What the provisioned capacity has cost, part by part. */
  readonly account?: AccountMemory;
  /** Queries put at risk by shrinking in mode `sparing` in a UTC day. */
  readonly atRisk?: { readonly day: number; readonly queries: number };
  /** Demand alone, without holds and zombies, as last known. */
  readonly demandUnits?: number;
  /** Queue while cores idle, since. */
  readonly idleQueueSince?: EpochSeconds;
  readonly absent?: AbsentMemory;
  readonly found?: FoundMemory;
  readonly mode?: ModeMemory;
  readonly spot?: SpotMemory;
  readonly shown?: ShownMemory;
  readonly record: { readonly sinceFull: number; readonly signature: string };
}

/** Numbers of the last tick for those who watch, to three decimals. Nothing is decided on them. */
export interface ShownMemory extends Terms {
  /** Of the sample that was believed, whatever demand was made of; absent: unknown. */
  readonly readyCores?: number;
  readonly drainingCores?: number;
  /** Dollars an hour for the targets in force, at the dearest type; absent: no price is known. */
  readonly usdPerHour?: number;
}

/** What the cluster was found to be, and the last failure to ask if there was one since. */
export interface FoundMemory {
  readonly at?: EpochSeconds;
  readonly engine?: FoundEngine;
  readonly failed?: { readonly at: EpochSeconds; readonly fault: string };
}

/** Provisioned units that the engine has not seen. */
export interface AbsentMemory {
  /** Rising minima of how many are absent. */
  readonly units: readonly UnitsAt[];
  /** Rising minima of how many are provisioned: what is above was launched since. */
  readonly provisioned: readonly UnitsAt[];
  /** Some have been absent since. */
  readonly since?: EpochSeconds;
  /** So many were proven never to come. */
  readonly zombieUnits: number;
}

/** Spot shortage and the way back. */
export interface SpotMemory {
  /** Rising minima of the spot target: what has been asked for long enough to be missing. */
  readonly targets: readonly UnitsAt[];
  readonly deficitSince?: EpochSeconds;
  /** On-demand units that stand in for spot. */
  readonly standInUnits: number;
  /** Spot units that are asked for to see whether spot is back. */
  readonly probe?: ProbeMemory;
  /** Spot units that probes have brought and whose stand-ins were not given back yet. */
  readonly cameUnits?: number;
  readonly nextProbeAt?: EpochSeconds;
  /** From the begin of one probe that fails to the next. */
  readonly probeWaitSeconds: number;
  /** On-demand is short of its target since. */
  readonly onDemandShortSince?: EpochSeconds;
}

export interface ProbeMemory {
  readonly at: EpochSeconds;
  readonly units: number;
  /** Spot targets that it is part of, the last two; absent: a release before. Others in force: it is not part of them. */
  readonly towards?: readonly number[];
  /** It is asked for in place of on-demand, for want of room on top, and the load counts on it. */
  readonly swaps?: true;
}

/** What the reserve was made of. */
export interface ReserveMemory {
  /** Share of spot that may go at once; rises at once and falls after a while. 0: no pools were looked for. */
  readonly share: number;
  /** When a share as large as this was last seen. */
  readonly at: EpochSeconds;
  /** Units kept on top of demand by the last tick that knew demand. */
  readonly units: number;
  /** The share grew, with a reserve in force, until the reserve was not worth its price. */
  readonly soured?: true;
  /** Demand has used up more than a quarter of it since. */
  readonly eatenSince?: EpochSeconds;
}

/** A cluster that nothing is known of. */
export const emptyMemory = (): Memory => ({
  version: 1,
  tick: 0,
  classes: {},
  lag: { halfSeconds: [], tailSeconds: [] },
  wanted: [],
  alarms: {},
  record: { sinceFull: 0, signature: '' },
});
