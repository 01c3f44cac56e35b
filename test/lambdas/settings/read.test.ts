import { join } from 'node:path';
import fc from 'fast-check';
import { readFunctionSettings } from '../../../lambdas/settings/read.ts';
import { functionSettings, loadEnvironment } from '../../../lib/environment.ts';

const settings = () => functionSettings(loadEnvironment(join(__dirname, '../../../environments'), 'example'));

type Tree = { [key: string]: unknown };

/** The settings of the example with another value at a path such as `clusters/0/find`. */
const changed = (path: string, value: unknown): string => {
  const tree = JSON.parse(JSON.stringify(settings())) as Tree;
  const keys = path.split('/');
  const last = keys.pop() as string;
  const parent = keys.reduce<Tree>((part, key) => part[key] as Tree, tree);
  parent[last] = value;
  return JSON.stringify(tree);
};

test('what the deploy writes is what the functions read', () => {
  expect(readFunctionSettings(JSON.stringify(settings()))).toEqual(settings());
});

test.each<[string, unknown, string]>([
  ['environment', '', 'environment is "", expected a text'],
  ['slotSeconds', 7, 'slotSeconds is 7, expected a divisor of 60'],
  ['slotSeconds', '15', 'slotSeconds is "15", expected a divisor of 60'],
  ['slotSeconds', 0, 'slotSeconds is 0, expected a divisor of 60'],
  ['journalRetentionDays', undefined, 'journalRetentionDays is nothing, expected a whole number of days'],
  ['clusters', {}, 'clusters is {}, expected a list of clusters'],
  ['clusters', [], 'clusters is [], expected a list of clusters'],
  ['clusters/1', null, 'clusters[1] is null, expected an object'],
  ['clusters/1/name', 'applications', 'clusters[1].name is "applications", expected a name that no other cluster has'],
  ['clusters/0/name', undefined, 'clusters[0].name is nothing, expected a text'],
  ['clusters/0/find', {}, 'clusters[0].find is {}, expected an id, a name or tags'],
  ['clusters/0/sample', 'push', 'clusters[0].sample is "push", expected an object'],
  [
    'clusters/0/sample/from',
    'pull',
    'clusters[0].sample.from is "pull", expected one of push, alarms, scrape, coordinator, prometheus, amp, cloudwatch',
  ],
  ['clusters/0/sample/from', 'toString', 'clusters[0].sample.from is "toString", expected one of'],
  ['clusters/2/sample/url', undefined, 'clusters[2].sample.url is nothing, expected a text'],
  ['clusters/2/sample/network', 5, 'clusters[2].sample.network is 5, expected a text'],
  ['clusters/2/sample', { from: 'cloudwatch' }, 'clusters[2].sample.mapping is nothing, expected an object'],
  ['clusters/2/policy', undefined, 'clusters[2].policy is nothing, expected an object'],
])('%s as %j', (path, value, message) => {
  expect(() => readFunctionSettings(changed(path, value))).toThrow(`settings.json: ${message}`);
});

test.each(['', '{"environment":', 'null', '[]', '5'])('%j is no settings file, and the error names it', (text) => {
  expect(() => readFunctionSettings(text, 'other.json')).toThrow(
    /^other\.json.*: it is written by the deploy, so deploy again$/,
  );
});

test('any JSON in any place: settings, or one error that names the file', () => {
  const paths = [
    'environment',
    'clusters',
    'clusters/0',
    'clusters/1/find',
    'clusters/2/sample',
    'clusters/2/sample/from',
  ];
  const json = fc.json().map((text) => JSON.parse(text) as unknown);
  fc.assert(
    fc.property(fc.constantFrom(...paths), json, (path, value) => {
      try {
        expect(readFunctionSettings(changed(path, value)).slotSeconds).toBe(15);
      } catch (error) {
        expect((error as Error).message).toMatch(/^settings\.json: /);
      }
    }),
  );
});
