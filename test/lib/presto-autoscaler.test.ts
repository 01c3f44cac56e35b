/** The construct in an app that is not ours: no feature flags, stacks of their own names. */
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { PrestoAutoscaler } from '../../lib/constructs/presto-autoscaler.ts';
import { PrestoState } from '../../lib/constructs/state.ts';
import { exporterStatements } from '../../lib/permissions/exporter.ts';
import { full, ofType, type Plain, plain } from './synthesized.ts';

const stackIn = (env?: { account: string; region: string }): Stack =>
  new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Theirs', env === undefined ? {} : { env });

const templateOf = (stack: Stack): Plain => Template.fromStack(stack).toJSON() as Plain;

test('a stack without account and region, nothing given → table and logs beside the rest, and kept', () => {
  const stack = stackIn();
  new PrestoAutoscaler(stack, 'Autoscaler', { environment: plain('prod') });
  const template = templateOf(stack);
  const kept = Object.values(template.Resources).filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain');
  expect(kept.map(({ Type }) => Type).toSorted()).toEqual([
    'AWS::DynamoDB::GlobalTable',
    ...Array.from({ length: 3 }, () => 'AWS::Logs::LogGroup'),
  ]);
  expect(ofType(template, 'AWS::Lambda::Function')).toHaveLength(3);
});

test('tags of the environment are on it, and not on what else is in the stack', () => {
  const stack = stackIn();
  new PrestoAutoscaler(stack, 'Autoscaler', { environment: plain('prod') });
  new Role(stack, 'Other', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
  const roles = ofType(templateOf(stack), 'AWS::IAM::Role').map(([id, { Tags }]) => [id.slice(0, 5), Tags]);
  const tags = [
    { Key: 'prestoscale:environment', Value: 'prod' },
    { Key: 'team', Value: 'data' },
  ];
  expect(roles.filter(([id]) => id === 'Other')).toEqual([['Other', undefined]]);
  expect(
    roles.filter(([id]) => id !== 'Other').every(([, given]) => JSON.stringify(given) === JSON.stringify(tags)),
  ).toBe(true);
});

test('a state that is given is used, and no second one is made', () => {
  const stack = stackIn();
  const state = new PrestoState(stack, 'Kept', plain('prod'));
  const autoscaler = new PrestoAutoscaler(stack, 'Autoscaler', { environment: plain('prod'), state });
  expect(autoscaler.state).toBe(state);
  expect(ofType(templateOf(stack), 'AWS::DynamoDB::GlobalTable')).toHaveLength(1);
});

test.each([
  ['another region', { account: '123456789012', region: 'us-east-1' }],
  ['another account', { account: '210987654321', region: 'eu-central-1' }],
])('a stack of %s → refused, with both places and what to do', (_title, env) => {
  expect(() => new PrestoAutoscaler(stackIn(env), 'Autoscaler', { environment: plain('prod') })).toThrow(
    new RegExp(`123456789012 in eu-central-1.*${env.account} in ${env.region}.*give the stack`),
  );
});

test('the role of an exporter: its cluster’s queue, by the network that the cluster is read in', () => {
  const stack = stackIn();
  const autoscaler = new PrestoAutoscaler(stack, 'Autoscaler', { environment: full('prod') });
  const arnOf = (cluster: string): unknown => stack.resolve(autoscaler.tickQueueOf(cluster).queueArn);
  expect(arnOf('pushed')).toEqual(arnOf('alarmed'));
  expect(arnOf('scraped')).toEqual(arnOf('asked'));
  expect(new Set(['pushed', 'scraped', 'watched'].map((name) => JSON.stringify(arnOf(name)))).size).toBe(3);
  const place = {
    tableArn: autoscaler.state.table.tableArn,
    tickQueueArn: autoscaler.tickQueueOf('pushed').queueArn,
  };
  const actions = exporterStatements(place, 'pushed').flatMap((statement) => statement.actions);
  expect(actions).toEqual(expect.arrayContaining(['dynamodb:UpdateItem', 'sqs:SendMessage']));
});

test('a cluster that is not there has no queue: the names there are are told', () => {
  const autoscaler = new PrestoAutoscaler(stackIn(), 'Autoscaler', { environment: plain('prod') });
  expect(() => autoscaler.tickQueueOf('adhoc')).toThrow('no cluster adhoc in this environment, expected one of etl');
});

test('a cluster that is read in a network that nobody described → refused, never read from outside instead', () => {
  const environment = { ...full('prod'), networks: [] };
  expect(() => new PrestoAutoscaler(stackIn(), 'Autoscaler', { environment })).toThrow(
    /in the network (ops|prod-vpc), expected one of `networks`: there is none/,
  );
});

test('twelve networks: failures of all functions are watched, ten in one alarm, which is all that CloudWatch takes', () => {
  const { clusters, networks, ...rest } = full('prod');
  const scraped = clusters.find(({ name }) => name === 'scraped') as (typeof clusters)[number];
  const names = Array.from({ length: 12 }, (_, index) => `net-${index}`);
  const environment = {
    ...rest,
    clusters: names.map((network) => ({ ...scraped, name: `on-${network}`, sample: { ...scraped.sample, network } })),
    networks: names.map((name) => ({ ...networks[0], name })),
  } as ReturnType<typeof full>;
  const stack = stackIn();
  new PrestoAutoscaler(stack, 'Autoscaler', { environment });
  const failing = ofType(templateOf(stack), 'AWS::CloudWatch::Alarm')
    .map(([, { AlarmName, Metrics }]) => [AlarmName, JSON.stringify(Metrics ?? '').split('MetricStat').length - 1])
    .filter(([name]) => String(name).includes('ticks-failing'));
  expect(failing).toEqual([
    ['prestoscale-prod-ticks-failing', 10],
    ['prestoscale-prod-ticks-failing-2', 3],
  ]);
});
