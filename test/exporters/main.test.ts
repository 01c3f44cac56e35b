/** The exporter's process as people start it. */
import { run } from '../cli/command.ts';
import { startAnswering } from './answering.ts';
import { ExporterProcess, FROM_SOURCES } from './process.ts';

const MAIN = 'exporters/main.ts';

let exporter: ExporterProcess | undefined;

afterEach(() => {
  exporter?.kill();
  exporter = undefined;
});

test('several mistakes → a line for each, exit 2', () => {
  const { code, out, err } = run(MAIN, ['--port', 'x', '--every-seconds', '0', '--colour', '--autoscaler', 'on']);
  expect([code, out]).toEqual([2, '']);
  expect(err.trim().split('\n')).toHaveLength(6);
});

test('--help → the flags, exit 0', () => {
  const { code, out } = run(MAIN, ['--help']);
  expect(code).toBe(0);
  expect(out).toContain('--coordinator <url>');
});

test('a port in use → one line, exit 2', async () => {
  const taken = await startAnswering(() => undefined);
  const { code, err } = run(MAIN, ['--port', new URL(taken.url).port]);
  await taken.close();
  expect([code, err.trim().split('\n')]).toEqual([2, [expect.stringContaining('EADDRINUSE')]]);
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  'an engine that is down → it serves all the same, and ends on %s',
  async (signal) => {
    exporter = new ExporterProcess(FROM_SOURCES, ['--port', '0', '--coordinator', 'http://127.0.0.1:1']);
    await exporter.tells(/info: /);
    expect((await exporter.get('/healthz')).status).toBe(503);
    expect((await exporter.get('/metrics')).text).toContain(
      'prestoscale_exporter_source_errors_total{source="info"} 1',
    );
    expect(await exporter.end(signal)).toEqual([0, null]);
  },
  20_000,
);

test('an engine that hangs → it serves, and ends within seconds all the same', async () => {
  const engine = await startAnswering(() => 'hang');
  exporter = new ExporterProcess(FROM_SOURCES, ['--port', '0', '--coordinator', engine.url, '--timeout-seconds', '60']);
  await exporter.tells(/\/metrics/);
  while (engine.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  expect((await exporter.get('/metrics')).text).toContain('# EOF');
  expect(await exporter.end('SIGTERM')).toEqual([0, null]);
  await engine.close();
}, 60_000);
