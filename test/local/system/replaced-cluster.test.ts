/** The cluster behind a name ends, is replaced, changes its kind or gets another scaler, over the wire; the loop goes on. */
import { ENVIRONMENT_TAG } from '../../../lambdas/contract.ts';
import type { Identity } from '../../../lambdas/core/identity.ts';
import { WorldBackend } from '../../../local/emr/world-backend.ts';
import { engineViewOf } from '../../../local/emr/world-engine.ts';
import { CLUSTER, ENVIRONMENT } from '../../../local/system.ts';
import { Bench, QUICK_KNOBS, QUICK_POLICY } from './bench.ts';
import { codesOf, QUERIES } from './scenario.ts';

jest.setTimeout(60_000);

const SUCCESSOR = 'j-LOCAL0000002';

let bench: Bench;

beforeEach(async () => {
  bench = await Bench.start({ queries: QUERIES, policy: QUICK_POLICY });
});

afterEach(() => bench.close());

const identity = async (): Promise<Identity | undefined> =>
  (await bench.system.inbox.registered()).find(({ cluster }) => cluster === CLUSTER)?.identity;

/** How the ticks of a span ended, each kind once. */
const ends = (from: number, to: number): string[] => [...new Set(bench.between(from, to).map(({ end }) => end))];

/** Another EMR cluster of the same name, in front of the same world. */
const replace = (): WorldBackend => {
  const successor = new WorldBackend({
    clusterId: SUCCESSOR,
    name: CLUSTER,
    world: () => bench.world,
    pools: QUICK_KNOBS.fleet.pools,
    engine: engineViewOf(QUICK_KNOBS),
    tags: { [ENVIRONMENT_TAG]: ENVIRONMENT },
    createdAt: bench.system.time,
  });
  bench.system.emr.add(successor);
  return successor;
};

test('it ends → ticks do nothing and none fails; replaced under its name → the loop goes on with the successor', async () => {
  await bench.to(120);
  expect(await identity()).toMatchObject({ emrClusterId: CLUSTER, primaryHost: 'localhost' });
  bench.system.backend.state = 'TERMINATING';
  await bench.to(180);
  expect((await identity())?.problem).toBe('terminating');
  await bench.to(240);
  expect(ends(180, 240)).toEqual(['unlocated']);
  bench.system.backend.state = 'TERMINATED';
  replace();
  await bench.to(300);
  expect(await identity()).toMatchObject({ emrClusterId: SUCCESSOR });
  expect(await bench.system.inbox.clusterOfEmr(SUCCESSOR)).toBe(CLUSTER);
  expect(await bench.system.inbox.clusterOfEmr(CLUSTER)).toBeUndefined();
  const from = bench.applied.length;
  await bench.to(1200);
  expect(ends(315, 1200)).toEqual(['decided']);
  // What took effect went to the successor: the first one refuses everything.
  expect(bench.applied.length).toBeGreaterThan(from);
});

test.each<[string, WorldBackend['tags'], Identity['problem']]>([
  ['its tag is taken off', {}, 'not-tagged'],
  ['it is another environment’s', { [ENVIRONMENT_TAG]: 'prod' }, 'not-tagged'],
])('%s → within half an hour nothing is decided any more, until it is put on again', async (_, tags, problem) => {
  await bench.to(60);
  bench.system.backend.tags = tags;
  await bench.to(1920);
  expect((await identity())?.problem).toBe(problem);
  expect(ends(1860, 1920)).toEqual(['unlocated']);
  bench.system.backend.tags = { [ENVIRONMENT_TAG]: ENVIRONMENT };
  await bench.to(2160);
  expect(ends(2100, 2160)).toEqual(['decided']);
});

test('EMR’s managed scaling is attached before the first command → nothing is ever sent; taken off → within five minutes', async () => {
  await bench.close();
  bench = await Bench.start({
    queries: QUERIES,
    policy: QUICK_POLICY,
    prepare: ({ backend }) => {
      backend.managedScaling = { minimumUnits: 2, maximumUnits: 20 };
    },
  });
  await bench.to(900);
  const codes = bench.between(60, 900).map(({ decision }) => decision?.reasons.map(({ code }) => code) ?? []);
  expect(codes.every((one) => one.includes('managed-scaling-attached'))).toBe(true);
  expect(bench.system.emr.calls.ModifyInstanceFleet).toBe(0);
  bench.system.backend.managedScaling = undefined;
  await bench.to(1260);
  expect(bench.between(1200, 1260).flatMap(codesOf)).not.toContain('managed-scaling-attached');
  expect(bench.system.emr.calls.ModifyInstanceFleet).toBeGreaterThan(0);
});

test('ListClusters fails for minutes → the loop goes on with what it knew', async () => {
  await bench.to(60);
  bench.system.emr.faults.arm('internal', Number.POSITIVE_INFINITY, 'ListClusters');
  await bench.to(600);
  expect(ends(60, 600)).toEqual(['decided']);
  expect((await identity())?.problem).toBeUndefined();
});

test('two clusters of one name, one of them ending → the other, at the next dispatch', async () => {
  replace();
  bench.system.backend.state = 'TERMINATING';
  await bench.to(60);
  expect(await identity()).toMatchObject({ emrClusterId: SUCCESSOR });
});
