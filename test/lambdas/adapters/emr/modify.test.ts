/** What the adapter sends: both targets and both timeouts, to the right fleet, always. */
import {
  failureOf,
  fleets,
  modifyCommand,
  NOW,
  type StubbedFleet,
  type StubbedFleetOptions,
  stubbedFleet,
} from './emr-fleet.ts';
import type { StubAnswer } from './stub-emr.ts';

let stubbed: StubbedFleet;

const answering = async (answers: readonly StubAnswer[], options?: StubbedFleetOptions): Promise<StubbedFleet> => {
  stubbed = await stubbedFleet((_, index) => answers[Math.min(index, answers.length - 1)] ?? {}, options);
  return stubbed;
};

afterEach(() => stubbed.close());

const request = (body: Readonly<Record<string, unknown>>): unknown => body['InstanceFleet'];

test('after a read → one request with both targets and both timeouts, and nothing else', async () => {
  const { fleet, stub } = await answering([fleets(), { body: '' }]);
  await fleet.read(NOW);
  await fleet.modify({ ...modifyCommand(4, 16), onDemandTimeoutSeconds: 301, spotTimeoutSeconds: 900 });
  expect(stub.requests).toHaveLength(2);
  expect(stub.requests[1]?.operation).toBe('ModifyInstanceFleet');
  expect(stub.requests[1]?.body).toEqual({
    ClusterId: 'j-1',
    InstanceFleet: {
      InstanceFleetId: 'if-1ABC2DEFGHIJ3',
      TargetOnDemandCapacity: 4,
      TargetSpotCapacity: 16,
      ResizeSpecifications: {
        OnDemandResizeSpecification: { TimeoutDurationMinutes: 6 },
        SpotResizeSpecification: { TimeoutDurationMinutes: 15 },
      },
    },
  });
});

test('targets of nothing are sent as 0, not left out', async () => {
  const { fleet, stub } = await answering([{ body: '' }], { fleet: { fleetId: 'if-9' } });
  await fleet.modify(modifyCommand(0, 0));
  expect(request(stub.requests[0]?.body ?? {})).toMatchObject({
    InstanceFleetId: 'if-9',
    TargetOnDemandCapacity: 0,
    TargetSpotCapacity: 0,
  });
});

test.each([
  [0, 5],
  [299, 5],
  [300, 5],
  [300.5, 6],
  [600, 10],
  [604_800, 10_080],
  [1e9, 10_080],
])('a timeout of %p s → %p minutes, within what EMR takes', async (seconds, minutes) => {
  const { fleet, stub } = await answering([{ body: '' }], { fleet: { fleetId: 'if-9' } });
  await fleet.modify({ ...modifyCommand(1, 1), onDemandTimeoutSeconds: seconds, spotTimeoutSeconds: seconds });
  expect(request(stub.requests[0]?.body ?? {})).toMatchObject({
    ResizeSpecifications: {
      OnDemandResizeSpecification: { TimeoutDurationMinutes: minutes },
      SpotResizeSpecification: { TimeoutDurationMinutes: minutes },
    },
  });
});

describe('which fleet', () => {
  const READ = 'if-1ABC2DEFGHIJ3';

  test.each<[string, string | undefined, boolean, string | undefined, string]>([
    ['a read of another process has shown it', undefined, false, 'if-OTHER', 'if-OTHER'],
    ['this process has read it', undefined, true, undefined, READ],
    ['both, and they differ → what was read last', undefined, true, 'if-OTHER', READ],
    ['the settings name it, whatever was read', 'if-9', false, 'if-OTHER', 'if-9'],
  ])('%s', async (_, ofSettings, reads, given, sent) => {
    const settings = ofSettings === undefined ? {} : { fleet: { fleetId: ofSettings } };
    const { fleet, stub } = await answering(reads ? [fleets(), { body: '' }] : [{ body: '' }], settings);
    if (reads) await fleet.read(NOW);
    await fleet.modify(modifyCommand(1, 1), given);
    expect(request(stub.requests.at(-1)?.body ?? {})).toMatchObject({ InstanceFleetId: sent });
    expect(stub.requests).toHaveLength(reads ? 2 : 1);
  });

  test('nobody knows → refused, and nothing is sent: a look-up of its own would cost the account a call unasked', async () => {
    const { fleet, stub } = await answering([{ body: '' }]);
    const { fault, message } = await failureOf(fleet.modify(modifyCommand(1, 1)));
    expect(fault).toBe('refused');
    expect(message).toBe(
      'ModifyInstanceFleet of cluster j-1: nothing was sent: the id of its fleet is not known: read the fleet first',
    );
    expect(stub.requests).toHaveLength(0);
  });
});

test('numbers that cannot be meant → refused with all of them named, and nothing is sent', async () => {
  const { fleet, stub } = await answering([{ body: '' }], { fleet: { fleetId: 'if-9' } });
  const wrong = { ...modifyCommand(1.5, Number.NaN), onDemandTimeoutSeconds: -1, spotTimeoutSeconds: Number.NaN };
  const { fault, message } = await failureOf(fleet.modify(wrong));
  expect(fault).toBe('refused');
  expect(message).toBe(
    'ModifyInstanceFleet of cluster j-1: nothing was sent: onDemandUnits was 1.5, expected a whole number ≥ 0; ' +
      'spotUnits was NaN, expected a whole number ≥ 0; onDemandTimeoutSeconds was -1, expected a number ≥ 0; ' +
      'spotTimeoutSeconds was NaN, expected a number ≥ 0',
  );
  expect(stub.requests).toHaveLength(0);
});

describe('facts', () => {
  test('nothing said → what holds for every EMR cluster', async () => {
    const { fleet } = await answering([]);
    expect(fleet.facts()).toEqual({ minimumWorkerAgeSeconds: 600, reversibleDrain: false, retriesTasks: false });
  });

  test('what was found out about the cluster stands above it', async () => {
    const known = { minimumWorkerAgeSeconds: 20, drainGraceSeconds: 1800, reversibleDrain: true };
    const { fleet } = await answering([], { fleet: { facts: known } });
    expect(fleet.facts()).toEqual({ ...known, retriesTasks: false });
  });
});
