/** The template of an environment that has everything, beside a second environment in the same account. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALARMS, anchorOf } from '../../lib/alarm-definitions.ts';
import { full, ofType, type Plain, plain, ROOT, stacksOf, templatesOf } from './synthesized.ts';

type Fields = Readonly<Record<string, unknown>>;

const [prodStacks, devStacks] = stacksOf(full('prod'), plain('dev'));
const prod = templatesOf(prodStacks as never);
const dev = templatesOf(devStacks as never);
const { autoscaler } = prod;

const one = (type: string, part: string, template: Plain = autoscaler): Fields => {
  const found = ofType(template, type).filter(([id]) => id.includes(part));
  expect(found.map(([id]) => id)).toHaveLength(1);
  return found[0]?.[1] as Fields;
};

describe('functions', () => {
  const functions = ofType(autoscaler, 'AWS::Lambda::Function');

  test('dispatch, route, and a reconcile for each network and for none', () => {
    const names = functions.map(([id]) => id.replace(/^Autoscaler(\w+)Function\w{8}$/, '$1'));
    expect(names.toSorted()).toEqual(['Dispatch', 'Reconcile', 'Reconcileops', 'Reconcileprodvpc', 'Route']);
  });

  test.each(functions)('%s: Node 24, arm64, JSON into a log of the state stack', (_id, properties) => {
    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      LoggingConfig: {
        LogFormat: 'JSON',
        LogGroup: { 'Fn::GetStackOutput': { StackName: 'prestoscale-prod-state' } },
      },
      Environment: { Variables: { TABLE_NAME: { 'Fn::GetStackOutput': { StackName: 'prestoscale-prod-state' } } } },
    });
    expect(properties['ReservedConcurrentExecutions']).toBeUndefined();
  });

  test('dispatch is over before its next minute, and is not repeated', () => {
    expect(one('AWS::Lambda::Function', 'Dispatch')['Timeout']).toBeLessThan(60);
    expect(one('AWS::Lambda::EventInvokeConfig', 'Dispatch')).toMatchObject({ MaximumRetryAttempts: 0 });
    expect(one('AWS::Scheduler::Schedule', '')).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'ENABLED',
      Target: { RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 } },
    });
  });

  test('route is repeated twice within a quarter of an hour, then its event is kept', () => {
    expect(one('AWS::Lambda::EventInvokeConfig', 'Route')).toMatchObject({
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 900,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [expect.stringContaining('DeadLetters'), 'Arn'] } },
      },
    });
  });

  test('dispatch and route know the queue of every network', () => {
    for (const name of ['Dispatch', 'Route']) {
      const { Variables } = one('AWS::Lambda::Function', name)['Environment'] as { Variables: Fields };
      const urls = JSON.stringify(Variables['TICK_QUEUE_URLS']);
      for (const network of ['"-', 'ops', 'prod-vpc']) expect(urls).toContain(network);
    }
  });
});

describe('queues of wake-ups', () => {
  const queues = ofType(autoscaler, 'AWS::SQS::Queue').filter(([id]) => id.includes('Ticks'));

  test('one for each network and one for none', () => expect(queues).toHaveLength(3));

  test.each(queues)('%s: three minutes, received once, no dead letters', (_id, properties) => {
    expect(properties).toMatchObject({ MessageRetentionPeriod: 180, VisibilityTimeout: 180 });
    expect(properties['RedrivePolicy']).toBeUndefined();
  });

  test('no queue is visible again while its function may still run', () => {
    for (const [, { Timeout }] of ofType(autoscaler, 'AWS::Lambda::Function').filter(([id]) =>
      id.includes('Reconcile'),
    ))
      expect(Number(Timeout)).toBeLessThanOrEqual(180);
  });

  test('one message a run, at most two runs a cluster, and failures are not told one by one', () => {
    const feeds = ofType(autoscaler, 'AWS::Lambda::EventSourceMapping').map(([, feed]) => feed);
    expect(feeds.map(({ BatchSize }) => BatchSize)).toEqual([1, 1, 1]);
    expect(feeds.map(({ FunctionResponseTypes }) => FunctionResponseTypes)).toEqual([undefined, undefined, undefined]);
    // Four clusters in no network; one behind Prometheus; two that are read directly.
    expect(feeds.map(({ ScalingConfig }) => ScalingConfig)).toEqual(
      [8, 2, 4].map((MaximumConcurrency) => ({ MaximumConcurrency })),
    );
  });

  test('every queue refuses what comes without TLS', () => {
    const all = ofType(autoscaler, 'AWS::SQS::Queue');
    const policies = JSON.stringify(ofType(autoscaler, 'AWS::SQS::QueuePolicy'));
    expect(policies.match(/"aws:SecureTransport":"false"/g)).toHaveLength(all.length);
  });
});

describe('events', () => {
  const patterns = ofType(autoscaler, 'AWS::Events::Rule').map(([, rule]) => rule['EventPattern']);

  test('alarms, spot, EMR, and requests to this environment alone', () => {
    expect(patterns).toEqual([
      { source: ['aws.cloudwatch'], 'detail-type': ['CloudWatch Alarm State Change'] },
      {
        source: ['aws.ec2'],
        'detail-type': ['EC2 Spot Instance Interruption Warning', 'EC2 Instance Rebalance Recommendation'],
      },
      {
        source: ['aws.emr'],
        'detail-type': ['EMR Instance Fleet State Change', 'EMR Instance Fleet Resize', 'EMR Cluster State Change'],
      },
      {
        source: ['prestoscale'],
        'detail-type': ['Prestoscale Hold Requested', 'Prestoscale Hold Released', 'Prestoscale Marker'],
        detail: { environment: ['prod'] },
      },
    ]);
  });

  test('each goes to route, is tried again for a quarter of an hour, and then kept', () => {
    for (const [, rule] of ofType(autoscaler, 'AWS::Events::Rule')) {
      expect(rule['Targets']).toEqual([
        {
          Id: 'Target0',
          Arn: { 'Fn::GetAtt': [expect.stringContaining('RouteFunction'), 'Arn'] },
          RetryPolicy: { MaximumEventAgeInSeconds: 900, MaximumRetryAttempts: 30 },
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringContaining('DeadLetters'), 'Arn'] } },
        },
      ]);
    }
  });
});

describe('networks', () => {
  test('a function in a network runs in its private subnets; the others in no VPC', () => {
    const placed = ofType(autoscaler, 'AWS::Lambda::Function').filter(([, { VpcConfig }]) => VpcConfig !== undefined);
    expect(placed.map(([id]) => id.slice(0, 22))).toEqual(['AutoscalerReconcileops', 'AutoscalerReconcilepro']);
    for (const [, { VpcConfig }] of placed)
      expect((VpcConfig as Fields)['SubnetIds']).toEqual(['subnet-0aaa1111aaa1111aa', 'subnet-0bbb1111bbb1111bb']);
  });

  test('a group that is given is used; where none is, one is made that lets out to AWS and to the exporter', () => {
    expect(one('AWS::Lambda::Function', 'Reconcileops')['VpcConfig']).toMatchObject({
      SecurityGroupIds: ['sg-0ddd1111ddd1111dd'],
    });
    const group = one('AWS::EC2::SecurityGroup', '');
    expect(group['SecurityGroupIngress']).toBeUndefined();
    const out = ofType(autoscaler, 'AWS::EC2::SecurityGroupEgress').map(([, rule]) => rule);
    expect(out).toEqual([
      expect.objectContaining({ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443 }),
      expect.objectContaining({ DestinationSecurityGroupId: 'sg-0ccc1111ccc1111cc', FromPort: 9495, ToPort: 9495 }),
    ]);
  });

  test('both are let in at the primary nodes’ group', () => {
    const rules = ofType(autoscaler, 'AWS::EC2::SecurityGroupIngress').map(([, rule]) => rule);
    expect(rules.map(({ GroupId, FromPort, ToPort, IpProtocol }) => [GroupId, FromPort, ToPort, IpProtocol])).toEqual([
      ['sg-0ccc1111ccc1111cc', 9495, 9495, 'tcp'],
      ['sg-0ccc1111ccc1111cc', 9495, 9495, 'tcp'],
    ]);
    expect(rules.map(({ SourceSecurityGroupId }) => SourceSecurityGroupId)).toEqual([
      'sg-0ddd1111ddd1111dd',
      { 'Fn::GetAtt': [expect.stringContaining('Group'), 'GroupId'] },
    ]);
  });
});

describe('alarms', () => {
  const alarms = ofType(autoscaler, 'AWS::CloudWatch::Alarm').map(([, alarm]) => alarm);
  const runbook = readFileSync(join(ROOT, 'docs/runbook.md'), 'utf8');
  const headings = [...runbook.matchAll(/^#{2,3} (\S+)$/gm)].map(([, heading]) => heading as string);

  test.each(ALARMS.map((alarm) => [alarm.name, alarm] as const))(
    '%s: says what it means and where to read on, and why it takes no data for what it does',
    (name, { section, means, because }) => {
      const alarm = alarms.find(({ AlarmName }) => AlarmName === `prestoscale-prod-${name}`);
      expect(alarm?.['AlarmDescription']).toBe(
        `${means} What to do: https://wiki.example/runbook.md#${anchorOf(section)}`,
      );
      expect(headings).toContain(section);
      expect(means.length).toBeGreaterThan(40);
      expect(because.length).toBeGreaterThan(20);
    },
  );

  test('all tell the topic when they go off and when all is well; the one of `verify` tells nobody', () => {
    const topic = ['arn:aws:sns:eu-central-1:123456789012:on-call'];
    for (const { AlarmName, AlarmActions, OKActions } of alarms) {
      const told = AlarmName === 'prestoscale-prod-verify' ? undefined : topic;
      expect([AlarmName, AlarmActions, OKActions]).toEqual([AlarmName, told, told]);
    }
    expect(alarms).toHaveLength(ALARMS.length + 1);
  });

  test('without a topic alarms are made all the same', () => {
    const silent = ofType(dev.autoscaler, 'AWS::CloudWatch::Alarm').map(([, alarm]) => alarm);
    expect(silent).toHaveLength(ALARMS.length + 1);
    expect(silent.filter(({ AlarmActions }) => AlarmActions !== undefined)).toEqual([]);
  });

  test('a loop that stands still is seen by its silence, everything else by what it tells', () => {
    const breaching = alarms.filter(({ TreatMissingData }) => TreatMissingData === 'breaching');
    expect(breaching.map(({ AlarmName }) => AlarmName)).toEqual(['prestoscale-prod-loop-not-running']);
    expect(alarms.find(({ AlarmName }) => AlarmName === 'prestoscale-prod-verify')).toMatchObject({
      TreatMissingData: 'ignore',
    });
  });

  test('failures of dispatch and of every reconcile are added up', () => {
    const failing = alarms.find(({ AlarmName }) => AlarmName === 'prestoscale-prod-ticks-failing');
    const metrics = failing?.['Metrics'] as Fields[];
    expect(metrics.filter(({ MetricStat }) => MetricStat !== undefined)).toHaveLength(4);
    expect(metrics[0]).toMatchObject({ Expression: 'SUM(METRICS())' });
  });
});

test('one dashboard, with a graph of every cluster', () => {
  const body = JSON.stringify(one('AWS::CloudWatch::Dashboard', '')['DashboardBody']).replaceAll('\\', '');
  const titles = [...body.matchAll(/"title":"([^"]+)"/g)].map(([, title]) => title);
  expect(titles).toEqual(expect.arrayContaining(full('prod').clusters.map(({ name }) => name)));
});

test('what commands look for is told', () => {
  expect(Object.keys(autoscaler.Outputs).filter((name) => !name.startsWith('Publish'))).toEqual([
    'TableName',
    'TickQueueUrls',
    'VerifyAlarmName',
    'EnvironmentName',
  ]);
  expect(autoscaler.Outputs['EnvironmentName']).toEqual({ Value: 'prod' });
});

test('there is no custom resource', () => {
  const types = [prod.state, prod.autoscaler].flatMap(({ Resources }) =>
    Object.values(Resources).map(({ Type }) => Type),
  );
  expect(types.filter((type) => type.startsWith('Custom::') || type.includes('CustomResource'))).toEqual([]);
});

/** Types that CloudFormation lets nobody tag. */
const UNTAGGED = [
  'Policy',
  'QueuePolicy',
  'Permission',
  'EventInvokeConfig',
  'Schedule',
  'Dashboard',
  'Egress',
  'Ingress',
];

