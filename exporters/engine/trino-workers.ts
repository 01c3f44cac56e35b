/**
 * Which workers of a Trino take work, which drain, and what each has. The coordinator tells how many it counts (in
 * `/metrics`) and which addresses it has heard of, not who stands how; the workers themselves say that, and one that
 * has died stays announced for half a minute. So the count rules how many, and the workers' own words which ones.
 */
import type { Fetching } from './fetching.ts';
import type { AnnouncedNode } from './presto-answers.ts';
import { readState } from './presto-answers.ts';
import type { WorkerReading } from './reading.ts';
import { TRINO_STATUS } from './trino-answers.ts';
import type { TrinoMetrics } from './trino-metrics.ts';
import { WorkerBook } from './worker-book.ts';

/** Workers as the coordinator counts them; undefined: it did not say. */
export interface WorkerCounts {
  readonly active: number | undefined;
  readonly draining: number | undefined;
}

export interface WorkerAsking {
  readonly fetching: Fetching;
  /** Whether there is time for another request. */
  readonly hasTime: () => boolean;
}

const AT_ONCE = 8;
/** Workers that do not answer cost a whole time-out each, so only so many are tried again at each reading. */
const SILENT_AT_ONCE = 4;

const DRAINING_STATES: ReadonlySet<string> = new Set(['DRAINING', 'DRAINED', 'SHUTTING_DOWN']);

const standingOf = (state: string): 'active' | 'draining' | 'away' => {
  if (state === 'ACTIVE') return 'active';
  return DRAINING_STATES.has(state) ? 'draining' : 'away';
};

/** Without the coordinator itself, which is always active. A drained worker is still there, and can be called back. */
export const workerCounts = (metrics: TrinoMetrics | undefined): WorkerCounts => {
  const { activeNodes, drainingNodes, drainedNodes, shuttingDownNodes } = metrics ?? {};
  return {
    active: activeNodes === undefined ? undefined : Math.max(0, activeNodes - 1),
    // Before 468 a worker could only shut down.
    draining:
      shuttingDownNodes === undefined ? undefined : (drainingNodes ?? 0) + (drainedNodes ?? 0) + shuttingDownNodes,
  };
};

type Present = readonly WorkerReading[];

interface Heard {
  readonly active: Present;
  readonly draining: Present;
  /** Announced, and without an answer. */
  readonly silent: Present;
}

interface Settled {
  readonly workers: Present;
  /** Workers that the coordinator counts, and that could not be asked. */
  readonly unseen: number;
}

const nameless = (count: number): Present =>
  Array.from({ length: count }, (_, index) => ({ id: `unannounced-${index + 1}`, standing: 'active' as const }));

/** More say they are active than the coordinator counts: the latest have not been counted yet. */
const withoutUncounted = ({ active, draining }: Heard, counts: { active: number; draining: number }): Settled => {
  const called = active.slice(counts.active).slice(0, Math.max(0, counts.draining - draining.length));
  return {
    workers: [
      ...active.slice(0, counts.active),
      ...draining,
      ...called.map((one) => ({ ...one, standing: 'draining' as const })),
    ],
    unseen: 0,
  };
};

/** Fewer say so: silent ones are among those that count, and those whose cores are known from before are taken first. */
const withUnseen = ({ active, draining, silent }: Heard, counts: { active: number; draining: number }): Settled => {
  const missing = Math.max(0, counts.active + counts.draining - active.length - draining.length);
  const missingActive = Math.min(missing, Math.max(0, counts.active - active.length));
  const missingDraining = Math.min(missing - missingActive, Math.max(0, counts.draining - draining.length));
  const known = [...silent].sort((one, two) => Number(one.cores === undefined) - Number(two.cores === undefined));
  const takenActive = known.slice(0, missingActive).map((one) => ({ ...one, standing: 'active' as const }));
  const takenDraining = known
    .slice(missingActive, missingActive + missingDraining)
    .map((one) => ({ ...one, standing: 'draining' as const }));
  return {
    workers: [
      ...active,
      ...takenActive,
      ...nameless(missingActive - takenActive.length),
      ...draining,
      ...takenDraining,
    ],
    unseen: missingActive,
  };
};

