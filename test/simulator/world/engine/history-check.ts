/** Plays a history on the engine and, step by step, on the naive rules, and compares. */

import type { Query } from '../../../../simulator/workload/query.ts';
import type { LossCause } from '../../../../simulator/world/engine/engine.ts';
import type { EngineKnobs } from '../../../../simulator/world/knobs.ts';
import { EngineBench } from './bench.ts';
import type { Step } from './histories.ts';
import { NaiveAdmission } from './naive-admission.ts';
import { NaiveCluster, type NaiveWorker } from './naive-cluster.ts';

const WORKER_BYTES = 100;

type StepOf<Kind extends Step['kind']> = Extract<Step, { kind: Kind }>;

export class HistoryCheck {
  readonly bench: EngineBench;
  readonly #cluster: NaiveCluster;
  readonly #admission: NaiveAdmission;
  readonly #retriesTasks: boolean;
  readonly #sourceSeconds = new Map<string, number>();
  readonly #caps = new Map<string, number>();
  #outcomesSeen = 0;
  #names = 0;

  constructor(knobs: Partial<EngineKnobs>) {
    this.bench = new EngineBench(knobs);
    this.#retriesTasks = knobs.retriesTasks ?? false;
    this.#cluster = new NaiveCluster(this.#retriesTasks);
    this.#admission = new NaiveAdmission(knobs.groupLimit ?? null);
  }

  play(step: Step): void {
    if (step.kind === 'submit') this.#submit(step);
    else if (step.kind === 'add') this.#add(step);
    else if (step.kind === 'advance') this.#advance(this.bench.engine.now + step.seconds);
    else this.#changeWorker(step);
    this.#compare();
  }

