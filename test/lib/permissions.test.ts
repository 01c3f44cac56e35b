/** Roles allow what the code calls, on what it calls it on, and nothing else. */
import { callsOf, callsOfAdapters } from './calls.ts';
import { full, ofType, plain, stacksOf, templatesOf } from './synthesized.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const [prod, dev] = stacksOf(full('prod'), plain('dev'));
const { autoscaler } = templatesOf(prod as never);

const asList = <Value>(value: Value | readonly Value[]): readonly Value[] =>
  Array.isArray(value) ? value : [value as Value];

/** Statements by the name of the role's construct. */
const roles = new Map(
  ofType(autoscaler, 'AWS::IAM::Policy').map(([id, properties]) => [
    id.replace(/^Autoscaler(\w+?)RoleDefaultPolicy\w{8}$/, '$1'),
    (properties['PolicyDocument'] as { Statement: readonly Statement[] }).Statement,
  ]),
);

const statementsOf = (role: string): readonly Statement[] => {
  const statements = roles.get(role);
  if (statements === undefined) throw new Error(`no role ${role} among ${[...roles.keys()].join(', ')}`);
  return statements;
};

const allowed = (role: string): string[] =>
  statementsOf(role)
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action }) => asList(Action));

/** What Lambda and Scheduler do with a role, and no code of ours. */
const LOGS = ['logs:CreateLogStream', 'logs:PutLogEvents'];
const QUEUE = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const INTERFACES = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];
const PLATFORM = [...LOGS, ...QUEUE, ...INTERFACES, 'lambda:InvokeFunction'];

const sorted = (values: Iterable<string>): string[] => [...new Set(values)].toSorted();
const without = (values: readonly string[], left: readonly string[]): string[] =>
  values.filter((value) => !left.includes(value));

describe('actions', () => {
  test('all roles together: those that the adapters can call, and each of them', () => {
    const granted = sorted([...roles.keys()].flatMap(allowed));
    expect(without(granted, PLATFORM)).toEqual(callsOfAdapters());
  });

  test.each([
    [
      'Dispatch',
      'dispatch',
      [
        'cloudwatch:DescribeAlarms',
        'elasticmapreduce:DescribeCluster',
        'elasticmapreduce:ListClusters',
        'sqs:SendMessage',
      ],
    ],
    ['Route', 'route', ['ec2:DescribeInstances', 'sqs:SendMessage']],
    [
      'Reconcile',
      'reconcile',
      [
        'aps:QueryMetrics',
        'cloudwatch:GetMetricData',
        'elasticmapreduce:DescribeCluster',
        'elasticmapreduce:GetManagedScalingPolicy',
        'elasticmapreduce:ListInstanceFleets',
        'elasticmapreduce:ListInstances',
        'elasticmapreduce:ModifyInstanceFleet',
      ],
    ],
  ])('%s: nothing that its own code cannot reach, and beside the table only its own business', (role, name, others) => {
    const granted = without(sorted(allowed(role)), PLATFORM);
    expect(granted.filter((action) => !action.startsWith('dynamodb:'))).toEqual(others);
    expect(without(granted, callsOf(name))).toEqual([]);
  });

  test('a function in a network has interfaces, but its code may not touch them', () => {
    for (const role of ['Reconcileops', 'Reconcileprodvpc']) {
      expect(allowed(role)).toEqual(expect.arrayContaining(INTERFACES));
      const [deny, ...others] = statementsOf(role).filter(({ Effect }) => Effect === 'Deny');
      expect(others).toEqual([]);
      expect(sorted(asList(deny?.Action ?? []))).toEqual(sorted(INTERFACES));
      expect(deny?.Condition).toEqual({
        ArnLike: { 'lambda:SourceFunctionArn': 'arn:aws:lambda:eu-central-1:123456789012:function:*' },
      });
    }
    expect(allowed('Reconcile').filter((action) => action.startsWith('ec2:'))).toEqual([]);
  });

  test('where no cluster has its sample in CloudWatch or in a workspace, neither may be asked', () => {
    const isSource = (action: string): boolean => action.startsWith('aps:') || action === 'cloudwatch:GetMetricData';
    expect(allowed('Reconcile').filter(isSource)).toHaveLength(2);
    expect(allowed('Reconcileops').filter(isSource)).toEqual([]);
    expect(JSON.stringify(templatesOf(dev as never).autoscaler)).not.toMatch(/aps:|GetMetricData/);
  });
});