/** Undefined: nobody knows whether those that are silent are there. */
const settle = (heard: Heard, counts: WorkerCounts): Settled | undefined => {
  const { active, draining, silent } = heard;
  if (counts.active === undefined) {
    return silent.length > 0 ? undefined : { workers: [...active, ...draining], unseen: 0 };
  }
  const whole = { active: counts.active, draining: counts.draining ?? draining.length };
  return active.length > whole.active ? withoutUncounted(heard, whole) : withUnseen(heard, whole);
};

export class TrinoWorkers {
  readonly #book = new WorkerBook();
  readonly #memory = new Map<string, number>();
  #workers: Present | undefined;

  /** Active and draining ones after the last update; undefined: the standing of one is unknown. */
  get workers(): Present | undefined {
    return this.#workers;
  }

  /** Asks whose standing is unknown or may have changed. @returns the errors */
  async update(nodes: readonly AnnouncedNode[], counts: WorkerCounts, asking: WorkerAsking): Promise<readonly Error[]> {
    this.#book.announce(nodes);
    for (const id of this.#memory.keys()) if (this.#book.uriOf(id) === undefined) this.#memory.delete(id);
    const restless = [...this.#book.standing('draining'), ...this.#book.standing('silent').slice(0, SILENT_AT_ONCE)];
    const first = new Set([...this.#book.newcomers(), ...restless]);
    const errors = [...(await this.#askAll([...first], asking))];
    errors.push(...(await this.#askAll(this.#book.suspects(counts.active), asking)));
    if (errors.length === 0) this.#book.settle(counts.active);
    const settled = this.#book.workers() === undefined ? undefined : settle(this.#heard(), counts);
    this.#workers = settled?.workers;
    if (settled !== undefined && settled.unseen > 0) errors.push(this.#unseenError(settled.unseen));
    return errors;
  }

  async #askAll(ids: readonly string[], asking: WorkerAsking): Promise<readonly Error[]> {
    const errors: Error[] = [];
    const left = [...ids];
    const work = async (): Promise<void> => {
      for (let id = left.shift(); id !== undefined; id = left.shift()) {
        if (!asking.hasTime()) {
          errors.push(new Error(`no time was left to ask ${left.length + 1} of ${ids.length} workers`));
          left.length = 0;
          return;
        }
        await this.#ask(id, asking).catch((error: Error) => errors.push(error));
      }
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, ids.length) }, work));
    return errors;
  }

  async #ask(id: string, { fetching }: WorkerAsking): Promise<void> {
    const uri = this.#book.uriOf(id);
    const state =
      uri === undefined ? undefined : await fetching.text(`${uri}/v1/info/state`).then(readState, () => undefined);
    const standing = state === undefined ? 'silent' : standingOf(state);
    this.#book.note(id, standing);
    if (standing === 'silent' || standing === 'away' || this.#book.coresOf(id) !== undefined) return;
    const status = await fetching.one(`${uri}/v1/status`, TRINO_STATUS);
    if (status.coordinator) {
      this.#book.note(id, 'away');
      return;
    }
    this.#book.note(id, standing, status.cores);
    this.#memory.set(id, status.memoryBytes);
  }

  #heard(): Heard {
    const of = (standing: 'active' | 'draining' | 'silent'): Present =>
      this.#book.standing(standing).map((id) => {
        const cores = this.#book.coresOf(id);
        const memoryBytes = this.#memory.get(id);
        return {
          id,
          standing: standing === 'draining' ? 'draining' : 'active',
          ...(cores === undefined ? {} : { cores }),
          ...(memoryBytes === undefined ? {} : { memoryBytes }),
        };
      });
    return { active: of('active'), draining: of('draining'), silent: of('silent') };
  }

  #unseenError(count: number): Error {
    const silent = this.#book.standing('silent').map((id) => this.#book.uriOf(id) ?? id);
    const where = silent.length === 0 ? 'is announced' : `answers at ${silent.slice(0, 3).join(', ')}`;
    return new Error(`the coordinator counts ${count} active workers of which none ${where}: is the way to them open?`);
  }
}
