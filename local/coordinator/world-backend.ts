/** A simulated engine behind a coordinator endpoint. */
import { START_OF_RUN } from '../../simulator/run/start-of-run.ts';
import type { Engine, LiveQueryState, WorkerState } from '../../simulator/world/engine/engine.ts';
import type { BackendQuery, BackendTotals, BackendWorker, CoordinatorBackend, QueryState } from './backend.ts';

const STATES: Readonly<Record<LiveQueryState['phase'], QueryState>> = {
  held: 'QUEUED',
  waiting: 'WAITING_FOR_RESOURCES',
  blocked: 'RUNNING',
  running: 'RUNNING',
};

/** A driver is a thread: whole ones, as many as the query has cores, and the rest of its parallelism queued. */
const driversOf = ({ phase, unplaced, busyCores, parallelismCores }: LiveQueryState) => {
  if (unplaced || phase === 'held' || phase === 'waiting') return { runningDrivers: 0, queuedDrivers: 0 };
  const all = Math.max(1, Math.round(parallelismCores));
  const runningDrivers = Math.min(all, Math.ceil(busyCores));
  return { runningDrivers, queuedDrivers: all - runningDrivers };
};

const queryOf = (live: LiveQueryState, startOfRun: number): BackendQuery => ({
  id: live.id,
  state: live.unplaced ? 'STARTING' : STATES[live.phase],
  user: live.user,
  source: live.source,
  group: live.group.split('.'),
  createdAt: startOfRun + live.submittedAtSeconds,
  ...(live.startedAtSeconds === undefined ? {} : { startedAt: startOfRun + live.startedAtSeconds }),
  cpuSeconds: live.cpuSecondsUsed,
  memoryBytes: live.memoryBytes,
  blockedOnMemory: live.phase === 'blocked',
  ...driversOf(live),
});

/** The engine keeps one account of memory; on the workers it lies in proportion to what they have, to the byte. */
const spread = (workers: readonly WorkerState[], reservedBytes: number): readonly BackendWorker[] => {
  const holders = workers.some(({ draining }) => !draining) ? workers.filter(({ draining }) => !draining) : workers;
  const total = holders.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  let before = 0;
  let reserved = 0;
  return workers.map((worker) => {
    if (!holders.includes(worker) || total === 0) return { ...worker, reservedBytes: 0 };
    before += worker.memoryBytes;
    const share = Math.round((reservedBytes * before) / total) - reserved;
    reserved += share;
    return { ...worker, reservedBytes: share };
  });
};

interface Counters {
  readonly cpuSeconds: number;
  readonly endedQueries: number;
  readonly endedCpuSeconds: number;
}

export class WorldCoordinator implements CoordinatorBackend {
  readonly #world: () => { readonly engine: Engine };
  #startedAtSeconds = 0;
  #atStart: Counters = { cpuSeconds: 0, endedQueries: 0, endedCpuSeconds: 0 };

  readonly #startOfRun: number;

  /**
   * @param world asked at each request, because a world is built with listeners that may need its endpoint
   * @param startOfRun epoch seconds of the world's second 0
   */
  constructor(world: () => { readonly engine: Engine }, startOfRun: number = START_OF_RUN) {
    this.#world = world;
    this.#startOfRun = startOfRun;
  }

  now(): number {
    return this.#startOfRun + this.#engine.now;
  }

  startedAt(): number {
    return this.#startOfRun + this.#startedAtSeconds;
  }

  /** The coordinator's process starts anew: uptime and counters begin at 0. The simulated queries live on. */
  restart(): void {
    this.#startedAtSeconds = this.#engine.now;
    this.#atStart = this.#counters();
  }

  queries(): readonly BackendQuery[] {
    return this.#engine.liveQueries().map((live) => queryOf(live, this.#startOfRun));
  }

  workers(): readonly BackendWorker[] {
    return spread(this.#engine.workers(), this.#engine.sample().reservedMemoryBytes);
  }

  totals(): BackendTotals {
    const { cpuSeconds, endedQueries, endedCpuSeconds } = this.#counters();
    return {
      // Here only a group's own limit holds queries back.
      adjustedQueueSize: 0,
      cpuSeconds: Math.max(0, cpuSeconds - this.#atStart.cpuSeconds),
      endedQueries: endedQueries - this.#atStart.endedQueries,
      endedCpuSeconds: endedCpuSeconds - this.#atStart.endedCpuSeconds,
    };
  }

  get #engine(): Engine {
    return this.#world().engine;
  }

  #counters(): Counters {
    const { classes, cpuSecondsTotal } = this.#engine.sample();
    return {
      cpuSeconds: cpuSecondsTotal,
      endedQueries: classes.reduce((sum, { finishedQueries }) => sum + finishedQueries, 0),
      endedCpuSeconds: classes.reduce((sum, { finishedCpuSeconds }) => sum + finishedCpuSeconds, 0),
    };
  }
}
