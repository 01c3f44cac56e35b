/**
 * What a cluster must look like by the rules, written down naively: for every query the sets of workers that it has
 * tasks on, and the shares by the slow definition. It keeps no time of its own: who has started, which stage it is in
 * and who has ended is read from the engine's samples and outcomes.
 */
import { type SharedLimit, slowShares } from './slow-shares.ts';

export interface NaiveWorker {
  readonly id: string;
  readonly cores: number;
  /** Place in the order of joining, from 1. */
  readonly joined: number;
  draining: boolean;
}

interface NaiveQuery {
  readonly id: string;
  readonly cap: number;
  readonly order: number;
  inSource: boolean;
  /** Workers it was placed on; they serve its later stages. */
  placed: Set<NaiveWorker>;
  /** Workers that came to help its source stage. */
  helping: Set<NaiveWorker>;
  /** Workers that had joined when it was placed. */
  joinedBefore: number;
}

export class NaiveCluster {
  readonly workers: NaiveWorker[] = [];
  readonly started = new Map<string, NaiveQuery>();
  readonly #retriesTasks: boolean;
  #joined = 0;
  #starts = 0;

  constructor(retriesTasks: boolean) {
    this.#retriesTasks = retriesTasks;
  }

  get active(): NaiveWorker[] {
    return this.workers.filter(({ draining }) => !draining);
  }

  add(id: string, cores: number): void {
    this.#joined += 1;
    this.#becomesActive({ id, cores, joined: this.#joined, draining: false });
  }

  undrain(worker: NaiveWorker): void {
    this.workers.splice(this.workers.indexOf(worker), 1);
    worker.draining = false;
    this.#becomesActive(worker);
  }

  start(id: string, cap: number, inSource: boolean): void {
    this.#starts += 1;
    const query: NaiveQuery = {
      id,
      cap,
      order: this.#starts,
      inSource,
      placed: new Set(),
      helping: new Set(),
      joinedBefore: 0,
    };
    this.started.set(id, query);
    this.#place(query);
  }

  endSource(query: NaiveQuery): void {
    query.inSource = false;
    query.helping.clear();
  }

  /** @returns ids of the queries that had tasks there. */
  lose(worker: NaiveWorker): string[] {
    const victims = this.queriesOn(worker);
    this.workers.splice(this.workers.indexOf(worker), 1);
    for (const query of victims) {
      if (!this.#retriesTasks) this.started.delete(query.id);
      query.placed.delete(worker);
      query.helping.delete(worker);
      if (query.placed.size === 0) this.#place(query);
    }
    return victims.map(({ id }) => id);
  }

  remove(worker: NaiveWorker): void {
    this.workers.splice(this.workers.indexOf(worker), 1);
  }

  queriesOn(worker: NaiveWorker): NaiveQuery[] {
    return [...this.started.values()].filter(({ placed, helping }) => placed.has(worker) || helping.has(worker));
  }

  /** Cores that each of these queries must have. */
  shares(running: readonly string[]): number[] {
    const queries = running.map((id) => {
      const query = this.started.get(id);
      if (query === undefined) throw new Error(`${id} runs and has not started`);
      return query;
    });
    const membersWhere = (isIn: (query: NaiveQuery) => boolean): number[] =>
      queries.flatMap((query, index) => (isIn(query) ? [index] : []));
    const serving = this.workers.filter((worker) => !worker.draining || this.queriesOn(worker).length > 0);
    const coresOf = (workers: readonly NaiveWorker[]): number => workers.reduce((sum, { cores }) => sum + cores, 0);
    const later = queries.filter(({ inSource }) => !inSource);
    const limits: SharedLimit[] = later.map(({ joinedBefore }) => ({
      members: membersWhere((query) => !query.inSource && query.joinedBefore <= joinedBefore),
      capacity: coresOf(serving.filter(({ joined }) => joined <= joinedBefore)),
    }));
    limits.push({ members: membersWhere(({ inSource }) => inSource), capacity: coresOf(this.active) });
    limits.push({ members: membersWhere(() => true), capacity: coresOf(serving) });
    return slowShares(
      queries.map(({ cap }) => cap),
      limits,
    );
  }

  #becomesActive(worker: NaiveWorker): void {
    this.workers.push(worker);
    for (const query of this.started.values()) {
      if (query.placed.size === 0) this.#place(query);
      else if (query.inSource) query.helping.add(worker);
    }
  }

  #place(query: NaiveQuery): void {
    query.placed = new Set(this.active);
    query.helping = new Set();
    query.joinedBefore = query.placed.size > 0 ? this.#joined : 0;
  }
}
