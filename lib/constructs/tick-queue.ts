/**
 * The queue of wake-ups of one `reconcile`. A message means "look at this cluster now", so one that was not dealt with is
 * not worth keeping: it is received once, lives for three minutes, and has no dead letters. The next slot finds everything.
 */
import { Duration, Validations } from 'aws-cdk-lib';
import { EventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** Longest life of a wake-up: it waits for its second for at most 119 s, and is dropped as late 45 s after that. */
const RETENTION_SECONDS = 180;
/** What one environment may have running at once; accounts have 1,000 in all, or fewer. */
const MOST_AT_ONCE = 200;
/** Lambda allows no less. */
const LEAST_AT_ONCE = 2;

/** So many ticks run at once: one of each cluster by its slot, and one that an event woke. */
const atOnce = (clusters: number): number => Math.min(MOST_AT_ONCE, Math.max(LEAST_AT_ONCE, 2 * clusters));

export class TickQueue extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      retentionPeriod: Duration.seconds(RETENTION_SECONDS),
      // Longer than any run, and than the life of what was received: a wake-up that failed does not come back.
      visibilityTimeout: Duration.seconds(RETENTION_SECONDS),
      enforceSSL: true,
    });
    Validations.of(this.queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'Wake-ups carry nothing: one that is lost is replaced by the next slot, and would be wrong later.',
    });
  }

  /**
   * Lets a function take the messages, one at a time. Its role must allow that (`queueConsumer`).
   * @param clusters how many clusters are woken through this queue
   */
  feed(target: IFunction, clusters: number): void {
    new EventSourceMapping(this, 'Feed', {
      target,
      eventSourceArn: this.queue.queueArn,
      batchSize: 1,
      // Lambda takes no more than it can run: what waits stays in the queue, and is not counted as received.
      maxConcurrency: atOnce(clusters),
    });
  }
}
