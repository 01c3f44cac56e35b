/** Queries that come before the first worker: how long the engine lets them wait decides. */
import { SHORT_QUERY } from '../../../local/engines/load.ts';
import type { EngineKind } from '../../../local/engines/versions.ts';
import { EAGER, startBench } from './bench.ts';

/** With the start of the engine's process about 40 seconds from the request to a worker. */
const MACHINE_SECONDS = 25;

/** What became of a query that was sent when there was no worker. */
const firstQuery = async (kind: EngineKind, maximumWait: string): Promise<string | undefined> => {
  const bench = await startBench(kind, {
    policy: EAGER,
    startWorkers: 0,
    killSeconds: 120,
    machineSeconds: MACHINE_SECONDS,
    coordinatorProperties: { 'query-manager.required-workers-max-wait': maximumWait },
  });
  try {
    return (await bench.load.send(SHORT_QUERY)).error;
  } finally {
    await bench.close();
  }
};

export const waitingTests = (kind: EngineKind): void => {
  test('no worker, a start of about 40 s → with required-workers-max-wait 20s the query fails, with 2m it runs', async () => {
    const [short, long] = await Promise.all([firstQuery(kind, '20s'), firstQuery(kind, '2m')]);
    expect(short).toMatch(/INSUFFICIENT/);
    expect(long).toBeUndefined();
  });
};
