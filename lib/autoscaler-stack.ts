/** What may be replaced: functions, queues, rules, alarms and the dashboard of an environment. */
import { CfnOutput, Stack, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ENVIRONMENT_TAG, stackNames } from '../lambdas/contract.ts';
import { PrestoAutoscaler } from './constructs/presto-autoscaler.ts';
import type { PrestoState } from './constructs/state.ts';
import type { Environment } from './environment-model.ts';

export class AutoscalerStack extends Stack {
  readonly autoscaler: PrestoAutoscaler;

  constructor(scope: Construct, environment: Environment, state: PrestoState) {
    const { name, account, region, tags } = environment;
    super(scope, stackNames(name).autoscaler, {
      env: { account, region },
      description: `prestoscale ${name}: scales Presto and Trino clusters on EMR`,
    });
    this.autoscaler = new PrestoAutoscaler(this, 'Autoscaler', { environment, state });
    for (const [output, value] of Object.entries(this.autoscaler.outputs)) new CfnOutput(this, output, { value });
    for (const [key, tag] of Object.entries({ ...tags, [ENVIRONMENT_TAG]: name })) Tags.of(this).add(key, tag);
  }
}
