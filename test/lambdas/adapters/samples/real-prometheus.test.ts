/** A real Prometheus answers as the fake one does: what the other tests show with the fake is true. */
import { sampleFamilies } from '../../../../exporters/engine/metric-table.ts';
import { renderMetrics } from '../../../../exporters/registry.ts';
import { PrometheusWorkload, type PrometheusWorkloadOptions } from '../../../../lambdas/adapters/samples/prometheus.ts';
import type { WorkloadSample } from '../../../../lambdas/core/model.ts';
import { startPrometheusServer } from '../../../fakes/prometheus-server.ts';
import { queryClass, workSample } from '../../core/builders.ts';
import { examples } from './examples.ts';
import { isInstalled, type RealPrometheus, startRealPrometheus } from './real-prometheus.ts';

const CLUSTER = 'größe "1"\\\n🜂';

const sampleNow = (): WorkloadSample =>
  workSample(
    ['__proto__|tab\t|a', 'größe 🜂 "x"|back\\slash|\\n', 'line\nbreak|{}=,# EOF|\u2028'].map((name, index) =>
      queryClass({ name, live: index + 1, cpuSecondsUsed: 0.1 * index, parallelismCores: 8.5 }),
    ),
    { takenAt: Math.floor(Date.now() / 1000), cpuSecondsTotal: 9_007_199_254_740_991, reservedMemoryBytes: 1e15 },
  );

const asked = async (url: string, options: Partial<PrometheusWorkloadOptions>) => {
  const faults: string[] = [];
  const onFault = ({ message }: Error): void => void faults.push(message);
  const source = new PrometheusWorkload({ url, timeoutMilliseconds: 5000, onFault, ...options });
  return { sample: await source.sample(), faults };
};

const attackRealOne = (): void => {
  let real: RealPrometheus;

  beforeAll(async () => {
    real = await startRealPrometheus({ cluster: CLUSTER });
  });

  afterAll(() => real.close());

  test('a sample with names that break quotes and lines → the same, and the same as the fake gives', async () => {
    const sample = sampleNow();
    const text = await renderMetrics(sampleFamilies(sample));
    await real.show(text);
    const fake = await startPrometheusServer({ now: () => Date.now() / 1000 });
    fake.scrape(text, { cluster: CLUSTER });
    try {
      for (const { url } of [real, fake]) {
        expect(await asked(url, { labels: { cluster: CLUSTER } })).toEqual({ sample, faults: [] });
        expect((await asked(url, { labels: { cluster: 'other' } })).sample).toBeUndefined();
      }
    } finally {
      await fake.close();
    }
  });

  test('a class ends → it is gone with the next scrape; the target fails → no sample', async () => {
    await real.show(await renderMetrics(sampleFamilies(sampleNow())));
    const idle = workSample([], { takenAt: Math.floor(Date.now() / 1000) });
    await real.show(await renderMetrics(sampleFamilies(idle)));
    expect((await asked(real.url, {})).sample).toEqual(idle);
    await real.show(undefined);
    const { sample, faults } = await asked(real.url, {});
    expect([sample, faults]).toEqual([undefined, [expect.stringContaining('has no sample of a prestoscale exporter')]]);
  });

  test('a mapping to series that are 100 s old → 100 s old, selected or computed', async () => {
    const at = Math.floor(Date.now() / 1000) - 100;
    await real.show(`trino_running 3 ${at * 1000}\ntrino_queued 4 ${at * 1000}\n`);
    const plain = { runningQueries: 'trino_running', queuedQueries: 'trino_queued{cluster!="x"}' };
    const computed = {
      runningQueries: 'sum(trino_running) # of all',
      queuedQueries: 'trino_queued',
      takenAt: 'min(timestamp(trino_running))',
    };
    for (const mapping of [plain, computed]) {
      const seen = { takenAt: at, runningQueries: 3, queuedQueries: 4 };
      expect(await asked(real.url, { mapping })).toEqual({ sample: seen, faults: [] });
    }
  });

  const SHOWN: Readonly<Record<string, readonly [string, object]>> = {
    'PrestoDB with jmx_prometheus_javaagent': [
      'prestoscale_jmx_live_queries{state="running"} 5\nprestoscale_jmx_live_queries{state="queued"} 2\n' +
        'prestoscale_jmx_nodes{state="active"} 11\nprestoscale_jmx_nodes{state="shutting_down"} 1\n' +
        'prestoscale_jmx_cluster_memory_pool_reserved_bytes{pool="general"} 1e9\n' +
        'prestoscale_jmx_cluster_memory_pool_total_bytes{pool="general"} 3e9\n',
      { runningQueries: 5, queuedQueries: 2, readyWorkers: 10, readyCores: 160, drainingWorkers: 1 },
    ],
    'Trino’s own /metrics': [
      'trino_execution_name_QueryManager_RunningQueries 5\ntrino_execution_name_QueryManager_QueuedQueries 2\n' +
        'trino_execution_name_ClusterSizeMonitor_RequiredWorkers 3\n' +
        'trino_node_name_CoordinatorNodeManager_ActiveNodeCount 11\n' +
        'trino_memory_type_ClusterMemoryPool_name_general_TotalDistributedBytes 3e9\n',
      { runningQueries: 5, queuedQueries: 2, requiredWorkers: 3, readyWorkers: 10, readyCores: 160 },
    ],
  };

  test.each(Object.keys(SHOWN).map((name, index) => [name, index] as const))(
    'the example of docs/samples.md for %s → a sample of the moment',
    async (name, index) => {
      const [text, seen] = SHOWN[name] as readonly [string, object];
      await real.show(text);
      const escaped = JSON.stringify(JSON.stringify(CLUSTER)).slice(1, -1);
      const mapping = JSON.parse(
        JSON.stringify(examples()[index]).replaceAll('\\"reports\\"', () => escaped),
      ) as object;
      const { sample, faults } = await asked(real.url, { mapping });
      expect(faults).toEqual([]);
      expect(sample).toMatchObject({ ...seen, totalMemoryBytes: 3e9 });
      expect(Math.abs((sample?.takenAt ?? 0) - Date.now() / 1000)).toBeLessThan(30);
    },
  );

  test.each([
    ['no PromQL', { runningQueries: 'up', readyCores: 'up up' }, 'see the expression of readyCores'],
    ['a number', { runningQueries: 'up', requiredWorkers: '0' }, 'expected type instant vector in call to function'],
    ['no series', { runningQueries: 'no_such_metric' }, 'has no series for any field'],
    ['several', { runningQueries: '{__name__=~"two_.+"}' }, 'same labelset'],
    [
      'several by a label',
      { runningQueries: 'many' },
      'runningQueries has 2 series, expected one; they differ by part',
    ],
  ])('%s → no sample, and why', async (_, mapping, sentence) => {
    await real.show('two_a 1\ntwo_b 2\nmany{part="a"} 1\nmany{part="b"} 2\n');
    const { sample, faults } = await asked(real.url, { mapping });
    expect([sample, faults]).toEqual([undefined, [expect.stringContaining(sentence)]]);
  });
};

if (isInstalled()) describe('a real Prometheus', attackRealOne);
else {
  test('left out, no Prometheus is installed', () => {
    process.stderr.write('left out: a real Prometheus is not installed (PROMETHEUS may name one)\n');
  });
}
