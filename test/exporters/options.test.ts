/** The exporter's command line and configuration file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { helpText, readOptions, UsageError } from '../../exporters/options.ts';

const DEFAULTS = {
  coordinator: 'http://127.0.0.1:8889',
  access: { headers: {} },
  host: '127.0.0.1',
  port: 9495,
  everySeconds: 5,
  timeoutSeconds: 3,
  requiredWorkers: 1,
  history: { everySeconds: 30 },
};

const QUEUE = 'https://sqs.eu-central-1.amazonaws.com/123456789012/ticks';
const PLACE = ['--cluster', 'j-1', '--region', 'eu-central-1'];

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'prestoscale-options-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

const fileOf = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

/** The mistakes that arguments are told, one a line. */
const mistakesOf = (...args: readonly string[]): readonly string[] => {
  try {
    readOptions(args);
  } catch (error) {
    if (error instanceof UsageError) return error.message.split('\n').slice(0, -1);
    throw error;
  }
  return [];
};

describe('the command line', () => {
  test('none → the defaults; nothing is pushed, and the table is not read', () => {
    expect(readOptions([])).toEqual(DEFAULTS);
  });

  test('all of them, in both forms', () => {
    const password = fileOf('password', 'open sesame\n');
    const args = [
      '--coordinator=https://c:8446 --engine-user ann --engine-password-file',
      password,
      '--host=0.0.0.0 --port 0 --every-seconds 2.5 --required-workers=4 --timeout-seconds 1',
      '--history on --history-every-seconds=60',
      `--push-table samples --push-queue ${QUEUE} --cluster=j-1 --region eu-central-1`,
      '--autoscaler on --autoscaler-table states',
    ].flatMap((line) => line.split(' '));
    expect(readOptions(args)).toEqual({
      coordinator: 'https://c:8446',
      access: { headers: { Authorization: `Basic ${Buffer.from('ann:open sesame').toString('base64')}` } },
      host: '0.0.0.0',
      port: 0,
      everySeconds: 2.5,
      timeoutSeconds: 1,
      requiredWorkers: 4,
      history: { everySeconds: 60 },
      push: { table: 'samples', queueUrl: QUEUE, cluster: 'j-1', region: 'eu-central-1' },
      autoscaler: { table: 'states', cluster: 'j-1', region: 'eu-central-1' },
    });
  });

  test('--history off → no history', () => {
    expect(readOptions(['--history', 'off'])).not.toHaveProperty('history');
  });

  test('--autoscaler on beside a push → the same table', () => {
    const args = ['--push-table', 'prestoscale', '--push-queue', QUEUE, ...PLACE, '--autoscaler', 'on'];
    expect(readOptions(args)?.autoscaler).toEqual({ table: 'prestoscale', cluster: 'j-1', region: 'eu-central-1' });
  });

  test('a queue of this machine → any region', () => {
    const args = ['--push-table', 'prestoscale', '--push-queue', 'http://127.0.0.1:9324/000000000000/ticks', ...PLACE];
    expect(readOptions(args)?.push?.region).toBe('eu-central-1');
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
    [['--history', 'yes'], '--history cannot be "yes": expected on or off.'],
    [['--history-every-seconds', '1'], 'expected a number from 5 to 600.'],
    [['--engine-user'], '--engine-user cannot be "": expected a name.'],
    [['--prot', '1'], 'Unknown flag --prot.'],
    [['--engine-password', 'secret'], 'Unknown flag --engine-password.'],
    [['-p'], 'Unknown flag -p.'],
    [['8889'], 'Unexpected argument "8889"'],
    [['--port', '1', '--port', '2'], '--port is given more than once.'],
    [['--push-table', 'prestoscale'], '--push-table needs --push-queue and --cluster and --region.'],
    [['--push-queue', QUEUE, ...PLACE], '--push-queue needs --push-table.'],
    [['--push-queue', `${QUEUE}.fifo`], 'expected the address of a standard queue'],
    [['--push-queue', 'ticks'], 'expected the address of a standard queue'],
    [['--region', 'Frankfurt'], '--region cannot be "Frankfurt": expected a region such as eu-central-1.'],
    [['--cluster', 'a\nb'], 'expected a name of at most 255 characters.'],
    [['--autoscaler', 'on', ...PLACE], '--autoscaler on needs --push-table or --autoscaler-table.'],
    [['--autoscaler', 'on', '--autoscaler-table', 'abc'], '--autoscaler on needs --cluster and --region.'],
    [['--autoscaler-table', 'abc'], '--autoscaler-table needs --autoscaler on.'],
    [
      ['--push-table', 'abc', '--push-queue', QUEUE, '--cluster', 'j-1', '--region', 'us-east-1'],
      '--push-queue is in eu-central-1 and --region is us-east-1',
    ],
    [['--engine-password-file', '/nowhere/password'], '--engine-password-file needs --engine-user'],
    [['--engine-ca-file', '/nowhere/ca.pem'], '--engine-ca-file /nowhere/ca.pem cannot be read (ENOENT)'],
    [['--config', '/nowhere/config.json'], '--config /nowhere/config.json cannot be read (ENOENT).'],
    [['--config'], '--config cannot be "": expected the path of a file.'],
  ])('%j → refused', (args, message) => {
    expect(mistakesOf(...args)).toContainEqual(expect.stringContaining(message));
  });

  test('mistakes of values, of files and of what belongs together → all at once', () => {
    const args = ['--port', 'x', '--colour', '--push-table', 'a b', '--engine-password-file', '/nowhere/password'];
    expect(mistakesOf(...args, '--autoscaler', 'maybe')).toHaveLength(8);
  });

  test('a password over plain http → refused, and not told', () => {
    const args = ['--engine-user', 'ann', '--engine-password-file', fileOf('sesame', 'open sesame')];
    const told = mistakesOf(...args).join('\n');
    expect(told).toContain('--engine-password-file cannot be used with http://127.0.0.1:8889');
    expect(told).not.toContain('open sesame');
  });

  test('the help → every flag with its default', () => {
    for (const text of ['--push-table <name>', '--config <file>', 'Default: 9495.', '--engine-password-file <file>'])
      expect(helpText()).toContain(text);
    expect(
      Math.max(
        ...helpText()
          .split('\n')
          .map(({ length }) => length),
      ),
    ).toBeLessThan(140);
  });
});

