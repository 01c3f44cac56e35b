/**
 * From readings of an engine to the sample that decisions rest on. Pure: (state, reading) → sample and next state.
 * What a reading lacks, the sample lacks.
 */
import type { WorkloadSample } from '../../lambdas/core/model.ts';
import type { EpochSeconds } from '../../lambdas/core/quantities.ts';
import { classSamples } from './class-samples.ts';
import { type CpuMark, detailsOf, type EngineDetails, withMark } from './details.ts';
import { queryTotals, splitQueue } from './query-totals.ts';
import type { EngineIdentity, EngineReading, LiveQuery } from './reading.ts';
import { type Boot, bootOf, steadyCounter } from './restarts.ts';
import { type Tracked, track } from './tracking.ts';
import { memoryTotals, workerTotals } from './worker-totals.ts';

/** What has to be remembered from reading to reading. All of it begins anew when the engine has restarted. */
export interface CollectorState {
  readonly engine?: EngineIdentity;
  readonly boot?: Boot;
  readonly cpuSecondsTotal?: number;
  readonly cpuMarks?: readonly CpuMark[];
  readonly tracked?: Tracked;
}

export const NOTHING_COLLECTED: CollectorState = {};

export interface CollectorSettings {
  /** query-manager.required-workers of the engine (its default is 1). */
  readonly requiredWorkers: number;
}

export interface Collected {
  readonly state: CollectorState;
  /** Absent: nothing at all could be read. */
  readonly sample?: WorkloadSample;
  readonly details: EngineDetails;
  /** The oldest live queries, oldest first. */
  readonly oldest: readonly LiveQuery[];
}

/** Queries of which details are told. */
export const MOST_DETAILS = 20;

const oldestFirst = (queries: readonly LiveQuery[]): readonly LiveQuery[] =>
  [...queries].sort((one, other) => other.ageSeconds - one.ageSeconds || (one.id < other.id ? -1 : 1));

/** Another engine, or another version of it, under the same address: it has counters of its own. */
const isOther = (before: EngineIdentity | undefined, now: EngineIdentity | undefined): boolean =>
  before !== undefined && now !== undefined && (before.kind !== now.kind || before.version !== now.version);

const advance = (before: CollectorState, reading: EngineReading, queries: readonly LiveQuery[] | undefined) => {
  const { boot, restarted } = bootOf(before.boot, reading);
  const kept = restarted || isOther(before.engine, reading.engine) ? NOTHING_COLLECTED : before;
  const engine = reading.engine ?? kept.engine;
  const cpuSecondsTotal = steadyCounter(kept.cpuSecondsTotal, reading.cluster?.cpuSecondsTotal);
  const isTotalRead = reading.cluster?.cpuSecondsTotal !== undefined;
  const tracked = queries === undefined ? kept.tracked : track(kept.tracked, queries, reading.at);
  return {
    ...(engine === undefined ? {} : { engine }),
    ...(boot === undefined ? {} : { boot }),
    ...(cpuSecondsTotal === undefined ? {} : { cpuSecondsTotal }),
    cpuMarks: withMark(kept.cpuMarks ?? [], reading.at, isTotalRead ? cpuSecondsTotal : undefined),
    ...(tracked === undefined ? {} : { tracked }),
  } satisfies CollectorState;
};

const tenths = (seconds: number): number => Math.round(seconds * 10) / 10;

const queryFields = (
  reading: EngineReading,
  queries: readonly LiveQuery[],
  state: CollectorState,
  settings: CollectorSettings,
): Partial<WorkloadSample> => {
  const split = splitQueue(queries, reading.cluster);
  const required = { told: reading.cluster?.requiredWorkers, configured: settings.requiredWorkers };
  const totals = queryTotals(queries, split, reading.workers, required);
  const classes = classSamples(state.tracked?.slots ?? [], queries, split);
  return {
    ...totals,
    oldestWaitSeconds: tenths(totals.oldestWaitSeconds ?? 0),
    oldestRunningSeconds: tenths(totals.oldestRunningSeconds ?? 0),
    ...(classes === undefined ? {} : { classes }),
  };
};

const sampleAt = (at: EpochSeconds, fields: Omit<WorkloadSample, 'takenAt'>): WorkloadSample | undefined =>
  Object.keys(fields).length === 0 ? undefined : { takenAt: at, ...fields };

/** Makes a sample of one reading. Readings must come in the order of their time. */
export const collect = (before: CollectorState, reading: EngineReading, settings: CollectorSettings): Collected => {
  const queries = reading.queries && oldestFirst(reading.queries);
  const state = advance(before, reading, queries);
  const sample = sampleAt(reading.at, {
    ...workerTotals(reading.workers),
    ...(reading.cluster?.cpuSecondsTotal === undefined || state.cpuSecondsTotal === undefined
      ? {}
      : { cpuSecondsTotal: state.cpuSecondsTotal }),
    ...memoryTotals(reading),
    ...(queries === undefined ? {} : queryFields(reading, queries, state, settings)),
  });
  return {
    state,
    ...(sample === undefined ? {} : { sample }),
    details: detailsOf(reading, state.cpuMarks),
    oldest: (queries ?? []).slice(0, MOST_DETAILS),
  };
};
