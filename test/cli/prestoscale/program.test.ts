import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { COMMANDS } from '../../../cli/program/table.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { jsonError, xmlError } from './fake-aws.ts';
import { START, Stage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.start();
  await stage.inbox.putPolicy('etl', {}, 'deploy', epochSeconds(START));
  await stage.inbox.putPolicy('adhoc', {}, 'deploy', epochSeconds(START));
});
afterAll(() => stage.close());
afterEach(() => {
  stage.aws.instead = () => undefined;
});

const E = ['--env', 'prod'];

describe('a command line that cannot be used → exit 2, what is wrong and what was expected, no stack, no answer', () => {
  test.each<[string, readonly string[], string]>([
    ['nothing', [], ''],
    ['flags alone', ['--env', 'prod'], ''],
    ['an unknown command', ['statsu'], 'did you mean status?'],
    ['an unknown word of a group', ['policy', 'sett', ...E], 'did you mean policy set?'],
    ['a group alone', ['policy'], '"policy" needs one more word: policy get, policy set, policy validate.'],
    ['an unknown flag', ['status', '--jsn', ...E], 'Unknown flag --jsn: did you mean --json?'],
    ['no target', ['status'], 'Give --env NAME for a deployed environment, or --local'],
    ['two targets', ['status', ...E, '--local'], '--env and --local exclude each other'],
    ['a region without an environment', ['status', '--local', '--region', 'x'], '--region belongs to --env'],
    ['a name that is none', ['status', '--env', '../prod'], '--env cannot be "../prod"'],
    [
      'an address that is none',
      ['status', '--local=https://x.example'],
      'expected the address of the page of npm start',
    ],
    ['a value where none belongs', ['status', ...E, '--json=yes'], '--json takes no value'],
    ['two clusters', ['status', 'etl', 'adhoc', ...E], 'Unexpected argument "adhoc"'],
    ['a cluster that is not there', ['explain', 'elt', ...E], 'no cluster "elt". Did you mean etl?'],
    [
      'no cluster where there are two',
      ['explain', ...E],
      'Which cluster of environment prod in eu-central-1? It has adhoc, etl.',
    ],
    ['a time that is none', ['explain', 'etl', '--at', 'noon', ...E], 'expected a clock time such as 06:00'],
    ['a hold without anything', ['hold', 'etl', ...E], '--units is required'],
    ['a hold of nothing', ['hold', 'etl', '--units', '0', '--until', '8h', ...E], '--units cannot be "0"'],
    [
      'a hold in the past',
      ['hold', 'etl', '--units', '4', '--until', '2026-03-02T08:59:59Z', ...E],
      'has passed already',
    ],
    [
      'a key that cannot be shown',
      ['hold', 'etl', '--units', '4', '--until', '8h', '--key', '\u001b[2J', ...E],
      '--key cannot be',
    ],
    ['no file', ['policy', 'set', ...E], 'Give CLUSTER and FILE'],
    [
      'a file that is not there',
      ['policy', 'set', 'etl', 'nowhere.json', ...E],
      'nowhere.json: cannot be read (ENOENT)',
    ],
    ['a file to judge that is not there', ['policy', 'validate', 'nowhere.json'], 'cannot be read (ENOENT)'],
    ['no file to judge', ['policy', 'validate'], 'Which files?'],
    [
      'history of one version',
      ['policy', 'get', 'etl', '--history', '--version', '1', ...E],
      '--history lists versions',
    ],
    ['a local run to verify', ['verify', '--local'], 'Unknown flag --local'],
    ['nothing to verify', ['verify'], 'Which environment?'],
  ])('%s', async (_, args, expected) => {
    const { code, out, err } = await stage.run(...args);
    expect([code, err]).toEqual([2, expect.stringContaining(expected)]);
    expect(err).not.toMatch(/\n +at |Error:/);
    if (expected !== '') expect(out).toBe('');
  });

  test('several mistakes → all at once', async () => {
    const { err } = await stage.run('hold', 'etl', '--units', 'x', '--untl', '8h', '--json=1', '--env', 'prod');
    expect(err).toContain('--units cannot be "x"');
    expect(err).toContain('Unknown flag --untl: did you mean --until?');
    expect(err).toContain('--json takes no value');
    expect(err).toContain('--until is required');
    expect(err).toContain('prestoscale hold set --help tells its flags.');
  });

  test('nobody knows who asks → --by is asked for, and nothing is written', async () => {
    stage.user = undefined;
    const { code, err } = await stage.on('pause', 'etl');
    stage.user = 'ada';
    expect([code, err]).toEqual([2, expect.stringContaining('--by is required')]);
    expect((await stage.on('policy', 'get', 'etl', '--history', '--json')).out).not.toContain('"version": 2');
  });

  test('an environment file that is not JSON → told with its line', async () => {
    const { mkdirSync, rmSync } = await import('node:fs');
    mkdirSync(join(stage.folder, 'environments'));
    writeFileSync(join(stage.folder, 'environments/prod.json'), '{\n "region": \n}');
    const { code, err } = await stage.on('status');
    rmSync(join(stage.folder, 'environments'), { recursive: true });
    expect([code, err]).toEqual([2, expect.stringMatching(/prod\.json:3: is not JSON/)]);
  });
});

