/** The SDK's CloudWatch client with bounds on time and attempts; everything else is the SDK's own. */
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';

/** How CloudWatch is reached. */
export interface CloudWatchClientSettings {
  readonly region: string;
  /** Another address than AWS's own. */
  readonly endpoint?: string;
  /** Attempts of the SDK at one call, its first among them. Default 2. */
  readonly maxAttempts?: number;
  /** Longest wait for a connection. Default 500 ms. */
  readonly connectMilliseconds?: number;
  /** Longest wait for the answer to one attempt. Default 1,500 ms. */
  readonly attemptMilliseconds?: number;
  /** Absent: the SDK's chain (in a Lambda function: the role). */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** A client for any number of clusters of one region. Whoever makes it ends it with `destroy()`. */
export const cloudWatchClient = (settings: CloudWatchClientSettings): CloudWatchClient =>
  new CloudWatchClient({
    region: settings.region,
    maxAttempts: settings.maxAttempts ?? 2,
    requestHandler: {
      connectionTimeout: settings.connectMilliseconds ?? 500,
      requestTimeout: settings.attemptMilliseconds ?? 1500,
      // Without this the SDK only writes a warning and goes on waiting.
      throwOnRequestTimeout: true,
    },
    ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
    ...(settings.credentials === undefined ? {} : { credentials: settings.credentials }),
  });
