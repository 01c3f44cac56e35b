/** The ended queries of a coordinator under load, of which each second some are forgotten and as many end anew. */
import { basicQueryInfo, type Engine } from '../exporters/history/fake-coordinator.ts';
import type { Load } from './exporter-load-children.ts';

export interface LoadRequest {
  readonly path: string;
  /** Names of metrics that are asked for. */
  readonly names: readonly string[];
  /** Queries that have ended so far. */
  readonly ended: number;
  /** Where it was asked. */
  readonly origin: string;
}

export interface LoadAnswers {
  readonly engine: Engine;
  /** Undefined: 404. */
  readonly bodyOf: (request: LoadRequest) => string | Buffer | undefined;
}

export const EACH_OF = { users: 80, sources: 60, groups: 10 };
const FAILED_SHARE = 0.05;

export const idOf = (index: number): string => `20261122_163613_${String(index).padStart(5, '0')}_wgcv4`;

/** A text with many quotes. */
export const sqlOf = (bytes: number): string =>
  'select "a", sum("b")\n from "c" '.repeat(bytes / 30 + 1).slice(0, bytes);

export class EndedLists {
  readonly #load: Load;
  readonly #engine: Engine;
  readonly #sql: string;
  readonly #lists = { FINISHED: [] as Buffer[], FAILED: [] as Buffer[] };
  #made = 0;

  constructor(load: Load, engine: Engine) {
    this.#load = load;
    this.#engine = engine;
    this.#sql = sqlOf(load.sqlBytes);
    for (let index = 0; index < load.remembered; index += 1) this.#endOne();
  }

  get ended(): number {
    return this.#made;
  }

  /** A second goes by. */
  tick(): void {
    const { endingPerSecond, remembered } = this.#load;
    for (let index = 0; index < endingPerSecond; index += 1) {
      this.#endOne();
      const list = this.#lists.FAILED.length > remembered * FAILED_SHARE ? this.#lists.FAILED : this.#lists.FINISHED;
      list.shift();
    }
  }

  /** The list of a state as JSON; undefined: it is none of those of ended queries. */
  bodyOf(state: string | null): Buffer | undefined {
    if (state !== 'FINISHED' && state !== 'FAILED') return undefined;
    const parts = this.#lists[state].flatMap((one, index) => (index === 0 ? [one] : [Buffer.from(','), one]));
    return Buffer.concat([Buffer.from('['), ...parts, Buffer.from(']')]);
  }

  #endOne(): void {
    this.#made += 1;
    const made = this.#made;
    const state = Math.floor(made * FAILED_SHARE) > Math.floor((made - 1) * FAILED_SHARE) ? 'FAILED' : 'FINISHED';
    const id = idOf(100_000 + made);
    const [user, source] = [`user-${made % EACH_OF.users}`, `source-${made % EACH_OF.sources}`];
    const errorName = 'REMOTE_HOST_GONE';
    const info = basicQueryInfo(this.#engine, { id, state, user, source, sql: this.#sql, errorName });
    this.#lists[state].push(Buffer.from(JSON.stringify(info)));
  }
}
