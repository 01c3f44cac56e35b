/** The SDK's DynamoDB client with bounds on time and attempts; everything else is the SDK's own. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** How the table is reached. */
export interface TableClientSettings {
  readonly region: string;
  /** Another address than AWS's own, for a local table. */
  readonly endpoint?: string;
  /**
   * Attempts of the SDK at one call, its first among them. Default 3; 1 leaves retries to the next tick, as a run that
   * can be repeated needs. A retried write of ours may meet its own first attempt: every write here bears that.
   */
  readonly maxAttempts?: number;
  /** Longest wait for a connection. Default 500 ms. */
  readonly connectMilliseconds?: number;
  /** Longest wait for the answer to one attempt. Default 1,000 ms: DynamoDB answers in tens. */
  readonly attemptMilliseconds?: number;
  /** Absent: the SDK's chain (in a Lambda function: the role). A local table looks at none. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** A client for all adapters of one table. Whoever makes it ends it with `destroy()`. */
export const tableClient = (settings: TableClientSettings): DynamoDBDocumentClient => {
  const client = new DynamoDBClient({
    region: settings.region,
    maxAttempts: settings.maxAttempts ?? 3,
    requestHandler: {
      connectionTimeout: settings.connectMilliseconds ?? 500,
      requestTimeout: settings.attemptMilliseconds ?? 1000,
      // Without this the SDK only writes a warning and goes on waiting.
      throwOnRequestTimeout: true,
    },
    ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
    ...(settings.credentials === undefined ? {} : { credentials: settings.credentials }),
  });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
};
