/** An exporter in a role of its own: what `exporterStatements` say is enough for it, and nothing beyond it is allowed. */
import { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { tableClient } from '../../../lambdas/adapters/dynamo/client.ts';
import { DynamoInbox } from '../../../lambdas/adapters/dynamo/inbox.ts';
import { queryItems, type Table } from '../../../lambdas/adapters/dynamo/table.ts';
import { clusterPartition, NO_NETWORK, OUTPUTS, policyPartition, SORT } from '../../../lambdas/contract.ts';
import type { Hold, WorkloadSample } from '../../../lambdas/core/model.ts';
import { epochSeconds, units } from '../../../lambdas/core/quantities.ts';
import { exporterStatements } from '../../../lib/permissions/exporter.ts';
import { freePorts } from '../../../local/engines/ports.ts';
import { Account } from './tools/account.ts';
import { Deployment } from './tools/deployment.ts';
import { CLUSTERS, ENVIRONMENT, environmentFile } from './tools/environment.ts';
import { startExporter } from './tools/exporter.ts';
import { ACCOUNT, REGION } from './tools/local-aws.ts';
import { assumeNewRole, type RoleKeys } from './tools/raw.ts';
import type { ServerProcess } from './tools/server-process.ts';

let deployment: Deployment;
let account: Account;
let keys: RoleKeys;
/** The table as that role sees it. */
let table: Table;
let queueUrl: string;
let exporter: ServerProcess | undefined;

const makeRole = async (tableName: string): Promise<RoleKeys> => {
  const place = {
    tableArn: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${tableName}`,
    tickQueueArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:${queueUrl.split('/').at(-1)}`,
  };
  const statements = exporterStatements(place, 'apps');
  const document = JSON.stringify(new PolicyDocument({ statements }).toJSON());
  return assumeNewRole(deployment.aws.url, { role: 'exporter-of-apps', name: 'exporter', document });
};

beforeAll(async () => {
  const clusters = Object.values(CLUSTERS);
  deployment = await Deployment.start({ clusters, withPermissions: true });
  account = new Account(deployment.aws.url, ENVIRONMENT);
  const [nobodys = 0] = await freePorts(1);
  deployment.writeEnvironment(ENVIRONMENT, environmentFile(nobodys));
  await deployment.cdk.bootstrap();
  await deployment.cdk.deploy(await deployment.synth(ENVIRONMENT, 'first'));
  const outputs = await account.outputs();
  queueUrl = (JSON.parse(outputs[OUTPUTS.tickQueues] ?? '{}') as Record<string, string>)[NO_NETWORK] ?? '';
  const name = outputs[OUTPUTS.table] ?? '';
  keys = await makeRole(name);
  const client = tableClient({ region: REGION, endpoint: deployment.aws.url, credentials: keys });
  table = { client, name };
});

afterAll(async () => {
  await exporter?.close();
  account?.close();
  table?.client.destroy();
  await deployment?.close();
});

test('a queue appears → its sample is in the table, the loop is woken, and the cluster grows', async () => {
  const apps = deployment.clusters.byId(CLUSTERS.apps.id);
  await deployment.until('it is found', 60, () => account.item('apps', SORT.identity));
  const [port = 0] = await freePorts(1);
  exporter = await startExporter({
    folder: deployment.folder,
    awsUrl: deployment.aws.url,
    cluster: 'apps',
    coordinatorUrl: apps.coordinator.url,
    port,
    push: { table: table.name, queueUrl },
    keys,
  });
  await deployment.until('a sample is in the table', 30, () => account.item('apps', SORT.sample));
  const { length } = apps.resizes;
  apps.submit(20, 200);
  const resize = await deployment.until('it is resized', 20, () => apps.resizes[length]);
  expect(resize.target.spot).toBeGreaterThan(CLUSTERS.apps.units);
  const told = await fetch(`http://127.0.0.1:${port}/metrics`).then((answer) => answer.text());
  expect(told).toMatch(/_wakes_total [1-9]/);
  expect(told).toMatch(/_push_errors_total 0\n/);
});

const now = epochSeconds(Date.now() / 1000);
const sample: WorkloadSample = { takenAt: now };
const hold: Hold = {
  key: 'k',
  kind: 'total',
  units: units(9),
  until: epochSeconds(now + 600),
  owner: 'ann',
  reason: 'a test',
};

const looking = (partition: string) => (of: Table) => queryItems(of, 'looking', partition);

test('the state of its own cluster → it may look', async () => {
  await expect(looking(clusterPartition('apps'))(table)).resolves.not.toEqual([]);
});

test.each<[string, string, (of: Table) => Promise<unknown>]>([
  ['the sample of another cluster', 'UpdateItem', (of) => new DynamoInbox(of).putSample('adhoc', sample)],
  [
    'the alarms of its own',
    'UpdateItem',
    (of) => new DynamoInbox(of).putAlarms('apps', [{ name: 'a', state: 'OK', since: now }], now),
  ],
  ['a hold for its own', 'PutItem', (of) => new DynamoInbox(of).putHold('apps', hold)],
  ['the end of a hold', 'DeleteItem', (of) => new DynamoInbox(of).removeHold('apps', 'k')],
  [
    'a policy',
    '(PutItem|TransactWriteItems|Query|GetItem)',
    (of) => new DynamoInbox(of).putPolicy('apps', {}, 'ann', now),
  ],
  ['a look at another cluster', 'Query', looking(clusterPartition('adhoc'))],
  ['a look at policies', 'Query', looking(policyPartition('apps'))],
])('%s → denied', async (_, action, work) => {
  await expect(work(table)).rejects.toThrow(new RegExp(`not authorized to perform: dynamodb:${action}`));
});

test('everything is stopped → no process is left', async () => {
  await exporter?.close();
  await expect(deployment.close()).resolves.toEqual([]);
});
