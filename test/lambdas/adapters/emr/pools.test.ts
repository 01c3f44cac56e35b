/** What the adapter makes of ListInstances: pages, pools, and nothing that is guessed. */
import { EmrFleet } from '../../../../lambdas/adapters/emr/fleet.ts';
import type { EmrOperation } from '../../../../lambdas/ports/tokens.ts';
import { DEFAULT_KNOBS, type PoolKnobs } from '../../../../simulator/world/knobs.ts';
import { localCluster } from '../../../local/emr/local-cluster.ts';
import { failureOf, fleets, NOW, type StubbedFleet, stubbedFleet, taskFleet } from './emr-fleet.ts';
import type { StubAnswer, StubRequest } from './stub-emr.ts';

let stubbed: StubbedFleet;

afterEach(() => stubbed.close());

const instance = (changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  Id: 'ci-1',
  Ec2InstanceId: 'i-1',
  InstanceType: 'r5.4xlarge',
  Market: 'SPOT',
  Status: { State: 'RUNNING', StateChangeReason: {}, Timeline: { CreationDateTime: 1488758719.817 } },
  ...changes,
});

const page = (instances: readonly unknown[], Marker?: string): StubAnswer => ({
  body: { Instances: instances, ...(Marker === undefined ? {} : { Marker }) },
});

/** Answers ListInstances with these pages, the last one again and again. */
const paging = async (pages: readonly StubAnswer[], callMilliseconds = 4000): Promise<StubbedFleet> => {
  let asked = 0;
  const answer = ({ operation }: StubRequest): StubAnswer => {
    if (operation === 'ListInstanceFleets') return fleets();
    asked += 1;
    return pages[Math.min(asked, pages.length) - 1] ?? {};
  };
  stubbed = await stubbedFleet(answer, { fleet: { callMilliseconds } });
  return stubbed;
};

const always = async (): Promise<boolean> => true;
const rowsOf = async ({ fleet }: StubbedFleet) => (await fleet.pools(NOW, always))?.pools;

test('instances of two types and both markets → a row a pool, weighed, in an order of its own', async () => {
  const large = { InstanceType: 'r5.8xlarge' };
  const { fleet, stub } = await paging([
    page([
      instance(),
      instance({ ...large, Status: { State: 'BOOTSTRAPPING' } }),
      instance({ Status: { State: 'PROVISIONING' } }),
      instance({ ...large, Market: 'ON_DEMAND' }),
    ]),
  ]);
  await fleet.read(NOW);
  expect(await fleet.pools(NOW, always)).toEqual({
    readAt: NOW,
    pools: [
      { instanceType: 'r5.4xlarge', market: 'spot', instances: 2, units: 4 },
      { instanceType: 'r5.8xlarge', market: 'onDemand', instances: 1, units: 4 },
      { instanceType: 'r5.8xlarge', market: 'spot', instances: 1, units: 4 },
    ],
  });
  expect(stub.requests.at(-1)?.body).toEqual({
    ClusterId: 'j-1',
    InstanceFleetId: 'if-1ABC2DEFGHIJ3',
    InstanceStates: ['PROVISIONING', 'BOOTSTRAPPING', 'RUNNING'],
  });
});

test('the fleet was not read by this object → it is read first, for its weights, and that call is asked for too', async () => {
  const { fleet, stub } = await paging([page([instance()])]);
  const asked: EmrOperation[] = [];
  await fleet.pools(NOW, async (operation) => asked.push(operation) > 0);
  expect(asked).toEqual(['ListInstanceFleets', 'ListInstances']);
  expect(stub.requests.map(({ operation }) => operation)).toEqual(asked);
});

test('not granted the look at the fleet → nothing is sent', async () => {
  const { fleet, stub } = await paging([page([instance()])]);
  expect(await fleet.pools(NOW, async () => false)).toBeUndefined();
  expect(stub.requests).toEqual([]);
});

test('instances that have ended or were never launched are not counted, whoever lists them', async () => {
  const ended = ['TERMINATED', 'AWAITING_FULFILLMENT'].map((State) => instance({ Status: { State } }));
  expect(await rowsOf(await paging([page([instance(), ...ended])]))).toMatchObject([{ instances: 1 }]);
});

test('no instances → no pools, which is an answer', async () => {
  expect(await rowsOf(await paging([page([])]))).toEqual([]);
});

