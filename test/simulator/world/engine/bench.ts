/** An engine on a bench: every query is its own class, so that a sample shows what each of them has. */

import type { Query } from '../../../../simulator/workload/query.ts';
import {
  type ClassSample,
  Engine,
  type EngineSample,
  type LossCause,
  type QueryOutcome,
} from '../../../../simulator/world/engine/engine.ts';
import { DEFAULT_KNOBS, type EngineKnobs } from '../../../../simulator/world/knobs.ts';

/** The defaults with drains that cost no fixed time, unless a test says otherwise. */
export const knobsWith = (changes: Partial<EngineKnobs> = {}): EngineKnobs => ({
  ...DEFAULT_KNOBS.engine,
  drainOverheadSeconds: 0,
  ...changes,
});

/** 160 core-seconds of later stages, wide enough for any cluster of these tests, without memory. */
export const queryOf = (id: string, changes: Partial<Query> = {}): Query => ({
  id,
  arrivalSeconds: 0,
  cpuSeconds: 160,
  parallelismCores: 1000,
  sourceShare: 0,
  memoryBytes: 0,
  user: id,
  source: 'test',
  group: 'all',
  ...changes,
});

export class EngineBench {
  readonly engine: Engine;
  readonly outcomes: QueryOutcome[] = [];

  constructor(changes: Partial<EngineKnobs> = {}) {
    this.engine = new Engine(knobsWith(changes), (outcome) => this.outcomes.push(outcome));
  }

  /** Workers of 16 cores and 100 bytes. */
  add(...ids: string[]): this {
    for (const id of ids) this.engine.addWorker({ id, cores: 16, memoryBytes: 100 });
    return this;
  }

  drain(...ids: string[]): this {
    for (const id of ids) this.engine.drainWorker(id);
    return this;
  }

  lose(id: string, cause: LossCause = 'interruption'): this {
    this.engine.loseWorker(id, cause);
    return this;
  }

  submit(id: string, changes: Partial<Query> = {}): this {
    this.engine.submit(queryOf(id, changes));
    return this;
  }

  to(seconds: number): this {
    this.engine.advanceTo(seconds);
    return this;
  }

  /** To the last event there is; drains that wait for ever have none. */
  toEnd(): this {
    for (let at = this.engine.nextEventAt(); at !== undefined; at = this.engine.nextEventAt()) this.to(at);
    return this;
  }

  get sample(): EngineSample {
    return this.engine.sample();
  }

  classOf(id: string): ClassSample {
    const found = this.sample.classes.find((one) => one.name.split('|')[1] === id);
    if (found === undefined) throw new Error(`no query ${id} was submitted`);
    return found;
  }

  /** Cores that a query has now. */
  cores(id: string): number {
    return this.classOf(id).busyCores;
  }

  /** Who ended when and how: `[id, endSeconds, 'completed' or the cause]`. */
  get ended(): [string, number, string][] {
    return this.outcomes.map(({ query, endSeconds, cause }) => [query.id, endSeconds, cause ?? 'completed']);
  }
}
