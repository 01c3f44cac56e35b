/**
 * From nothing to clusters that are scaled by deployed stacks, and to nothing again. The functions run as AWS would run
 * them; only EMR and EC2 are ours, with simulated clusters behind them.
 */

import { EVENTS, NO_NETWORK, OUTPUTS, policyPartition, SORT, TABLE } from '../../../lambdas/contract.ts';
import { freePorts } from '../../../local/engines/ports.ts';
import { Account, itemsIn } from './tools/account.ts';
import { type SimulatedCluster, unitsOf } from './tools/clusters.ts';
import { Deployment } from './tools/deployment.ts';
import { ALARM, CLUSTERS, ENVIRONMENT, environmentFile, QUICK } from './tools/environment.ts';
import { startExporter } from './tools/exporter.ts';
import { Prestoscale, type Said } from './tools/prestoscale.ts';
import { functionNames, logLines } from './tools/raw.ts';
import type { ServerProcess } from './tools/server-process.ts';
import { changeCode, SECOND_EDITION } from './tools/sources.ts';

let deployment: Deployment;
let account: Account;
let prestoscale: Prestoscale;
let assembly: string;
const exporters: ServerProcess[] = [];

const cluster = (name: keyof typeof CLUSTERS): SimulatedCluster => deployment.clusters.byId(CLUSTERS[name].id);

const startExporters = async (scrapePort: number, pushPort: number): Promise<void> => {
  const outputs = await account.outputs();
  const queues = JSON.parse(outputs[OUTPUTS.tickQueues] ?? '{}') as Record<string, string>;
  const push = { table: outputs[OUTPUTS.table] ?? '', queueUrl: queues[NO_NETWORK] ?? '' };
  const common = { folder: deployment.folder, awsUrl: deployment.aws.url };
  const started = await Promise.all([
    startExporter({
      ...common,
      cluster: 'apps',
      coordinatorUrl: cluster('apps').coordinator.url,
      port: pushPort,
      push,
    }),
    startExporter({
      ...common,
      cluster: 'adhoc',
      coordinatorUrl: cluster('adhoc').coordinator.url,
      port: scrapePort,
    }),
  ]);
  exporters.push(...started);
};

beforeAll(async () => {
  const [scrapePort = 0, pushPort = 0] = await freePorts(2);
  deployment = await Deployment.start({ clusters: Object.values(CLUSTERS), withPermissions: false });
  account = new Account(deployment.aws.url, ENVIRONMENT);
  await account.makeAlarm(ALARM);
  deployment.writeEnvironment(ENVIRONMENT, environmentFile(scrapePort));
  await deployment.cdk.bootstrap();
  assembly = await deployment.synth(ENVIRONMENT, 'first');
  await deployment.cdk.deploy(assembly);
  await startExporters(scrapePort, pushPort);
  prestoscale = new Prestoscale(deployment, ENVIRONMENT);
});

afterAll(async () => {
  account?.close();
  await Promise.all(exporters.splice(0).map((exporter) => exporter.close()));
  await deployment?.close();
});

/** What one of the functions has written so far. */
const logOf = async (name: 'Dispatch' | 'Route'): Promise<string> => {
  const groups = (await account.resources('state')).filter(({ type }) => type === 'AWS::Logs::LogGroup');
  const group = groups.find(({ id }) => id.includes(`${name}Logs`));
  return logLines(deployment.aws.url, group?.id ?? '');
};

/** Codes of the reasons of a cluster's decisions so far. */
const reasonsOf = async (name: keyof typeof CLUSTERS): Promise<readonly string[]> =>
  (await account.decisions(name)).flatMap(({ reasons }) => reasons.map(({ code }) => code));

/** Resizes are processed one after another: the last one has begun. */
const settled = (name: keyof typeof CLUSTERS, units: number) =>
  deployment.until(`${name} works on ${units} units`, 90, () => cluster(name).targetUnits === units);

/** The next resize of a cluster, and the seconds until it came. */
const nextResize = async (name: keyof typeof CLUSTERS, seconds: number, cause: () => void | Promise<void>) => {
  const { resizes } = cluster(name);
  const before = resizes.length;
  const began = performance.now();
  await cause();
  const resize = await deployment.until(`${name} is resized`, seconds, () => resizes[before]);
  return { units: unitsOf(resize), seconds: (resize.at - began) / 1000 };
};

test('the schedule comes round → every cluster is found, and has its first policy', async () => {
  for (const name of ['apps', 'adhoc', 'ml'] as const) {
    const identity = await deployment.until(`${name} is found`, 30, () => account.item(name, SORT.identity));
    expect(JSON.parse(String(identity['identity']))).toMatchObject({ emrClusterId: CLUSTERS[name].id });
    await expect(account.item(name, SORT.policy)).resolves.toMatchObject({ version: 1 });
  }
});

/** One that route takes for its own and cannot use. */
const UNUSABLE = { environment: ENVIRONMENT, cluster: 'apps', key: 'nightly', kind: 'sometimes' };

