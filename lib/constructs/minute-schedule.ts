/** Calls a function every minute. A minute that was missed is not made up for: the next one is near. */
import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { type IScheduleTarget, Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';

const A_MINUTE = Duration.minutes(1);

export class MinuteSchedule extends Construct {
  constructor(scope: Construct, id: string, target: LambdaFunction) {
    super(scope, id);
    // Lambda would try a failed run twice more, minutes later.
    target.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: A_MINUTE });
    new Schedule(this, 'Schedule', {
      description: `Wakes ${target.node.path} every minute`,
      schedule: ScheduleExpression.rate(A_MINUTE),
      target: this.#call(target),
    });
  }

  /** CDK's own target would allow every version of the function as well. */
  #call({ functionArn }: LambdaFunction): IScheduleTarget {
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn] }));
    return {
      bind: () => ({
        arn: functionArn,
        role,
        input: ScheduleTargetInput.fromObject({}),
        retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: A_MINUTE.toSeconds() },
      }),
    };
  }
}
