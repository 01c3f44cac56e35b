import { putItem } from '../../../lambdas/adapters/dynamo/table.ts';
import { clusterPartition, SORT } from '../../../lambdas/contract.ts';
import { epochSeconds, units } from '../../../lambdas/core/quantities.ts';
import { fleetOf, START, Stage, sampleOf } from './stage.ts';

let stage: Stage;

beforeEach(async () => {
  stage = await Stage.start();
});
afterEach(() => stage.close());

const policy = { capacity: { minimumUnits: 4, maximumUnits: 20 } };

const steady = async (cluster: string): Promise<void> => {
  await stage.inbox.putPolicy(cluster, policy, 'deploy', epochSeconds(START));
  const sample = sampleOf(stage.now, 4, { runningQueries: 0, oldestRunningSeconds: 0 });
  await stage.inbox.putSample(cluster, sample);
  await stage.tick(cluster, { sample, fleet: fleetOf(stage.now, 4) });
};

describe('status', () => {
  test('no cluster yet → says what is missing, exit 0', async () => {
    const { code, out } = await stage.on('status');
    expect([code, out]).toEqual([0, expect.stringContaining('No cluster has a policy yet')]);
  });

  test('two clusters, one growing with queries that wait → a line each, in order, exit 0', async () => {
    await steady('etl');
    await stage.inbox.putPolicy('adhoc', { ...policy, capacity: { minimumUnits: 8 } }, 'deploy', epochSeconds(START));
    const sample = sampleOf(stage.now, 4, { queuedQueries: 2, waitingForWorkersQueries: 1, groupHeldQueries: 9 });
    await stage.inbox.putSample('adhoc', sample);
    await stage.tick('adhoc', { sample, fleet: fleetOf(stage.now, 4) });
    stage.now += 7;
    const { code, out } = await stage.on('status');
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      'environment prod in eu-central-1, 2026-03-02 09:00:07Z',
      'CLUSTER  MODE  VERDICT  TARGET  READY  ARRIVING  DRAINING  WAITING  SAMPLE  HOLDS  POLICY  WHY',
      expect.stringMatching(/^adhoc {4}act {3}grow {5}8 {7}4 {6}4 {9}0 {9}3 {8}7 s {5}– {6}v1 {6}4 → 8 units\.$/),
      expect.stringMatching(/^etl {6}act {3}steady {3}4 {7}4 {6}0 {9}0 {9}0 {8}7 s {5}– {6}v1 {6}\S/),
      '',
    ]);
  });

  test('a narrow terminal → lines are cut to it; to a file they are not', async () => {
    const sample = sampleOf(stage.now, 4);
    await stage.inbox.putPolicy('etl', policy, 'deploy', epochSeconds(START));
    await stage.inbox.putSample('etl', sample);
    await stage.tick('etl', { sample, fleet: fleetOf(stage.now, 4), alarms: [] });
    await stage.inbox.putPolicy('etl', { ...policy, mode: 'paused' }, 'ada', epochSeconds(START));
    stage.now += 15;
    await stage.tick('etl', { sample });
    stage.columns = 120;
    const lines = (await stage.on('status')).out.split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
    expect(lines[2]).toMatch(/…$/);
    stage.columns = 10_000;
    expect((await stage.on('status')).out).not.toContain('…');
  });

  test('colours → only where the terminal has them, and the columns stand where they stood', async () => {
    await steady('etl');
    const plain = (await stage.on('status')).out;
    stage.colours = true;
    const painted = (await stage.on('status')).out;
    const mark = String.fromCharCode(27);
    expect(plain).not.toContain(mark);
    expect(painted).toContain(mark);
    expect(painted.replaceAll(new RegExp(`${mark}\\[\\d+m`, 'g'), '')).toBe(plain);
  });

  test('--json → a stable shape; what is not known is null', async () => {
    await stage.inbox.putPolicy('etl', policy, 'deploy', epochSeconds(START));
    const { code, out } = await stage.on('status', '--json');
    const told = JSON.parse(out);
    expect([code, told.target, told.now]).toEqual([1, 'environment prod in eu-central-1', START]);
    expect(told.clusters).toEqual([
      {
        cluster: 'etl',
        emrClusterId: null,
        mode: 'act',
        policyVersion: 1,
        lastTickAt: null,
        verdict: null,
        targetUnits: null,
        shadowUnits: null,
        readyUnits: null,
        arrivingUnits: null,
        drainingUnits: null,
        waitingQueries: null,
        sampleAgeSeconds: null,
        reason: null,
        holds: [],
        problems: [{ code: 'never-ticked', sentence: expect.stringContaining('does dispatch run?') }],
      },
    ]);
  });

  test('shadow mode → what it would ask for stands beside what the fleet is asked for', async () => {
    await stage.inbox.putPolicy('etl', { mode: 'shadow', capacity: { minimumUnits: 9 } }, 'ada', epochSeconds(START));
    await stage.tick('etl', { sample: sampleOf(stage.now, 4), fleet: fleetOf(stage.now, 4) });
    const [cluster] = JSON.parse((await stage.on('status', '--json')).out).clusters;
    expect(cluster).toMatchObject({ mode: 'shadow', targetUnits: 4, shadowUnits: 9, verdict: 'grow' });
    expect((await stage.on('status')).out).toContain('4 (9)');
  });

  test('a hold → shown with its key', async () => {
    await steady('etl');
    const hold = { key: 'nightly', kind: 'extra', units: units(5), until: epochSeconds(START + 900) } as const;
    await stage.inbox.putHold('etl', { ...hold, owner: 'ada', reason: 'load' });
    expect((await stage.on('status')).out).toContain('nightly:+5');
  });
});

