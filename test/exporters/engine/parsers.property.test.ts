/** Whatever a server answers: read as it is meant, or refused as a whole; never a number that is not there. */
import fc from 'fast-check';
import { readEngineInfo } from '../../../exporters/engine/detect.ts';
import { parseDuration, parseSize } from '../../../exporters/engine/formats.ts';
import { PickedAnswer, type Picking } from '../../../exporters/engine/picking.ts';
import { TRINO_STATUS, trinoQueriesAt } from '../../../exporters/engine/trino-answers.ts';
import { metricsPath, readMetrics } from '../../../exporters/engine/trino-metrics.ts';
import { NonsenseError } from '../../../exporters/engine/untrusted.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { NOON } from '../readings.ts';
import { trinoQuery } from './fake-trino.ts';

const AT = epochSeconds(NOON);

/** What a function gives; undefined: it refused. Any other error is a failure of the test. */
const orRefused = async <Value>(work: () => Value | Promise<Value>): Promise<Value | undefined> => {
  try {
    return await work();
  } catch (error) {
    expect(error).toBeInstanceOf(NonsenseError);
    expect((error as Error).message.length).toBeLessThan(300);
    return undefined;
  }
};

/** What is made of a body that arrives as a whole. */
const made = <Item>(picking: Picking<Item>, body: string): readonly Item[] => {
  const answer = new PickedAnswer(picking);
  answer.push(Buffer.from(body));
  return answer.end();
};

const readTrinoQueries = (body: string) => made(trinoQueriesAt(AT), body);

describe('queries', () => {
  test('a field of any kind in the place of the right one → refused, or a query of finite numbers', async () => {
    const whole = trinoQuery('a', 'RUNNING') as unknown as Record<string, unknown>;
    const stats = whole['queryStats'] as Record<string, unknown>;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(stats)), fc.jsonValue(), async (name, value) => {
        const body = JSON.stringify([{ ...whole, queryStats: { ...stats, [name]: value } }]);
        const [query] = (await orRefused(() => readTrinoQueries(body))) ?? [];
        for (const number of Object.values(query ?? {}).filter((one) => typeof one === 'number')) {
          expect(Number.isFinite(number) && number >= 0).toBe(true);
        }
      }),
      { seed: 20_260_302, numRuns: 300 },
    );
  });

  test.each([
    ['the clocks agree → by the time of creation', '1.23h', 4430, 4430],
    ['the engine’s clock is ahead → at least what it says, less its rounding', '10.00s', -500, 9.99],
    ['it is behind → at most that', '10.00s', 500, 10.01],
  ])('age of a query, %s', async (_, elapsedTime, createdBefore, expected) => {
    const createTime = new Date((NOON - createdBefore) * 1000).toISOString();
    const body = JSON.stringify([trinoQuery('a', 'QUEUED', ['g'], { elapsedTime, createTime })]);
    const [query] = readTrinoQueries(body);
    expect(query?.ageSeconds).toBeCloseTo(expected, 6);
  });

  test.each([
    ['FINISHED', undefined],
    ['FAILED', undefined],
    ['DISPATCHING', 'starting'],
    ['A_STATE_OF_LATER', 'running'],
  ])('%s → %s', async (state, stage) => {
    const [query] = readTrinoQueries(JSON.stringify([trinoQuery('a', state)]));
    expect(query?.stage).toBe(stage);
  });

  test('before its group is chosen → a query without one', async () => {
    const { resourceGroupId: _, ...query } = trinoQuery('a', 'QUEUED');
    expect(readTrinoQueries(JSON.stringify([query]))).toMatchObject([{ groupPath: [], className: 'bi|ann|' }]);
  });
});

describe('metrics', () => {
  const names = new URL(metricsPath(483), 'http://x').searchParams.getAll('name[]');

  test.each([
    [476, 'trino_metadata_name_DiscoveryNodeManager_ActiveNodeCount'],
    [477, 'trino_node_name_CoordinatorNodeManager_ActiveNodeCount'],
  ])('%i → nodes by their name in that version', (release, name) => {
    expect(metricsPath(release)).toContain(`name[]=${name}&`);
    expect(readMetrics(`${name} 3.0\n# EOF\n`, release)).toEqual({ activeNodes: 3 });
  });

  test('any page that ends, with what it has in any order, labels and numbers → exactly those that are numbers', async () => {
    const value = fc.oneof(fc.nat().map(String), fc.constantFrom('1.5', '4.32013312E8', '0.0', 'NaN', 'x', '1e3'));
    const line = fc.record({
      name: fc.constantFrom(...names),
      labels: fc.constantFrom('', '{a="b c"}', '{a="}"}'),
      value,
    });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(line, { selector: ({ name }) => name }), async (lines) => {
        const page = [
          ...lines.map((one) => `# TYPE ${one.name} gauge\n${one.name}${one.labels} ${one.value}`),
          '# EOF\n',
        ];
        const expected = lines.map((one) => Number(one.value)).filter((number) => !Number.isNaN(number));
        const found = await orRefused(() => readMetrics(page.join('\n'), 483));
        expect(Object.values(found ?? {}).sort()).toEqual(expected.sort());
      }),
      { seed: 20_260_302 },
    );
  });

  test('a value that cannot be → refused, not taken', () => {
    expect(() => readMetrics(`${names[0]} -1.0\n# EOF`, 483)).toThrow(/expected a number of 0 or more/);
    expect(() => readMetrics(`${names[0]} Infinity\n# EOF`, 483)).toThrow(NonsenseError);
  });
});

test('any text → durations and sizes are refused or finite, and those that engines write are read', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.string(), fc.stringMatching(/^\d{1,4}\.\d\d(ns|us|ms|s|m|h|d|B|kB|GB)$/)),
      async (text) => {
        const duration = await orRefused(() => parseDuration(text, 'x').seconds);
        const size = await orRefused(() => parseSize(text, 'x'));
        for (const number of [duration, size]) expect(number === undefined || Number.isFinite(number)).toBe(true);
        if (/^\d+\.\d\d/.test(text) && /\d(ns|us|ms|s|m|h|d)$/.test(text)) expect(duration).toBeDefined();
      },
    ),
    { seed: 20_260_302 },
  );
  expect([parseSize('7745346B', 'x'), parseSize('1.50GB', 'x'), parseDuration('1.10m', 'x').seconds]).toEqual([
    7_745_346,
    1.5 * 1024 ** 3,
    66,
  ]);
});

test('any JSON for info and status → refused, or what it should be', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (value) => {
      const body = JSON.stringify(value);
      expect(await orRefused(() => readEngineInfo(body))).toBeUndefined();
      expect(await orRefused(() => made(TRINO_STATUS, body))).toBeUndefined();
    }),
    { seed: 20_260_302 },
  );
});
