import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoMarkers } from '../../../lambdas/adapters/dynamo/markers.ts';
import { putItem } from '../../../lambdas/adapters/dynamo/table.ts';
import { ACCOUNT_PARTITION, ACCOUNT_SORT } from '../../../lambdas/contract.ts';
import type { Identity } from '../../../lambdas/core/identity.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import type { Path } from '../../../lambdas/ports/markers.ts';
import { jsonError } from './fake-aws.ts';
import { fleetOf, START, Stage, sampleOf } from './stage.ts';

let stage: Stage;
/** Ways on which nothing comes out. */
let broken: Set<Path>;

const found: Identity = { at: epochSeconds(START), lookedFor: 'the name etl', emrClusterId: 'j-ETL' };

const FLEETS = [
  { Id: 'if-M', InstanceFleetType: 'MASTER', Status: { State: 'RUNNING' } },
  {
    Id: 'if-T',
    InstanceFleetType: 'TASK',
    Status: { State: 'RUNNING' },
    TargetOnDemandCapacity: 1,
    TargetSpotCapacity: 3,
  },
];

const leave = async (path: Path, marker?: string): Promise<void> => {
  if (broken.has(path)) return;
  const sign = { at: epochSeconds(stage.now), ...(marker === undefined ? {} : { marker }) };
  await new DynamoMarkers(stage.table.table).leave(path, sign);
};

/** As the functions do: an event leaves signs on its way, an alarm that goes off leaves one. */
const asFunctionsDo = async (operation: string, input: Readonly<Record<string, unknown>>): Promise<void> => {
  if (operation === 'SetAlarmState' && input['StateValue'] === 'ALARM')
    await leave('alarm', String(input['StateReason']));
  if (operation !== 'PutEvents') return;
  const [entry] = input['Entries'] as readonly { Source: string; DetailType: string; Detail: string }[];
  const { environment, marker } = JSON.parse(entry?.Detail ?? '{}');
  expect([entry?.Source, entry?.DetailType, environment]).toEqual(['prestoscale', 'Prestoscale Marker', 'prod']);
  await leave('route', marker);
  if (!broken.has('route')) await leave('tick:-', marker);
};

beforeEach(async () => {
  broken = new Set();
  stage = await Stage.start();
  stage.aws.onTaken = asFunctionsDo;
  stage.aws.fleets = { 'j-ETL': FLEETS };
  await stage.inbox.putPolicy('etl', { capacity: { minimumUnits: 4 } }, 'deploy', epochSeconds(START));
  await stage.inbox.putIdentity('etl', found);
  const sample = sampleOf(stage.now, 4, { runningQueries: 0, oldestRunningSeconds: 0 });
  await stage.inbox.putSample('etl', sample);
  await stage.tick('etl', { sample, fleet: fleetOf(stage.now, 4) });
  await leave('dispatch');
  stage.now += 5;
});
afterEach(() => stage.close());

const failed = async (...args: readonly string[]): Promise<Readonly<Record<string, string>>> => {
  const { code, out } = await stage.on('verify', '--json', ...args);
  const { ok, checks } = JSON.parse(out) as { ok: boolean; checks: { id: string; ok: boolean; seen: string }[] };
  expect([code, ok]).toEqual(checks.every((check) => check.ok) ? [0, true] : [1, false]);
  return Object.fromEntries(checks.filter((check) => !check.ok).map(({ id, seen }) => [id, seen]));
};

describe('verify', () => {
  test('everything well → one page of ✓, exit 0, and the alarm is set back', async () => {
    const { code, out, err } = await stage.on('verify');
    expect([code, err]).toEqual([0, '']);
    expect(out).toBe(`environment prod in eu-central-1

✓ The schedule calls dispatch: the last call came to its end 5 s ago.
✓ An event on the default bus reaches route: the marker came out after 0 s.
✓ A wake-up reaches reconcile outside any network: the marker came out after 0 s.
✓ An alarm that goes off reaches route: the marker came out after 0 s.
✓ etl: it is found in EMR: it is j-ETL.
✓ etl: EMR tells its fleets: TASK fleet if-T of j-ETL is RUNNING, 1 on-demand + 3 spot units.
✓ etl: it ticks on a fresh sample: the last tick was 5 s ago, the newest sample is 5 s old.

All 7 are well.
`);
    const states = stage.aws.asked.filter(({ operation }) => operation === 'SetAlarmState').map(({ input }) => input);
    expect(states.map((input) => input['StateValue'])).toEqual(['OK', 'ALARM', 'OK']);
  });

  test.each<[Path, readonly string[]]>([
    ['route', ['route', 'tick:-']],
    ['tick:-', ['tick:-']],
    ['alarm', ['alarm']],
  ])('nothing comes out of %s → ✗ with what to do, after the time that was given', async (path, ids) => {
    broken.add(path);
    const began = stage.now;
    const told = await failed('--timeout', '30s');
    expect(Object.keys(told)).toEqual(ids);
    expect(told[path]).toBe('no marker came out within 30 s');
    expect(told['tick:-']).toBe(
      {
        route: 'its marker goes through route, where none came out',
        'tick:-': 'no marker came out within 30 s',
        alarm: undefined,
      }[String(path)],
    );
    expect(stage.now - began).toBeGreaterThanOrEqual(30);
    const { out } = await stage.on('verify', '--timeout', '5s');
    expect(out).toMatch(/^✗ [^:]*\n {4}no marker came out within 5 s\.\n {4}→ Look at/m);
    expect(out).toContain(`${ids.length} of 7 ${ids.length === 1 ? 'is' : 'are'} not well.`);
  });

  test('a marker of an earlier verify → does not count', async () => {
    await stage.on('verify');
    broken.add('alarm');
    expect(Object.keys(await failed('--timeout', '5s'))).toEqual(['alarm']);
  });

  test('dispatch has not come for five minutes → ✗', async () => {
    stage.now += 300;
    expect(await failed('--timeout', '5s')).toMatchObject({ dispatch: expect.stringContaining('5 min 1') });
  });

  test('events may not be sent, or are refused one by one → told for all that hang on it', async () => {
    stage.aws.instead = (operation) =>
      operation === 'PutEvents' ? jsonError(400, 'AccessDeniedException', 'not authorized') : undefined;
    expect(Object.keys(await failed())).toEqual(['route', 'tick:-']);
    stage.aws.instead = (operation) =>
      operation === 'PutEvents'
        ? { json: { FailedEntryCount: 1, Entries: [{ ErrorCode: 'NotAuthorizedForSource', ErrorMessage: 'no' }] } }
        : undefined;
    expect((await failed())['route']).toContain('NotAuthorizedForSource: no');
  });
});

