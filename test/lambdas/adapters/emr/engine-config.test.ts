import type { Cluster, Configuration, InstanceFleet } from '@aws-sdk/client-emr';
import fc from 'fast-check';
import { durationSeconds, engineOf } from '../../../../lambdas/adapters/emr/engine-config.ts';
import { foundPresto, foundTrino } from '../../../fakes/cluster-finder.ts';

const config = (classification: string, properties: Record<string, string> = {}): Configuration => ({
  Classification: classification,
  Properties: properties,
});

const grace = (timeout: string, classification = 'presto-config'): Configuration =>
  config(classification, { 'graceful-shutdown-timeout': timeout });

const retry = (policy: string): Configuration => config('trino-config', { 'retry-policy': policy });

const exchange = config('trino-exchange-manager');

const presto = (configurations: Configuration[] = [], given: Partial<Cluster> = {}): Cluster => ({
  Id: 'j-1',
  ReleaseLabel: 'emr-7.13.0',
  Applications: [
    { Name: 'Hadoop', Version: '3.4.1' },
    { Name: 'Presto', Version: '0.287' },
  ],
  Configurations: configurations,
  ...given,
});

const trino = (configurations: Configuration[] = [], given: Partial<Cluster> = {}): Cluster =>
  presto(configurations, {
    ReleaseLabel: 'emr-7.14.0',
    Applications: [{ Name: 'Trino', Version: '479-amzn-2' }],
    ...given,
  });

/** A fleet whose instance types each have configurations of their own. */
const fleetOf = (type: 'MASTER' | 'CORE' | 'TASK', ...types: Configuration[][]): InstanceFleet => ({
  Id: `if-${type}`,
  InstanceFleetType: type,
  InstanceTypeSpecifications: types.map((configurations) => ({
    InstanceType: 'r5.xlarge',
    Configurations: configurations,
  })),
});

const found = (cluster: Cluster | undefined, ...fleets: InstanceFleet[]) => engineOf(cluster, fleets, 'j-1', 'asking');

describe('durations as the engines write them', () => {
  test.each([
    ['1800s', 1800],
    ['30m', 1800],
    ['1.5h', 5400],
    ['1d', 86_400],
    ['500ms', 0.5],
    [' 2 m ', 120],
    ['0s', 0],
    ['0', 0],
    ['1800', undefined],
    ['', undefined],
    ['s', undefined],
    ['-5s', undefined],
    ['soon', undefined],
    ['1e3s', undefined],
    ['30M', undefined],
    ['10s 5s', undefined],
  ])('%j → %s', (text, seconds) => {
    expect(durationSeconds(text)).toBe(seconds);
  });

  test('any number of whole seconds is read back', () => {
    fc.assert(fc.property(fc.nat(), (seconds) => durationSeconds(`${seconds}s`) === seconds));
  });

  test('any text is a number of seconds ≥ 0 or nothing', () => {
    fc.assert(fc.property(fc.string(), (text) => (durationSeconds(text) ?? 0) >= 0));
  });
});

describe('PrestoDB', () => {
  test.each<[string, Configuration[], number | undefined]>([
    ['nothing configured', [], undefined],
    ['30 minutes', [grace('30m')], 1800],
    ['nothing at all', [grace('0s')], 0],
    ['another classification’s', [grace('30m', 'trino-config'), grace('30m', 'presto-log')], undefined],
    ['beside others', [config('core-site', { a: 'b' }), config('presto-config', { x: 'y' }), grace('60s')], 60],
    ['nested in another one', [{ Classification: 'presto-env', Configurations: [grace('60s')] }], 60],
    ['two that contradict each other: the smaller one', [grace('60s'), grace('30m')], 60],
  ])('a graceful timeout: %s', (_, configurations, seconds) => {
    expect(found(presto(configurations))).toEqual(
      foundPresto(seconds === undefined ? {} : { gracefulTimeoutSeconds: seconds }),
    );
  });

  test('a timeout that is no duration → no grace, and it is told', () => {
    expect(found(presto([grace('1800')]))).toEqual(
      foundPresto({
        gracefulTimeoutSeconds: 0,
        unreadable: ['graceful-shutdown-timeout of presto-config was "1800", expected a duration like "1800s"'],
      }),
    );
  });

  test.each<[string, InstanceFleet[], number | undefined]>([
    ['a type of the TASK fleet has less', [fleetOf('TASK', [], [grace('10s')])], 10],
    ['every type has more', [fleetOf('TASK', [grace('2h')], [grace('3h')])], 7200],
    ['a CORE type has none', [fleetOf('CORE', [grace('0s')]), fleetOf('TASK', [])], 0],
    ['the primary node has less, which runs no tasks', [fleetOf('MASTER', [grace('10s')]), fleetOf('TASK', [])], 1800],
    ['types without configurations of their own', [fleetOf('TASK', [], [])], 1800],
  ])('30 minutes for the cluster, and %s → the least of what workers have', (_, fleets, seconds) => {
    expect(found(presto([grace('30m')]), ...fleets).gracefulTimeoutSeconds).toBe(seconds);
  });

  test('only some instance types have a timeout → there are workers without', () => {
    expect(found(presto(), fleetOf('TASK', [grace('30m')], [])).gracefulTimeoutSeconds).toBe(0);
  });

  test('Trino’s settings on it mean nothing', () => {
    expect(found(presto([retry('TASK'), exchange]))).toEqual(foundPresto());
  });
});