describe('a configuration file', () => {
  test('numbers, texts and truth values → as if they stood on the command line, which goes before it', () => {
    const config = fileOf(
      'config.json',
      JSON.stringify({ port: 9000, 'every-seconds': 2.5, history: false, host: '0.0.0.0', 'engine-user': 'ann' }),
    );
    const { history: _, ...rest } = DEFAULTS;
    expect(readOptions(['--config', config, '--port', '9001'])).toEqual({
      ...rest,
      access: { headers: { 'X-Trino-User': 'ann' } },
      port: 9001,
      everySeconds: 2.5,
      host: '0.0.0.0',
    });
  });

  test('unknown names, wrong kinds, wrong values → all at once, with those of the command line', () => {
    const config = fileOf(
      'wrong.json',
      JSON.stringify({ prot: 1, host: ['a'], port: 1e9, config: 'x', autoscaler: 1 }),
    );
    expect(mistakesOf('--config', config, '--every-seconds', '0')).toEqual([
      `${config}: unknown name "prot".`,
      `${config}: "host" must be a text, a number, true or false.`,
      `${config}: unknown name "config".`,
      '--every-seconds cannot be "0": expected a number from 1 to 300.',
      '--port cannot be "1000000000": expected a whole number from 0 to 65535.',
      '--autoscaler cannot be "1": expected on or off.',
    ]);
  });

  test.each([
    ['[]', /holds no object/],
    ['null', /holds no object/],
    ['{"engine-user": "ann", "password": s3cret}', /is not JSON/],
    ['', /is not JSON/],
  ])('%j → refused, and nothing of it is told', (content, message) => {
    const told = mistakesOf('--config', fileOf('broken.json', content)).join('\n');
    expect(told).toMatch(message);
    expect(told).not.toContain('s3cret');
  });
});
