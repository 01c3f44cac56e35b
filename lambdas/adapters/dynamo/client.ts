/** The SDK's DynamoDB client with our bounds. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type AwsClientSettings, clientConfig } from '../aws-client.ts';

/**
 * DynamoDB answers in tens of milliseconds. A retried write of ours may meet its own first attempt: every write here
 * bears that.
 */
const BOUNDS = { maxAttempts: 3, connectMilliseconds: 500, attemptMilliseconds: 1000 };

/** A client for all adapters of one table. Whoever makes it ends it with `destroy()`. */
export const tableClient = (settings: AwsClientSettings): DynamoDBDocumentClient => {
  const client = new DynamoDBClient(clientConfig(settings, BOUNDS));
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
};
