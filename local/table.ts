/** DynamoDB embedded in this process (dynalite), on 127.0.0.1. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { tableClient } from '../lambdas/adapters/dynamo/client.ts';
import type { Table } from '../lambdas/adapters/dynamo/table.ts';
import { tableDefinition } from '../lambdas/adapters/dynamo/table-definition.ts';

/** Credentials that no local endpoint looks at. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
export const LOCAL_REGION = 'us-east-1';

export interface LocalTable {
  readonly table: Table;
  readonly url: string;
  close(): Promise<void>;
}

/** Starts an empty table. The SDK's own retries are off: what fails is tried again by the next tick. */
export const startTable = async (name = 'prestoscale'): Promise<LocalTable> => {
  const server = dynalite({ createTableMs: 0 });
  // A connection that is closed for idling, just when a busy client uses it again, would look like a fault.
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = tableClient({
    region: LOCAL_REGION,
    endpoint: url,
    credentials: LOCAL_CREDENTIALS,
    maxAttempts: 1,
    attemptMilliseconds: 5000,
  });
  await client.send(new CreateTableCommand(tableDefinition(name)));
  const close = async (): Promise<void> => {
    client.destroy();
    server.close();
    await once(server, 'close');
  };
  return { table: { client, name }, url, close };
};
