/** The adapters keep the contract over the wire, and the simulator's own source keeps it without one. */
import type { WorkloadSample } from '../../../../lambdas/core/model.ts';
import { workloadSample } from '../../../simulator/true-sample.ts';
import { workloadContract } from '../../ports/workload.contract.ts';
import { LocalTables } from '../dynamo/local-table.ts';
import { coordinatorHarness, relayedHarness, scrapedHarness } from './harness.ts';
import { ampRelay, prometheusMappedRelay, prometheusOwnRelay } from './relays.ts';
import { cloudWatchRelay, pushedRelay } from './relays-aws.ts';

let tables: LocalTables;

beforeAll(async () => {
  tables = await LocalTables.start();
});

afterAll(() => tables.stop());

workloadContract(
  'of the simulator',
  async (bench) => {
    const faults: Error[] = [];
    let silent = false;
    return {
      faults,
      sample: async (): Promise<WorkloadSample | undefined> => {
        if (!silent) return workloadSample(bench.sample);
        faults.push(new Error('silent'));
        return undefined;
      },
      silence: async () => {
        silent = true;
      },
      close: async () => {},
    };
  },
  { classes: 'each', knowsThePast: true },
);

workloadContract('scraped from an exporter', (bench) => scrapedHarness(bench), {
  classes: 'each',
  knowsThePast: false,
});

workloadContract('straight from a coordinator', coordinatorHarness, { classes: 'one', knowsThePast: true });

workloadContract('pushed to the table', relayedHarness(pushedRelay(() => tables)), {
  classes: 'each',
  knowsThePast: false,
  keepsTheLast: true,
  histories: 5,
});

workloadContract('in a Prometheus', relayedHarness(prometheusOwnRelay), {
  classes: 'each',
  knowsThePast: false,
  histories: 5,
});

workloadContract('in Amazon Managed Prometheus', relayedHarness(ampRelay), {
  classes: 'each',
  knowsThePast: false,
  histories: 3,
});

workloadContract('in a Prometheus, by a mapping', relayedHarness(prometheusMappedRelay), {
  classes: 'one',
  knowsThePast: false,
  histories: 5,
});

workloadContract('in CloudWatch', relayedHarness(cloudWatchRelay(1)), {
  classes: 'one',
  knowsThePast: false,
  lagSeconds: 1,
  keepsTheLast: true,
  histories: 5,
});
