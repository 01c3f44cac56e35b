/** A query sent over the REST protocol of PrestoDB or Trino, and waited for. */
import type { EngineVersion } from './versions.ts';

export interface Statement {
  readonly coordinator: string;
  readonly headers: EngineVersion['headers'];
  readonly sql: string;
  readonly user: string;
  readonly source: string;
  /** Session properties of the query. */
  readonly session?: Readonly<Record<string, string>>;
  /** Between two pages of the result: who reads slowly keeps a query running that needs next to no CPU. Default 0. */
  readonly readPauseMilliseconds?: number;
  /** Stops waiting and cancels the query. */
  readonly signal?: AbortSignal;
}

/** How a query ended. */
export interface StatementResult {
  readonly id: string;
  /** Absent: it finished. */
  readonly error?: { readonly name: string; readonly message: string };
  /** Of the result, as many as came. */
  readonly rows: number;
}

interface Page {
  readonly id: string;
  readonly nextUri?: string;
  readonly data?: readonly unknown[];
  readonly error?: { readonly errorName?: string; readonly message?: string };
}

const REQUEST_MILLISECONDS = 60_000;
/** The server is busy or starting: ask again (client protocol). */
const AGAIN = new Set([429, 502, 503, 504]);
const AGAIN_MILLISECONDS = 100;
const MOST_TRIES = 600;

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const headersOf = ({ headers, user, source, session = {} }: Statement): Record<string, string> => ({
  [`${headers}User`]: user,
  [`${headers}Source`]: source,
  [`${headers}Catalog`]: 'tpch',
  [`${headers}Schema`]: 'tiny',
  ...(Object.keys(session).length === 0
    ? {}
    : {
        [`${headers}Session`]: Object.entries(session)
          .map(([name, value]) => `${name}=${value}`)
          .join(','),
      }),
});

const request = async (statement: Statement, method: string, url: string, body?: string): Promise<Page> => {
  const { signal } = statement;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const timeout = AbortSignal.timeout(REQUEST_MILLISECONDS);
    const response = await fetch(url, {
      method,
      headers: headersOf(statement),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      ...(body === undefined ? {} : { body }),
    });
    if (response.ok) return (await response.json()) as Page;
    await response.body?.cancel();
    if (!AGAIN.has(response.status)) throw new Error(`${method} ${url} answered ${response.status}`);
    await pause(AGAIN_MILLISECONDS);
  }
  throw new Error(`${method} ${url} was refused ${MOST_TRIES} times`);
};

const cancel = async (statement: Statement, uri: string): Promise<void> => {
  await fetch(uri, { method: 'DELETE', headers: headersOf(statement), signal: AbortSignal.timeout(5000) }).catch(
    () => undefined,
  );
};

/** The next page; a query whose reader gives up is cancelled. */
const nextPage = async (statement: Statement, uri: string): Promise<Page> => {
  try {
    return await request(statement, 'GET', uri);
  } catch (error) {
    if (statement.signal?.aborted === true) await cancel(statement, uri);
    throw error;
  }
};

/**
 * Sends a query and reads it to its end.
 * @throws Error when the coordinator cannot be reached; what the engine says of the query is in the result
 */
export const runStatement = async (statement: Statement): Promise<StatementResult> => {
  let rows = 0;
  let page = await request(statement, 'POST', `${statement.coordinator}/v1/statement`, statement.sql);
  for (;;) {
    const { id, data, error, nextUri } = page;
    rows += data?.length ?? 0;
    if (data !== undefined) await pause(statement.readPauseMilliseconds ?? 0);
    if (error !== undefined) {
      return { id, rows, error: { name: error.errorName ?? 'UNKNOWN', message: error.message ?? '' } };
    }
    if (nextUri === undefined) return { id, rows };
    page = await nextPage(statement, nextUri);
  }
};
