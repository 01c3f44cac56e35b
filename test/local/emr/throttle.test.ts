/** EMR's request budgets, in virtual time. */
import { LIMITS, OPERATIONS, type Operation, Throttle } from '../../../local/emr/throttle.ts';
import { CLUSTER_ID, type LocalCluster, localCluster } from './local-cluster.ts';
import { emr } from './wire.ts';

describe('buckets', () => {
  const spend = (throttle: Throttle, operation: Operation): number => {
    let taken = 0;
    while (throttle.take(operation)) taken += 1;
    return taken;
  };

  test.each([
    ['ListInstanceFleets', 5, 2],
    ['ListInstances', 10, 2],
    ['DescribeCluster', 10, 1],
    ['ModifyInstanceFleet', 5, 2],
  ] as const)('%s: %d at once, then one every %d s', (operation, burst, secondsEach) => {
    let now = 1_772_409_600;
    const throttle = new Throttle(() => now);
    expect(spend(throttle, operation)).toBe(burst);
    now += secondsEach - 0.001;
    expect(throttle.take(operation)).toBe(false);
    now += 0.001;
    expect(spend(throttle, operation)).toBe(1);
    now += 3600;
    expect(spend(throttle, operation)).toBe(burst);
  });

  test('one operation is spent → the others are not', () => {
    const throttle = new Throttle(() => 0);
    spend(throttle, 'ModifyInstanceFleet');
    for (const operation of OPERATIONS.filter((one) => one !== 'ModifyInstanceFleet')) {
      expect(spend(throttle, operation)).toBe(LIMITS[operation].burst);
    }
  });

  test('a clock that goes back → nothing is refilled and nothing taken away', () => {
    let now = 1000;
    const throttle = new Throttle(() => now);
    throttle.take('ListInstanceFleets');
    now = 0;
    expect(spend(throttle, 'ListInstanceFleets')).toBe(4);
  });
});

describe('over the wire', () => {
  let local: LocalCluster;
  afterEach(() => local.close());

  const list = () => emr(local.endpoint.url, 'ListInstanceFleets', { ClusterId: CLUSTER_ID });

  test('six reads at once → the sixth gets ThrottlingException; two virtual seconds later one more passes', async () => {
    local = await localCluster({ throttling: true });
    for (let call = 0; call < 5; call += 1) expect((await list()).status).toBe(200);
    const throttled = { status: 400, body: { __type: 'ThrottlingException', message: 'Rate exceeded' } };
    expect(await list()).toMatchObject(throttled);
    local.advance(2);
    expect((await list()).status).toBe(200);
    expect(await list()).toMatchObject(throttled);
    expect(local.endpoint.calls.ListInstanceFleets).toBe(8);
    expect(local.endpoint.throttled.ListInstanceFleets).toBe(2);
  });

  test('refused requests spend tokens too', async () => {
    local = await localCluster({ throttling: true });
    for (let call = 0; call < 5; call += 1) await emr(local.endpoint.url, 'ListInstanceFleets', { ClusterId: 'j-X' });
    expect(await list()).toMatchObject({ body: { __type: 'ThrottlingException' } });
  });

  test('switched off → as many as are asked', async () => {
    local = await localCluster({ throttling: false });
    for (let call = 0; call < 12; call += 1) expect((await list()).status).toBe(200);
  });
});
