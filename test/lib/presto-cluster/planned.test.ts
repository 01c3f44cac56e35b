/** A task fleet whose types are planned at synth: the same as the command's, every time, and mistakes told like any others. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import type { PrestoClusterProps, TypesPlan } from '../../../lib/presto-cluster/props.ts';
import { PrestoClusterError } from '../../../lib/presto-cluster.ts';
import { instanceTypeConfigs } from '../../../planning/ask/configs.ts';
import { shippedCatalogue } from '../../../planning/catalogue/shipped.ts';
import { plan } from '../../../planning/portfolio/plan.ts';
import { DEFAULT_QUESTION } from '../../../planning/portfolio/question.ts';
import { type Change, clusterIn, made } from './described.ts';

beforeEach(() => void jest.spyOn(console, 'error').mockImplementation(() => undefined));

const folder = mkdtempSync(join(tmpdir(), 'prestoscale-planned-'));
afterAll(() => rmSync(folder, { recursive: true }));

const planned =
  (types: TypesPlan = {}, more: Partial<PrestoClusterProps['task']> = {}): Change =>
  (props) => ({ ...props, task: { types: { plan: types }, ...more } });

const mistakesOf = (change: Change): readonly string[] => {
  try {
    made(change);
  } catch (error) {
    if (error instanceof PrestoClusterError) return error.mistakes;
    throw error;
  }
  return [];
};

const typesOf = (change: Change) => clusterIn(made(change).stack).Instances.TaskInstanceFleets[0].InstanceTypeConfigs;

const warnings = (change: Change): readonly string[] =>
  Annotations.fromStack(made(change).stack)
    .findWarning('*', Match.anyValue())
    .map(({ entry }) => String(entry.data));

const catalogueFile = (name: string, more: object = {}): string => {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify({ ...shippedCatalogue(), ...more }));
  return path;
};

describe('types that are planned at synth', () => {
  test('nothing but the wish → what the portfolio chooses of the shipped catalogue, with its weights', () => {
    const question = { ...DEFAULT_QUESTION, filter: `${DEFAULT_QUESTION.filter} vcpu<=64`, typesAtLeast: 15 };
    const { plan: expected } = plan(shippedCatalogue(), question);
    if (expected === undefined) throw new Error('no plan');
    const weights = instanceTypeConfigs(expected, 'price-capacity-optimized').map(
      ({ InstanceType, WeightedCapacity }) => ({ InstanceType, WeightedCapacity }),
    );
    const types = typesOf(planned());
    expect(types).toHaveLength(expected.chosen.length);
    expect(types).toEqual(expect.arrayContaining(weights));
    expect(types.length).toBeGreaterThanOrEqual(15);
  });

  test('two syntheses → the same template', () => {
    const [first, second] = [1, 2].map(() => Template.fromStack(made(planned()).stack).toJSON());
    expect(first).toEqual(second);
  });

  test('a catalogue of their own with other prices → other types', () => {
    const types = shippedCatalogue().types.map((type) =>
      type.name.startsWith('r5') || type.name.startsWith('r6i') ? { ...type, spotUsdPerHour: 0.01 } : type,
    );
    const names = typesOf(planned({ catalogue: catalogueFile('cheap.json', { types }) })).map(
      (one) => one.InstanceType,
    );
    expect(names.filter((name) => /^r(5|6i)/.test(name)).length).toBeGreaterThan(5);
  });

  test.each<[string, Change, number]>([
    ['weights up to 4 units by default', planned(), 4],
    ['mostUnitsPerInstance 2', planned({}, { mostUnitsPerInstance: 2 }), 2],
    ['a maximum of 20 units, 5 % of which is one', planned({}, { maximumUnits: 20 }), 1],
  ])('%s → no type is heavier', (_, change, most) => {
    const weights = typesOf(change).map(({ WeightedCapacity }) => WeightedCapacity);
    expect(Math.max(...weights)).toBeLessThanOrEqual(most);
    expect(weights.every(Number.isInteger)).toBe(true);
  });

  test('the plan is there to be told; given types → there is none', () => {
    const { construct } = made(planned({ objective: 'cheapest' }));
    expect(construct.plan?.question.objective).toBe('cheapest');
    expect(construct.plan?.chosen[0]?.reasons.length).toBeGreaterThan(0);
    expect(made().construct.plan).toBeUndefined();
  });
});

describe('mistakes of a plan', () => {
  test.each<[string, TypesPlan, RegExp]>([
    ['an unknown family', { filter: 'family=r6q' }, /^task\.types\.plan\.filter.*r6q.*Nearest: r6/],
    ['a filter that leaves nothing', { filter: 'memory>=90000' }, /^task\.types\.plan\.filter.*90000/],
    ['an unknown score', { score: 'speed' }, /^task\.types\.plan\.score.*coremark/],
    ['an objective that there is not', { objective: 'fast' as never }, /^task\.types\.plan\.objective.*cheapest/],
    ['31 types', { typesAtMost: 31 }, /^task\.types\.plan\.typesAtMost.*30/],
    ['no such catalogue', { catalogue: '/nowhere/c.json' }, /nowhere\/c\.json.*cannot be read/],
  ])('%s', (_, types, expected) => expect(mistakesOf(planned(types)).join('\n')).toMatch(expected));

  test('a plan and other props with mistakes → all at once, and each once', () => {
    const mistakes = mistakesOf((props, stack) => ({
      ...planned({ filter: 'famly=r6g' }, { maximumUnits: 0 })(props, stack),
      clusterName: 'ETL prod',
    }));
    expect(mistakes.filter((one) => one.includes('famly'))).toHaveLength(1);
    expect(mistakes.filter((one) => one.includes('maximumUnits'))).toHaveLength(1);
    expect(mistakes.filter((one) => one.startsWith('clusterName'))).toHaveLength(1);
    expect(mistakes.some((one) => one.includes('0 of them'))).toBe(false);
  });

  test('no size of a unit → told where it stands, not as a mistake of the plan', () => {
    expect(mistakesOf((props, stack) => ({ ...planned()(props, stack), coresPerUnit: 0 }))).toEqual([
      expect.stringMatching(/^coresPerUnit: 0/),
    ]);
  });
});

describe('warnings of a plan', () => {
  test('the shipped catalogue, in another region → both are told', () => {
    const told = warnings(planned()).join('\n');
    expect(told).toMatch(/prestoscale:shipped-catalogue/);
    expect(told).toMatch(/prices of us-east-1, the cluster is in eu-central-1/);
  });

  test('a catalogue of the cluster’s own region → neither', () => {
    const catalogue = catalogueFile('own.json', { region: 'eu-central-1' });
    expect(warnings(planned({ catalogue })).filter((one) => one.includes('prestoscale:'))).toEqual([]);
  });

  test('Arm alone → what happens to its pools happens to all', () => {
    const catalogue = catalogueFile('own.json', { region: 'eu-central-1' });
    const told = warnings(planned({ catalogue, filter: 'arch=arm64 memory-per-vcpu>=7' })).join('\n');
    expect(told).toContain('All types are arm64');
  });
});
