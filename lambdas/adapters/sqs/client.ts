/** The SDK's SQS client with our bounds. */
import { SQSClient } from '@aws-sdk/client-sqs';
import { type AwsClientSettings, clientConfig } from '../aws-client.ts';

/**
 * SQS answers in tens of milliseconds. A wake-up that is sent twice does no harm: a tick too many finds nothing to do.
 */
const BOUNDS = { maxAttempts: 2, connectMilliseconds: 500, attemptMilliseconds: 1000 };

/** A client for any number of queues of one region. Whoever makes it ends it with `destroy()`. */
export const queueClient = (settings: AwsClientSettings): SQSClient =>
  new SQSClient({
    ...clientConfig(settings, BOUNDS),
    // Else the host of a queue's address wins over the configured endpoint, with a warning on the console at each call.
    useQueueUrlAsEndpoint: false,
  });
