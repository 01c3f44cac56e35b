/** One CloudWatch dashboard of an environment: is the loop well, and how big are the clusters. Grafana shows the rest. */
import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
  Metric,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { METRICS } from '../../lambdas/contract.ts';
import type { Environment } from '../environment-model.ts';
import { environmentMetric } from './alarms.ts';

const PERIOD = Duration.minutes(1);
/** A dashboard is 24 wide. */
const WIDTH = 24;
const HALF = 12;
const THIRD = 8;
const HEIGHT = 6;

export interface EnvironmentDashboardProps {
  readonly environment: Environment;
  readonly functions: readonly IFunction[];
  readonly queues: readonly IQueue[];
  readonly alarms: readonly IAlarm[];
}

const { ofCluster, ofEnvironment, dimensions, namespace } = METRICS;

const clusterGraph = (environment: string, cluster: string): IWidget => {
  const metric = (metricName: string, label: string): Metric =>
    new Metric({
      namespace,
      metricName,
      label,
      dimensionsMap: { [dimensions.environment]: environment, [dimensions.cluster]: cluster },
      statistic: 'Maximum',
      period: PERIOD,
    });
  return new GraphWidget({
    title: cluster,
    width: HALF,
    height: HEIGHT,
    left: [metric(ofCluster.target, 'target'), metric(ofCluster.ready, 'ready')],
    right: [metric(ofCluster.waiting, 'waiting')],
    leftYAxis: { label: 'units', min: 0, showUnits: false },
    rightYAxis: { label: 'queries', min: 0, showUnits: false },
  });
};

const flagGraph = (environment: string): IWidget => {
  const { ticks: _loop, ...flags } = ofEnvironment;
  return new GraphWidget({
    title: 'What holds, added up over all clusters and ticks',
    width: HALF,
    height: HEIGHT,
    left: Object.values(flags).map((name) => environmentMetric(environment, name, 'Sum')),
    leftYAxis: { min: 0, showUnits: false },
  });
};

const loopGraphs = ({ environment, functions, queues }: EnvironmentDashboardProps): IWidget[] => {
  const graph = (title: string, width: number, left: readonly IMetric[]): IWidget =>
    new GraphWidget({ title, width, height: HEIGHT, left: [...left], leftYAxis: { min: 0, showUnits: false } });
  const of = (statistic: string) => ({ period: PERIOD, statistic });
  return [
    graph('Ticks in a minute', HALF, [environmentMetric(environment.name, ofEnvironment.ticks, 'Sum')]),
    graph(
      'Failed runs',
      THIRD,
      functions.map((one) => one.metricErrors(of('Sum'))),
    ),
    graph(
      'Longest run, milliseconds',
      THIRD,
      functions.map((one) => one.metricDuration(of('Maximum'))),
    ),
    graph(
      'Wake-ups in the queues',
      THIRD,
      queues.map((queue) => queue.metricApproximateNumberOfMessagesVisible(of('Maximum'))),
    ),
  ];
};

export class EnvironmentDashboard extends Construct {
  constructor(scope: Construct, id: string, props: EnvironmentDashboardProps) {
    super(scope, id);
    const { environment, alarms } = props;
    const [ticks, ...runs] = loopGraphs(props);
    new Dashboard(this, 'Dashboard', {
      dashboardName: `prestoscale-${environment.name}`,
      defaultInterval: Duration.hours(12),
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', width: WIDTH, height: 3, alarms: [...alarms] })],
        [...(ticks === undefined ? [] : [ticks]), flagGraph(environment.name)],
        runs,
        environment.clusters.map(({ name }) => clusterGraph(environment.name, name)),
      ],
    });
  }
}
