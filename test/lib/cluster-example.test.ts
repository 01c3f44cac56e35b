/** The example of docs/presto-cluster.md is an app: it is compiled with everything else, and made here. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AwsSolutionsChecks } from 'cdk-nag';
import { app, cluster } from '../../lib/cluster-example.ts';
import { parseEnvironment } from '../../lib/environment.ts';

const ROOT = join(import.meta.dirname, '../..');
// CDK tells that references between stacks are strong; that is meant.
const quiet = jest.spyOn(console, 'error').mockImplementation(() => undefined);
const assembly = app.synth();
quiet.mockRestore();
afterAll(() => rmSync(assembly.directory, { recursive: true }));

const { template, messages } = assembly.getStackByName('presto-etl');

test('the page shows the file', () => {
  const page = readFileSync(join(ROOT, 'docs/presto-cluster.md'), 'utf8');
  const [, shown] = /```ts\n(\/\*\* A complete app[\s\S]*?)```/.exec(page) ?? [];
  expect(shown).toBe(readFileSync(join(ROOT, 'lib/cluster-example.ts'), 'utf8'));
});

test('a cluster in the network of its own app, and no advice is left', () => {
  const [one] = Object.values(template.Resources as Record<string, { Type: string; Properties: never }>).filter(
    ({ Type }) => Type === 'AWS::EMR::Cluster',
  );
  expect(one?.Properties).toMatchObject({ Name: 'etl', Instances: { Ec2SubnetIds: { length: 3 } } });
  expect(messages.filter(({ entry }) => String(entry.data).includes('prestoscale:'))).toEqual([]);
});

test('the network may be used by EMR', () => {
  const base = assembly.getStackByName('presto-base').template.Resources as Record<
    string,
    { Type: string; Properties: { Tags?: { Key: string; Value: string }[] } }
  >;
  const used = Object.values(base).filter(({ Type }) => ['AWS::EC2::VPC', 'AWS::EC2::Subnet'].includes(Type));
  expect(used).toHaveLength(7);
  for (const { Properties } of used)
    expect(Properties.Tags).toContainEqual({ Key: 'for-use-with-amazon-emr-managed-policies', Value: 'true' });
});

test('its entry is one that an environment takes', () => {
  const clusters = JSON.parse(template.Outputs.EnvironmentEntry.Value);
  const { environment, problems } = parseEnvironment('prod', {
    account: '123456789012',
    region: 'eu-central-1',
    clusters,
  });
  expect(problems).toBeUndefined();
  expect(environment?.clusters).toMatchObject([{ name: 'etl', find: { name: 'etl' }, sample: { from: 'push' } }]);
});

test('what the rules of AWS Solutions find is what the page says: wildcards in buckets of other stacks', () => {
  const { violations } = new AwsSolutionsChecks().validateScope(cluster.node.scope as never) as unknown as {
    readonly violations: readonly { readonly ruleName: string }[];
  };
  const rules = violations.map(({ ruleName }) => ruleName.replace(/\[.*/s, ''));
  expect([...new Set(rules)]).toEqual(['AwsSolutions-IAM5']);
});
