/** The rules of AWS Solutions, on clusters of both engines. */
import type { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks } from 'cdk-nag';
import { made, retrying } from './described.ts';

interface Report {
  readonly violations: readonly {
    readonly ruleName: string;
    readonly violatingResources: readonly { readonly constructPath: string }[];
  }[];
}

const rulesBroken = (stack: Stack, acknowledged = true): string[] => {
  const pack = new AwsSolutionsChecks();
  if (!acknowledged) (pack as unknown as { isAcknowledged: () => boolean }).isAcknowledged = () => false;
  const { violations } = pack.validateScope(stack) as unknown as Report;
  return violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath }) => `${ruleName.replace(/\[.*/s, '')} ${constructPath}`),
  );
};

const unique = (list: readonly string[]): string[] => [...new Set(list)].sort();

describe.each([
  ['Presto', made().stack],
  ['Trino with retries', made((_, stack) => retrying(stack)).stack],
])('%s', (_, stack) => {
  test('no rule is broken unexplained', () => {
    expect(rulesBroken(stack)).toEqual([]);
  });

  test('what is explained is really found, and no more', () => {
    expect(unique(rulesBroken(stack, false))).toEqual([
      'AwsSolutions-EMR4 clusters/Presto/Cluster',
      'AwsSolutions-EMR5 clusters/Presto/Cluster',
      'AwsSolutions-EMR6 clusters/Presto/Cluster',
      'AwsSolutions-IAM4 clusters/Presto/ServiceRole/Resource',
      'AwsSolutions-IAM5 clusters/Presto/InstancePolicy/Resource',
    ]);
  });
});

test('a wildcard that the owner gives the instances is not explained away', () => {
  const { stack, construct } = made();
  construct.instanceRole.addToPolicy(new PolicyStatement({ actions: ['glue:*'], resources: ['*'] }));
  expect(unique(rulesBroken(stack))).toEqual(['AwsSolutions-IAM5 clusters/Presto/InstanceRole/DefaultPolicy/Resource']);
});

test('no logs → that is found', () => {
  const { stack } = made(({ logBucket: _, ...props }) => props);
  expect(unique(rulesBroken(stack))).toEqual(['AwsSolutions-EMR2 clusters/Presto/Cluster']);
});
