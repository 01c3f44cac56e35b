/** The exporter's command line, and its process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { readOptions, UsageError } from '../../exporters/options.ts';
import { run } from '../cli/command.ts';
import { startAnswering } from './answering.ts';

const MAIN = 'exporters/main.ts';

describe('flags', () => {
  test('none → the defaults', () => {
    expect(readOptions([])).toEqual({
      coordinator: 'http://127.0.0.1:8889',
      host: '127.0.0.1',
      port: 9495,
      everySeconds: 5,
      timeoutSeconds: 3,
      requiredWorkers: 1,
    });
  });

  test('all of them, in both forms', () => {
    const args = '--coordinator https://c:8446 --host=0.0.0.0 --port 0 --every-seconds 2.5 --required-workers=4';
    expect(readOptions([...args.split(' '), '--timeout-seconds', '1'])).toEqual({
      coordinator: 'https://c:8446',
      host: '0.0.0.0',
      port: 0,
      everySeconds: 2.5,
      timeoutSeconds: 1,
      requiredWorkers: 4,
    });
  });

  test('--help → nothing else is looked at', () => {
    expect(readOptions(['--port', 'x', '--help'])).toBeUndefined();
  });

  test.each([
    [['--port', '65536'], '--port cannot be "65536": expected a whole number from 0 to 65535.'],
    [['--port', '-1'], '--port cannot be "-1": expected a whole number from 0 to 65535.'],
    [['--port'], '--port cannot be "": expected a whole number from 0 to 65535.'],
    [['--coordinator', 'coordinator:8889'], 'expected an address such as http://127.0.0.1:8889.'],
    [['--every-seconds', '0'], 'expected a number from 1 to 300.'],
    [['--host', 'a b'], 'expected an address such as 127.0.0.1.'],
    [['--prot', '1'], 'Unknown flag --prot.'],
    [['-p'], 'Unknown flag -p.'],
    [['8889'], 'Unexpected argument "8889"'],
    [['--port', '1', '--port', '2'], '--port is given more than once.'],
  ])('%j → refused', (args, message) => {
    expect(() => readOptions(args)).toThrow(UsageError);
    expect(() => readOptions(args)).toThrow(message);
  });
});

describe('the process', () => {
  let child: ChildProcess | undefined;

  afterEach(() => {
    child?.kill('SIGKILL');
    child = undefined;
  });

  test('several mistakes → a line for each, exit 2', () => {
    const { code, out, err } = run(MAIN, ['--port', 'x', '--every-seconds', '0', '--colour']);
    expect([code, out]).toEqual([2, '']);
    expect(err.trim().split('\n')).toHaveLength(4);
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

  test('an engine that is down → it serves all the same, says so once, and ends on SIGTERM', async () => {
    const main = join(__dirname, '../..', MAIN);
    child = spawn(process.execPath, ['--import', 'tsx', main, '--port', '0', '--coordinator', 'http://127.0.0.1:1'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const stderr = child.stderr as Readable;
    let told = '';
    stderr.on('data', (chunk: Buffer) => {
      told += chunk.toString();
    });
    while (!/memory: /.test(told)) await once(stderr, 'data');
    const url = /(http:\S+)\/metrics/.exec(told)?.[1];
    expect((await fetch(`${url}/healthz`)).status).toBe(503);
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toContain('prestoscale_exporter_source_errors_total{source="queries"} 1');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  }, 20_000);
});
