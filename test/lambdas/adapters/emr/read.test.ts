/** What the adapter makes of ListInstanceFleets: nothing missing, unknown or absurd becomes a number. */
import {
  failureOf,
  fleets,
  NOW,
  otherFleet,
  type StubbedFleet,
  type StubbedFleetOptions,
  stubbedFleet,
  taskFleet,
} from './emr-fleet.ts';
import type { StubAnswer } from './stub-emr.ts';

let stubbed: StubbedFleet;

const answering = async (answers: readonly StubAnswer[], options?: StubbedFleetOptions): Promise<StubbedFleet> => {
  stubbed = await stubbedFleet((_, index) => answers[Math.min(index, answers.length - 1)] ?? {}, options);
  return stubbed;
};

afterEach(() => stubbed.close());

describe('states', () => {
  test.each([
    ['PROVISIONING', 'provisioning'],
    ['BOOTSTRAPPING', 'bootstrapping'],
    ['RUNNING', 'running'],
    ['RESIZING', 'resizing'],
    ['RECONFIGURING', 'reconfiguring'],
    ['SUSPENDED', 'suspended'],
    ['TERMINATING', 'terminating'],
    ['TERMINATED', 'terminated'],
  ])('%s → %s', async (state, status) => {
    const { fleet } = await answering([fleets(taskFleet({ Status: { State: state } }))]);
    expect((await fleet.read(NOW)).status).toBe(status);
  });

  test.each(['ARRESTED', 'WAITING', 'running', '', 'constructor', '__proto__'])(
    'an unknown state %j → an error that names it',
    async (state) => {
      const { fleet } = await answering([fleets(taskFleet({ Status: { State: state } }))]);
      const { fault, message } = await failureOf(fleet.read(NOW));
      expect(fault).toBe('unavailable');
      expect(message).toContain(`Status.State was ${JSON.stringify(state)}, expected one of PROVISIONING, `);
    },
  );
});

test('both markets and the largest weight are read, stamped with the time of the tick', async () => {
  const { fleet, stub } = await answering([fleets()]);
  expect(await fleet.read(NOW)).toEqual({
    id: 'if-1ABC2DEFGHIJ3',
    readAt: NOW,
    status: 'running',
    onDemand: { targetUnits: 2, provisionedUnits: 3 },
    spot: { targetUnits: 6, provisionedUnits: 5 },
    largestWeightUnits: 4,
    instanceTypes: 2,
  });
  expect(stub.requests.map(({ operation, body }) => [operation, body])).toEqual([
    ['ListInstanceFleets', { ClusterId: 'j-1' }],
  ]);
});

test('a type without a weight → 1, which EMR documents', async () => {
  const { fleet } = await answering([
    fleets(taskFleet({ InstanceTypeSpecifications: [{ InstanceType: 'm5.xlarge' }] })),
  ]);
  expect((await fleet.read(NOW)).largestWeightUnits).toBe(1);
});

const NUMBERS = [
  'TargetOnDemandCapacity',
  'TargetSpotCapacity',
  'ProvisionedOnDemandCapacity',
  'ProvisionedSpotCapacity',
];

describe.each(NUMBERS)('%s', (name) => {
  test.each([undefined, null, -1, 1.5, 'NaN', 'Infinity', '4', '', true, [3]])(
    '%p → an error that names it',
    async (value) => {
      const { fleet } = await answering([fleets(taskFleet({ [name]: value }))]);
      const { fault, message } = await failureOf(fleet.read(NOW));
      expect(fault).toBe('unavailable');
      expect(message).toMatch(/^ListInstanceFleets of cluster j-1/);
      expect(message).not.toContain('\n');
    },
  );

  test('missing → the error says so and what was expected', async () => {
    const { fleet } = await answering([fleets(taskFleet({ [name]: undefined }))]);
    const { message } = await failureOf(fleet.read(NOW));
    expect(message).toContain(`fleet if-1ABC2DEFGHIJ3`);
    expect(message).toContain(`${name} was missing, expected a whole number ≥ 0`);
  });
});

test('several fields are wrong → all of them are named at once', async () => {
  const changes = {
    Status: {},
    TargetSpotCapacity: -3,
    ProvisionedOnDemandCapacity: null,
    InstanceTypeSpecifications: [],
  };
  const { fleet } = await answering([fleets(taskFleet(changes))]);
  const { message } = await failureOf(fleet.read(NOW));
  expect(message).toContain('Status.State was missing');
  expect(message).toContain('TargetSpotCapacity was -3');
  expect(message).toContain('ProvisionedOnDemandCapacity was missing');
  expect(message).toContain('InstanceTypeSpecifications was missing, expected at least one instance type');
});

test.each([0, -2, 0.5])('a weight of %p → an error that names the type', async (weight) => {
  const types = [{ InstanceType: 'm5.xlarge', WeightedCapacity: weight }];
  const { fleet } = await answering([fleets(taskFleet({ InstanceTypeSpecifications: types }))]);
  expect((await failureOf(fleet.read(NOW))).message).toContain(`WeightedCapacity of m5.xlarge was ${weight}`);
});

