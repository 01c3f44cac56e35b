/** Each fault of the endpoint, and what the real adapter makes of it. */
import { emrClient } from '../../../lambdas/adapters/emr/client.ts';
import { EmrFleet } from '../../../lambdas/adapters/emr/fleet.ts';
import type { ModifyCommand } from '../../../lambdas/core/decision.ts';
import { epochSeconds, units } from '../../../lambdas/core/quantities.ts';
import { FleetError, type FleetFault } from '../../../lambdas/ports/fleets.ts';
import { EmrApiError } from '../../../local/emr/api-error.ts';
import type { Fault } from '../../../local/emr/faults.ts';
import { CLUSTER_ID, CREDENTIALS, type LocalCluster, localCluster } from './local-cluster.ts';
import { emr } from './wire.ts';

const GROW: ModifyCommand = {
  targets: { onDemandUnits: units(2), spotUnits: units(30) },
  onDemandTimeoutSeconds: 600,
  spotTimeoutSeconds: 600,
};

let local: LocalCluster;
let client: ReturnType<typeof emrClient> | undefined;
let fleet: EmrFleet;

/** A call that is to hang gets a short limit; the others wait as long as it takes. */
const connect = (callMilliseconds = 10_000): void => {
  client?.destroy();
  client = emrClient({ region: 'local', endpoint: local.endpoint.url, maxAttempts: 1, credentials: CREDENTIALS });
  fleet = new EmrFleet(client, { clusterId: CLUSTER_ID, fleetId: local.backend.taskFleetId, callMilliseconds });
};

beforeEach(async () => {
  local = await localCluster({ fleet: { staleReadSeconds: 0 } });
  connect();
});

afterEach(async () => {
  client?.destroy();
  await local.close();
});

const spotTarget = (): number => local.world.fleet.read().spot.targetUnits;
const read = () => fleet.read(epochSeconds(local.now()));

const faultOf = async (call: Promise<unknown>): Promise<FleetFault> => {
  const error: unknown = await call.then(
    () => 'an answer',
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FleetError)) throw new Error(`expected a FleetError, got ${String(error)}`);
  return error.fault;
};

test.each<[Fault, FleetFault]>([
  ['throttle', 'throttled'],
  ['deny', 'denied'],
  ['internal', 'unavailable'],
  ['html', 'unavailable'],
  ['drop', 'unavailable'],
  [new EmrApiError(400, 'ValidationException', 'No.'), 'refused'],
])('%s for the next two requests → both calls fail without an effect, the third works', async (fault, expected) => {
  local.endpoint.faults.arm(fault, 2);
  expect(await faultOf(read())).toBe(expected);
  expect(await faultOf(fleet.modify(GROW))).toBe(expected);
  expect(spotTarget()).toBe(8);
  await fleet.modify(GROW);
  expect(spotTarget()).toBe(30);
});

test('throttled twice, with the SDK’s own retries → the caller notices nothing', async () => {
  const patient = emrClient({
    region: 'local',
    endpoint: local.endpoint.url,
    maxAttempts: 3,
    credentials: CREDENTIALS,
  });
  local.endpoint.faults.arm('throttle', 2);
  await new EmrFleet(patient, { clusterId: CLUSTER_ID, callMilliseconds: 10_000 }).read(epochSeconds(local.now()));
  expect(local.endpoint.calls.ListInstanceFleets).toBe(3);
  expect(local.endpoint.throttled.ListInstanceFleets).toBe(2);
  patient.destroy();
});

