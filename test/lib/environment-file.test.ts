import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getNodeValue, type Node, parseTree } from 'jsonc-parser';
import { parsePolicy } from '../../lambdas/core/policy/parse.ts';
import { networkOf } from '../../lambdas/settings/settings.ts';
import { functionSettings, loadEnvironment } from '../../lib/environment.ts';
import { environmentNames } from '../../lib/environment-file.ts';
import { soundFile, type Tree } from './environments.ts';

const ENVIRONMENTS = join(__dirname, '../../environments');

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly const?: unknown;
}

/** Keys that the schema does not know where they stand. */
const strangers = (schema: Schema, value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => strangers(schema.items ?? {}, item));
  const { from } = value as Tree;
  const { properties = {}, additionalProperties } =
    schema.oneOf?.find((one) => one.properties?.['from']?.const === from) ?? schema;
  return Object.entries(value).flatMap(([key, inner]) => {
    const next = properties[key] ?? (additionalProperties === false ? undefined : additionalProperties);
    return next === undefined ? [key] : strangers(next, inner);
  });
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'environments-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

/** What loading says; empty when it says nothing. */
const messageOf = (name: string, where = folder): string => {
  try {
    loadEnvironment(where, name);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('the example', () => {
  const example = loadEnvironment(ENVIRONMENTS, 'example');

  test('three clusters of one company, each on its own signal', () => {
    expect(example.clusters.map(({ name, sample }) => [name, sample.from])).toEqual([
      ['applications', 'push'],
      ['ad-hoc', 'alarms'],
      ['machine-learning', 'scrape'],
    ]);
    expect(example.clusters.map(networkOf)).toEqual([undefined, undefined, 'data-science']);
    expect(example.networks.map(({ name }) => name)).toEqual(['data-science']);
  });

  test('every policy in it is one, and says more than nothing', () => {
    for (const { policy } of functionSettings(example).clusters) {
      expect(parsePolicy(policy).problems).toBeUndefined();
      expect(Object.keys(policy)).toContain('capacity');
    }
  });

  test('the source that stands in a comment is right as well', () => {
    const text = readFileSync(join(ENVIRONMENTS, 'example.json'), 'utf8');
    const sample = /\/\/\s+"sample": (\{ "from": "amp".*\})/.exec(text)?.[1];
    expect(sample).toBeDefined();
    const file = { ...soundFile(), networks: {} };
    const clusters = { ml: { find: { name: 'x' }, sample: JSON.parse(sample as string) as unknown, policy: {} } };
    write('a.json', JSON.stringify({ ...file, clusters }));
    expect(messageOf('a')).toBe('');
  });

  test('it names the schema that editors use, which knows every key of it where it stands', () => {
    const schema = JSON.parse(readFileSync(join(ENVIRONMENTS, 'environment.schema.json'), 'utf8')) as Schema;
    const text = readFileSync(join(ENVIRONMENTS, 'example.json'), 'utf8');
    const file = getNodeValue(parseTree(text) as Node) as Tree;
    expect(file['$schema']).toBe('./environment.schema.json');
    expect(strangers(schema, file)).toEqual([]);
    // The walk itself finds strangers at every depth.
    const planted = {
      ...file,
      clusters: { a: { sample: { from: 'push', url: 'x' }, policy: { capacity: { units: 1 } } } },
    };
    expect(strangers(schema, { ...planted, region_: 1 })).toEqual(['url', 'units', 'region_']);
  });
});

describe('files', () => {
  test('comments, trailing commas and a byte-order mark are allowed', () => {
    write('prod.json', `\uFEFF// ours\n${JSON.stringify(soundFile(), null, 2).replace(/\}$/, ',}')}\n/* end */`);
    expect(loadEnvironment(folder, 'prod').name).toBe('prod');
  });

  test('every mistake has its line, in the order of lines', () => {
    const { account: _, ...file } = soundFile();
    const text = JSON.stringify({ slotSeconds: 7, ...file, region: 'moon' }, null, 2);
    write('prod.json', text);
    expect(messageOf('prod')).toBe(
      [
        `${join(folder, 'prod.json')} has 3 mistakes:`,
        '  line 1: account: nothing was given, expected the 12 digits of an AWS account, in quotes',
        '  line 2: slotSeconds: 7 was given, expected one of 5, 6, 10, 12, 15, 20, 30, 60',
        '  line 3: region: "moon" was given, expected an AWS region such as "eu-central-1"',
        'Every key: docs/environments.md',
      ].join('\n'),
    );
  });

  test('one mistake deep down → its line, and not the end of the world', () => {
    const file = soundFile();
    (((file['clusters'] as Tree)['ml'] as Tree)['policy'] as Tree)['alarms'] = [{ name: 'a', direction: 'up' }];
    const text = JSON.stringify(file, null, 2);
    write('prod.json', text);
    const line = text.split('\n').findIndex((one) => one.includes('"alarms"')) + 2;
    expect(messageOf('prod')).toContain(
      `has one mistake:\n  line ${line}: clusters.ml.policy.alarms.0.stepUnits: nothing was given`,
    );
  });

  test('a cluster that stands twice is not lost without a word', () => {
    const cluster = JSON.stringify({ find: { name: 'b' }, sample: { from: 'push' }, policy: {} });
    const text = JSON.stringify(soundFile(), null, 2).replace('"apps":', `"apps": ${cluster},\n"apps":`);
    write('prod.json', text);
    expect(messageOf('prod')).toMatch(
      /has one mistake:\n {2}line \d+: clusters\.apps: the key "apps" once more, in line \d+, was given/,
    );
  });

  test('a key that JavaScript swallows is told', () => {
    write('prod.json', JSON.stringify(soundFile()).replace('{', '{"__proto__": {},'));
    expect(messageOf('prod')).toMatch(
      /__proto__: the key "__proto__" was given, expected a key that does not stand here yet/,
    );
  });

  test.each<[string, string, RegExp]>([
    ['cut off', '{\n"account": "1', /prod\.json is not JSON:\n {2}line 2: /],
    ['two mistakes of syntax', '{ "account" "1",\n "region": }', /line 1: ColonExpected\n {2}line 2: ValueExpected/],
    ['empty', '', /prod\.json is (empty: write an environment into it|not JSON)/],
    ['a list', '[]', /line 1: the environment: \[\] was given, expected an object/],
  ])('%s', (_, text, message) => {
    write('prod.json', text);
    expect(messageOf('prod')).toMatch(message);
  });

  test('a file without its name’s form is found, and its name is refused', () => {
    write('prod-state.json', JSON.stringify(soundFile()));
    expect(messageOf('prod-state')).toContain('expected no -state at its end');
  });
});

describe('a name that no file has', () => {
  test('those there are, and the nearest', () => {
    write('prod.json', '{}');
    write('test.json', '{}');
    write('environment.schema.json', '{}');
    write('notes.txt', '');
    expect(environmentNames(folder)).toEqual(['prod', 'test']);
    expect(messageOf('prd')).toBe(
      `no environment "prd": there are prod, test; did you mean prod?\nWrite ${join(folder, 'prd.json')}, or name another: -c env=NAME`,
    );
  });

  test('there are none, or not even the folder', () => {
    expect(messageOf('prod')).toContain(`no environment "prod": there is none in ${folder}`);
    expect(messageOf('prod', join(folder, 'nowhere'))).toContain('there is none in');
  });

  test.each(['../secret', 'environment.schema', '', 'Prod', 'prod.json'])(
    '%p leads out of the folder or to no environment',
    (name) => {
      write('environment.schema.json', '{}');
      expect(messageOf(name)).toContain(`no environment "${name}"`);
    },
  );

  test('a folder in place of the file', () => {
    expect(messageOf('prod', '/dev/null')).toMatch(/cannot be read \(ENOTDIR\)/);
  });
});
