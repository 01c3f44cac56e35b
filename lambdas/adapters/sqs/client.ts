/** The SDK's SQS client with bounds on time and attempts; everything else is the SDK's own. */
import { SQSClient } from '@aws-sdk/client-sqs';

/** How the queue is reached. */
export interface QueueClientSettings {
  readonly region: string;
  /** Another address than AWS's own. Absent: the SDK's own choice, which `AWS_ENDPOINT_URL_SQS` may change. */
  readonly endpoint?: string;
  /**
   * Attempts of the SDK at one call, its first among them. Default 2. A wake-up that is sent twice does no harm: a tick
   * too many finds nothing to do.
   */
  readonly maxAttempts?: number;
  /** Longest wait for a connection. Default 500 ms. */
  readonly connectMilliseconds?: number;
  /** Longest wait for the answer to one attempt. Default 1,000 ms: SQS answers in tens. */
  readonly attemptMilliseconds?: number;
  /** Absent: the SDK's chain (in a Lambda function: the role; on an instance: its profile). */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** A client for any number of queues of one region. Whoever makes it ends it with `destroy()`. */
export const queueClient = (settings: QueueClientSettings): SQSClient =>
  new SQSClient({
    region: settings.region,
    maxAttempts: settings.maxAttempts ?? 2,
    // Else the host of a queue's address wins over the configured endpoint, with a warning on the console at each call.
    useQueueUrlAsEndpoint: false,
    requestHandler: {
      connectionTimeout: settings.connectMilliseconds ?? 500,
      requestTimeout: settings.attemptMilliseconds ?? 1000,
      // Without this the SDK only writes a warning and goes on waiting.
      throwOnRequestTimeout: true,
    },
    ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
    ...(settings.credentials === undefined ? {} : { credentials: settings.credentials }),
  });
