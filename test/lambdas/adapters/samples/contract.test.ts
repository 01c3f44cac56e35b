/** The adapters keep the contract over the wire, and the simulator's own source keeps it without one. */
import type { WorkloadSample } from '../../../../lambdas/core/model.ts';
import { workloadSample } from '../../../simulator/true-sample.ts';
import { workloadContract } from '../../ports/workload.contract.ts';
import { coordinatorHarness, scrapedHarness } from './harness.ts';

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