test('a request that nobody can understand → sent; what becomes of it is looked at below', async () => {
  await account.send(EVENTS.source, EVENTS.holdRequested, UNUSABLE);
});

test('the table → as the stack says: protected, restorable, and rid of what has expired', async () => {
  await expect(account.tableSettings()).resolves.toEqual({
    isProtected: true,
    expiresBy: TABLE.expires,
    recovery: 'ENABLED',
  });
});

test('a queue appears in an engine whose exporter pushes → a resize within 3 s', async () => {
  const resize = await nextResize('apps', 20, () => cluster('apps').submit(20, 200));
  expect(resize.units).toBeGreaterThan(CLUSTERS.apps.units);
  expect(resize.seconds).toBeLessThan(3);
});

test('an alarm of the owner goes off → a resize within 5 s', async () => {
  const resize = await nextResize('ml', 20, () => account.setAlarm(ALARM, 'ALARM'));
  expect(resize.units).toBe(8);
  expect(resize.seconds).toBeLessThan(5);
});

test('the queue is gone, and nobody wakes the loop → the slots of the schedule give workers back', async () => {
  const apps = cluster('apps');
  await deployment.until('nothing runs any more', 60, () => apps.world.finished);
  const most = apps.targetUnits;
  await deployment.until('half of the workers are given back', 120, () => apps.targetUnits <= most / 2);
  expect(await reasonsOf('apps')).toContain('shrink-wanted');
});

test('an engine that is scraped from a network → its slots see the queue', async () => {
  const resize = await nextResize('adhoc', 40, () => cluster('adhoc').submit(20, 200));
  expect(resize.units).toBeGreaterThan(CLUSTERS.adhoc.units);
});

test('prestoscale verify → every way and every cluster is well', async () => {
  const { code, out, err } = await prestoscale.run('verify');
  expect([code, err]).toEqual([0, '']);
  const names = ['apps', 'adhoc', 'ml'].map((name) => `${name}: (it is found in EMR|EMR tells its fleets|it ticks)`);
  const ways = ['The schedule', 'An event', 'A wake-up .* outside', 'A wake-up .* in network office', 'An alarm'];
  for (const expected of [...ways, ...names]) expect(out).toMatch(new RegExp(`^✓ ${expected}`, 'm'));
  expect(out).toContain('All 14 are well.');
});

test('an event rule is switched off → prestoscale verify names it, and what hangs on it', async () => {
  await account.switchRule('Requests', false);
  const { code, out } = await prestoscale.run('verify', '--timeout', '8s', '--json');
  await account.switchRule('Requests', true);
  const { checks } = JSON.parse(out) as { checks: readonly { id: string; ok: boolean; remedy?: string }[] };
  expect([code, checks.filter(({ ok }) => !ok).map(({ id }) => id)]).toEqual([1, ['route', 'tick:-', 'tick:office']]);
  expect(checks.find(({ id }) => id === 'route')?.remedy).toContain('the rule for requests');
});

const noticeFor = (instance: string): Promise<void> =>
  account.send('aws.ec2', 'EC2 Spot Instance Interruption Warning', {
    'instance-id': instance,
    'instance-action': 'terminate',
  });

test('EC2 announces that it will take a worker → the loss is on record', async () => {
  const [worker] = cluster('adhoc').runningInstances;
  const id = worker?.ec2InstanceId ?? '';
  await noticeFor(id);
  const item = await deployment.until('the loss is on record', 10, () => account.item('adhoc', SORT.loss(id)));
  expect(JSON.parse(String(item['loss']))).toMatchObject({ id, units: 1 });
});

test('a hold is requested on the bus → the floor is raised until its end, and not longer', async () => {
  const [from, until] = [cluster('apps').targetUnits, Date.now() / 1000 + 15];
  const detail = { environment: ENVIRONMENT, cluster: 'apps', key: 'nightly', kind: 'total', units: from + 5, until };
  const request = { ...detail, owner: 'ann', reason: 'the nightly load' };
  const resize = await nextResize('apps', 20, () => account.send(EVENTS.source, EVENTS.holdRequested, request));
  expect(resize.units).toBe(from + 5);
  const after = await nextResize('apps', 90, () => {});
  expect(after.units).toBeLessThan(from + 5);
  expect(Date.now() / 1000).toBeGreaterThanOrEqual(until);
  await settled('apps', after.units);
});

test('prestoscale policy set → it holds at the next tick, without a deploy', async () => {
  const minimumUnits = cluster('apps').targetUnits + 3;
  const policy = { ...QUICK, capacity: { ...QUICK.capacity, minimumUnits } };
  let told: Said | undefined;
  const resize = await nextResize('apps', 20, async () => {
    told = await prestoscale.with(JSON.stringify(policy), 'policy', 'set', 'apps', '-');
  });
  expect(resize.units).toBe(minimumUnits);
  expect(told).toMatchObject({
    code: 0,
    out: expect.stringContaining(`  capacity.minimumUnits: 4 → ${minimumUnits}\nIts loop was woken.`),
  });
  await settled('apps', minimumUnits);
});

