/**
 * The same stacks with permissions enforced: every call of a function is judged by its role's policies, those to EMR and
 * EC2 too. Two environments stand side by side in one account, each with a cluster of its own.
 */
import { EMRClient, ListInstanceFleetsCommand, ModifyInstanceFleetCommand } from '@aws-sdk/client-emr';
import { ENVIRONMENT_TAG, EVENTS, SORT } from '../../../lambdas/contract.ts';
import { Account } from './tools/account.ts';
import type { SimulatedCluster } from './tools/clusters.ts';
import { Deployment } from './tools/deployment.ts';
import { quietFile } from './tools/environment.ts';
import { REGION } from './tools/local-aws.ts';
import { logLines, putRolePolicy, type RolePolicy, rolePolicies, runFunction } from './tools/raw.ts';

type Name = 'blue' | 'green';
type FunctionName = 'Dispatch' | 'Reconcile' | 'Route';

const UNITS = 4;
const clusterOf = (environment: Name) => ({
  id: `j-OF${environment.toUpperCase()}00001`,
  name: environment,
  tags: { [ENVIRONMENT_TAG]: environment },
  units: UNITS,
});
const [BLUE, GREEN] = [clusterOf('blue'), clusterOf('green')];

let deployment: Deployment;
const accounts = {} as Record<Name, Account>;

const simulated = (name: Name): SimulatedCluster => deployment.clusters.byId(clusterOf(name).id);

beforeAll(async () => {
  deployment = await Deployment.start({ clusters: [BLUE, GREEN], withPermissions: true });
  deployment.writeEnvironment('blue', quietFile({ own: BLUE.id }));
  // Whoever wrote this file reaches for a cluster that is not theirs.
  deployment.writeEnvironment('green', quietFile({ own: GREEN.id, 'of-the-others': BLUE.id }));
  await deployment.cdk.bootstrap();
  for (const name of ['blue', 'green'] as const) {
    accounts[name] = new Account(deployment.aws.url, name);
    await deployment.cdk.deploy(await deployment.synth(name, 'first'));
  }
});

afterAll(async () => {
  for (const account of Object.values(accounts)) account.close();
  await deployment?.close();
});

/** Physical id of a function's role, of itself, or of its log group. */
const idOf = async (name: Name, type: string, part: string): Promise<string> => {
  const all = await Promise.all((['state', 'autoscaler'] as const).map((stack) => accounts[name].resources(stack)));
  const found = all.flat().find((one) => one.type === type && one.id.includes(part));
  if (found === undefined) throw new Error(`${name} has no ${type} with ${part} in its id`);
  return found.id;
};

const logOf = async (name: Name, of: FunctionName): Promise<string> =>
  logLines(deployment.aws.url, await idOf(name, 'AWS::Logs::LogGroup', `${of}Logs`));

const askForHold = (environment: Name, cluster: string, units: number, key = 'test'): Promise<void> =>
  accounts[environment].send(EVENTS.source, EVENTS.holdRequested, {
    environment,
    cluster,
    key,
    kind: 'total',
    units,
    until: Date.now() / 1000 + 600,
    owner: 'ann',
    reason: 'a test',
  });

describe('two environments side by side', () => {
  test.each(['blue', 'green'] as const)('%s finds its own cluster, and scales it', async (name) => {
    const identity = await deployment.until('it is found', 60, () => accounts[name].item('own', SORT.identity));
    expect(JSON.parse(String(identity['identity']))).toMatchObject({ emrClusterId: clusterOf(name).id });
    await askForHold(name, 'own', UNITS + 1);
    await deployment.until('the hold is the target', 30, () => simulated(name).targetUnits === UNITS + 1);
  });

  test('one names the other’s cluster in its file → it is told that it may not, and nothing happens to it', async () => {
    const item = await deployment.until('it is looked for', 60, () =>
      accounts.green.item('of-the-others', SORT.identity),
    );
    expect(JSON.parse(String(item['identity']))).toMatchObject({ problem: 'not-tagged' });
    const before = simulated('blue').resizes.length;
    await askForHold('green', 'of-the-others', 15);
    await deployment.until('the request was routed', 30, async () =>
      (await logOf('green', 'Route')).includes('"of-the-others"'),
    );
    await deployment.until('its slot has passed', 90, async () =>
      (await logOf('green', 'Reconcile')).includes('"of-the-others"'),
    );
    expect(simulated('blue').resizes).toHaveLength(before);
  });

  test('no function was allowed anything at clusters of both', () => {
    const allowed = deployment.judge.judged.filter((one) => one.allowed && one.resource !== undefined);
    const clustersOf = new Map<string, Set<string | undefined>>();
    for (const { accessKeyId, resource } of allowed) {
      clustersOf.set(accessKeyId, (clustersOf.get(accessKeyId) ?? new Set()).add(resource));
    }
    // Dispatch and reconcile of each.
    expect([...clustersOf.values()].map(({ size }) => size)).toEqual([1, 1, 1, 1]);
  });

  test('whoever gets hold of one’s function and calls EMR for the other’s cluster → denied', async () => {
    const own = deployment.judge.judged.find(
      ({ action, resource, allowed }) =>
        allowed && action.endsWith(':ModifyInstanceFleet') && resource === `cluster/${GREEN.id}`,
    );
    const client = new EMRClient({
      region: REGION,
      endpoint: deployment.clusters.emr.url,
      maxAttempts: 1,
      credentials: { accessKeyId: own?.accessKeyId ?? '', secretAccessKey: 'not looked at' },
    });
    const fleet = { InstanceFleetId: simulated('blue').backend.taskFleetId };
    const targets = { TargetOnDemandCapacity: 0, TargetSpotCapacity: 15 };
    const modify = new ModifyInstanceFleetCommand({ ClusterId: BLUE.id, InstanceFleet: { ...fleet, ...targets } });
    await expect(client.send(modify)).rejects.toThrow(
      /not authorized to perform: elasticmapreduce:ModifyInstanceFleet/,
    );
    const list = (ClusterId: string) => client.send(new ListInstanceFleetsCommand({ ClusterId }));
    await expect(list(BLUE.id)).rejects.toThrow(/not authorized/);
    await expect(list(GREEN.id)).resolves.toHaveProperty('InstanceFleets');
    client.destroy();
  });
});