  #submit(step: StepOf<'submit'>): void {
    const id = this.#name('q');
    // What is done again hides where the source stage ends, so with retries queries have one kind of stage.
    const sourceShare = this.#retriesTasks ? Math.round(step.sourceShare) : step.sourceShare;
    const { kind: _, ...rest } = step;
    const query: Partial<Query> = { ...rest, sourceShare };
    this.#sourceSeconds.set(id, sourceShare * step.cpuSeconds);
    this.#caps.set(id, step.parallelismCores);
    this.#admission.arrive({ ...step, id });
    this.bench.submit(id, query);
  }

  #add({ cores }: StepOf<'add'>): void {
    const id = this.#name('w');
    this.bench.engine.addWorker({ id, cores, memoryBytes: WORKER_BYTES });
    this.#cluster.add(id, cores);
  }

  #changeWorker(step: StepOf<'drain' | 'undrain' | 'leave' | 'lose'>): void {
    const worker = this.#cluster.workers[step.pick % Math.max(1, this.#cluster.workers.length)];
    if (worker === undefined) return;
    if (step.kind === 'lose') this.#lose(worker, step.cause);
    else if (step.kind === 'leave') this.#leave(worker);
    else if (step.kind === 'undrain') this.#undrain(worker);
    else {
      this.bench.drain(worker.id);
      worker.draining = true;
    }
  }

  #lose(worker: NaiveWorker, cause: LossCause): void {
    const before = this.bench.outcomes.length;
    const victims = this.#cluster.lose(worker);
    this.bench.lose(worker.id, cause);
    const failed = this.bench.outcomes.slice(before).map((outcome) => [outcome.query.id, outcome.cause]);
    expect(failed.sort()).toEqual((this.#retriesTasks ? [] : victims.map((id) => [id, cause])).sort());
  }

  #leave(worker: NaiveWorker): void {
    const leave = () => this.bench.engine.removeWorker(worker.id);
    if (this.#cluster.queriesOn(worker).length > 0) {
      expect(leave).toThrow('still has tasks');
      return;
    }
    leave();
    this.#cluster.remove(worker);
  }

  #undrain(worker: NaiveWorker): void {
    const goesBack = this.bench.engine.undrainWorker(worker.id);
    expect(goesBack).toBe(worker.draining);
    if (goesBack) this.#cluster.undrain(worker);
  }

  /** Event by event; between two of them the counter grows by the cores that the queries have. */
  #advance(until: number): void {
    const { engine } = this.bench;
    while (engine.now < until) {
      const before = this.bench.sample;
      const busyCores = before.classes.reduce((sum, one) => sum + one.busyCores, 0);
      const at = Math.min(until, engine.nextEventAt() ?? until);
      engine.advanceTo(at);
      const burnt = this.bench.sample.cpuSecondsTotal - before.cpuSecondsTotal;
      expect(Math.abs(burnt - busyCores * (at - before.atSeconds))).toBeLessThan(1e-6);
      this.#compare();
    }
  }

  #compare(): void {
    this.#follow();
    const { sample } = this.bench;
    const unplaced = [...this.#cluster.started.values()].filter(({ placed }) => placed.size === 0).length;
    expect(sample).toMatchObject({
      running: this.#cluster.started.size - unplaced,
      queued: unplaced,
      groupHeld: this.#admission.held.length,
      waitingForWorkers: this.#admission.waiting.length,
      blockedOnMemory: this.#admission.blocked.length,
      reservedMemoryBytes: this.#admission.reservedBytes,
      readyWorkers: this.#cluster.active.length,
      totalMemoryBytes: this.#cluster.active.length * WORKER_BYTES,
    });
    this.#compareShares();
    this.#compareDrains();
    this.#checkConservation();
  }

  /** What the engine says has happened, followed by the naive rules. */
  #follow(): void {
    for (const { query } of this.bench.outcomes.slice(this.#outcomesSeen)) {
      this.#admission.ended(query.id);
      this.#cluster.started.delete(query.id);
    }
    this.#outcomesSeen = this.bench.outcomes.length;
    for (const query of this.#cluster.started.values()) {
      const sourceSeconds = this.#sourceSeconds.get(query.id) ?? 0;
      const isOver = this.bench.classOf(query.id).cpuSecondsUsed > sourceSeconds - 1e-7;
      if (query.inSource && isOver && !this.#retriesTasks) this.#cluster.endSource(query);
    }
    const active = this.#cluster.active.length;
    for (const { id } of this.#admission.moveOn(active, active * WORKER_BYTES)) {
      this.#cluster.start(id, this.#caps.get(id) ?? 0, (this.#sourceSeconds.get(id) ?? 0) > 0);
    }
  }

  #compareShares(): void {
    const running = this.#admission.running.map(({ id }) => id);
    const shares = this.#cluster.shares(running);
    const cores = new Map(this.bench.sample.classes.map(({ name, busyCores }) => [name.split('|')[1], busyCores]));
    running.forEach((id, index) => {
      expect(Math.abs((cores.get(id) ?? Number.NaN) - (shares[index] ?? Number.NaN))).toBeLessThan(1e-5);
    });
    const sum = (numbers: Iterable<number>): number => [...numbers].reduce((all, one) => all + one, 0);
    expect(Math.abs(sum(cores.values()) - sum(shares))).toBeLessThan(1e-3);
  }

  #compareDrains(): void {
    const { engine } = this.bench;
    for (const worker of this.#cluster.workers) {
      const mayEnd = worker.draining && this.#cluster.queriesOn(worker).length === 0;
      expect(engine.drainedAt(worker.id) !== undefined).toBe(mayEnd);
      if (!mayEnd) expect(engine.isDrained(worker.id)).toBe(false);
    }
  }

  #checkConservation(): void {
    const { sample, outcomes } = this.bench;
    const ended = outcomes.reduce((sum, { cpuSecondsUsed }) => sum + cpuSecondsUsed, 0);
    const live = sample.classes.reduce((sum, { cpuSecondsUsed }) => sum + cpuSecondsUsed, 0);
    expect(Math.abs(sample.cpuSecondsTotal - ended - live)).toBeLessThan(1e-6);
    for (const { query, result, cpuSecondsUsed } of outcomes) {
      if (result === 'failed') continue;
      if (this.#retriesTasks) expect(cpuSecondsUsed).toBeGreaterThanOrEqual(query.cpuSeconds);
      else expect(cpuSecondsUsed).toBe(query.cpuSeconds);
    }
  }

  #name(prefix: string): string {
    this.#names += 1;
    return `${prefix}${this.#names}`;
  }
}