describe('Trino', () => {
  test.each<[string, Configuration[], object]>([
    ['as shipped', [], {}],
    ['TASK with an exchange manager', [retry('TASK'), exchange], { retryPolicy: 'TASK', exchangeManager: true }],
    ['small letters', [retry('task')], { retryPolicy: 'TASK' }],
    ['QUERY', [retry('QUERY')], { retryPolicy: 'QUERY' }],
    ['NONE', [retry('NONE'), exchange], { retryPolicy: 'NONE', exchangeManager: true }],
    ['an exchange manager alone', [exchange], { exchangeManager: true }],
    ['a graceful timeout', [grace('300s', 'trino-config')], { gracefulTimeoutSeconds: 300 }],
  ])('%s', (_, configurations, expected) => {
    expect(found(trino(configurations))).toEqual(foundTrino(expected));
  });

  test('a retry-policy nobody knows → none, and it is told without more of the text than is needed', () => {
    const { retryPolicy, unreadable } = found(trino([retry(`ALL ${'x'.repeat(500)}`)]));
    expect(retryPolicy).toBeUndefined();
    expect(unreadable).toHaveLength(1);
    expect(unreadable[0]?.length).toBeLessThan(150);
  });

  test('types of the primary fleet contradict each other → nobody knows which one the coordinator has', () => {
    const { retryPolicy, unreadable } = found(trino([retry('TASK')]), fleetOf('MASTER', [], [retry('NONE')]));
    expect(retryPolicy).toBeUndefined();
    expect(unreadable).toEqual(['retry-policy of trino-config was "TASK and NONE", expected one value']);
  });

  test('the workers’ own retry-policy counts for nothing: the coordinator retries', () => {
    expect(found(trino([retry('TASK')]), fleetOf('MASTER', []), fleetOf('TASK', [retry('NONE')])).retryPolicy).toBe(
      'TASK',
    );
  });

  test.each<[string, InstanceFleet[], boolean]>([
    ['on every type of every fleet', [fleetOf('MASTER', [exchange]), fleetOf('TASK', [exchange], [exchange])], true],
    ['missing on one type', [fleetOf('MASTER', [exchange]), fleetOf('TASK', [exchange], [])], false],
    ['on the primary node alone', [fleetOf('MASTER', [exchange]), fleetOf('TASK', [])], false],
    ['no fleet is shown', [], false],
  ])('no exchange manager for the cluster; %s → %s', (_, fleets, expected) => {
    expect(found(trino([retry('TASK')]), ...fleets).exchangeManager).toBe(expected);
  });

  test('PrestoSQL of EMR 6.1 to 6.3 → Trino under its old name', () => {
    const cluster = presto([], { ReleaseLabel: 'emr-6.3.0', Applications: [{ Name: 'PrestoSQL', Version: '350' }] });
    expect(found(cluster)).toEqual(foundTrino({ release: 'emr-6.3.0', version: '350' }));
  });
});

describe('another cluster than expected', () => {
  test('neither engine → none, and no setting of one is believed', () => {
    const cluster = presto([grace('30m')], { Applications: [{ Name: 'Spark', Version: '3.5' }] });
    expect(found(cluster)).toEqual({
      clusterId: 'j-1',
      release: 'emr-7.13.0',
      engine: 'none',
      exchangeManager: false,
      unreadable: [],
    });
  });

  test('both engines, which EMR refuses → none, and it is told', () => {
    const cluster = presto([grace('30m')], { Applications: [{ Name: 'Presto' }, { Name: 'Trino' }] });
    expect(found(cluster)).toMatchObject({ engine: 'none', unreadable: [expect.stringContaining('Presto and Trino')] });
  });

  test.each<[string, Cluster | undefined]>([
    ['no description', undefined],
    ['another id', presto([], { Id: 'j-2' })],
    ['no list of applications', presto([], { Applications: undefined })],
  ])('%s → an answer that cannot be used, not a cluster without an engine', (_, cluster) => {
    expect(() => found(cluster)).toThrow('gave an answer that cannot be used');
  });

  test('an application named like a part of every object → just another application', () => {
    expect(found(presto([], { Applications: [{ Name: 'constructor' }] })).engine).toBe('none');
  });
});

test('a password in the configuration goes nowhere', () => {
  const secret = config('presto-connector-postgresql', { 'connection-password': 'swordfish' });
  const own = config('presto-config', {
    'http-server.https.keystore.key': 'swordfish',
    'graceful-shutdown-timeout': 'x',
  });
  expect(JSON.stringify(found(presto([secret, own])))).not.toContain('swordfish');
});

test('what is found survives JSON unchanged', () => {
  const engine = found(trino([retry('TASK'), exchange, grace('300s', 'trino-config')]));
  expect(JSON.parse(JSON.stringify(engine))).toEqual(engine);
});