test('prestoscale status and explain → what the cluster has, and why', async () => {
  const [status, explain] = await Promise.all([
    prestoscale.run('status', '--json'),
    prestoscale.run('explain', 'apps'),
  ]);
  const { clusters } = JSON.parse(status.out) as { clusters: readonly { cluster: string; targetUnits: number }[] };
  const { targetUnits } = cluster('apps');
  expect(clusters.map((one) => one.cluster)).toEqual(['adhoc', 'apps', 'ml']);
  expect(clusters[1]).toMatchObject({ targetUnits, mode: 'act', policyVersion: 2, emrClusterId: CLUSTERS.apps.id });
  expect(explain.code).toBe(0);
  expect(explain.out).toMatch(/^apps at .*units/);
  expect(explain.out).toContain(`The minimum of ${targetUnits} units.`);
});

test('prestoscale pause, hold set, resume, hold release → nothing while it is paused, then the hold, then as before', async () => {
  const before = cluster('apps').targetUnits;
  const resizes = () => cluster('apps').resizes.length;
  const [paused, seen] = [await prestoscale.run('pause', 'apps'), resizes()];
  const hold = await prestoscale.run('hold', 'set', 'apps', '--units', `${before + 2}`, '--until', '1h');
  expect([paused.code, hold.code, hold.err]).toEqual([0, 0, expect.stringContaining('mode is paused')]);
  expect(resizes()).toBe(seen);
  // The resize of before may have to end first.
  const resumed = await nextResize('apps', 90, async () => void (await prestoscale.run('resume', 'apps')));
  expect(resumed.units).toBe(before + 2);
  const released = await nextResize('apps', 120, async () => void (await prestoscale.run('hold', 'release', 'apps')));
  expect(released.units).toBe(before);
});

test('the request of before → tried three times, and then among the dead letters, with its error', async () => {
  const letter = await deployment.until('it is a dead letter', 30, () => account.deadLetter());
  const { requestPayload, requestContext } = JSON.parse(letter);
  expect(requestPayload.detail).toEqual(UNUSABLE);
  expect(requestContext).toMatchObject({ condition: 'RetriesExhausted' });
  expect(letter).toContain('must be total or extra; given sometimes');
  const attempts = (await logOf('Route')).match(/must be total or extra; given sometimes/g) ?? [];
  expect(attempts.length).toBeGreaterThanOrEqual(3);
});

test('the loss of before → is counted: nothing shrinks', async () => {
  const counted = async () => (await reasonsOf('adhoc')).includes('shrink-after-loss');
  await deployment.until('it stops a shrink', 60, counted);
  const { targetUnits } = cluster('adhoc');
  expect(targetUnits).toBeGreaterThan(CLUSTERS.adhoc.units);
});

test('EC2 takes an instance of somebody else’s → it is asked whose it is, and that is the end', async () => {
  const { ec2 } = deployment.clusters;
  const calls = ec2.calls();
  await noticeFor('i-0123456789abcdef0');
  await deployment.until('EC2 is asked whose it is', 10, () => ec2.calls() > calls);
  await deployment.until('nobody was woken', 10, async () => (await logOf('Route')).includes('"clusters":""'));
});

test('what the functions write → lines of JSON in the log groups of the stack, metrics among them', async () => {
  const [line] = (await logOf('Dispatch')).split('\n').filter((text) => text.includes('"_aws"'));
  expect(JSON.parse(line ?? '{}')).toMatchObject({ Environment: ENVIRONMENT });
});

test('nothing has changed → a second deploy changes nothing', async () => {
  const changes = await account.changes();
  const output = await deployment.cdk.deploy(await deployment.synth(ENVIRONMENT, 'second'));
  expect(output.match(/\(no changes\)/g)).toHaveLength(2);
  await expect(account.changes()).resolves.toBe(changes);
});

test('the code has changed → it is the new code that runs after a deploy', async () => {
  changeCode(deployment.sources);
  await deployment.cdk.deploy(await deployment.synth(ENVIRONMENT, 'third'));
  await noticeFor('i-0123456789abcdef0');
  await deployment.until('the new code runs', 20, async () => (await logOf('Route')).includes(SECOND_EDITION));
});

test('the stacks are removed → no function is left, and the table with everything in it', async () => {
  const table = await account.table();
  await deployment.cdk.destroy(assembly);
  await expect(functionNames(deployment.aws.url)).resolves.toEqual([]);
  const [policy] = await itemsIn(table, policyPartition('apps'));
  expect(policy).toBeDefined();
});

test('everything is stopped → no process is left', async () => {
  await Promise.all(exporters.splice(0).map((exporter) => exporter.close()));
  await expect(deployment.close()).resolves.toEqual([]);
});
