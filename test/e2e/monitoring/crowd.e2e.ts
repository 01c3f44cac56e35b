/** Ten thousand users in a real Prometheus: series are bounded, and their names survive. */
import { ExporterProcess, FROM_SOURCES } from '../../exporters/process.ts';
import { type Crowd, ODD_USER, startCrowd } from './crowd.ts';
import { lintMetrics, PrometheusServer, prometheusMissing } from './prometheus-server.ts';

const USERS = 10_000;
/** Users, sources and groups: 50 of each and `other`, three counters; 15 classes and `other`, six metrics; the rest. */
const MOST_SERIES = 3 * 51 * 3 + 16 * 6 + 200;

const missing = prometheusMissing();
if (missing === undefined) {
  describe(`${USERS} users`, () => {
    let crowd: Crowd;
    let exporter: ExporterProcess;
    let prometheus: PrometheusServer;

    const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
      const end = performance.now() + 180_000;
      while (!(await holds())) {
        if (performance.now() > end) throw new Error(`it did not come true that ${what}; it told: ${exporter.told}`);
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    };

    beforeAll(async () => {
      crowd = await startCrowd(USERS);
      const args = ['--coordinator', crowd.url, '--engine-user', 'test', '--port', '0', '--every-seconds', '2'];
      exporter = new ExporterProcess(FROM_SOURCES, [
        ...args,
        '--history-every-seconds',
        '5',
        '--timeout-seconds',
        '30',
      ]);
      const [, address] = await exporter.tells(/http:\/\/(\S+)\/metrics/);
      prometheus = await PrometheusServer.start([
        { job: 'prestoscale-exporter', address: String(address), labels: { environment: 'e2e', cluster: 'crowd' } },
      ]);
    }, 240_000);

    afterAll(async () => {
      await prometheus?.close();
      await exporter?.end('SIGTERM');
      await crowd?.close();
    });

    test('each has a live query and then an ended one → all are counted, in a bounded number of series', async () => {
      await until('the empty lists have been read', async () =>
        (await exporter.get('/metrics')).text.includes('finished_queries_total 0'),
      );
      crowd.end(USERS);
      const total = 'sum(prestoscale_engine_user_finished_queries_total)';
      await until('Prometheus has all ended queries', async () => (await prometheus.value(total)) === USERS);
      expect(await prometheus.value('prestoscale_engine_finished_queries_total')).toBe(USERS);
      // This coordinator has no workers, so that is what its live queries wait for.
      const waiting = 'prestoscale_engine_queued_queries';
      await until('Prometheus has all live queries', async () => (await prometheus.value(waiting)) === USERS);
      expect(await prometheus.value('sum(prestoscale_engine_class_live_queries)')).toBe(USERS);
      expect(await prometheus.value('count(prestoscale_engine_user_finished_queries_total)')).toBe(51);
      const series = await prometheus.value('count({job="prestoscale-exporter", __name__!~".+:.+"})');
      process.stderr.write(`${USERS} users: ${series} series\n`);
      expect(series).toBeGreaterThan(500);
      expect(series).toBeLessThan(MOST_SERIES);
    });

    test('a name with quotes, a line break, a backslash and letters of three alphabets is the same in Prometheus', async () => {
      expect(await prometheus.labelValues('user')).toContain(ODD_USER);
      expect((await prometheus.labelValues('class')).some((name) => name.includes(ODD_USER))).toBe(true);
    });

    test('promtool has nothing to complain of', async () => {
      expect(lintMetrics((await exporter.get('/metrics')).text)).toBe('');
    });
  });
} else {
  test(missing, () => {
    process.stderr.write(`${missing}\n`);
  });
}
