/** A run of `npm start` on this machine, found by its page. */

import type { LocalFacts } from '../../console/protocol.ts';
import { tableClient } from '../../lambdas/adapters/dynamo/client.ts';
import { epochSeconds } from '../../lambdas/core/quantities.ts';
import { UnreachableError } from '../program/exit.ts';
import { Target } from './target.ts';

const PATIENCE_MILLISECONDS = 5000;
/** No local endpoint looks at them, and the user's own stay where they belong. */
const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

const isFacts = (value: unknown): value is LocalFacts => {
  const { table, clusters, now } = Object(value) as Partial<LocalFacts>;
  return typeof table?.endpoint === 'string' && Array.isArray(clusters) && typeof now === 'number';
};

const ask = async (page: string): Promise<Response> => {
  try {
    return await fetch(`${page}/api/local`, { signal: AbortSignal.timeout(PATIENCE_MILLISECONDS) });
  } catch (error) {
    const why = (error as { cause?: { code?: unknown } }).cause?.code ?? (error as Error).name;
    throw new UnreachableError(
      `Nothing answers at ${page} (${String(why)}): is npm start running, and on this port? Another page: --local=URL.`,
    );
  }
};

const factsOf = async (page: string): Promise<LocalFacts> => {
  const response = await ask(page);
  const body = (await response.json().catch(() => undefined)) as unknown;
  if (response.ok && isFacts(body)) return body;
  const said = (Object(body) as { error?: unknown }).error ?? `HTTP ${response.status}`;
  throw new UnreachableError(`${page} does not tell where its state is: ${String(said)}`);
};

/**
 * Asks the page where its state is.
 * @throws UnreachableError when nobody answers, or not as a page of npm start
 */
export const openLocal = async (page: string): Promise<Target> => {
  const { table, now } = await factsOf(page);
  const client = tableClient({ region: table.region, endpoint: table.endpoint, credentials: CREDENTIALS });
  return new Target({
    label: `the run at ${page}`,
    table: { client, name: table.name },
    // Virtual time runs at a speed of its own: what a command calls now is when it asked.
    clock: { now: () => epochSeconds(now) },
    wake: async () => ({ kind: 'left', why: 'a run on this machine ticks every 15 seconds of its time, or oftener' }),
    close: () => client.destroy(),
  });
};
