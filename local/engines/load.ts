/** Clients that send one query after another to a real engine, and an account of what became of each. */
import { runStatement, type StatementResult } from './statement.ts';
import type { EngineVersion } from './versions.ts';

/** How one query ended. */
export interface EndedQuery {
  readonly id: string;
  readonly sql: string;
  readonly user: string;
  readonly source: string;
  /** Seconds since the load was created. */
  readonly sentAt: number;
  readonly endedAt: number;
  /** Absent: it finished. */
  readonly error?: string;
}

export interface QuerySettings {
  readonly user?: string;
  readonly source?: string;
  readonly session?: Readonly<Record<string, string>>;
  /** Between two pages of the result. Default 0. */
  readonly readPauseMilliseconds?: number;
}

/** CPU and nothing else; each line is made up on the fly by the tpch connector. */
export const SHORT_QUERY = 'select count(*), sum(quantity) from tpch.sf1.lineitem';
/**
 * Long rows of every worker, for clients that read slowly: it lasts, and needs next to no CPU. It has no limit, which could
 * be reached without the rows of a worker that is lost.
 */
export const WIDE_QUERY = 'select name, address, phone, mktsegment, comment from tpch.sf1.customer';

export class QueryLoad {
  readonly ended: EndedQuery[] = [];
  readonly #coordinator: string;
  readonly #engine: EngineVersion;
  readonly #began = performance.now();
  readonly #streams = new Set<{ stopped: boolean }>();
  readonly #running = new Set<Promise<void>>();
  readonly #cancel = new AbortController();

  constructor(engine: EngineVersion, coordinator: string) {
    this.#engine = engine;
    this.#coordinator = coordinator;
  }

  /** Queries that are under way. */
  get live(): number {
    return this.#running.size;
  }

  /** Those that ended and did not finish. */
  get failed(): readonly EndedQuery[] {
    return this.ended.filter(({ error }) => error !== undefined);
  }

  /** Sends one query; resolves when it has ended, however. */
  send(sql: string, settings: QuerySettings = {}): Promise<EndedQuery> {
    const ended = this.#send(sql, settings);
    const running = ended.then(() => {}).finally(() => this.#running.delete(running));
    this.#running.add(running);
    return ended;
  }

  /** So many clients, each sending the same query again and again. Call the result to end them after their query. */
  stream(clients: number, sql: string, settings: QuerySettings = {}): () => void {
    const stream = { stopped: false };
    this.#streams.add(stream);
    const client = async (): Promise<void> => {
      while (!stream.stopped) await this.send(sql, settings);
    };
    for (let index = 0; index < clients; index += 1) void client();
    return () => {
      stream.stopped = true;
      this.#streams.delete(stream);
    };
  }

  /** Ends all streams and waits for what is under way. */
  async finish(): Promise<void> {
    for (const stream of this.#streams) stream.stopped = true;
    await Promise.all(this.#running);
  }

  /** Ends all streams and cancels what is under way. */
  async close(): Promise<void> {
    this.#cancel.abort();
    await this.finish();
  }

  #seconds(): number {
    return (performance.now() - this.#began) / 1000;
  }

  async #send(sql: string, settings: QuerySettings): Promise<EndedQuery> {
    const { user = 'load', source = 'stream', session, readPauseMilliseconds } = settings;
    const sentAt = this.#seconds();
    const result = await runStatement({
      coordinator: this.#coordinator,
      headers: this.#engine.headers,
      sql,
      user,
      source,
      signal: this.#cancel.signal,
      ...(session === undefined ? {} : { session }),
      ...(readPauseMilliseconds === undefined ? {} : { readPauseMilliseconds }),
    }).catch(
      (error: Error): StatementResult => ({ id: '', rows: 0, error: { name: 'CLIENT', message: String(error) } }),
    );
    const { id, error } = result;
    const ended = { id, sql, user, source, sentAt, endedAt: this.#seconds() };
    const full = error === undefined ? ended : { ...ended, error: `${error.name}: ${error.message}` };
    this.ended.push(full);
    return full;
  }
}
