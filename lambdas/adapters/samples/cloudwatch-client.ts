/** The SDK's CloudWatch client with our bounds. */
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { type AwsClientSettings, clientConfig } from '../aws-client.ts';

const BOUNDS = { maxAttempts: 2, connectMilliseconds: 500, attemptMilliseconds: 1500 };

/** A client for any number of clusters of one region. Whoever makes it ends it with `destroy()`. */
export const cloudWatchClient = (settings: AwsClientSettings): CloudWatchClient =>
  new CloudWatchClient(clientConfig(settings, BOUNDS));
