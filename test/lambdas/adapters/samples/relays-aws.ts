/** The ways through AWS: CloudWatch with an agent that reports what an exporter shows, and the table that is pushed to. */

import { DynamoClusterStore } from '../../../../lambdas/adapters/dynamo/cluster-store.ts';
import { DynamoInbox } from '../../../../lambdas/adapters/dynamo/inbox.ts';
import { CloudWatchWorkload } from '../../../../lambdas/adapters/samples/cloudwatch.ts';
import { cloudWatchClient } from '../../../../lambdas/adapters/samples/cloudwatch-client.ts';
import { sampleFromMetrics } from '../../../../lambdas/adapters/samples/metrics-text.ts';
import type { WorkloadSample } from '../../../../lambdas/core/model.ts';
import { epochSeconds } from '../../../../lambdas/core/quantities.ts';
import { parseCloudWatchMapping } from '../../../../lambdas/settings/cloudwatch-mapping.ts';
import { type CloudWatchFault, startCloudWatchEndpoint } from '../../../fakes/cloudwatch-endpoint.ts';
import type { LocalTables } from '../dynamo/local-table.ts';
import { type Break, CLASS_NAMES, type Clock, type MakeRelay, NAMES, type Relay, withOneClass } from './relays.ts';

const NAMESPACE = 'Prestoscale/Engine';
const DIMENSIONS = { ClusterName: 'reports' };

/** A whole mapping with one period for all. */
export const cloudWatchMapping = (periodSeconds: number) => {
  const place = (metric: string) => ({
    namespace: NAMESPACE,
    metric,
    dimensions: DIMENSIONS,
    statistic: 'Maximum',
    periodSeconds,
  });
  const places = (names: object) =>
    Object.fromEntries(Object.entries(names).map(([field, metric]) => [field, place(metric as string)]));
  return { ...places(NAMES), all: places(CLASS_NAMES) };
};

const CLOUDWATCH_FAULTS: Partial<Record<Break, CloudWatchFault>> = {
  slow: 'hang',
  half: 'truncated',
  html: 'html',
  unknown: 'expired-token',
  forbidden: 'deny',
  failing: 'internal',
};

/** What an agent reports: fields by the names of their metrics, classes added up. */
const reportsOf = (sample: WorkloadSample): readonly (readonly [string, number])[] => {
  const { classes: [all] = [], ...rest } = withOneClass(sample);
  const pick = (names: object, from: object) =>
    Object.entries(names).flatMap(([field, metric]) => {
      const value = (from as Record<string, number | undefined>)[field];
      return value === undefined ? [] : [[metric as string, value] as const];
    });
  return [...pick(NAMES, rest), ...(all === undefined ? [] : pick(CLASS_NAMES, all))];
};

/** @param periodSeconds an agent reports once in each; of several texts in one period the last one stands */
export const cloudWatchRelay =
  (periodSeconds: number): MakeRelay =>
  async (clock: Clock): Promise<Relay> => {
    const endpoint = await startCloudWatchEndpoint();
    const client = cloudWatchClient({
      region: 'eu-central-1',
      endpoint: endpoint.url,
      maxAttempts: 1,
      attemptMilliseconds: 2000,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const { mapping } = parseCloudWatchMapping(cloudWatchMapping(periodSeconds));
    if (mapping === undefined) throw new Error('the mapping of a test is broken');
    const faults: Error[] = [];
    const beginning = (): number => Math.floor(clock.now / periodSeconds) * periodSeconds;
    return {
      source: new CloudWatchWorkload({
        client,
        mapping,
        clock: { now: () => epochSeconds(clock.now) },
        timeoutMilliseconds: 1000,
        onFault: (error) => faults.push(error),
      }),
      faults,
      carried: withOneClass,
      publish: async (text) => {
        const sample = text === undefined ? undefined : sampleFromMetrics(text);
        if (sample === undefined) return;
        endpoint.forget(beginning());
        for (const [metric, value] of reportsOf(sample)) {
          endpoint.put({ namespace: NAMESPACE, metric, dimensions: DIMENSIONS, value, at: clock.now });
        }
      },
      readableAt: () => beginning() + periodSeconds,
      break: async (kind) => {
        if (kind === 'down') await endpoint.close();
        else endpoint.break(kind === undefined ? undefined : CLOUDWATCH_FAULTS[kind]);
      },
      close: async () => {
        client.destroy();
        await endpoint.close();
      },
    };
  };

/** What is pushed to a table, and read from there with everything else that is known of the cluster. */
export const pushedRelay =
  (tables: () => LocalTables): MakeRelay =>
  async (clock: Clock): Promise<Relay> => {
    const table = await tables().make();
    const inbox = new DynamoInbox(table);
    const pushed = new Set<number>();
    // The table keeps one sample for a moment; a test that changes the world in no time writes to another cluster.
    let cluster = 'reports-0';
    let count = 0;
    await inbox.putPolicy(cluster, {}, 'test', epochSeconds(clock.now));
    return {
      source: { sample: async () => (await storeOf(cluster).load(epochSeconds(clock.now))).sample },
      faults: [],
      carried: (sample) => sample,
      publish: async (text) => {
        const sample = text === undefined ? undefined : sampleFromMetrics(text);
        if (sample === undefined) return;
        if (pushed.has(sample.takenAt)) {
          count += 1;
          cluster = `reports-${count}`;
          await inbox.putPolicy(cluster, {}, 'test', epochSeconds(clock.now));
        }
        pushed.add(sample.takenAt);
        await inbox.putSample(cluster, sample);
      },
      readableAt: () => clock.now,
      break: async () => {},
      close: async () => {},
    };
    function storeOf(name: string): DynamoClusterStore {
      return new DynamoClusterStore(table, name, () => 'test');
    }
  };
