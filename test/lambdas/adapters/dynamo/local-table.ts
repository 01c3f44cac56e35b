/** Tables of dynalite on a port of its own on 127.0.0.1, reached by our own client, with every call on the wire counted. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import type { AwsClientSettings } from '../../../../lambdas/adapters/aws-client.ts';
import { tableClient } from '../../../../lambdas/adapters/dynamo/client.ts';
import type { Table } from '../../../../lambdas/adapters/dynamo/table.ts';
import { tableDefinition } from '../../../../lambdas/adapters/dynamo/table-definition.ts';

export const listening = (server: Server, port = 0): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

export const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

export const localClient = (port: number, settings: Partial<AwsClientSettings> = {}): DynamoDBDocumentClient =>
  tableClient({
    region: 'eu-central-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    attemptMilliseconds: 5000,
    ...settings,
  });

/** One server with any number of tables. */
export class LocalTables {
  readonly port: number;
  /** Operations in the order in which they reached the wire. */
  readonly calls: string[] = [];
  readonly client: DynamoDBDocumentClient;
  readonly #server: Server;
  #made = 0;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
    this.client = localClient(port);
  }

  static async start(): Promise<LocalTables> {
    const server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
    // A connection that is closed for idling, just when a busy client uses it again, would look like a fault.
    server.keepAliveTimeout = 0;
    const tables = new LocalTables(server, await listening(server));
    server.on('request', ({ headers }) => tables.calls.push(String(headers['x-amz-target']).split('.')[1] ?? '?'));
    return tables;
  }

  /** A new, empty table. */
  async make(): Promise<Table> {
    this.#made += 1;
    const name = `table-${this.#made}`;
    await this.client.send(new CreateTableCommand(tableDefinition(name)));
    for (;;) {
      const { Table } = await this.client.send(new DescribeTableCommand({ TableName: name }));
      if (Table?.TableStatus === 'ACTIVE') return { client: this.client, name };
    }
  }

  /** Operations that `work` puts on the wire. */
  async callsOf(work: () => Promise<unknown>): Promise<string[]> {
    const from = this.calls.length;
    await work();
    return this.calls.slice(from);
  }

  async stop(): Promise<void> {
    this.client.destroy();
    await closed(this.#server);
  }
}