describe('what is wrong', () => {
  const problemsOf = async (cluster = 'etl'): Promise<readonly string[]> => {
    const { code, out } = await stage.on('status', cluster, '--json');
    expect(code).toBe(1);
    return JSON.parse(out).clusters[0].problems.map((problem: { code: string }) => problem.code);
  };

  test('no tick for five minutes, and no sample → both, and exit 1', async () => {
    await steady('etl');
    stage.now += 300;
    expect(await problemsOf()).toEqual(['not-ticking', 'stale-sample']);
    expect((await stage.on('status')).out).toContain('! etl: No tick for 5 min');
  });

  test('it cannot be scaled, so it does not tick → the cause alone is told', async () => {
    const absent = { at: epochSeconds(START), lookedFor: 'the name etl', problem: 'absent' } as const;
    await stage.inbox.putPolicy('etl', policy, 'deploy', epochSeconds(START));
    await stage.inbox.putIdentity('etl', absent);
    expect(await problemsOf()).toEqual(['identity']);
    await steady('ml');
    await stage.inbox.putIdentity('ml', absent);
    stage.now += 600;
    expect(await problemsOf('ml')).toEqual(['identity']);
  });

  test('queries wait at the maximum → told', async () => {
    await stage.inbox.putPolicy('etl', { capacity: { minimumUnits: 4, maximumUnits: 4 } }, 'ada', epochSeconds(START));
    const sample = sampleOf(stage.now, 4, { queuedQueries: 12 });
    await stage.inbox.putSample('etl', sample);
    await stage.tick('etl', { sample, fleet: fleetOf(stage.now, 4) });
    expect(await problemsOf()).toEqual(['at-maximum']);
  });

  test('a policy edited by hand and broken → the last good one goes on, and it is told', async () => {
    await steady('etl');
    const key = { partition: clusterPartition('etl'), sort: SORT.policy };
    await putItem(stage.table.table, 'breaking a policy', key, { version: 2, policy: '{"mode":"go"}' });
    expect(await problemsOf()).toEqual(['no-policy']);
  });

  test('one cluster without a usable policy → the others are told all the same', async () => {
    await steady('etl');
    await steady('broken');
    const key = { partition: clusterPartition('broken'), sort: SORT.policy };
    await putItem(stage.table.table, 'breaking a policy', key, { version: 2, policy: '{' });
    const { code, out } = await stage.on('status');
    expect(code).toBe(1);
    expect(out).toMatch(/^etl +act +steady/m);
    expect(out).toMatch(/^! broken: cluster broken has no usable policy/m);
  });
});
