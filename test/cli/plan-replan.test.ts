/** `prestoscale plan --replan`: a plan against what a cluster of an environment runs. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoClusterStore } from '../../lambdas/adapters/dynamo/cluster-store.ts';
import type { Identity } from '../../lambdas/core/identity.ts';
import type { PoolCapacity } from '../../lambdas/core/model.ts';
import { epochSeconds, units, workers } from '../../lambdas/core/quantities.ts';
import { jsonError } from './prestoscale/fake-aws.ts';
import { START, Stage } from './prestoscale/stage.ts';

let stage: Stage;

const found: Identity = { at: epochSeconds(START), lookedFor: 'the name etl', emrClusterId: 'j-ETL' };

/** A type of `--json`. */
interface Chosen {
  readonly type: string;
  readonly shareOfUnits: number;
  readonly rated: { readonly weightUnits: number };
}

const fleetsOf = (types: readonly string[], onDemand = 0, spot = 20) => [
  { Id: 'if-M', InstanceFleetType: 'MASTER', Status: { State: 'RUNNING' } },
  {
    Id: 'if-T',
    InstanceFleetType: 'TASK',
    Status: { State: 'RUNNING' },
    TargetOnDemandCapacity: onDemand,
    TargetSpotCapacity: spot,
    InstanceTypeSpecifications: types.map((InstanceType) => ({ InstanceType, WeightedCapacity: 1 })),
  },
];

const pool = (instanceType: string, instances: number, market: PoolCapacity['market'] = 'spot'): PoolCapacity => ({
  instanceType,
  market,
  instances: workers(instances),
  units: units(instances),
});

/** What the loop has counted. */
const count = async (...pools: readonly PoolCapacity[]): Promise<void> => {
  const store = new DynamoClusterStore(stage.table.table, 'etl', () => 'w-1');
  const { memory, fence } = await store.load(epochSeconds(START));
  await store.save({ ...memory, pools: { readAt: epochSeconds(START - 60), pools } }, fence, epochSeconds(START));
};

beforeEach(async () => {
  stage = await Stage.start();
  await stage.inbox.putPolicy('etl', { capacity: { maximumUnits: 60 } }, 'deploy', epochSeconds(START));
  await stage.inbox.putIdentity('etl', found);
  stage.aws.fleets = { 'j-ETL': fleetsOf(['r5.4xlarge', 'r5a.4xlarge']) };
});
afterEach(() => stage.close());

const replan = (...more: readonly string[]) => stage.on('plan', '--replan', 'etl', ...more);
const compared = async (...more: readonly string[]) => JSON.parse((await replan('--json', ...more)).out).replan;

