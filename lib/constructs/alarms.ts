/** The alarms of an environment, made from their definitions. */
import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { METRICS, verifyAlarmName } from '../../lambdas/contract.ts';
import { ALARMS, type AlarmDefinition, anchorOf } from '../alarm-definitions.ts';
import type { Environment } from '../environment-model.ts';

/** CloudWatch evaluates alarms once a minute. */
const PERIOD = Duration.minutes(1);

export interface AlarmsProps {
  readonly environment: Environment;
  /** Those whose failures are failures of ticks. */
  readonly ticking: readonly IFunction[];
  readonly deadLetters: IQueue;
}

/** A metric of ours of a whole environment. */
export const environmentMetric = (environment: string, metricName: string, statistic: string): Metric =>
  new Metric({
    namespace: METRICS.namespace,
    metricName,
    dimensionsMap: { [METRICS.dimensions.environment]: environment },
    statistic,
    period: PERIOD,
  });

/** So many metrics may stand in one alarm (CloudWatch user guide, "Alarms based on metric math"). */
const METRICS_OF_ALARM = 10;

/** Failed runs of some functions, added up. */
const errorsOf = (functions: readonly IFunction[]): IMetric => {
  const errors = functions.map((one, index) => [
    `errors${index}`,
    one.metricErrors({ period: PERIOD, statistic: 'Sum' }),
  ]);
  return new MathExpression({
    expression: 'SUM(METRICS())',
    usingMetrics: Object.fromEntries(errors),
    label: 'Errors',
    period: PERIOD,
  });
};

/**
 * Ticks, and one more while no cluster can be scaled: then there is nothing to tick for. Of metrics in a list SUM takes
 * those that have data (CloudWatch user guide, "Using metric math").
 */
const loopOf = ({ name, clusters }: Environment): IMetric => {
  const { ticks, cannotBeScaled } = METRICS.ofEnvironment;
  return new MathExpression({
    expression: `SUM([ticks, IF(unscalable >= ${clusters.length}, 1, 0)])`,
    usingMetrics: {
      ticks: environmentMetric(name, ticks, 'Sum'),
      unscalable: environmentMetric(name, cannotBeScaled, 'Maximum'),
    },
    label: 'Ticks',
    period: PERIOD,
  });
};

const parts = <Value>(values: readonly Value[], most: number): (readonly Value[])[] =>
  Array.from({ length: Math.ceil(values.length / most) }, (_, part) => values.slice(part * most, (part + 1) * most));

/** One metric for each alarm that the definition needs: one as a rule. */
const watchedBy = ({ watched, statistic }: AlarmDefinition, props: AlarmsProps): readonly IMetric[] => {
  if ('loopOf' in watched) return [loopOf(props.environment)];
  if ('errorsOf' in watched) return parts(props.ticking, METRICS_OF_ALARM).map(errorsOf);
  if ('metric' in watched) return [environmentMetric(props.environment.name, watched.metric, statistic)];
  return [props.deadLetters.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic })];
};

const comparisonOf = ({ when }: AlarmDefinition) =>
  'below' in when
    ? { threshold: when.below, comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD }
    : { threshold: when.atLeast, comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD };

const WITHOUT_DATA = { breaching: TreatMissingData.BREACHING, notBreaching: TreatMissingData.NOT_BREACHING };

/** All alarms of an environment. They tell the topic of the environment when they go off and when all is well again. */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.all = ALARMS.flatMap((definition) =>
      watchedBy(definition, props).map((metric, index) => {
        const name = index === 0 ? definition.name : `${definition.name}-${index + 1}`;
        return this.#alarm(name, definition, metric, props.environment);
      }),
    );
    const { alarmTopicArn } = props.environment;
    if (alarmTopicArn !== undefined) {
      const tell: IAlarmAction = { bind: () => ({ alarmActionArn: alarmTopicArn }) };
      for (const alarm of this.all) {
        alarm.addAlarmAction(tell);
        alarm.addOkAction(tell);
      }
    }
    this.#verifyAlarm(props.environment);
  }

  #alarm(alarm: string, definition: AlarmDefinition, metric: IMetric, { name, runbookUrl }: Environment): Alarm {
    return new Alarm(this, alarm, {
      alarmName: `prestoscale-${name}-${alarm}`,
      alarmDescription: `${definition.means} What to do: ${runbookUrl}#${anchorOf(definition.section)}`,
      metric,
      ...comparisonOf(definition),
      evaluationPeriods: definition.ofMinutes,
      datapointsToAlarm: definition.minutes,
      treatMissingData: WITHOUT_DATA[definition.withoutData],
    });
  }

  #verifyAlarm({ name }: Environment): void {
    new Alarm(this, 'verify', {
      alarmName: verifyAlarmName(name),
      alarmDescription:
        'Set and unset by `prestoscale verify`, to see that changes of alarms arrive. It means nothing.',
      metric: environmentMetric(name, 'NobodyTellsThis', 'Sum'),
      threshold: 1,
      evaluationPeriods: 1,
      // The state stays what it was set to until it is set again.
      treatMissingData: TreatMissingData.IGNORE,
    });
  }
}
