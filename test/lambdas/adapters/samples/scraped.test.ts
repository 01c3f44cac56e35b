/** What an exporter tells arrives as it was, and what is no exporter's text is no sample. */
import fc from 'fast-check';
import { classNameOf } from '../../../../exporters/engine/formats.ts';
import { sampleFamilies } from '../../../../exporters/engine/metric-table.ts';
import { renderMetrics } from '../../../../exporters/registry.ts';
import { sampleFromMetrics } from '../../../../lambdas/adapters/samples/metrics-text.ts';
import { ScrapedWorkload } from '../../../../lambdas/adapters/samples/scraped.ts';
import type { WorkloadSample } from '../../../../lambdas/core/model.ts';
import { type Answer, type AnsweringServer, startAnswering } from '../../../exporters/answering.ts';
import { EngineBench } from '../../../simulator/world/engine/bench.ts';
import { NOON, queryClass, sample, workSample } from '../../core/builders.ts';
import { type ScrapedHarness, scrapedHarness } from './harness.ts';

const textOf = (given: WorkloadSample): Promise<string> => renderMetrics(sampleFamilies(given));

let server: AnsweringServer | undefined;
let harness: ScrapedHarness | undefined;

afterEach(async () => {
  await server?.close();
  await harness?.close();
  server = undefined;
  harness = undefined;
});

const scrape = async (answer: Answer, timeoutMilliseconds = 2000) => {
  server = await startAnswering(() => answer);
  const faults: string[] = [];
  const url = `${server.url}/metrics`;
  const source = new ScrapedWorkload({ url, timeoutMilliseconds, onFault: ({ message }) => faults.push(message) });
  return { sample: await source.sample(), faults };
};

describe('there and back', () => {
  const FULL = workSample(
    [queryClass({ name: 'a|b|c', live: 2, held: 1, parallelismCores: 3.5, cpuSecondsUsed: 0.01 })],
    {
      takenAt: NOON + 0.125,
      cpuSecondsTotal: 9_007_199_254_740_991,
      reservedMemoryBytes: 1e15,
      totalMemoryBytes: 3e15,
    },
  );

  test('a whole sample → the same', async () => {
    expect(sampleFromMetrics(await textOf(FULL))).toEqual(FULL);
  });

  test.each(Object.keys(FULL).filter((field) => field !== 'takenAt'))(
    '%s is absent → it stays absent',
    async (field) => {
      const partial = Object.fromEntries(
        Object.entries(FULL).filter(([name]) => name !== field),
      ) as unknown as WorkloadSample;
      expect(sampleFromMetrics(await textOf(partial))).toEqual(partial);
    },
  );

  test('no classes live → an empty list, which is not the same as unknown', async () => {
    expect(sampleFromMetrics(await textOf(workSample([])))).toEqual(workSample([]));
  });

  test('a class whose parallelism is unknown beside one where it is known', async () => {
    const both = workSample([queryClass({ name: 'x||', live: 1 }), queryClass({ name: 'y||', parallelismCores: 4 })]);
    expect(sampleFromMetrics(await textOf(both))).toEqual(both);
  });

  test.each([
    'quote "x"|back\\slash|\\n is no new line',
    'line\nbreak|carriage\rreturn|tab\t',
    'größe 🜂|中文|‏עברית',
    '{}=,# HELP|a="b",c="d"|# EOF',
    '  spaces  |  |  ',
    '\u2028|\u0000|\u00a0',
    '__proto__|constructor|name',
  ])('a class named %j', async (name) => {
    const one = workSample([queryClass({ name, live: 1 })]);
    expect(sampleFromMetrics(await textOf(one))).toEqual(one);
  });

  test('any names and any numbers', async () => {
    const number = fc.double({ min: 0, max: 1e15, noNaN: true });
    const classes = fc.uniqueArray(
      fc.record({
        name: fc.string({ unit: 'binary' }).map((text) => classNameOf(text, 'u', [])),
        live: fc.nat(),
        cpuSecondsUsed: number,
      }),
      { selector: ({ name }) => name, maxLength: 16 },
    );
    await fc.assert(
      fc.asyncProperty(classes, number, async (given, cpuSecondsTotal) => {
        const one = workSample(given.map(queryClass), { cpuSecondsTotal });
        expect(sampleFromMetrics(await textOf(one))).toEqual(one);
      }),
      { numRuns: 100, seed: 20_260_302 },
    );
  });
});

