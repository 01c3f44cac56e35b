/** What must survive: the table and the logs of an environment, in a stack of their own. Its removal keeps both. */
import { CfnOutput, Stack, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ENVIRONMENT_TAG, OUTPUTS, stackNames } from '../lambdas/contract.ts';
import { PrestoState } from './constructs/state.ts';
import type { Environment } from './environment-model.ts';

export class StateStack extends Stack {
  readonly state: PrestoState;

  constructor(scope: Construct, environment: Environment) {
    const { name, account, region, tags } = environment;
    super(scope, stackNames(name).state, {
      env: { account, region },
      description: `prestoscale ${name}: what must survive`,
    });
    this.state = new PrestoState(this, 'State', environment);
    new CfnOutput(this, OUTPUTS.table, { value: this.state.table.tableName });
    for (const [key, value] of Object.entries({ ...tags, [ENVIRONMENT_TAG]: name })) Tags.of(this).add(key, value);
  }
}
