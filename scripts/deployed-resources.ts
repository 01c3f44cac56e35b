/** What of a deployed environment is paid for by the month or decides what its functions cost, counted in the templates. */
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AutoscalerStack } from '../lib/autoscaler-stack.ts';
import { parseEnvironment } from '../lib/environment.ts';
import { StateStack } from '../lib/state-stack.ts';

export interface DeployedResources {
  readonly alarms: number;
  /** Metrics in all alarms together: each is charged for. */
  readonly alarmMetrics: number;
  readonly dashboards: number;
  readonly tickQueues: number;
  /** Of each function. */
  readonly memoryMegabytes: number;
  readonly slotSeconds: number;
  readonly journalDays: number;
  readonly logDays: number;
}

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

const metricsIn = ({ Metrics: metrics }: Resource['Properties']): number =>
  Array.isArray(metrics) ? metrics.filter((one: object) => 'MetricStat' in one).length : 1;

const onlyOne = (values: readonly number[], what: string): number => {
  const [value, ...others] = [...new Set(values)];
  if (value !== undefined && others.length === 0) return value;
  throw new Error(`${what} were ${values.join(', ')}, expected one and the same`);
};

/** The templates of an environment with one cluster that pushes; everything else is as it is by default. */
export const deployedResources = (): DeployedResources => {
  const clusters = { applications: { find: { name: 'applications' }, sample: { from: 'push' }, policy: {} } };
  const { environment, problems = [] } = parseEnvironment('prod', {
    account: '123456789012',
    region: 'us-east-1',
    clusters,
  });
  if (environment === undefined) throw new Error(JSON.stringify(problems));
  // Code is not needed to count what runs it.
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const { state } = new StateStack(app, environment);
  const stack = new AutoscalerStack(app, environment, state);
  const resources = Object.values(Template.fromStack(stack).toJSON()['Resources'] as Record<string, Resource>);
  const ofType = (type: string) =>
    resources.filter(({ Type }) => Type === type).map(({ Properties: properties }) => properties);
  const alarms = ofType('AWS::CloudWatch::Alarm');
  const memory = ofType('AWS::Lambda::Function').map(({ MemorySize: megabytes }) => Number(megabytes));
  return {
    alarms: alarms.length,
    alarmMetrics: alarms.reduce((sum, alarm) => sum + metricsIn(alarm), 0),
    dashboards: ofType('AWS::CloudWatch::Dashboard').length,
    tickQueues: ofType('AWS::Lambda::EventSourceMapping').length,
    memoryMegabytes: onlyOne(memory, 'sizes of functions'),
    slotSeconds: environment.slotSeconds,
    journalDays: environment.retention.journalDays,
    logDays: environment.retention.logDays,
  };
};
