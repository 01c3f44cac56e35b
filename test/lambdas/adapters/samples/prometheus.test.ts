/** What a Prometheus may answer, and what is made of it: never a guess, never younger than it is. */
import fc from 'fast-check';
import { basicAccess } from '../../../../exporters/engine/access.ts';
import { sampleFamilies } from '../../../../exporters/engine/metric-table.ts';
import { renderMetrics } from '../../../../exporters/registry.ts';
import { PrometheusWorkload, type PrometheusWorkloadOptions } from '../../../../lambdas/adapters/samples/prometheus.ts';
import { type PrometheusServer, startPrometheusServer } from '../../../fakes/prometheus-server.ts';
import { NOON, queryClass, workSample } from '../../core/builders.ts';

let now = NOON;
let server: PrometheusServer;

beforeEach(async () => {
  now = NOON;
  server = await startPrometheusServer({ now: () => now });
});

afterEach(() => server.close());

const ask = async (options: Partial<PrometheusWorkloadOptions> = {}) => {
  const faults: string[] = [];
  const source = new PrometheusWorkload({
    url: server.url,
    timeoutMilliseconds: 2000,
    onFault: ({ message }) => faults.push(message),
    ...options,
  });
  return { sample: await source.sample(), faults };
};

const said = (sentence: string) => [expect.stringContaining(sentence)];
const FULL = workSample([queryClass({ name: 'a|b|c', live: 1 })], { takenAt: NOON, runningQueries: 1 });
const text = (sample = FULL): Promise<string> => renderMetrics(sampleFamilies(sample));

describe('our own metrics', () => {
  test('one question a sample, in the body, and nothing in the address', async () => {
    server.scrape(await text());
    expect((await ask()).sample).toEqual(FULL);
    expect(server.received.map(({ url }) => url)).toEqual(['/api/v1/query']);
    expect(new URLSearchParams(server.received[0]?.body).get('timeout')).toBe('2000ms');
  });

  test('two clusters and no label that chooses → refused, and which labels would choose', async () => {
    server.scrape(await text(), { cluster: 'a', instance: '1' });
    server.scrape(await text(), { cluster: 'b', instance: '1' });
    const { sample, faults } = await ask();
    expect([sample, faults]).toEqual([undefined, said('has 2 series, expected one; they differ by cluster')]);
    expect((await ask({ labels: { cluster: 'b' } })).sample).toEqual(FULL);
  });

  test('a Prometheus that stands still for four minutes → the sample with its old time; after five none', async () => {
    server.scrape(await text());
    now = NOON + 240;
    expect((await ask()).sample?.takenAt).toBe(NOON);
    now = NOON + 301;
    const { sample, faults } = await ask({ labels: { cluster: 'x' } });
    expect([sample, faults]).toEqual([undefined, said('has no sample of a prestoscale exporter with cluster="x"')]);
  });

  test('a class ends → its series are stale at the next scrape, and it is gone', async () => {
    server.scrape(await text());
    const idle = workSample([], { takenAt: NOON + 5 });
    now = NOON + 5;
    server.scrape(await text(idle));
    expect((await ask()).sample).toEqual(idle);
  });

  test('a class that lives on after its end, as federation lets it → refused and not counted twice', async () => {
    server.scrape(await text());
    server.scrape(await text(workSample([queryClass({ name: 'd' })])), { instance: 'other' });
    expect((await ask()).faults).toEqual(said('expected one; they differ by instance'));
  });

  test('the series of a class are told by two → refused', async () => {
    const lines = (await text()).split('\n').filter((line) => line.startsWith('prestoscale_engine_class_'));
    server.scrape(await text(), { instance: 'one' });
    server.scrape(lines.join('\n'), { instance: 'two' });
    expect((await ask()).faults).toEqual(said('several series for one class: of several exporters?'));
  });

  test('NaN → absent, which is not zero', async () => {
    server.scrape((await text()).replace('running_queries 1', 'running_queries NaN'));
    const { sample } = await ask();
    expect(sample).toMatchObject({ readyCores: 160 });
    expect(sample).not.toHaveProperty('runningQueries');
  });

  test.each(['+Inf', '-Inf', '-1', '', '1e999', 'many', '0x'])('every value is %j → no sample', async (value) => {
    server.scrape(await text());
    server.break({ value });
    const { sample, faults } = await ask();
    expect(sample).toBeUndefined();
    expect(faults).toEqual(said('expected a number of 0 or more'));
  });

  test('any text is a label’s value', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1 }), async (cluster) => {
        server.scrape(await text(), { cluster });
        expect((await ask({ labels: { cluster } })).sample).toEqual(FULL);
        server.scrapeFailed({ cluster });
      }),
      { numRuns: 50, seed: 20_260_302 },
    );
  });

  test.each([['a b'], ['__name__'], [''], ['1x'], ['x="",y']])(
    '%j is no label → refused before anything is asked',
    (name) => {
      expect(() => new PrometheusWorkload({ url: server.url, labels: { [name]: 'x' } })).toThrow('is no label');
    },
  );
});