describe('no exporter’s text', () => {
  const good = (): Promise<string> => textOf(workSample([queryClass({ name: 'a|b|c', live: 1 })]));
  const changed = async (from: string | RegExp, to: string): Promise<string> => {
    const text = await good();
    const other = text.replace(from, to);
    expect(other).not.toBe(text);
    return other;
  };

  const CASES: readonly (readonly [string, () => Promise<Answer>, string])[] = [
    ['HTML with status 200', async () => '<html><body>hello</body></html>', 'cut off, or are none'],
    ['an empty body', async () => '', 'cut off, or are none'],
    ['cut off in the middle', async () => (await good()).slice(0, 2000), 'cut off, or are none'],
    [
      'a negative count',
      () => changed('running_queries 0', 'running_queries -1'),
      'prestoscale_engine_running_queries',
    ],
    ['NaN', () => changed('ready_cores 160', 'ready_cores Nan'), 'prestoscale_engine_ready_cores'],
    ['an infinite number', () => changed('ready_cores 160', 'ready_cores +Inf'), 'prestoscale_engine_ready_cores'],
    ['a number that is none', () => changed('ready_cores 160', 'ready_cores 160x'), 'prestoscale_engine_ready_cores'],
    ['a value that is missing', () => changed('ready_cores 160', 'ready_cores'), 'prestoscale_engine_ready_cores'],
    ['a line that is no metric', () => changed('class="a|b|c"', 'class=a|b|c'), 'cannot be parsed'],
    ['a class without its label', () => changed(/\{class="a\|b\|c"\}/, ''), 'without the label class'],
    [
      'a class that lacks a counter',
      () => changed(/.*class_finished_queries_total\{.*\n/, ''),
      'lacks finishedQueries',
    ],
    ['fewer classes than are told', () => changed('engine_classes 1', 'engine_classes 2'), '2 classes are told and 1'],
    ['an exporter without an engine', async () => renderMetrics([]), 'has no sample of its engine'],
    ['status 500', async () => 500, 'answered 500'],
    ['status 404', async () => 404, 'answered 404'],
  ];

  test.each(CASES)('%s → no sample, and why', async (_, answer, message) => {
    const scraped = await scrape(await answer());
    expect(scraped.sample).toBeUndefined();
    expect(scraped.faults).toEqual([expect.stringContaining(message)]);
  });

  test('no answer → given up after the time-out', async () => {
    const { sample: scraped, faults } = await scrape('hang', 50);
    expect([scraped, faults]).toEqual([undefined, [expect.stringContaining('no whole answer within 50 ms')]]);
  });

  test('nobody listens → no sample, and without anybody to tell it does not throw', async () => {
    expect(await new ScrapedWorkload({ url: 'http://127.0.0.1:1/metrics' }).sample()).toBeUndefined();
    expect(await new ScrapedWorkload({ url: 'no address' }).sample()).toBeUndefined();
  });

  test('metrics of somebody else beside ours, with help and time stamps → ours are read', async () => {
    const other =
      '# HELP http_seconds "x"\n# TYPE http_seconds histogram\nhttp_seconds_bucket{le="+Inf"} 1 1700000000000\n';
    const given = sample();
    const { sample: scraped } = await scrape(other + (await textOf(given)));
    expect(scraped).toEqual(given);
  });
});

describe('an exporter whose engine misbehaves', () => {
  const start = async (timeoutMilliseconds?: number): Promise<ScrapedHarness> => {
    harness = await scrapedHarness(new EngineBench().add('a', 'b').submit('ann').to(2), timeoutMilliseconds);
    expect(await harness.sample()).toMatchObject({ runningQueries: 1, readyCores: 32 });
    return harness;
  };

  test.each([{ kind: 'html' }, { kind: 'truncated' }, { kind: 'status', status: 503 }] as const)(
    'every answer is %j → no sample; then it recovers at once',
    async (fault) => {
      const started = await start();
      started.endpoint.setFault(fault);
      expect(await started.sample()).toBeUndefined();
      expect(started.faults.at(-1)?.message).toContain('has no sample of its engine');
      started.endpoint.setFault(undefined);
      expect(await started.sample()).toMatchObject({ runningQueries: 1, readyCores: 32 });
    },
  );

  test.each(['negative', 'NaN', 'null', 'text'] as const)(
    'every number is %s → none of them is told; then it recovers at once',
    async (value) => {
      const started = await start();
      started.endpoint.setFault({ kind: 'nonsense', value });
      // The list of nodes has no numbers, and what the workers said of themselves before stands.
      expect(await started.sample()).toEqual({
        takenAt: expect.any(Number),
        readyWorkers: 2,
        readyCores: 32,
        drainingWorkers: 0,
        drainingCores: 0,
      });
      started.endpoint.setFault(undefined);
      expect(await started.sample()).toMatchObject({ runningQueries: 1, readyCores: 32 });
    },
  );

  test('only the list of queries is nonsense → the rest is told, and no count of queries', async () => {
    const started = await start();
    started.endpoint.setFault({ kind: 'nonsense', value: 'negative' }, '/v1/queryState');
    const partial = await started.sample();
    expect(partial).toMatchObject({ readyCores: 32 });
    expect(partial).not.toHaveProperty('runningQueries');
    expect(partial).not.toHaveProperty('classes');
  });

  test('slower than the time-out → no sample', async () => {
    const started = await start(500);
    started.endpoint.setFault({ kind: 'slow', milliseconds: 5_000 });
    expect(await started.sample()).toBeUndefined();
  });

  test('slow and in time → a sample', async () => {
    const started = await start();
    started.endpoint.setFault({ kind: 'slow', milliseconds: 50 });
    expect(await started.sample()).toMatchObject({ runningQueries: 1 });
  });
});
