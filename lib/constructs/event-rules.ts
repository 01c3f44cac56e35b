/**
 * Events of the default bus that go to one function: alarms, spot notices, EMR's own events, and requests to us. Each is
 * tried again for as long as it means something, and kept in a dead-letter queue after that.
 */
import { Duration, Validations } from 'aws-cdk-lib';
import { type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as Target } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { EVENTS } from '../../lambdas/contract.ts';

/** Older than this a spot notice or an alarm tells nothing that the next reading does not. */
const EVENT_AGE = Duration.minutes(15);
/** Of a run that failed; Lambda allows two. */
const RUN_RETRIES = 2;
/** Of a call that Lambda refused. */
const DELIVERY_RETRIES = 30;

/** What is listened to. Whose an event is, only the function can tell. */
const patternsOf = (environment: string): Readonly<Record<string, EventPattern>> => ({
  Alarms: { source: ['aws.cloudwatch'], detailType: ['CloudWatch Alarm State Change'] },
  Instances: {
    source: ['aws.ec2'],
    detailType: ['EC2 Spot Instance Interruption Warning', 'EC2 Instance Rebalance Recommendation'],
  },
  Fleets: {
    source: ['aws.emr'],
    detailType: ['EMR Instance Fleet State Change', 'EMR Instance Fleet Resize', 'EMR Cluster State Change'],
  },
  Requests: {
    source: [EVENTS.source],
    detailType: [EVENTS.holdRequested, EVENTS.holdReleased, EVENTS.marker],
    detail: { environment: [environment] },
  },
});

export class DeadLetters extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', { retentionPeriod: Duration.days(14), enforceSSL: true });
    Validations.of(this.queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is the dead-letter queue itself, of a function and of event rules.',
    });
  }
}

export class EventRules extends Construct {
  /** The function's role must be allowed to send to `deadLetters` (`wakeUps` grants it: `sqs:SendMessage`). */
  constructor(scope: Construct, id: string, target: LambdaFunction, environment: string, deadLetters: Queue) {
    super(scope, id);
    target.configureAsyncInvoke({
      retryAttempts: RUN_RETRIES,
      maxEventAge: EVENT_AGE,
      // CDK's own destination would allow more than sending.
      onFailure: { bind: () => ({ destination: deadLetters.queueArn }) },
    });
    for (const [name, eventPattern] of Object.entries(patternsOf(environment))) {
      const delivery = { retryAttempts: DELIVERY_RETRIES, maxEventAge: EVENT_AGE, deadLetterQueue: deadLetters };
      new Rule(this, name, {
        description: `prestoscale ${environment}: ${name.toLowerCase()}`,
        eventPattern,
        targets: [new Target(target, delivery)],
      });
    }
  }
}
