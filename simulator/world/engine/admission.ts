import type { EngineKnobs } from '../knobs.ts';
import type { LiveQuery } from './live-query.ts';

type AdmissionKnobs = Pick<EngineKnobs, 'groupLimit' | 'requiredWorkers' | 'requiredWorkersMaxWaitSeconds'>;

interface Group {
  /** Queries past the limit that have not ended. */
  admitted: number;
  /** First come, first served. */
  readonly held: LiveQuery[];
}

/** What a query passes before it starts: its resource group's limit, then the wait for workers. */
export class Admission {
  readonly #knobs: AdmissionKnobs;
  readonly #groups = new Map<string, Group>();
  /** Past their group's limit, since `waitingSince`, which ascends. */
  readonly #waiting: LiveQuery[] = [];

  constructor(knobs: AdmissionKnobs) {
    this.#knobs = knobs;
  }

  get waiting(): readonly LiveQuery[] {
    return this.#waiting;
  }

  /** When the first of those that wait for workers gives up; Infinity when none waits. */
  get nextTimeoutAt(): number {
    const first = this.#waiting[0];
    if (first === undefined) return Number.POSITIVE_INFINITY;
    return first.waitingSince + this.#knobs.requiredWorkersMaxWaitSeconds;
  }

  arrive(query: LiveQuery, now: number): void {
    const group = this.#groupOf(query);
    const { groupLimit } = this.#knobs;
    if (groupLimit !== null && group.admitted >= groupLimit) group.held.push(query);
    else this.#admit(group, query, now);
  }

  /** Takes out, one by one, those that so many active workers are enough for; also such as come in meanwhile. */
  *takeStartable(activeWorkers: number): Generator<LiveQuery> {
    for (;;) {
      const index = this.#waiting.findIndex((query) => this.#required(query) <= activeWorkers);
      if (index < 0) return;
      yield* this.#waiting.splice(index, 1);
    }
  }

  /** Takes out the one that has waited longest. */
  takeFirstWaiting(): LiveQuery | undefined {
    return this.#waiting.shift();
  }

  /** A query that had passed its group's limit has ended: the next one held there takes its place. */
  release(query: LiveQuery, now: number): void {
    const group = this.#groupOf(query);
    group.admitted -= 1;
    const next = group.held.shift();
    if (next !== undefined) this.#admit(group, next, now);
    else if (group.admitted === 0) this.#groups.delete(query.query.group);
  }

  /** The largest number of workers that a waiting query asks for; 0 when none waits. */
  largestRequirement(): number {
    return this.#waiting.reduce((most, query) => Math.max(most, this.#required(query)), 0);
  }

  /** When the query that has waited longest, held or for workers, was submitted; Infinity when none waits. */
  oldestSubmittedAt(): number {
    let oldest = Number.POSITIVE_INFINITY;
    for (const query of this.#waiting) oldest = Math.min(oldest, query.submittedAt);
    for (const { held } of this.#groups.values()) oldest = Math.min(oldest, held[0]?.submittedAt ?? oldest);
    return oldest;
  }

  #required({ query }: LiveQuery): number {
    return query.requiredWorkers ?? this.#knobs.requiredWorkers;
  }

  #admit(group: Group, query: LiveQuery, now: number): void {
    group.admitted += 1;
    query.phase = 'waiting';
    query.waitingSince = now;
    this.#waiting.push(query);
  }

  #groupOf({ query }: LiveQuery): Group {
    const known = this.#groups.get(query.group);
    if (known !== undefined) return known;
    const group: Group = { admitted: 0, held: [] };
    this.#groups.set(query.group, group);
    return group;
  }
}