describe('pages', () => {
  const three = [page([instance()], 'a'), page([instance(), instance()], 'b'), page([instance()], '')];

  test('three pages, all granted → all are added up, each asked for with the marker before', async () => {
    const bench = await paging(three);
    expect(await rowsOf(bench)).toMatchObject([{ instances: 4, units: 8 }]);
    const markers = bench.stub.requests.slice(1).map(({ body }) => body['Marker']);
    expect(markers).toEqual([undefined, 'a', 'b']);
  });

  test('one page granted a go → goes on where it was, and gives the pools with the last page', async () => {
    const { fleet, stub } = await paging(three);
    await fleet.read(NOW);
    const granting = (most: number) => {
      let left = most;
      return async (): Promise<boolean> => {
        left -= 1;
        return left >= 0;
      };
    };
    expect(await fleet.pools(NOW, granting(1))).toBeUndefined();
    expect(await fleet.pools((NOW + 15) as typeof NOW, granting(0))).toBeUndefined();
    expect(await fleet.pools((NOW + 30) as typeof NOW, granting(1))).toBeUndefined();
    const done = await fleet.pools((NOW + 45) as typeof NOW, granting(1));
    expect(done).toMatchObject({ readAt: NOW + 45, pools: [{ instances: 4 }] });
    expect(stub.requests.slice(1).map(({ body }) => body['Marker'])).toEqual([undefined, 'a', 'b']);
  });

  test('begun five minutes ago → begins anew: the first pages are no longer true', async () => {
    const { fleet, stub } = await paging(three);
    await fleet.read(NOW);
    let left = 1;
    await fleet.pools(NOW, async () => left-- > 0);
    await fleet.pools((NOW + 300) as typeof NOW, async () => false);
    left = 1;
    await fleet.pools((NOW + 300) as typeof NOW, async () => left-- > 0);
    expect(stub.requests.slice(1).map(({ body }) => body['Marker'])).toEqual([undefined, undefined]);
  });

  test('the same marker again and again → an error, not a read without end', async () => {
    const { fault, message } = await failureOf(rowsOf(await paging([page([instance()], 'a')])));
    expect(fault).toBe('unavailable');
    expect(message).toContain('Marker "a" came twice');
  });
});

test.each([
  [
    'a type that the fleet does not have',
    { InstanceType: 'm5.large' },
    'InstanceType of instance ci-1 was "m5.large", expected one of r5.4xlarge, r5.8xlarge',
  ],
  ['no type', { InstanceType: undefined }, 'InstanceType of instance ci-1 was ""'],
  [
    'a market of another day',
    { Market: 'RESERVED' },
    'Market of instance ci-1 was "RESERVED", expected ON_DEMAND or SPOT',
  ],
  ['a state that is not EMR’s', { Status: { State: 'DRAINING' } }, 'Status.State of instance ci-1 was "DRAINING"'],
  ['no state', { Status: undefined }, 'Status.State of instance ci-1 was null'],
])('an instance with %s → an error that names it', async (_, changes, text) => {
  const { fault, message } = await failureOf(rowsOf(await paging([page([instance(), instance(changes)])])));
  expect(fault).toBe('unavailable');
  expect(message).toContain(text);
});

test('an answer that does not fit the weights → the fleet is looked at again the next time', async () => {
  let types = [{ InstanceType: 'r5.4xlarge', WeightedCapacity: 2 }];
  stubbed = await stubbedFleet(({ operation }) =>
    operation === 'ListInstanceFleets'
      ? fleets(taskFleet({ InstanceTypeSpecifications: types }))
      : page([instance({ InstanceType: 'r6g.4xlarge' })]),
  );
  await stubbed.fleet.read(NOW);
  await failureOf(rowsOf(stubbed));
  types = [{ InstanceType: 'r6g.4xlarge', WeightedCapacity: 3 }];
  expect(await rowsOf(stubbed)).toMatchObject([{ instanceType: 'r6g.4xlarge', units: 3 }]);
});

test('EMR hangs → given up in time, with the call in the message', async () => {
  const { fault, message } = await failureOf(rowsOf(await paging([{ instead: 'hang' }], 200)));
  expect(fault).toBe('unavailable');
  expect(message).toMatch(/^ListInstances of cluster j-1: .*given up after 200 ms/);
});

test.each([
  ['ThrottlingException', 'throttled'],
  ['AccessDeniedException', 'denied'],
  ['InvalidRequestException', 'refused'],
])('%s → %s, and nothing is half read afterwards', async (type, fault) => {
  const error = { status: 400, body: { __type: type, Message: 'A reason.' } };
  const bench = await paging([page([instance()], 'a'), error, page([instance()])]);
  expect((await failureOf(rowsOf(bench))).fault).toBe(fault);
  expect(await rowsOf(bench)).toMatchObject([{ instances: 1 }]);
});

test('a simulated cluster of three types, two instances a page → the pools of the world', async () => {
  const [pool] = DEFAULT_KNOBS.fleet.pools;
  const named = ['r5.4xlarge', 'r5d.4xlarge', 'r6i.4xlarge'];
  const types = named.map((instanceType) => ({ ...pool, instanceType, spotInstances: 4 }) as PoolKnobs);
  const local = await localCluster({ pageSize: 2, spotUnits: 9, fleet: { pools: types } });
  const fleet = new EmrFleet(local.client, { clusterId: local.backend.clusterId });
  stubbed = { fleet, close: local.close } as StubbedFleet;
  const found = await rowsOf(stubbed);
  const spot = found?.filter(({ market }) => market === 'spot') ?? [];
  expect(spot.map(({ instanceType }) => instanceType)).toEqual(named);
  expect(spot.reduce((sum, { units }) => sum + units, 0)).toBe(9);
  expect(found?.filter(({ market }) => market === 'onDemand').reduce((sum, { units }) => sum + units, 0)).toBe(2);
  expect(local.endpoint.calls.ListInstances).toBe(6);
});