test('everything that can be tagged says whose it is', () => {
  for (const [id, { Type, Properties }] of Object.entries({ ...prod.state.Resources, ...autoscaler.Resources })) {
    if (UNTAGGED.some((ending) => Type.endsWith(ending))) continue;
    expect([id, JSON.stringify(Properties)]).toEqual([
      id,
      expect.stringContaining('{"Key":"prestoscale:environment","Value":"prod"}'),
    ]);
  }
});

test('two environments of one account have no name in common', () => {
  const names = ({ Resources }: Plain): string[] =>
    Object.values(Resources).flatMap(({ Properties }) =>
      Object.entries(Properties)
        .filter(([key, value]) => /Name$/.test(key) && typeof value === 'string')
        .filter(([key]) => !['MetricName', 'PolicyName'].includes(key))
        .map(([, value]) => String(value)),
    );
  const ofProd = names(autoscaler);
  expect(ofProd.length).toBeGreaterThan(ALARMS.length);
  for (const name of ofProd) expect(name).toContain('prestoscale-prod');
  for (const name of names(dev.autoscaler)) expect(name).toContain('prestoscale-dev');
  expect(JSON.stringify(autoscaler)).not.toContain('prestoscale-dev');
});

test('the same environment gives the same templates again', () => {
  const [again] = stacksOf(full('prod'));
  expect(templatesOf(again as never)).toEqual(prod);
});