describe('answers that are none', () => {
  beforeEach(async () => server.scrape(await text()));

  test.each([
    ['a part of the stores did not answer', 'warnings', 'the answer is incomplete: remote storage'],
    ['another kind of result', 'matrix', 'the answer is a matrix, expected a vector'],
    ['two megabytes and more', { bytes: 2_100_000 }, 'the answer is larger than 2000000 bytes'],
    ['no status', { status: 200, body: '{}' }, 'the answer.data is undefined, expected an object'],
    ['a list', { status: 200, body: '[]' }, 'the answer is a list, expected an object'],
    ['no value', { status: 200, body: '{"data":{"resultType":"vector","result":[{"metric":{}}]}}' }, 'expected a list'],
    ['too many questions', { status: 429, body: '' }, 'answered 429 (too many questions)'],
    ['no Prometheus', { status: 404, body: '404 page not found' }, 'there is no Prometheus at this address'],
    ['a page instead of an error', { status: 502, body: '<html>secret</html>' }, 'answered 502'],
    ['an empty error', { status: 503, body: '{"error":""}' }, 'answered 503'],
  ] as const)('%s → no sample, and why', async (_, fault, sentence) => {
    server.break(fault);
    const { sample, faults } = await ask();
    expect([sample, faults]).toEqual([undefined, said(sentence)]);
    expect(faults[0]).not.toContain('secret');
  });

  test('AWS writes the whole signed request under its error → only the first line is told', async () => {
    const message =
      'The request signature we calculated does not match.\n\nThe Canonical String was\nx-amz-security-token:TOP';
    server.break({ status: 403, body: JSON.stringify({ message }) });
    expect((await ask()).faults).toEqual([
      `Prometheus at ${new URL(server.url).host}: answered 403 (who asks may not ask this; The request signature we calculated does not match.)`,
    ]);
  });

  test('a redirect is not followed', async () => {
    server.break('redirect');
    expect((await ask()).sample).toBeUndefined();
    expect(server.received).toHaveLength(1);
  });

  test('a password and an address without TLS → the question is asked without it', async () => {
    expect((await ask({ access: basicAccess('ann', 'secret') })).sample).toEqual(FULL);
    expect(server.received[0]?.headers.authorization).toBeUndefined();
  });

  test('slower than the time-out → given up, also in the middle of the answer', async () => {
    server.break('hang');
    expect((await ask({ timeoutMilliseconds: 50 })).faults).toEqual(said('no whole answer within 50 ms'));
  });

  test('nobody to tell → it does not throw', async () => {
    expect(await new PrometheusWorkload({ url: 'http://127.0.0.1:1' }).sample()).toBeUndefined();
  });

  test('no address → refused at once, and a path before the API is kept', async () => {
    expect(() => new PrometheusWorkload({ url: 'prometheus' })).toThrow('Invalid URL');
    expect((await ask({ url: `${server.url}/prometheus/` })).sample).toEqual(FULL);
    expect(server.received[0]?.url).toBe('/prometheus/api/v1/query');
  });
});