describe('plan --replan', () => {
  test('r5.4xlarge alone runs → much better, the dollars, what changes hands, and that the cluster has to be replaced', async () => {
    await count(pool('r5.4xlarge', 20));
    const { code, out, err } = await replan();
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('etl, instances counted at 2026-03-02 08:59:00Z');
    expect(out).toMatch(/The plan costs [3-8]\d(\.\d)? % less per unit of work than what runs/);
    expect(out).toMatch(/A fleet keeps its types for life.*one task fleet.*when the cluster is replaced/);
    expect(out).toMatch(/For the work that can be done now: \$\d+\.\d+ an hour less\./);
    expect(out).toContain('Would go: r5.4xlarge.');
    expect(out).toMatch(/Types of the plan that its fleet cannot start: r\d/);
  });

  test('20 instances at the catalogue’s prices → the dollars saved are those of the two prices', async () => {
    await count(pool('r5.4xlarge', 20));
    const { runningUsdPerWorkHour, plannedUsdPerWorkHour, savedUsdPerHour, savedShare, muchBetter } = await compared();
    expect(savedUsdPerHour).toBeCloseTo(20 * (runningUsdPerWorkHour - plannedUsdPerWorkHour), 9);
    expect(savedShare).toBeCloseTo(1 - plannedUsdPerWorkHour / runningUsdPerWorkHour, 9);
    expect(muchBetter).toBe(true);
  });

  test('the plan’s own mix runs → nothing to change', async () => {
    const { chosen } = JSON.parse((await stage.run('plan', '--json', '--maximum-units', '60')).out);
    const mix = chosen.map(({ type, shareOfUnits, rated }: Chosen) =>
      pool(type, Math.round((1000 * shareOfUnits) / rated.weightUnits)),
    );
    await count(...mix);
    const { muchBetter, savedShare, goes, comes, movedShare } = await compared();
    expect([muchBetter, goes, comes]).toEqual([false, [], []]);
    expect(Math.abs(savedShare)).toBeLessThan(0.01);
    expect(movedShare).toBeLessThan(0.02);
  });

  test('the cluster’s own policy → its maximum; a flag goes before it', async () => {
    await count(pool('r5.4xlarge', 20));
    const asked = async (...more: readonly string[]) => JSON.parse((await replan('--json', ...more)).out).question;
    expect((await asked()).maximumUnits).toBe(60);
    expect((await asked('--maximum-units', '40')).maximumUnits).toBe(40);
  });

  test('nobody has counted → each type of the fleet counts alike, it is said, and no dollars an hour are made up', async () => {
    const { out } = await replan();
    expect(out).toContain('nobody has counted its instances: each type of the fleet counts alike');
    expect(out).not.toContain('For the work that can be done now');
    const { countedAt, savedUsdPerHour, goes, savedShare } = await compared();
    expect([countedAt, savedUsdPerHour, goes]).toEqual([null, null, ['r5.4xlarge', 'r5a.4xlarge']]);
    expect(savedShare).toBeGreaterThan(0.1);
  });

  test('types that no catalogue knows → it cannot be told, and nothing is called better', async () => {
    await count(pool('x9q.4xlarge', 20));
    const { muchBetter, unknown, savedShare, reasons } = await compared();
    expect([muchBetter, unknown, savedShare]).toEqual([false, ['x9q.4xlarge'], null]);
    expect(reasons[0].sentence).toContain('It cannot be told');
  });

  test('nothing runs → it is said', async () => {
    await count();
    expect((await replan()).out).toContain('Nothing runs: there is nothing to compare with.');
  });

  test('EMR is asked once, through the account’s budget, and never told anything', async () => {
    await count(pool('r5.4xlarge', 20));
    await replan();
    const operations = stage.aws.asked.map(({ operation }) => operation);
    expect(operations.filter((one) => one !== 'DescribeStacks')).toEqual(['ListInstanceFleets']);
  });

  test('the page beside it → written, with the same plan', async () => {
    await count(pool('r5.4xlarge', 20));
    expect((await replan('--html', 'plan.html')).err).toBe('plan.html is written.\n');
  });
});

describe('plan --replan that cannot be done', () => {
  test('no such cluster → exit 2 with the nearest', async () => {
    const { code, err } = await stage.on('plan', '--replan', 'elt');
    expect([code, err]).toEqual([2, expect.stringContaining('Did you mean etl?')]);
  });

  test('no target → exit 2', async () => {
    const { code, err } = await stage.run('plan', '--replan', 'etl');
    expect([code, err]).toEqual([2, expect.stringContaining('Give --env NAME')]);
  });

  test('EMR refuses → exit 3, in words', async () => {
    stage.aws.instead = (operation) =>
      operation === 'ListInstanceFleets'
        ? jsonError(
            400,
            'AccessDeniedException',
            'User ada is not authorized to perform: elasticmapreduce:ListInstanceFleets',
          )
        : undefined;
    const { code, out, err } = await replan();
    expect([code, out]).toEqual([3, '']);
    expect(err).toContain('ListInstanceFleets');
  });

  test('a name that stands for no cluster → exit 1, and where to look', async () => {
    await stage.inbox.putIdentity('etl', { ...found, problem: 'instance-groups' });
    const { code, err } = await replan();
    expect([code, err]).toEqual([1, expect.stringContaining('prestoscale status tells why')]);
  });

  test('a broken catalogue → exit 2 before EMR is asked', async () => {
    writeFileSync(join(stage.folder, 'c.json'), '{}');
    expect((await replan('--catalog', 'c.json')).code).toBe(2);
    expect(stage.aws.asked.map(({ operation }) => operation)).not.toContain('ListInstanceFleets');
  });
});
