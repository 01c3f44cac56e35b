/** The rules of AWS Solutions: what they find is acknowledged with a reason, and nothing is that they do not find. */
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { full, plain, stacksOf } from './synthesized.ts';

const KEY = Validations.ACKNOWLEDGED_RULES_METADATA_KEY;

interface Report {
  readonly violations: readonly {
    readonly ruleName: string;
    readonly violatingResources: readonly { readonly constructPath: string }[];
  }[];
}

/** Rule and construct, of each finding. */
const findingsIn = (scope: IConstruct, { acknowledged }: { readonly acknowledged: boolean }): [string, string][] => {
  const pack = new AwsSolutionsChecks();
  if (!acknowledged) (pack as unknown as { isAcknowledged: () => boolean }).isAcknowledged = () => false;
  const report = pack.validateScope(scope) as unknown as Report;
  return report.violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath }): [string, string] => [ruleName, constructPath]),
  );
};

/** Rule, construct that it is acknowledged on, and why. */
const acknowledgedIn = (scope: IConstruct): [string, string, string][] =>
  scope.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string | { readonly reason: string }>))
      .filter(([id]) => id.includes('AwsSolutions'))
      .map(([id, reason]): [string, string, string] => [
        id.replace(/^annotation::/i, ''),
        node.path,
        typeof reason === 'string' ? reason : JSON.stringify(reason),
      ]),
  );

const [withNetworks, without] = stacksOf(full('prod'), plain('dev'));

describe.each([
  ['state', withNetworks?.state as Stack],
  ['autoscaler with networks', withNetworks?.autoscaler as Stack],
  ['autoscaler without', without?.autoscaler as Stack],
])('%s', (title, stack) => {
  test('no rule is broken unexplained', () => {
    expect(findingsIn(stack, { acknowledged: true })).toEqual([]);
  });

  test('what is acknowledged says why in a sentence, and is really found there', () => {
    const found = findingsIn(stack, { acknowledged: false });
    const acknowledged = acknowledgedIn(stack);
    for (const [rule, path, reason] of acknowledged) {
      expect(reason.split(' ').length).toBeGreaterThan(4);
      const here = found.some(([foundRule, where]) => foundRule === rule && where.startsWith(path));
      expect([rule, path, here]).toEqual([rule, path, true]);
    }
    expect(acknowledged.length > 0).toBe(title !== 'state');
  });
});

test('a queue without TLS and dead letters is found: the rules do run', () => {
  const stack = new Stack(new App(), 'Planted');
  new Queue(stack, 'Queue');
  const rules = findingsIn(stack, { acknowledged: true }).map(([rule]) => rule);
  expect(rules).toEqual(expect.arrayContaining(['AwsSolutions-SQS3', 'AwsSolutions-SQS4']));
});