describe('verify looks at clusters', () => {
  test.each([
    ['EMR does not let us look', jsonError(400, 'AccessDeniedException', 'not authorized'), 'AccessDeniedException'],
    [
      'the cluster is gone',
      jsonError(400, 'InvalidRequestException', "Cluster id 'j-ETL' is not valid."),
      'is not valid',
    ],
    ['it has no TASK fleet', { json: { InstanceFleets: FLEETS.slice(0, 1) } }, 'expected one TASK fleet'],
  ])('%s → ✗, the others go on', async (_, answer, expected) => {
    stage.aws.instead = (operation) => (operation === 'ListInstanceFleets' ? answer : undefined);
    const told = await failed();
    expect(Object.keys(told)).toEqual(['fleet:etl']);
    expect(told['fleet:etl']).toContain(expected);
  });

  test('the account’s budget of calls is spent → EMR is not asked', async () => {
    const spent = { pk: ACCOUNT_PARTITION, sk: ACCOUNT_SORT.budget };
    expect(spent.sk).toBe('BUDGET');
    const { DynamoCallTokens } = await import('../../../lambdas/adapters/dynamo/tokens.ts');
    const tokens = new DynamoCallTokens(stage.table.table);
    while (await tokens.take(['ListInstanceFleets'], 'loss', epochSeconds(stage.now))) {
      // Until nothing is left.
    }
    expect((await failed('--timeout', '1s'))['fleet:etl']).toContain('budget of EMR calls is spent');
    expect(stage.aws.asked.some(({ operation }) => operation === 'ListInstanceFleets')).toBe(false);
  });

  test('a cluster that cannot be scaled → the sentence that says what to do', async () => {
    await stage.inbox.putIdentity('etl', { ...found, problem: 'instance-groups' });
    const told = await failed('--timeout', '5s');
    expect(told['state:etl']).toContain('create the cluster anew with instance fleets');
    const { out } = await stage.on('verify', '--timeout', '5s');
    expect(out).toContain('    → docs/runbook.md#instance-groups says what to do.');
  });

  test('another trouble of a cluster → the whole command that tells more', async () => {
    stage.now += 600;
    await leave('dispatch');
    const { out } = await stage.on('verify', '--timeout', '5s');
    expect(out).toContain('    → prestoscale explain etl --env prod tells more.');
  });

  test('a cluster that nobody has found → told, and EMR is not asked for it', async () => {
    await stage.inbox.putPolicy('lost', {}, 'deploy', epochSeconds(START));
    expect(Object.keys(await failed('--timeout', '5s'))).toEqual(['found:lost', 'state:lost']);
  });

  test('a sample of ten minutes ago → ✗', async () => {
    stage.now += 600;
    await leave('dispatch');
    expect((await failed())['state:etl']).toContain('The newest sample is 10 min');
  });

  test('a cluster of the environment file that the table does not know → deploy that file', async () => {
    mkdirSync(join(stage.folder, 'environments'));
    writeFileSync(join(stage.folder, 'environments/prod.json'), '{"clusters":{"etl":{},"ml":{}}}');
    expect(await failed()).toEqual({ 'state:ml': expect.stringContaining('environments/prod.json names it') });
  });

  test('a policy that nobody can use → told, the paths too', async () => {
    await putItem(
      stage.table.table,
      'breaking',
      { partition: 'CLUSTER#etl', sort: 'POLICY' },
      { version: 9, policy: '' },
    );
    expect(Object.keys(await failed())).toEqual(['state:etl']);
  });
});