/** Actions on items: partition → actions without the service. */
const itemsOf = (role: string): Record<string, string[]> => {
  const found: Record<string, string[]> = {};
  for (const { Action, Condition } of statementsOf(role)) {
    const actions = asList(Action).filter((action) => action.startsWith('dynamodb:'));
    if (actions.length === 0) continue;
    expect(Object.keys(Condition ?? {})).toEqual(['ForAllValues:StringLike']);
    const partitions = Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] ?? [];
    for (const partition of partitions as string[])
      found[partition] = sorted([...(found[partition] ?? []), ...actions.map((action) => action.slice(9))]);
  }
  return found;
};

describe('the table', () => {
  test.each([
    [
      'Reconcile',
      {
        'CLUSTER#*': ['BatchWriteItem', 'GetItem', 'Query', 'UpdateItem'],
        'JOURNAL#*': ['BatchWriteItem'],
        'LEDGER#*': ['PutItem'],
        ACCOUNT: ['GetItem', 'PutItem', 'UpdateItem'],
      },
    ],
    [
      'Dispatch',
      {
        'CLUSTER#*': ['GetItem', 'PutItem', 'UpdateItem'],
        'POLICY#*': ['PutItem'],
        ACCOUNT: ['DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
      },
    ],
    ['Route', { 'CLUSTER#*': ['DeleteItem', 'PutItem', 'UpdateItem'], ACCOUNT: ['GetItem', 'PutItem', 'Query'] }],
  ])('%s writes no partition that is not its own, and nobody scans', (role, expected) => {
    expect(itemsOf(role)).toEqual(expected);
  });

  test('only the table of its own environment', () => {
    for (const statement of [...roles.values()]
      .flat()
      .filter(({ Action }) => asList(Action)[0]?.startsWith('dynamodb:')))
      expect(statement.Resource).toEqual({
        'Fn::GetStackOutput': expect.objectContaining({ StackName: 'prestoscale-prod-state' }),
      });
  });
});

describe('resources', () => {
  const wide = [...roles].flatMap(([role, statements]) =>
    statements
      .filter(({ Effect, Resource }) => Effect === 'Allow' && JSON.stringify(Resource).includes('*'))
      .map((statement) => ({ role, statement })),
  );

  test('a wildcard is there only where AWS knows no resource, or its id is not known before', () => {
    const found = wide.flatMap(({ statement: { Action, Resource } }) =>
      asList(Action).map((action) => `${action} on ${JSON.stringify(Resource)}`),
    );
    const clusters = '"arn:aws:elasticmapreduce:eu-central-1:123456789012:cluster/*"';
    expect(sorted(found)).toEqual(
      sorted([
        'cloudwatch:DescribeAlarms on "*"',
        'cloudwatch:GetMetricData on "*"',
        'ec2:DescribeInstances on "*"',
        ...INTERFACES.map((action) => `${action} on "*"`),
        'elasticmapreduce:ListClusters on "*"',
        ...[
          'DescribeCluster',
          'GetManagedScalingPolicy',
          'ListInstanceFleets',
          'ListInstances',
          'ModifyInstanceFleet',
        ].map((action) => `elasticmapreduce:${action} on ${clusters}`),
      ]),
    );
  });

  test('a cluster is looked at or changed only with this environment’s tag', () => {
    const onClusters = wide.filter(({ statement }) => JSON.stringify(statement.Resource).includes('cluster/'));
    expect(onClusters.length).toBeGreaterThan(0);
    for (const { statement } of onClusters)
      expect(statement.Condition).toEqual({ StringEquals: { 'aws:ResourceTag/prestoscale:environment': 'prod' } });
  });

  test('actions have no wildcards, and nobody may tag', () => {
    const actions = [...roles.keys()].flatMap(allowed);
    expect(actions.filter((action) => action.includes('*') || /tag/i.test(action))).toEqual([]);
  });

  test('no role has a managed policy, or statements beside its own policy', () => {
    for (const [, role] of ofType(autoscaler, 'AWS::IAM::Role')) {
      expect([role['ManagedPolicyArns'], role['Policies']]).toEqual([undefined, undefined]);
    }
  });

  test('events and the schedule may call their one function each', () => {
    for (const [, permission] of ofType(autoscaler, 'AWS::Lambda::Permission'))
      expect(permission).toMatchObject({
        Principal: 'events.amazonaws.com',
        SourceArn: { 'Fn::GetAtt': expect.anything() },
      });
    expect(statementsOf('EveryMinute')).toEqual([
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: { 'Fn::GetAtt': [expect.stringContaining('DispatchFunction'), 'Arn'] },
      },
    ]);
  });
});