/** Takes an action out of every policy of a role; what is given back is what was there. */
const takeAway = async (role: string, action: string): Promise<readonly RolePolicy[]> => {
  const policies = await rolePolicies(deployment.aws.url, role);
  const without = policies.map(({ document, ...rest }) => {
    const parsed = JSON.parse(document) as { Statement: { Action: string | string[] }[] };
    const Statement = parsed.Statement.map((one) => ({
      ...one,
      Action: [one.Action].flat().filter((given) => given !== action),
    })).filter(({ Action }) => Action.length > 0);
    return { ...rest, document: JSON.stringify({ ...parsed, Statement }) };
  });
  expect(without).not.toEqual(policies);
  await Promise.all(without.map((policy) => putRolePolicy(deployment.aws.url, policy)));
  return policies;
};

/** Does something while a role lacks an action, and gives it back whatever happens. */
const without = async (role: string, action: string, work: () => Promise<void>): Promise<void> => {
  const policies = await takeAway(role, action);
  try {
    await work();
  } finally {
    await Promise.all(policies.map((policy) => putRolePolicy(deployment.aws.url, policy)));
  }
};

describe('a permission is taken away', () => {
  /** The tick after a resize is long: without a sample the fleet is read every half minute. */
  const PATIENCE = 75;

  const refused = async (of: FunctionName, action: string, work: () => Promise<void>): Promise<void> => {
    const seen = (await logOf('blue', of)).length;
    await work();
    const why = `not authorized to perform: ${action}`;
    await deployment.until(`${of} is refused`, PATIENCE, async () =>
      (await logOf('blue', of)).slice(seen).includes(why),
    );
  };

  test.each(['elasticmapreduce:ModifyInstanceFleet', 'elasticmapreduce:ListInstanceFleets', 'dynamodb:UpdateItem'])(
    '%s of Reconcile → a hold changes nothing; given back, it comes into force',
    async (action) => {
      const role = await idOf('blue', 'AWS::IAM::Role', 'AutoscalerReconcile');
      const before = simulated('blue').targetUnits;
      await without(role, action, async () => {
        await refused('Reconcile', action, () => askForHold('blue', 'own', before + 2));
        expect(simulated('blue').targetUnits).toBe(before);
      });
      await deployment.until('the hold is the target', PATIENCE, () => simulated('blue').targetUnits === before + 2);
    },
  );

  /** A refused request is tried again, also after a newer one: each test asks under keys of its own. */
  const holdUnits = async (key: string): Promise<number> => {
    const item = await accounts.blue.item('own', SORT.hold(key));
    return (JSON.parse(String(item?.['hold'] ?? '{}')) as { readonly units?: number }).units ?? 0;
  };

  test('dynamodb:PutItem of Route → a hold is not on record; given back, the next one is', async () => {
    const role = await idOf('blue', 'AWS::IAM::Role', 'AutoscalerRoute');
    await without(role, 'dynamodb:PutItem', async () => {
      await refused('Route', 'dynamodb:PutItem', () => askForHold('blue', 'own', 5, 'refused'));
      await expect(holdUnits('refused')).resolves.toBe(0);
    });
    await askForHold('blue', 'own', 6, 'granted');
    await deployment.until('the hold is on record', 30, async () => (await holdUnits('granted')) === 6);
  });

  test('sqs:SendMessage of Route → the hold is on record, and nobody is woken', async () => {
    const role = await idOf('blue', 'AWS::IAM::Role', 'AutoscalerRoute');
    await without(role, 'sqs:SendMessage', async () => {
      await refused('Route', 'sqs:SendMessage', () => askForHold('blue', 'own', 7, 'unheard'));
      await expect(holdUnits('unheard')).resolves.toBe(7);
    });
  });

  test('ec2:DescribeInstances of Route → whose an instance is cannot be told', async () => {
    const role = await idOf('blue', 'AWS::IAM::Role', 'AutoscalerRoute');
    const [worker] = simulated('blue').runningInstances;
    const detail = { 'instance-id': worker?.ec2InstanceId, 'instance-action': 'terminate' };
    await without(role, 'ec2:DescribeInstances', () =>
      refused('Route', 'ec2:DescribeInstances', () =>
        accounts.blue.send('aws.ec2', 'EC2 Spot Instance Interruption Warning', detail),
      ),
    );
  });

  test.each(['sqs:SendMessage', 'elasticmapreduce:ListClusters', 'cloudwatch:DescribeAlarms'])(
    '%s of Dispatch → its next run is refused; given back, the one after is not',
    async (action) => {
      const name = await idOf('blue', 'AWS::Lambda::Function', 'AutoscalerDispatch');
      const role = await idOf('blue', 'AWS::IAM::Role', 'AutoscalerDispatch');
      const run = () => runFunction(deployment.aws.url, name);
      await without(role, action, () => refused('Dispatch', action, run));
      const during = (await logOf('blue', 'Dispatch')).length;
      await run();
      expect((await logOf('blue', 'Dispatch')).slice(during)).not.toContain(action);
    },
  );
});
