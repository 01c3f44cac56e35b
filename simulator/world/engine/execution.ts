import type { Query } from '../../workload/query.ts';
import type { EngineKnobs } from '../knobs.ts';
import { Admission } from './admission.ts';
import { CpuSharing } from './cpu.ts';
import { cpuUsed, hasLaterStage, type LiveQuery, newLiveQuery, stageWork } from './live-query.ts';
import { MemoryLedger } from './memory-ledger.ts';
import type { FailureCause, LossCause, QueryOutcome } from './outcome.ts';
import { QueryClasses } from './query-classes.ts';
import { type PoolWorker, WorkerPool } from './workers.ts';

/**
 * The way of queries through the engine: held → waiting → (blocked →) running source stages → later stages → ended.
 * It knows no clock: every step is told when it happens, and the caller settles the processors before it.
 */
export class Execution {
  readonly workers: WorkerPool;
  readonly cpu: CpuSharing;
  readonly admission: Admission;
  readonly memory: MemoryLedger;
  readonly classes = new QueryClasses();
  /** All that have not ended, in order of submission. */
  readonly live = new Set<LiveQuery>();
  /** Those of them that have started, in order of their start. */
  readonly started = new Set<LiveQuery>();
  /** Those of them that are placed on no worker. */
  readonly unplaced = new Set<LiveQuery>();
  /** Ended and not yet reported to the engine's owner. */
  readonly outcomes: QueryOutcome[] = [];
  readonly #knobs: EngineKnobs;
  #endedCpuSeconds = 0;
  #submitted = 0;

  constructor(knobs: EngineKnobs) {
    this.#knobs = knobs;
    this.workers = new WorkerPool(knobs.drainOverheadSeconds);
    this.cpu = new CpuSharing(this.workers);
    this.admission = new Admission(knobs);
    this.memory = new MemoryLedger(knobs.lowMemoryKillSeconds);
  }

  /** What all ended queries have burnt. */
  get endedCpuSeconds(): number {
    return this.#endedCpuSeconds;
  }

  submit(query: Query, now: number): void {
    const live = newLiveQuery(query, this.#submitted, now, this.classes.tallyOf(query));
    this.#submitted += 1;
    this.live.add(live);
    this.admission.arrive(live, now);
  }

  /** Lets start, or go on, what the workers and the memory of this moment allow. Older queries come first. */
  startWhatCan(now: number): void {
    const { activeWorkers, activeMemoryBytes } = this.workers.totals;
    if (activeWorkers > 0) for (const query of this.unplaced) this.#place(query);
    for (const query of this.memory.takeUnblocked(activeMemoryBytes)) this.#run(query);
    for (const query of this.admission.takeStartable(activeWorkers)) this.#start(query, now);
  }

  /** The present stage of a running query is done. */
  endStage(query: LiveQuery, now: number): void {
    this.cpu.setRemaining(query, 0);
    if (query.stage === 'later' || !hasLaterStage(query)) {
      this.end(query, now);
      return;
    }
    this.workers.releaseTasks(query, 'sourceOnly', now);
    query.stage = 'later';
    this.cpu.setRemaining(query, stageWork(query));
    this.cpu.relevel(query);
  }

  /** A query that is past its group's limit completes, or fails for a cause, and gives everything back. */
  end(query: LiveQuery, now: number, cause?: FailureCause): void {
    const cpuSecondsUsed = query.phase === 'running' ? cpuUsed(query, this.cpu.remove(query)) : 0;
    this.#report(query, now, cpuSecondsUsed, cause);
    this.memory.release(query);
    if (this.started.delete(query)) this.workers.releaseTasks(query, 'all', now);
    this.unplaced.delete(query);
    this.live.delete(query);
    this.admission.release(query, now);
  }

  /** The query that has waited longest for workers fails. */
  giveUpWaiting(now: number): void {
    const query = this.admission.takeFirstWaiting();
    if (query !== undefined) this.end(query, now, 'other');
  }

  /** The query with the largest reservation is killed, to make room for blocked ones. */
  killLargest(now: number): void {
    const query = this.memory.chooseVictim(now);
    if (query !== undefined) this.end(query, now, 'memory');
  }

  /** A worker is gone, and with it the queries that have tasks there, or some of their work. */
  lose(worker: PoolWorker, cause: LossCause, now: number): void {
    const victims = this.withTasksOn(worker);
    const lostWork = victims.map((query) => (this.#knobs.retriesTasks ? this.#workLostWith(worker, query) : 0));
    this.workers.remove(worker.worker.id);
    victims.forEach((query, index) => {
      if (this.#knobs.retriesTasks) this.#redo(query, lostWork[index] ?? 0, now);
      else this.end(query, now, cause);
    });
  }

  /** In order of submission. */
  withTasksOn(worker: PoolWorker): LiveQuery[] {
    return [...this.started].filter((query) => this.workers.hasTasks(worker, query)).sort((a, b) => a.order - b.order);
  }

  #start(query: LiveQuery, now: number): void {
    query.startedAt = now;
    query.phase = 'blocked';
    this.started.add(query);
    this.#place(query);
    const limit = this.#knobs.queryMaxMemoryBytes;
    if (limit !== null && query.query.memoryBytes > limit) this.end(query, now, 'memory');
    else if (this.memory.reserveOrBlock(query, this.workers.totals.activeMemoryBytes)) this.#run(query);
  }

  #run(query: LiveQuery): void {
    query.phase = 'running';
    this.cpu.add(query, stageWork(query));
  }

  /** Places a query's tasks on the workers that are active now, or notes that there are none. */
  #place(query: LiveQuery): void {
    if (this.workers.place(query)) this.unplaced.delete(query);
    else this.unplaced.add(query);
    if (query.phase === 'running') this.cpu.relevel(query);
  }

  /** At most what the stage has done; else what the worker contributed, by its share of cores, in one task's time. */
  #workLostWith(worker: PoolWorker, query: LiveQuery): number {
    if (query.phase !== 'running') return 0;
    const share = this.workers.shareOfCapacity(worker, query);
    const lost = this.cpu.coresOf(query) * this.#knobs.retriedTaskSeconds * share;
    return Math.min(stageWork(query) - this.cpu.remainingOf(query), lost);
  }

  #redo(query: LiveQuery, lostWork: number, now: number): void {
    if (query.phase === 'running') {
      query.redoneCpuSeconds += lostWork;
      this.cpu.setRemaining(query, this.cpu.remainingOf(query) + lostWork);
    }
    if (this.workers.hasPlacement(query)) return;
    this.workers.releaseTasks(query, 'all', now);
    this.#place(query);
  }

  #report(live: LiveQuery, now: number, cpuSecondsUsed: number, cause?: FailureCause): void {
    const { query, tally } = live;
    const waitedSeconds = (this.started.has(live) ? live.startedAt : now) - live.submittedAt;
    const common = { query, endSeconds: now, waitedSeconds, cpuSecondsUsed };
    this.#endedCpuSeconds += cpuSecondsUsed;
    if (cause !== undefined) {
      this.outcomes.push({ ...common, result: 'failed', cause });
      return;
    }
    this.outcomes.push({ ...common, result: 'completed' });
    tally.finishedQueries += 1;
    tally.finishedCpuSeconds += cpuSecondsUsed;
  }
}
