/**
 * What an exporter beside the simulated engine would say, by the exporter's own arithmetic but without the wire: a policy
 * is tried on what its metric source would show it, short queries missed between two readings included.
 */
import { type CollectorState, collect, NOTHING_COLLECTED } from '../../exporters/engine/collector.ts';
import { classNameOf } from '../../exporters/engine/formats.ts';
import type { EngineReading, LiveQuery, NodeMemory, QueryStage } from '../../exporters/engine/reading.ts';
import type { WorkloadSample } from '../../lambdas/core/model.ts';
import { epochSeconds } from '../../lambdas/core/quantities.ts';
import type { Engine, LiveQueryState, WorkerState } from '../world/engine/engine.ts';
import { START_OF_RUN } from './start-of-run.ts';

/** An exporter reads its engine so often, seconds. */
export const COLLECT_SECONDS = 5;

const STAGES: Readonly<Record<LiveQueryState['phase'], QueryStage>> = {
  held: 'queued',
  waiting: 'waitingForWorkers',
  blocked: 'running',
  running: 'running',
};

/** Engines tell durations in whole milliseconds. */
const toMilliseconds = (seconds: number): number => Math.floor(seconds * 1000) / 1000;

const isPlaced = ({ phase, unplaced }: LiveQueryState): boolean => !unplaced && phase !== 'held' && phase !== 'waiting';

const queryOf = (live: LiveQueryState, now: number): LiveQuery => ({
  id: live.id,
  className: classNameOf(live.source, live.user, live.group.split('.')),
  stage: live.unplaced ? 'starting' : STAGES[live.phase],
  ageSeconds: toMilliseconds(now - live.submittedAtSeconds),
  runningSeconds: live.startedAtSeconds === undefined ? 0 : toMilliseconds(now - live.startedAtSeconds),
  cpuSeconds: toMilliseconds(live.cpuSecondsUsed),
  memoryBytes: live.memoryBytes,
  blockedOnMemory: live.phase === 'blocked',
  // A driver is a thread: as many as the query could keep busy.
  drivers: isPlaced(live) ? Math.max(1, Math.round(live.parallelismCores)) : 0,
});

/** All of what is reserved stands on the first worker: only the sum matters. */
const memoryOf = (workers: readonly WorkerState[], reservedBytes: number): readonly NodeMemory[] =>
  workers.map(({ id, memoryBytes }, index) => ({
    id,
    totalBytes: memoryBytes,
    reservedBytes: index === 0 ? reservedBytes : 0,
  }));

/** The engine as a complete reading of it would be. */
const readingOf = (engine: Engine): EngineReading => {
  const { now } = engine;
  const sample = engine.sample();
  const workers = engine.workers();
  return {
    at: epochSeconds(START_OF_RUN + now),
    uptime: { seconds: now, errorSeconds: 1 },
    cluster: {
      activeNodes: sample.readyWorkers,
      adjustedQueueSize: 0,
      cpuSecondsTotal: Math.floor(sample.cpuSecondsTotal),
    },
    queries: engine.liveQueries().map((live) => queryOf(live, now)),
    workers: workers.map(({ id, draining, cores }) => ({ id, standing: draining ? 'draining' : 'active', cores })),
    memory: memoryOf(workers, sample.reservedMemoryBytes),
    reports: [],
  };
};

export class ExportedSample {
  readonly #requiredWorkers: number;
  #state: CollectorState = NOTHING_COLLECTED;
  #sample: WorkloadSample | undefined;

  /** @param requiredWorkers query-manager.required-workers of the engine */
  constructor(requiredWorkers: number) {
    this.#requiredWorkers = requiredWorkers;
  }

  /** The last one; undefined before the first collection. */
  get sample(): WorkloadSample | undefined {
    return this.#sample;
  }

  /** Reads the engine as it is now. */
  collect(engine: Engine): void {
    const { state, sample } = collect(this.#state, readingOf(engine), { requiredWorkers: this.#requiredWorkers });
    this.#state = state;
    this.#sample = sample;
  }
}
