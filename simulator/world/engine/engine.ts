import type { Query } from '../../workload/query.ts';
import type { EngineKnobs } from '../knobs.ts';
import { Execution } from './execution.ts';
import { type LiveQueryState, listQueries, listWorkers, type WorkerState } from './live-list.ts';
import { observe } from './observe.ts';
import type { EngineWorker, LossCause, QueryOutcome } from './outcome.ts';
import type { EngineSample } from './sample.ts';

export type { LiveQueryState, WorkerState } from './live-list.ts';
export type { EngineWorker, LossCause, QueryOutcome } from './outcome.ts';
export type { ClassSample, EngineSample } from './sample.ts';

/**
 * A Presto or Trino cluster that executes queries, in virtual seconds: event-driven and exact, so that it does not
 * matter in which steps its clock is advanced.
 *
 * A query passes its resource group's limit, waits for the workers it requires, reserves its memory, and then burns
 * its CPU seconds, first in source stages (which use workers that join later), then in stages that are bound to the
 * workers it started on. Queries share cores max-min fairly (see `CpuSharing`). Nothing here is random; ties go by
 * order of submission.
 */
export class Engine {
  readonly #reversibleDrain: boolean;
  readonly #onEnd: (outcome: QueryOutcome) => void;
  readonly #execution: Execution;
  #now = 0;

  /**
   * @param onEnd told of each query that ends, when the engine is consistent again: it may submit queries and change
   * workers, and must not advance the clock.
   */
  constructor(knobs: EngineKnobs, onEnd: (outcome: QueryOutcome) => void) {
    this.#reversibleDrain = knobs.reversibleDrain;
    this.#onEnd = onEnd;
    this.#execution = new Execution(knobs);
  }

  /** Virtual seconds since the start of the run. */
  get now(): number {
    return this.#now;
  }

  /** No query is live. */
  get idle(): boolean {
    return this.live === 0;
  }

  /** Queries that have been submitted and have not ended. */
  get live(): number {
    return this.#execution.live.size;
  }

  /**
   * A query arrives now, whatever its `arrivalSeconds` say.
   * @throws {RangeError} if it has no work or no parallelism, with which it could never end.
   */
  submit(query: Query): void {
    if (!(query.cpuSeconds > 0 && query.parallelismCores > 0)) {
      throw new RangeError(`query ${query.id} needs cpuSeconds and parallelismCores above 0`);
    }
    this.#change(() => this.#execution.submit(query, this.#now));
  }

  /**
   * A worker is ready from now on.
   * @throws if a worker of that name is present.
   */
  addWorker(worker: EngineWorker): void {
    this.#change(() => this.#execution.workers.add(worker));
  }

  /**
   * A worker takes no new tasks from now on. Does nothing if it drains already.
   * @throws if there is no such worker.
   */
  drainWorker(id: string): void {
    const { workers, started } = this.#execution;
    const worker = workers.get(id);
    if (worker.drain === undefined) this.#change(() => workers.drain(worker, this.#now, started));
  }

  /**
   * A draining or drained worker goes back to work, if the engine's drain is reversible.
   * @returns whether it did; false also for one that was active.
   * @throws if there is no such worker.
   */
  undrainWorker(id: string): boolean {
    const { workers } = this.#execution;
    const worker = workers.get(id);
    if (!this.#reversibleDrain || worker.drain === undefined) return false;
    this.#change(() => workers.undrain(worker));
    return true;
  }

  /**
   * No query has tasks on it any more and both halves of the overhead have passed.
   * @throws if there is no such worker.
   */
  isDrained(id: string): boolean {
    const at = this.drainedAt(id);
    return at !== undefined && at <= this.#now;
  }

  /**
   * When the worker is or was drained, in virtual seconds, if that is determined: no query has tasks on it.
   * Half of `drainOverheadSeconds` passes before tasks are looked at, the other half after the last one ended.
   * @throws if there is no such worker.
   */
  drainedAt(id: string): number | undefined {
    const { workers } = this.#execution;
    return workers.drainedAt(workers.get(id));
  }

  /**
   * A worker without tasks leaves; nobody is harmed.
   * @throws if a query has tasks on it, or if there is no such worker.
   */
  removeWorker(id: string): void {
    const { workers } = this.#execution;
    const busy = this.#execution.withTasksOn(workers.get(id)).length;
    if (busy > 0) throw new Error(`worker ${id} still has tasks of ${busy} queries`);
    this.#change(() => workers.remove(id));
  }

  /**
   * A worker is gone at once. Queries with tasks on it fail with the cause, or do some work again (`retriesTasks`).
   * @throws if there is no such worker.
   */
  loseWorker(id: string, cause: LossCause): void {
    const worker = this.#execution.workers.get(id);
    this.#change(() => this.#execution.lose(worker, cause, this.#now));
  }

  /** The next moment at which something happens by itself: a stage, a wait, a patience or a drain ends. */
  nextEventAt(): number | undefined {
    const { cpu, admission, memory, workers } = this.#execution;
    const drainedAt = workers.nextDrainedAt(this.#now);
    const at = Math.min(cpu.nextEndAt, admission.nextTimeoutAt, memory.nextKillAt, drainedAt);
    return at === Number.POSITIVE_INFINITY ? undefined : at;
  }

  /**
   * Lets everything happen that happens until then, that moment included.
   * @param seconds virtual seconds since the start of the run.
   * @throws {RangeError} if that is in the past.
   */
  advanceTo(seconds: number): void {
    if (!(seconds >= this.#now)) throw new RangeError(`the engine is at ${this.#now} s and cannot go to ${seconds} s`);
    for (let at = this.nextEventAt(); at !== undefined && at <= seconds; at = this.nextEventAt()) {
      this.#now = at;
      this.#happen();
    }
    this.#now = seconds;
  }

  /** An exact snapshot of this moment. Costs a pass over the live queries. */
  sample(): EngineSample {
    return observe(this.#execution, this.#now);
  }

  /** Every live query as it stands, in order of submission. */
  liveQueries(): readonly LiveQueryState[] {
    return listQueries(this.#execution, this.#now);
  }

  /** Every worker that is present, in order of joining. */
  workers(): readonly WorkerState[] {
    return listWorkers(this.#execution);
  }

  /** What is due now: one event, or only the end of a drain, which changes nothing by itself. */
  #happen(): void {
    const now = this.#now;
    const { cpu, admission, memory } = this.#execution;
    const stage = cpu.nextEndAt <= now ? cpu.nextToEnd : undefined;
    if (stage !== undefined) this.#change(() => this.#execution.endStage(stage, now));
    else if (admission.nextTimeoutAt <= now) this.#change(() => this.#execution.giveUpWaiting(now));
    else if (memory.nextKillAt <= now) this.#change(() => this.#execution.killLargest(now));
  }

  /** Every change passes here: work is carried over before it, and what it made possible starts after it. */
  #change(act: () => void): void {
    const { cpu, outcomes } = this.#execution;
    cpu.settle(this.#now);
    act();
    this.#execution.startWhatCan(this.#now);
    cpu.changed();
    for (let outcome = outcomes.shift(); outcome !== undefined; outcome = outcomes.shift()) this.#onEnd(outcome);
  }
}
