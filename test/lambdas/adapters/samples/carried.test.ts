/** The same sample through every source: what each can carry arrives as it was, and what was unknown stays unknown. */
import { sampleFamilies } from '../../../../exporters/engine/metric-table.ts';
import { renderMetrics } from '../../../../exporters/registry.ts';
import type { WorkloadSample } from '../../../../lambdas/core/model.ts';
import { NOON, queryClass, workSample } from '../../core/builders.ts';
import { LocalTables } from '../dynamo/local-table.ts';
import {
  ampRelay,
  type Break,
  type Clock,
  type MakeRelay,
  prometheusMappedRelay,
  prometheusOwnRelay,
  type Relay,
  scrapedRelay,
} from './relays.ts';
import { cloudWatchRelay, pushedRelay } from './relays-aws.ts';

let tables: LocalTables;

beforeAll(async () => {
  tables = await LocalTables.start();
});

afterAll(() => tables.stop());

const NAMES = ['größe 🜂 "x"|back\\slash|\\n is no new line', 'line\nbreak|{}=,# EOF|\u2028', '__proto__|a|b'];

const FULL = workSample(
  NAMES.map((name, index) =>
    queryClass({
      name,
      live: index + 1,
      held: index,
      cpuSecondsUsed: 100.25 * index,
      parallelismCores: 8.5,
      finishedQueries: 7,
      finishedCpuSeconds: 1e6,
    }),
  ),
  {
    takenAt: NOON,
    runningQueries: 6,
    queuedQueries: 2,
    cpuSecondsTotal: 9_007_199_254_740_991,
    reservedMemoryBytes: 1e15,
    totalMemoryBytes: 3e15,
    oldestRunningSeconds: 0.125,
  },
);

const without = (sample: WorkloadSample, field: string): WorkloadSample =>
  Object.fromEntries(Object.entries(sample).filter(([name]) => name !== field)) as unknown as WorkloadSample;

const textOf = (sample: WorkloadSample): Promise<string> => renderMetrics(sampleFamilies(sample));

const BROKEN: readonly Break[] = ['down', 'slow', 'half', 'html', 'redirect', 'unknown', 'forbidden', 'failing'];

const SOURCES: readonly (readonly [string, MakeRelay, Partial<Record<Break, string | RegExp>>])[] = [
  [
    'an exporter',
    scrapedRelay,
    {
      down: 'ECONNREFUSED',
      slow: 'no whole answer within 2000 ms',
      half: 'the metrics are cut off, or are none',
      html: 'the metrics are cut off, or are none',
      redirect: 'answered 302',
      unknown: 'answered 401',
      forbidden: 'answered 403',
      failing: 'answered 500',
    },
  ],
  [
    'a Prometheus',
    prometheusOwnRelay,
    {
      down: 'ECONNREFUSED',
      slow: 'no whole answer within 2000 ms',
      half: 'the answer was cut off',
      html: 'the answer is no JSON',
      redirect: 'answered 302 (redirects are not followed)',
      unknown: 'answered 401 (who asks is not known there; unauthorized: no bearer token)',
      forbidden: 'answered 403 (who asks may not ask this)',
      failing: 'answered 500 (internal: out of memory)',
    },
  ],
  ['a Prometheus with somebody else’s metrics', prometheusMappedRelay, { down: 'ECONNREFUSED', html: 'is no JSON' }],
  ['Amazon Managed Prometheus', ampRelay, { down: 'ECONNREFUSED', forbidden: 'answered 403' }],
  [
    'CloudWatch',
    cloudWatchRelay(10),
    {
      down: /ECONNREFUSED|socket hang up/,
      slow: 'did not answer in time',
      half: /aborted|ECONNRESET|cut off/,
      html: 'gave an answer that is no JSON',
      unknown: 'The security token included in the request is expired',
      forbidden: 'is not authorized to perform: cloudwatch:GetMetricData',
      failing: 'Internal failure',
    },
  ],
  ['the table', pushedRelay(() => tables), {}],
];

const patternOf = (sentence: string | RegExp = ''): RegExp =>
  typeof sentence === 'string' ? new RegExp(sentence.replace(/[()\\.*+?[\]{}|^$]/g, '\\$&')) : sentence;

describe.each(SOURCES)('%s', (name, make, sentences) => {
  const clock: Clock = { now: NOON };
  let relay: Relay;

  beforeEach(async () => {
    clock.now = NOON;
    relay = await make(clock);
  });

  afterEach(() => relay.close());

  const through = async (sample: WorkloadSample): Promise<WorkloadSample | undefined> => {
    await relay.publish(await textOf(sample));
    clock.now = relay.readableAt();
    return relay.source.sample();
  };

  test('a whole sample with names that break quotes and lines → all that the source can carry', async () => {
    expect(await through(FULL)).toEqual(relay.carried(FULL));
    expect(relay.faults).toEqual([]);
  });

  test('nothing is live → zeros that were told', async () => {
    const idle = workSample([], { takenAt: NOON });
    expect(await through(idle)).toEqual(relay.carried(idle));
    expect(relay.faults).toEqual([]);
  });

  test.each(Object.keys(FULL).filter((field) => field !== 'takenAt'))(
    '%s is unknown → it stays absent',
    async (field) => {
      const partial = without(FULL, field);
      const seen = await through(partial);
      expect(seen).toEqual(relay.carried(partial));
      expect(seen).not.toHaveProperty(field);
    },
  );

  test('nobody tells anything any more → the last sample with its old time, or none; never a new time', async () => {
    await through(FULL);
    clock.now = NOON + 120;
    await relay.publish(undefined);
    const seen = await relay.source.sample();
    if (seen === undefined) expect(name === 'the table' || relay.faults.length > 0).toBe(true);
    else expect(seen).toEqual(relay.carried(FULL));
  });

  const faulty = BROKEN.filter((kind) => sentences[kind] !== undefined);
  if (faulty.length > 0) {
    test.each(faulty)('it is %s → no sample, and a sentence that says so', async (kind) => {
      await through(FULL);
      await relay.break(kind);
      expect(await relay.source.sample()).toBeUndefined();
      expect(relay.faults.map(({ message }) => message)).toEqual([expect.stringMatching(patternOf(sentences[kind]))]);
      expect(relay.faults[0]?.message).not.toMatch(/\n|<|EXAMPLE|Signature=/i);
      if (kind === 'down') return;
      await relay.break(undefined);
      expect(await relay.source.sample()).toEqual(relay.carried(FULL));
    });
  }
});
