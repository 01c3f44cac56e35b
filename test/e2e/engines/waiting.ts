/** Queries that come before the first worker: how long the engine lets them wait decides. */
import { SHORT_QUERY } from '../../../local/engines/load.ts';
import type { EngineKind } from '../../../local/engines/versions.ts';
import { startBench, VOUCHED } from './bench.ts';

/** With the start of the engine's process about 40 seconds from the request to a worker. */
const MACHINE_SECONDS = 25;

export const waitingTests = (kind: EngineKind): void => {
  test.each([
    ['20s', /INSUFFICIENT/],
    ['2m', undefined],
  ])(
    'no worker, a start of about 40 s, required-workers-max-wait %s → the query fails with %s',
    async (wait, error) => {
      const bench = await startBench(kind, {
        policy: { ...VOUCHED, capacity: { ...VOUCHED.capacity, minimumUnits: 0 } },
        startWorkers: 0,
        killSeconds: 120,
        machineSeconds: MACHINE_SECONDS,
        coordinatorProperties: { 'query-manager.required-workers-max-wait': wait },
      });
      try {
        const ended = await bench.load.send(SHORT_QUERY);
        if (error === undefined) expect(ended.error).toBeUndefined();
        else expect(ended.error).toMatch(error);
      } finally {
        await bench.close();
      }
    },
  );
};