describe('help', () => {
  test.each(COMMANDS.map(({ name }) => [name]))('%s --help → its usage and its flags, exit 0', async (name) => {
    const { code, out, err } = await stage.run(...name.split(' '), '--help');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(new RegExp(`^Usage: prestoscale ${name} `));
    expect(out).toContain('--help, -h');
  });

  test.each([['help'], ['--help'], ['-h']])('prestoscale %s → the list of commands, exit 0', async (word) => {
    const { code, out } = await stage.run(word);
    expect(code).toBe(0);
    for (const { name } of COMMANDS) expect(out).toContain(`  ${name} `);
  });
});

describe('what cannot be reached → exit 3, a sentence with what to do, no stack', () => {
  const fails = async (expected: string, ...args: readonly string[]): Promise<void> => {
    const { code, out, err } = await stage.run(...args);
    expect([code, out, err]).toEqual([3, '', expect.stringContaining(expected)]);
    expect(err).not.toMatch(/\n +at /);
  };

  test('an environment that is not deployed', () =>
    fails('There is no stack prestoscale-test in eu-central-1', 'status', '--env', 'test'));

  test('a stack of another version, without an output', async () => {
    stage.aws.stacks = { ...stage.aws.stacks, 'prestoscale-old': { TableName: 't', TickQueueUrls: '{}' } };
    await fails('no output VerifyAlarmName: deploy it again', 'status', '--env', 'old');
  });

  test('CloudFormation does not let us', async () => {
    stage.aws.instead = () => xmlError(403, 'AccessDenied', 'User: arn is not authorized');
    await fails('docs/cli.md lists the permissions', 'status', '--env', 'prod');
  });

  test('credentials that have expired', async () => {
    stage.aws.instead = () => xmlError(403, 'ExpiredToken', 'The security token included in the request is expired');
    await fails('log in again', 'status', '--env', 'prod');
  });

  test('the table is gone', async () => {
    stage.aws.stacks = {
      ...stage.aws.stacks,
      'prestoscale-gone': { TableName: 'none', TickQueueUrls: '{}', VerifyAlarmName: 'a' },
    };
    await fails('is this the right account, region and environment?', 'status', '--env', 'gone');
  });

  test('no run on this machine', () => fails('is npm start running', 'status', '--local=http://127.0.0.1:1'));

  test.each([
    ['a page that is another program', '<html>', 200, 'does not tell where its state is: HTTP 200'],
    ['a run that is not under way', '{"error":"The run is not under way"}', 503, 'The run is not under way'],
  ])('%s', async (_, body, status, expected) => {
    const server = createServer((__, response) => response.writeHead(status).end(body));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    await fails(expected, 'status', `--local=http://127.0.0.1:${port}`);
    server.close();
  });
});

test('a queue that does not take the wake-up → the hold is written, and it is told; exit 0', async () => {
  stage.aws.instead = (operation) =>
    operation === 'SendMessageBatch' ? jsonError(403, 'AccessDeniedException', 'not authorized') : undefined;
  const { code, out } = await stage.on('hold', 'etl', '--units', '9', '--until', '1h');
  expect([code, out]).toEqual([0, expect.stringContaining('It is found at the next tick: its queue did not take')]);
  expect((await stage.on('hold', 'list', 'etl')).out).toContain('ada');
});