describe('a mapping', () => {
  const trino = (running: number): string => `trino_running ${running}\ntrino_queued 2\n`;

  test('selectors → the values with the time of their scrape, not of the question', async () => {
    server.scrape(trino(3));
    now = NOON + 70;
    const { sample, faults } = await ask({
      mapping: { runningQueries: 'trino_running', queuedQueries: 'trino_queued{}' },
    });
    expect([sample, faults]).toEqual([{ takenAt: NOON, runningQueries: 3, queuedQueries: 2 }, []]);
  });

  test('computed values → the time that takenAt says', async () => {
    server.scrape(trino(3), { instance: 'a' });
    server.scrape(trino(4), { instance: 'b' });
    now = NOON + 70;
    const mapping = { runningQueries: 'sum(trino_running) # of all', takenAt: 'min(timestamp(trino_running))' };
    expect((await ask({ mapping })).sample).toEqual({ takenAt: NOON, runningQueries: 7 });
  });

  test('takenAt is older than the selectors → the older one counts', async () => {
    server.scrape('up 1\n', { job: 'jmx' });
    now = NOON + 20;
    server.scrape(trino(3));
    const mapping = { runningQueries: 'trino_running', takenAt: 'min(timestamp(up))' };
    expect((await ask({ mapping })).sample).toEqual({ takenAt: NOON, runningQueries: 3 });
  });

  test('one target was scraped 200 s before the other → its field is left out and told', async () => {
    server.scrape('old_queued 9\n', { instance: 'old' });
    now = NOON + 200;
    server.scrape(trino(3));
    const { sample, faults } = await ask({ mapping: { runningQueries: 'trino_running', queuedQueries: 'old_queued' } });
    expect(sample).toEqual({ takenAt: NOON + 200, runningQueries: 3 });
    expect(faults).toEqual(said('queuedQueries was told 200 s before the others: left out'));
  });

  test('both targets were scraped within a minute → the sample is as old as the older', async () => {
    server.scrape('old_queued 9\n', { instance: 'old' });
    now = NOON + 30;
    server.scrape(trino(3));
    const { sample } = await ask({ mapping: { runningQueries: 'trino_running', queuedQueries: 'old_queued' } });
    expect(sample).toEqual({ takenAt: NOON, runningQueries: 3, queuedQueries: 9 });
  });

  test.each([
    [
      'several series',
      { runningQueries: 'trino_running' },
      'runningQueries has 2 series, expected one; they differ by instance',
    ],
    ['no series at all', { runningQueries: 'no_such_metric' }, 'has no series for any field of the mapping'],
    [
      'takenAt has none',
      { runningQueries: 'sum(trino_running)', takenAt: 'min(timestamp(no_such_metric))' },
      'takenAt has no series, so nobody can say how old the values are',
    ],
    [
      'an expression that is none',
      { runningQueries: 'sum(trino_running)', readyCores: '16 *\n\n* trino_nodes', takenAt: 'min(timestamp(up))' },
      'see the expression of readyCores',
    ],
    [
      'an expression that never ends',
      { queuedQueries: 'trino_queued', readyCores: 'sum(trino_nodes', takenAt: 'min(timestamp(up))' },
      'parse error',
    ],
  ])('%s → no sample, and why', async (_, mapping, sentence) => {
    server.scrape(trino(3), { instance: 'a' });
    server.scrape(trino(4), { instance: 'b' });
    const { sample, faults } = await ask({ mapping });
    expect([sample, faults]).toEqual([undefined, said(sentence)]);
  });

  test('a series is NaN → its field is absent', async () => {
    server.scrape('trino_running NaN\ntrino_queued 2\n');
    const { sample } = await ask({ mapping: { runningQueries: 'trino_running', queuedQueries: 'trino_queued' } });
    expect(sample).toEqual({ takenAt: NOON, queuedQueries: 2 });
  });

  const all = {
    live: 'live',
    held: 'held',
    cpuSecondsUsed: 'used',
    finishedQueries: 'done',
    finishedCpuSeconds: 'cpu',
  };

  test('one class of everything → the class all; lacking a needed part it is left out and told', async () => {
    server.scrape('live 3\nheld 0\nused 12.5\ndone 100\ncpu 5000\nrunning 3\n');
    const mapping = { runningQueries: 'running', all };
    const classes = [
      { name: 'all', live: 3, held: 0, cpuSecondsUsed: 12.5, finishedQueries: 100, finishedCpuSeconds: 5000 },
    ];
    expect((await ask({ mapping })).sample).toEqual({ takenAt: NOON, runningQueries: 3, classes });
    server.scrape('live 3\nheld 0\ndone 100\ncpu 5000\nrunning 3\n');
    const { sample, faults } = await ask({ mapping });
    expect(sample).toEqual({ takenAt: NOON, runningQueries: 3 });
    expect(faults).toEqual(said('the class all has no cpuSecondsUsed: left out'));
  });
});
