/** What CloudWatch answers, and what is made of it: the newest period that is over, never younger than it is. */
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { AwsClientSettings } from '../../../../lambdas/adapters/aws-client.ts';
import { CloudWatchWorkload } from '../../../../lambdas/adapters/samples/cloudwatch.ts';
import { cloudWatchClient } from '../../../../lambdas/adapters/samples/cloudwatch-client.ts';
import { epochSeconds } from '../../../../lambdas/core/quantities.ts';
import { parseCloudWatchMapping } from '../../../../lambdas/settings/cloudwatch-mapping.ts';
import { type CloudWatchEndpoint, startCloudWatchEndpoint } from '../../../fakes/cloudwatch-endpoint.ts';
import { NOON } from '../../core/builders.ts';

let endpoint: CloudWatchEndpoint;
let clients: CloudWatchClient[] = [];

beforeEach(async () => {
  endpoint = await startCloudWatchEndpoint();
});

afterEach(async () => {
  for (const client of clients) client.destroy();
  clients = [];
  await endpoint.close();
});

const place = (metric: string, given: object = {}) => ({
  namespace: 'Trino',
  metric,
  dimensions: { ClusterId: 'j-1' },
  statistic: 'Average',
  periodSeconds: 60,
  ...given,
});

const BOTH = { runningQueries: place('Running'), queuedQueries: place('Queued') };

const ask = async (now: number, given: object = BOTH, settings: Partial<AwsClientSettings> = {}) => {
  const { mapping } = parseCloudWatchMapping(given);
  if (mapping === undefined) throw new Error('the mapping of this test is broken');
  const client = cloudWatchClient({
    region: 'eu-central-1',
    endpoint: endpoint.url,
    maxAttempts: 1,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    ...settings,
  });
  clients.push(client);
  const faults: string[] = [];
  const clock = { now: () => epochSeconds(now) };
  const source = new CloudWatchWorkload({ client, mapping, clock, onFault: ({ message }) => faults.push(message) });
  return { sample: await source.sample(), faults };
};

const report = (metric: string, value: number, at: number): void =>
  endpoint.put({ namespace: 'Trino', metric, dimensions: { ClusterId: 'j-1' }, value, at });

const said = (sentence: string) => [expect.stringContaining(sentence)];

describe('periods', () => {
  test('several reports in a period → its statistic, as old as its beginning', async () => {
    report('Running', 10, NOON + 5);
    report('Running', 20, NOON + 50);
    const { sample, faults } = await ask(NOON + 61);
    expect([sample, faults]).toEqual([{ takenAt: NOON, runningQueries: 15 }, []]);
  });

  test('a period that still runs → the one before it', async () => {
    report('Running', 10, NOON + 5);
    report('Running', 1, NOON + 65);
    expect((await ask(NOON + 119)).sample).toEqual({ takenAt: NOON, runningQueries: 10 });
    expect((await ask(NOON + 120)).sample).toEqual({ takenAt: NOON + 60, runningQueries: 1 });
  });

  test('no report for two minutes → the last one with its old time; after five minutes none', async () => {
    report('Running', 10, NOON);
    expect((await ask(NOON + 180)).sample).toEqual({ takenAt: NOON, runningQueries: 10 });
    const { sample, faults } = await ask(NOON + 301);
    expect([sample, faults]).toEqual([
      undefined,
      said('CloudWatch (Trino): has no value for any field in the last 300 s'),
    ]);
  });

  test('one metric ended minutes before the other → its field is absent and told', async () => {
    report('Queued', 3, NOON);
    report('Running', 10, NOON + 180);
    const { sample, faults } = await ask(NOON + 250);
    expect(sample).toEqual({ takenAt: NOON + 180, runningQueries: 10 });
    expect(faults).toEqual(said('queuedQueries was told 180 s before the others: left out'));
  });

  test('one metric is a period late → the sample is as old as it', async () => {
    report('Queued', 3, NOON);
    report('Running', 10, NOON + 60);
    expect((await ask(NOON + 125)).sample).toEqual({ takenAt: NOON, runningQueries: 10, queuedQueries: 3 });
  });

  test('each metric with its own period and statistic', async () => {
    report('Running', 10, NOON + 61);
    report('Running', 30, NOON + 62);
    report('Queued', 3, NOON + 62);
    const given = {
      runningQueries: place('Running', { statistic: 'Maximum' }),
      queuedQueries: place('Queued', { periodSeconds: 1 }),
    };
    expect((await ask(NOON + 120, given)).sample).toEqual({ takenAt: NOON + 60, runningQueries: 30, queuedQueries: 3 });
  });

  test('another cluster’s metric of the same name is another metric', async () => {
    endpoint.put({ namespace: 'Trino', metric: 'Running', dimensions: { ClusterId: 'j-2' }, value: 1, at: NOON });
    endpoint.put({ namespace: 'Trino', metric: 'Running', value: 1, at: NOON });
    expect((await ask(NOON + 60)).sample).toBeUndefined();
  });
});

test('one call for all fields, newest first, over the last minutes only', async () => {
  report('Running', 1, NOON);
  await ask(NOON + 60);
  expect(endpoint.requests).toHaveLength(1);
  const { MetricDataQueries, ...rest } = JSON.parse(endpoint.requests[0] as string);
  expect(MetricDataQueries).toHaveLength(2);
  expect(rest).toEqual({ ScanBy: 'TimestampDescending', StartTime: NOON - 240, EndTime: NOON + 60 });
});

describe('answers that are none, or half', () => {
  beforeEach(() => {
    report('Running', 10, NOON);
    report('Queued', 3, NOON);
  });

  test.each([
    ['throttle', 'CloudWatch (Trino): asks to come back later (Throttling: Rate exceeded)'],
    ['deny', 'is not authorized to perform: cloudwatch:GetMetricData'],
    ['expired-token', 'The security token included in the request is expired'],
    ['internal', 'Internal failure'],
    ['html', 'gave an answer that is no JSON'],
    ['uneven', 'runningQueries has 1 times and 2 values'],
  ] as const)('%s → no sample, and why', async (fault, sentence) => {
    endpoint.break(fault);
    const { sample, faults } = await ask(NOON + 60);
    expect([sample, faults]).toEqual([undefined, said(sentence)]);
    expect(faults[0]).not.toContain('\n');
  });

  test('no answer → given up in time', async () => {
    endpoint.break('hang');
    const { sample, faults } = await ask(NOON + 60, BOTH, { attemptMilliseconds: 100 });
    expect([sample, faults]).toEqual([undefined, said('did not answer in time')]);
  });

  test('throttled once → the SDK asks again', async () => {
    endpoint.break('throttle', 1);
    const { sample, faults } = await ask(NOON + 60, BOTH, { maxAttempts: 2 });
    expect([sample?.runningQueries, faults]).toEqual([10, []]);
  });

  test('one metric could not be read by CloudWatch itself → absent, and told', async () => {
    endpoint.break('half');
    const { sample, faults } = await ask(NOON + 60);
    expect(sample).toEqual({ takenAt: NOON, runningQueries: 10 });
    expect(faults).toEqual(said('has no queuedQueries (InternalError): left out'));
  });

  test('one metric is not in the answer → absent', async () => {
    endpoint.break('forgetful');
    expect((await ask(NOON + 60)).sample).toEqual({ takenAt: NOON, runningQueries: 10 });
  });

  test('a negative number of queries → no sample', async () => {
    report('Queued', -13, NOON + 1);
    const { sample, faults } = await ask(NOON + 60);
    expect([sample, faults]).toEqual([undefined, said('queuedQueries is -5, expected a number of 0 or more')]);
  });
});