describe('which fleet', () => {
  const listing = (...types: readonly Record<string, unknown>[]): StubAnswer => ({ body: { InstanceFleets: types } });

  test('no fleets at all → an error: every cluster has a primary', async () => {
    const { fleet } = await answering([listing()]);
    const { fault, message } = await failureOf(fleet.read(NOW));
    expect(fault).toBe('unavailable');
    expect(message).toContain('instance fleets were none, expected one TASK fleet');
  });

  test('an answer without the list → the same', async () => {
    const { fleet } = await answering([{ body: {} }]);
    expect((await failureOf(fleet.read(NOW))).fault).toBe('unavailable');
  });

  test('a cluster without a TASK fleet → not-found, with what there is', async () => {
    const { fleet } = await answering([listing(otherFleet('MASTER'), otherFleet('CORE'))]);
    const { fault, message } = await failureOf(fleet.read(NOW));
    expect(fault).toBe('not-found');
    expect(message).toContain('instance fleets were MASTER if-MASTER, CORE if-CORE, expected one TASK fleet');
  });

  test('the TASK fleet was there before and is not now → an error of the answer, because no API removes a fleet', async () => {
    const { fleet } = await answering([fleets(), listing(otherFleet('MASTER'), otherFleet('CORE')), fleets()]);
    await fleet.read(NOW);
    expect((await failureOf(fleet.read(NOW))).fault).toBe('unavailable');
    expect((await fleet.read(NOW)).spot.targetUnits).toBe(6);
  });

  test('two TASK fleets → an error', async () => {
    const { fleet } = await answering([listing(otherFleet('MASTER'), taskFleet(), taskFleet({ Id: 'if-2' }))]);
    expect((await failureOf(fleet.read(NOW))).message).toContain('TASK if-1ABC2DEFGHIJ3, TASK if-2');
  });

  test('a TASK fleet without an id → an error', async () => {
    const { fleet } = await answering([listing(otherFleet('MASTER'), taskFleet({ Id: undefined }))]);
    expect((await failureOf(fleet.read(NOW))).fault).toBe('unavailable');
  });

  test('a fleet named in the settings → that one, CORE by choice', async () => {
    const core = { ...otherFleet('CORE'), TargetSpotCapacity: 17 };
    const { fleet } = await answering([listing(otherFleet('MASTER'), core, taskFleet())], {
      fleet: { fleetId: 'if-CORE' },
    });
    expect((await fleet.read(NOW)).spot.targetUnits).toBe(17);
  });

  test('a fleet named in the settings that does not exist → not-found', async () => {
    const { fleet } = await answering([fleets()], { fleet: { fleetId: 'if-GONE' } });
    const { fault, message } = await failureOf(fleet.read(NOW));
    expect(fault).toBe('not-found');
    expect(message).toContain('expected the fleet if-GONE');
  });

  test('the primary named in the settings → refused', async () => {
    const { fleet } = await answering([fleets()], { fleet: { fleetId: 'if-MASTER' } });
    expect((await failureOf(fleet.read(NOW))).fault).toBe('refused');
  });
});

describe('pages', () => {
  const page = (fleet: Record<string, unknown> | undefined, Marker?: string): StubAnswer => ({
    body: { InstanceFleets: fleet === undefined ? [] : [fleet], Marker },
  });

  test('the TASK fleet is on the third page → found, with the marker of each page before', async () => {
    const pages = [page(otherFleet('MASTER'), 'a'), page(otherFleet('CORE'), 'b'), page(taskFleet())];
    const { fleet, stub } = await answering(pages);
    expect((await fleet.read(NOW)).spot.targetUnits).toBe(6);
    expect(stub.requests.map(({ body }) => body['Marker'])).toEqual([undefined, 'a', 'b']);
  });

  test('an empty page on the way → goes on', async () => {
    const { fleet } = await answering([page(otherFleet('MASTER'), 'a'), page(undefined, 'b'), page(taskFleet(), '')]);
    expect((await fleet.read(NOW)).spot.targetUnits).toBe(6);
  });

  test('the same marker again → an error, not a loop', async () => {
    const { fleet, stub } = await answering([page(taskFleet(), 'a')]);
    expect((await failureOf(fleet.read(NOW))).message).toContain('Marker "a" came twice');
    expect(stub.requests).toHaveLength(2);
  });

  test('ever new markers → an error after ten pages', async () => {
    stubbed = await stubbedFleet((_, index) => page(undefined, `m${index}`));
    expect((await failureOf(stubbed.fleet.read(NOW))).message).toContain('more than 10 pages');
    expect(stubbed.stub.requests).toHaveLength(10);
  });

  test('the second page fails → the read fails: half a list says nothing', async () => {
    const { fleet } = await answering([
      page(taskFleet(), 'a'),
      { status: 500, body: { __type: 'InternalServerException' } },
    ]);
    expect((await failureOf(fleet.read(NOW))).fault).toBe('unavailable');
  });
});