/** Until a request has arrived and hangs. */
const hanging = async (): Promise<void> => {
  while (local.endpoint.faults.hanging === 0) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('hang', () => {
  test('a read → given up, and the next one answers', async () => {
    connect(200);
    local.endpoint.faults.arm('hang', Number.POSITIVE_INFINITY);
    expect(await faultOf(read())).toBe('unavailable');
    local.endpoint.faults.clear();
    connect();
    expect((await read()).status).toBe('running');
  });

  test('a modify whose caller has given up, then released → it is not carried out', async () => {
    connect(200);
    local.endpoint.faults.arm('hang');
    expect(await faultOf(fleet.modify(GROW))).toBe('unavailable');
    // The endpoint hears of the end of the connection a moment later.
    await new Promise((resolve) => setTimeout(resolve, 50));
    local.endpoint.faults.release();
    await emr(local.endpoint.url, 'DescribeCluster', { ClusterId: CLUSTER_ID });
    expect(spotTarget()).toBe(8);
  });

  test('a modify whose caller waits, then released → carried out', async () => {
    local.endpoint.faults.arm('hang');
    const call = fleet.modify(GROW);
    await hanging();
    expect(spotTarget()).toBe(8);
    local.endpoint.faults.release();
    await call;
    expect(spotTarget()).toBe(30);
  });

  test('the endpoint closes meanwhile → the call fails without an effect', async () => {
    local.endpoint.faults.arm('hang');
    const call = faultOf(fleet.modify(GROW));
    await hanging();
    await local.endpoint.close();
    expect(await call).toBe('unavailable');
    expect(spotTarget()).toBe(8);
  });
});

test('hangAfter a modify → its effect is there while the caller waits in vain', async () => {
  local.endpoint.faults.arm('hangAfter');
  const call = faultOf(fleet.modify(GROW));
  await hanging();
  expect(spotTarget()).toBe(30);
  await local.endpoint.close();
  expect(await call).toBe('unavailable');
});

test('dropAfter a modify → unavailable to the caller, and it had its effect', async () => {
  local.endpoint.faults.arm('dropAfter');
  expect(await faultOf(fleet.modify(GROW))).toBe('unavailable');
  expect(spotTarget()).toBe(30);
  expect((await read()).spot.targetUnits).toBe(30);
});

test('an empty page → an error, not an empty fleet', async () => {
  local.endpoint.faults.arm('emptyPage');
  expect(await faultOf(read())).toBe('unavailable');
  expect((await read()).spot.provisionedUnits).toBe(8);
});

test('an empty page is for lists → a modify is not touched, the next list is', async () => {
  local.endpoint.faults.arm('emptyPage');
  await fleet.modify(GROW);
  const { body } = await emr(local.endpoint.url, 'ListInstances', { ClusterId: CLUSTER_ID });
  expect(body).toEqual({ Instances: [] });
});

describe('yesterday’s state', () => {
  test('a modify since → reads show what was true when the fault was armed, in every field', async () => {
    const before = await read();
    local.endpoint.faults.arm('stale', 2);
    await fleet.modify(GROW);
    local.advance(3600);
    expect(await read()).toEqual({ ...before, readAt: local.now() });
    const { body } = await emr(local.endpoint.url, 'ListInstances', { ClusterId: CLUSTER_ID });
    expect((body as { Instances: unknown[] }).Instances).toHaveLength(12);
    expect((await read()).spot.provisionedUnits).toBe(30);
  });

  test('until it is cleared', async () => {
    local.endpoint.faults.arm('stale', Number.POSITIVE_INFINITY);
    await fleet.modify(GROW);
    for (let call = 0; call < 3; call += 1) expect((await read()).spot.targetUnits).toBe(8);
    local.endpoint.faults.clear();
    expect((await read()).spot.targetUnits).toBe(30);
  });
});

describe('order', () => {
  test('two faults armed → one after the other', async () => {
    local.endpoint.faults.arm('throttle');
    local.endpoint.faults.arm('deny');
    expect(await faultOf(read())).toBe('throttled');
    expect(await faultOf(read())).toBe('denied');
    expect((await read()).status).toBe('running');
  });

  test('a fault of one operation → waits for it', async () => {
    local.endpoint.faults.arm('throttle', 1, 'ModifyInstanceFleet');
    expect((await read()).status).toBe('running');
    expect(await faultOf(fleet.modify(GROW))).toBe('throttled');
  });
});
