import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { fleetOf, START, Stage, sampleOf } from './stage.ts';

let stage: Stage;

beforeEach(async () => {
  stage = await Stage.start();
  await stage.inbox.putPolicy('etl', { capacity: { maximumUnits: 50 } }, 'deploy', epochSeconds(START));
});
afterEach(() => stage.close());

const holds = async (): Promise<unknown> => JSON.parse((await stage.on('hold', 'list', '--json')).out).holds;

describe('hold', () => {
  test('a nightly job asks → the hold is in force, the loop is woken, and the next tick grows', async () => {
    const args = ['hold', 'etl', '--units', '40', '--until', '06:00Z', '--key', 'nightly', '--reason', 'nightly load'];
    const { code, out, err } = await stage.on(...args);
    expect([code, out, err]).toEqual([
      0,
      'etl: hold nightly: at least 40 units until 2026-03-03 06:00:00Z (21 h).\nIts loop was woken.\n',
      '',
    ]);
    expect(await holds()).toEqual([
      {
        cluster: 'etl',
        key: 'nightly',
        kind: 'total',
        units: 40,
        until: Date.UTC(2026, 2, 3, 6) / 1000,
        owner: 'ada',
        reason: 'nightly load',
      },
    ]);
    expect(stage.wokenClusters).toEqual(['etl']);
    const { decision } = await stage.tick('etl', { sample: sampleOf(START, 4), fleet: fleetOf(START, 4) });
    expect(decision.targets?.spotUnits).toBe(40);
  });

  test('the same key again → replaced; another key → both', async () => {
    await stage.on('hold', 'set', 'etl', '--units', '40', '--until', '1h', '--key', 'a');
    await stage.on('hold', 'etl', '--units', '10', '--until', '2h', '--key', 'a', '--extra');
    await stage.on('hold', 'etl', '--units', '5', '--until', '2h');
    expect(await holds()).toMatchObject([
      { key: 'a', kind: 'extra', units: 10 },
      { key: 'ada', kind: 'total', units: 5 },
    ]);
    const { out } = await stage.on('hold', 'list');
    expect(out).toMatch(/^etl {6}a {4}\+10 {4}2026-03-02 11:00:00Z {2}2 h {3}ada {2}asked for with prestoscale hold$/m);
  });

  test('its end has come → it is not in force any more', async () => {
    await stage.on('hold', 'etl', '--units', '40', '--until', '90m');
    stage.now += 5400;
    expect((await stage.on('hold', 'list')).out).toBe('No hold is in force.\n');
  });

  test('above the maximum, or on a paused cluster → set, and told what becomes of it', async () => {
    const above = await stage.on('hold', 'etl', '--units', '51', '--until', '1h');
    expect([above.code, above.err]).toEqual([0, expect.stringContaining('maximum, 50 units, stands above it')]);
    await stage.on('pause', 'etl');
    const paused = await stage.on('hold', 'etl', '--units', '5', '--until', '1h', '--json');
    expect(JSON.parse(paused.out)).toMatchObject({ notice: expect.stringContaining('mode is paused') });
  });

  test('released → gone and the loop is woken; released twice → well too', async () => {
    await stage.on('hold', 'etl', '--units', '40', '--until', '1h', '--key', 'nightly');
    const first = await stage.on('hold', 'release', '--key', 'nightly');
    expect([first.code, first.out]).toEqual([0, 'etl: hold nightly is released. Its loop was woken.\n']);
    const second = await stage.on('hold', 'release', 'etl', '--key', 'nightly', '--json');
    expect([second.code, JSON.parse(second.out).released]).toEqual([0, false]);
  });
});

describe('which queue is woken', () => {
  const twoQueues = (): void => {
    const queues = JSON.stringify({ '-': `${stage.aws.url}/1/ticks`, analytics: `${stage.aws.url}/1/ticks-analytics` });
    stage.aws.stacks = {
      'prestoscale-prod': {
        TableName: stage.table.table.name,
        TickQueueUrls: queues.replaceAll('"', '&quot;'),
        VerifyAlarmName: 'a',
      },
    };
  };
  const queueAsked = (): string | undefined =>
    stage.aws.asked.findLast(({ operation }) => operation === 'SendMessageBatch')?.input['QueueUrl'] as string;

  test('two queues and no environment file here → left to the next tick, and told why', async () => {
    twoQueues();
    const { code, out } = await stage.on('hold', 'etl', '--units', '4', '--until', '1h');
    expect([code, out]).toEqual([
      0,
      expect.stringContaining('environments/prod.json, which knows its queue, is not here'),
    ]);
    expect(queueAsked()).toBeUndefined();
  });

  test.each([
    [
      'in a network',
      { from: 'scrape', url: 'http://{primary}:9495/metrics', network: 'analytics' },
      '/1/ticks-analytics',
    ],
    ['outside', { from: 'push' }, '/1/ticks'],
  ])('a cluster %s, by the environment file → that queue; its region too', async (_, sample, path) => {
    twoQueues();
    mkdirSync(join(stage.folder, 'environments'));
    const file = { region: 'us-west-2', clusters: { etl: { find: { name: 'etl' }, sample, policy: {} } } };
    writeFileSync(join(stage.folder, 'environments/prod.json'), JSON.stringify(file));
    const { out } = await stage.on('hold', 'etl', '--units', '4', '--until', '1h');
    expect(out).toContain('Its loop was woken.');
    expect(queueAsked()).toBe(`${stage.aws.url}${path}`);
    expect((await stage.on('status')).out).toContain('environment prod in us-west-2');
    expect((await stage.on('status', '--region', 'eu-west-1')).out).toContain('environment prod in eu-west-1');
  });
});
