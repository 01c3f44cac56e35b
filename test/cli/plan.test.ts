/** `prestoscale plan` as it is typed: what it answers, writes, and says of mistakes. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../../cli/program/main.ts';
import { epochSeconds } from '../../lambdas/core/quantities.ts';
import type { Catalogue, CatalogueType } from '../../planning/catalogue/model.ts';
import { shippedCatalogue } from '../../planning/catalogue/shipped.ts';

const folder = mkdtempSync(join(tmpdir(), 'prestoscale-plan-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = async (...args: readonly string[]) => {
  const said = { out: '', err: '' };
  const code = await runProgram(['plan', ...args], {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    user: 'ada',
    folder,
    columns: 10_000,
    colours: false,
    clock: { now: () => epochSeconds(0) },
    readInput: async () => '',
    pause: async () => {},
    newId: () => '1',
  });
  return { code, ...said };
};

const file = (name: string, content: unknown): string => {
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return name;
};

const shipped = shippedCatalogue();
const without = (...figures: readonly (keyof CatalogueType)[]): Catalogue => ({
  ...shipped,
  types: shipped.types.map((type) =>
    Object.fromEntries(Object.entries(type).filter(([key]) => !figures.includes(key as keyof CatalogueType))),
  ) as unknown as readonly CatalogueType[],
});

describe('a plan', () => {
  test('nothing given → types with shares, weights and reasons, what was left, the bill, and what EMR takes', async () => {
    const { code, out, err } = await run();
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^us-east-1, prices of 20\d\d-\d\d-\d\d with EMR’s fee; balanced; a unit is 16 vCPU/);
    expect(out).toMatch(/^TYPE +SHARE +WEIGHT .*WHY$/m);
    expect(out).toMatch(/^r\dg\.\d+xlarge +\d+ % +\d .* \d+ of \d+ +[A-Z][^{}]+\.$/m);
    expect(out).toMatch(/^Left: \d+ types, of which 10 are told \(--left N\); by the filter \d+ more\.$/m);
    expect(out).toMatch(/^this plan +\$\d+\.\d\d +\$\d+\.\d\d$/m);
    expect(out).toMatch(/^The largest pool has \d+ % of the capacity.*with two pools \d+ %, with three \d+ %\.$/m);
    expect(out).toContain('InstanceTypeConfigs for aws emr create-cluster');
  });

  test('the same twice → the same, letter for letter', async () => {
    expect(await run('--objective', 'steadiest')).toEqual(await run('--objective', 'steadiest'));
  });

  test('40 and 80 units of work → twice the dollars; r5.4xlarge alone costs its price with the fee', async () => {
    const [small, large] = await Promise.all(
      ['40', '80'].map(async (load) => JSON.parse((await run('--json', '--load', load)).out)),
    );
    expect(large.spotUsdPerHour).toBeCloseTo(2 * small.spotUsdPerHour, 9);
    const {
      spotUsdPerHour = 0,
      onDemandUsdPerHour = 0,
      emrUsdPerHour = 0,
    } = shipped.types.find(({ name }) => name === 'r5.4xlarge') ?? {};
    expect(small.reference.spotUsdPerHour).toBeCloseTo(40 * (spotUsdPerHour + emrUsdPerHour), 9);
    expect(small.reference.onDemandUsdPerHour).toBeCloseTo(40 * (onDemandUsdPerHour + emrUsdPerHour), 9);
    expect(small.spotUsdPerHour).toBeLessThan(small.reference.spotUsdPerHour);
  });

  test('--json → every type once, taken or left; shares make one; the loss bound grows with the pools', async () => {
    const document = JSON.parse((await run('--json')).out);
    const names = [...document.chosen, ...document.left].map(({ type }: { type: string }) => type);
    expect(names.toSorted()).toEqual(shipped.types.map(({ name }) => name).toSorted());
    const shares: number[] = document.chosen.map(({ share }: { share: number }) => share);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    const [one, two, three] = document.shareOfLargestPools;
    expect(one).toBeCloseTo(Math.max(...shares), 12);
    expect(two).toBeGreaterThan(one);
    expect(three).toBeGreaterThan(two);
    for (const { reasons } of [...document.chosen, ...document.left]) {
      expect(reasons.length).toBeGreaterThan(0);
      for (const { sentence } of reasons) expect(sentence).not.toMatch(/[{}]|undefined|NaN/);
    }
  });

  test('half a unit as large, by flag or by policy → the same weights, twice as much', async () => {
    const policy = file('policy.json', '{ "capacity": { "coresPerUnit": 8, "maximumUnits": 200 }, }');
    const asked = ['--json', '--filter', 'vcpu=16,32 memory-per-vcpu=8 generation=current'];
    const plans = await Promise.all(
      [[], ['--policy', policy], ['--cores-per-unit', '8', '--maximum-units', '200']].map(async (more) =>
        JSON.parse((await run(...asked, ...more)).out),
      ),
    );
    const weights = plans.map(({ instanceTypeConfigs }) =>
      Object.fromEntries(
        instanceTypeConfigs.map((one: { InstanceType: string; WeightedCapacity: number }) => [
          one.InstanceType,
          one.WeightedCapacity,
        ]),
      ),
    );
    expect(weights[1]).toEqual(weights[2]);
    expect(weights[1]).toEqual(
      Object.fromEntries(Object.entries(weights[0] ?? {}).map(([type, weight]) => [type, 2 * (weight as number)])),
    );
  });

  test('a flag beside a policy → the flag', async () => {
    const policy = file('policy.json', '{ "capacity": { "coresPerUnit": 8 } }');
    const { question } = JSON.parse((await run('--json', '--policy', policy, '--cores-per-unit', '4')).out);
    expect([question.coresPerUnit, question.maximumUnits]).toEqual([4, 100]);
  });

  test('prices that were worked out → marked; those that were told → not', async () => {
    expect((await run()).out).toMatch(/~\$0\.\d+/);
    const told = file('told.json', without('estimated'));
    expect((await run('--catalog', told)).out).not.toContain('~$');
  });
});

describe('what EMR takes', () => {
  test('each type once with a whole weight of at most 5 % of the maximum, never above on-demand, no priority', async () => {
    const { instanceTypeConfigs } = JSON.parse((await run('--json')).out);
    expect(new Set(instanceTypeConfigs.map((one: object) => Object.keys(one).join()))).toEqual(
      new Set(['InstanceType,WeightedCapacity,BidPriceAsPercentageOfOnDemandPrice']),
    );
    for (const { WeightedCapacity, BidPriceAsPercentageOfOnDemandPrice } of instanceTypeConfigs) {
      expect([1, 2, 3, 4, 5]).toContain(WeightedCapacity);
      expect(BidPriceAsPercentageOfOnDemandPrice).toBe(100);
    }
    expect(instanceTypeConfigs.length).toBeGreaterThanOrEqual(10);
    expect(instanceTypeConfigs.length).toBeLessThanOrEqual(30);
  });

  test('a prioritized strategy → priorities from 0, the cheapest work first', async () => {
    const { instanceTypeConfigs, chosen } = JSON.parse(
      (await run('--json', '--strategy', 'capacity-optimized-prioritized')).out,
    );
    const price = new Map(
      chosen.map(({ type, rated }: { type: string; rated: { spotUsdPerWorkHour: number } }) => [
        type,
        rated.spotUsdPerWorkHour,
      ]),
    );
    const prices = instanceTypeConfigs.map(({ InstanceType }: { InstanceType: string }) => price.get(InstanceType));
    expect(prices).toEqual(prices.toSorted((first: number, second: number) => first - second));
    expect(instanceTypeConfigs.map(({ Priority }: { Priority: number }) => Priority)).toEqual(
      Array.from({ length: chosen.length }, (_, index) => index),
    );
  });

  test('--configs and --html → both files, told beside the answer; the JSON is what --json has', async () => {
    const { out, err } = await run('--json', '--configs', 'types.json', '--html', 'plan.html');
    expect(err).toBe('plan.html is written.\ntypes.json is written.\n');
    expect(JSON.parse(readFileSync(join(folder, 'types.json'), 'utf8'))).toEqual(JSON.parse(out).instanceTypeConfigs);
    expect(readFileSync(join(folder, 'plan.html'), 'utf8')).toMatch(/^<!doctype html>/);
  });
});

describe('what cannot be used → exit 2, nothing on standard output', () => {
  const lacking = file('lacking.json', without('spotUsdPerHour', 'onDemandUsdPerHour'));
  const none = file('none.json', {
    ...shipped,
    release: 'emr-7.12.0',
    types: shipped.types.map((type) => ({
      ...type,
      emrSupported: type.name === 'r5.4xlarge' ? false : type.emrSupported,
    })),
  });
  const broken = file('broken.json', '{ "version": 1, "region": "nowhere" }');

  test.each<[string, readonly string[], RegExp]>([
    ['an unknown family', ['--filter', 'family=r6q'], /^--filter.*r6q.*r6[a-z]/m],
    ['an unknown key', ['--filter', 'famly=r6g'], /^--filter, character 1: "famly.*Nearest: family/m],
    ['a filter that leaves nothing', ['--filter', 'vcpu>=9000'], /^--filter.*vcpu>=9000/m],
    ['an unknown objective', ['--objective', 'cheapst'], /--objective cannot be "cheapst".*did you mean cheapest/],
    ['an unknown score', ['--score', 'coremrk'], /^--score.*coremrk.*coremark/m],
    ['no load', ['--load', '0'], /--load cannot be "0"/],
    ['a share of 150 %', ['--largest-share', '150%'], /--largest-share cannot be "150%".*0\.15 or 15%/],
    ['too few types for the share', ['--types-at-most', '2', '--types-at-least', '2'], /^--largest-share.*0\.5/m],
    ['31 types', ['--types-at-most', '31'], /--types-at-most cannot be "31": expected a whole number from 1 to 30/],
    ['a catalogue without prices', ['--catalog', lacking], /^--catalog.*(price|refresh)/m],
    ['only types that EMR does not offer', ['--catalog', none, '--filter', 'type=r5.4xlarge'], /r5\.4xlarge|EMR/],
    ['no catalogue', ['--catalog', 'nowhere.json'], /nowhere\.json.*cannot be read \(ENOENT\)/],
    ['a policy with a mistake', ['--policy', file('bad.json', '{"capacity":{"coresPerUnit":0}}')], /coresPerUnit/],
    ['a folder that is not there', ['--html', 'no/plan.html'], /--html cannot be "no\/plan\.html" \(ENOENT\)/],
    ['a target without a cluster', ['--env', 'prod'], /--env belongs to --replan CLUSTER/],
  ])('%s', async (_, args, expected) => {
    const { code, out, err } = await run(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(expected);
    expect(err).not.toMatch(/undefined|\[object|at .*\.ts/);
  });

  test('a broken catalogue, a broken filter and a broken policy → all of it at once', async () => {
    const policy = file('bad.json', '{"capacity":{"maximumUnits":-1}}');
    const { err } = await run('--catalog', broken, '--filter', 'famly=r6g vcpu=many', '--policy', policy);
    for (const text of ['region', 'types', 'famly', 'many', 'maximumUnits']) expect(err).toContain(text);
  });

  test('one of two files cannot be written → it is told, and no answer looks like success', async () => {
    const { code, err } = await run('--configs', 'no/types.json', '--html', 'no/plan.html');
    expect(code).toBe(2);
    expect(err.match(/cannot be/g)).toHaveLength(2);
    expect(existsSync(join(folder, 'no'))).toBe(false);
  });
});
