/** AWS's own DynamoDB for one machine, from Maven Central, in the memory of a process of its own, on 127.0.0.1. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../../../../lambdas/adapters/dynamo/table.ts';
import { tableDefinition } from '../../../../lambdas/adapters/dynamo/table-definition.ts';
import { findJdk, jdkMissing } from '../../../../local/engines/java.ts';
import { freePorts } from '../../../../local/engines/ports.ts';
import { localClient } from '../../../lambdas/adapters/dynamo/local-table.ts';
import { cached, fetchWith } from './cached.ts';
import { ServerProcess } from './server-process.ts';

const VERSION = '2.6.1';
const JAVA = 17;
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>prestoscale</groupId><artifactId>dynamodb-local</artifactId><version>1</version><packaging>pom</packaging>
<dependencies><dependency>
<groupId>com.amazonaws</groupId><artifactId>DynamoDBLocal</artifactId><version>${VERSION}</version>
</dependency></dependencies></project>`;

const jdkHome = (): string => {
  const jdk = findJdk(JAVA, process.env);
  if (jdk === undefined) throw new Error(`DynamoDB Local ${VERSION}: ${jdkMissing(JAVA)}`);
  return jdk.home;
};

/** Its jars and native libraries; a minute when they are not in the cache. */
const jars = (): Promise<string> =>
  cached(`dynamodb-local-${VERSION}`, async (folder) => {
    const pom = join(folder, 'pom.xml');
    writeFileSync(pom, POM);
    const args = ['-q', '-B', '-f', pom, COPY, `-DoutputDirectory=${folder}`];
    await fetchWith('mvn', args, { ...process.env, JAVA_HOME: jdkHome() });
  });

const answers = async (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2000) }).then(
    () => true,
    () => false,
  );

/** One server with any number of tables. */
export class DynamoDbLocal {
  readonly client: DynamoDBDocumentClient;
  readonly #server: ServerProcess;
  readonly #folder: string;
  #made = 0;

  private constructor(server: ServerProcess, port: number, folder: string) {
    this.#server = server;
    this.client = localClient(port);
    this.#folder = folder;
  }

  /** @throws Error when it cannot be had or does not start */
  static async start(): Promise<DynamoDbLocal> {
    const lib = await jars();
    const folder = mkdtempSync(join(tmpdir(), 'prestoscale-dynamodb-'));
    const [port = 0] = await freePorts(1);
    const server = await ServerProcess.start({
      program: join(jdkHome(), 'bin', 'java'),
      args: [
        '-Xmx256m',
        // It lives for a minute: the first compiler is enough.
        '-XX:TieredStopAtLevel=1',
        `-Djava.library.path=${lib}`,
        '-cp',
        join(lib, '*'),
        join(__dirname, 'LocalOnly.java'),
        '-inMemory',
        '-disableTelemetry',
        '-port',
        String(port),
      ],
      environment: { PATH: process.env['PATH'], HOME: folder },
      logFile: join(folder, 'server.log'),
      folder,
      answers: () => answers(port),
    });
    return new DynamoDbLocal(server, port, folder);
  }

  /** A new, empty table. */
  async makeTable(): Promise<Table> {
    this.#made += 1;
    const name = `table-${this.#made}`;
    await this.client.send(new CreateTableCommand(tableDefinition(name)));
    return { client: this.client, name };
  }

  async close(): Promise<void> {
    this.client.destroy();
    await this.#server.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
