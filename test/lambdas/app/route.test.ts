import { type OutsideEvent, type RoutePorts, route } from '../../../lambdas/app/route.ts';
import { cores, epochSeconds, units } from '../../../lambdas/core/quantities.ts';
import type { InstanceOwner } from '../../../lambdas/ports/instances.ts';
import type { WakeUp } from '../../../lambdas/ports/wakeups.ts';

const NOON = epochSeconds(1_772_452_800);

/** Of the settings: one (j-1) and two (j-2); `old` (j-9) is in the table only. */
const EMR: Readonly<Record<string, string>> = { 'j-1': 'one', 'j-2': 'two', 'j-9': 'old' };

const worker = (emrClusterId: string, vcpus = 32, role: InstanceOwner['role'] = 'task'): InstanceOwner => ({
  emrClusterId,
  vcpus: cores(vcpus),
  role,
});

const OWNERS: Readonly<Record<string, InstanceOwner>> = {
  'i-1': worker('j-1'),
  'i-core': worker('j-1', 32, 'core'),
  'i-primary': worker('j-1', 32, 'primary'),
  'i-small': worker('j-1', 4),
  'i-odd': worker('j-1', 36),
  'i-old': worker('j-9'),
  'i-foreign': worker('j-404'),
  'i-unknown': worker('j-2'),
  'i-on-demand': { ...worker('j-1'), onDemand: true },
};

const bench = (failing = false) => {
  const written: unknown[][] = [];
  const sent: WakeUp[] = [];
  const write =
    (what: string) =>
    async (...given: unknown[]): Promise<void> => {
      if (failing) throw new Error('the table is gone');
      written.push([what, ...given]);
    };
  const ports: RoutePorts = {
    clock: { now: () => NOON },
    inbox: {
      clusterOfEmr: async (id) => EMR[id],
      clustersOfAlarm: async (name) => (name === 'queue' ? ['one', 'two', 'old'] : []),
      // The policy of `two` is gone.
      coresPerUnit: async (cluster) => (cluster === 'one' ? 16 : undefined),
      putLoss: write('loss'),
      putHold: write('hold'),
      removeHold: write('release'),
      putAlarms: write('alarms'),
    },
    instances: { ownerOf: async (id) => OWNERS[id] },
    wakeUps: { send: async (wakeUps) => void sent.push(...wakeUps) },
    managed: new Set(['one', 'two']),
  };
  return { ports, written, sent };
};

const HOLD = { key: 'etl', kind: 'total' as const, units: units(9), until: NOON, owner: 'ann', reason: 'x' };
const alarm = (name: string): OutsideEvent => ({ kind: 'alarm', alarm: { name, state: 'ALARM', since: NOON } });
const lost = (instanceId: string, ago = 0): OutsideEvent => ({
  kind: 'spotInterruption',
  instanceId,
  at: epochSeconds(NOON - ago),
});
const recommended = (instanceId: string, ago = 0): OutsideEvent => ({
  kind: 'rebalanceRecommended',
  instanceId,
  at: epochSeconds(NOON - ago),
});

describe('route', () => {
  test.each<[string, OutsideEvent, string[], string[]]>([
    ['an interruption of a worker', lost('i-1'), ['one'], ['loss']],
    ['an interruption of a CORE worker: woken, no loss of the fleet that is resized', lost('i-core'), ['one'], []],
    ['an interruption of a primary node', lost('i-primary'), ['one'], []],
    ['an interruption where the policy is gone: its units are not known', lost('i-unknown'), ['two'], []],
    ['an interruption in a cluster that is in the table only', lost('i-old'), [], []],
    ['an interruption in a foreign cluster', lost('i-foreign'), [], []],
    ['an interruption of nobody’s instance, or of one that is gone', lost('i-404'), [], []],
    ['an interruption of an on-demand worker, which has none', lost('i-on-demand'), [], []],
    ['an interruption told nine minutes late', lost('i-1', 540), ['one'], ['loss']],
    [
      'an interruption told ten minutes late: EMR has replaced it, and shrinks wait no longer',
      lost('i-1', 600),
      [],
      [],
    ],
    ['a notice of the minute to come, by a clock that is ahead', lost('i-1', -60), ['one'], ['loss']],
    ['a recommendation for a worker: noted, and nobody is woken for a hint', recommended('i-1'), [], ['loss']],
    ['a recommendation for a CORE worker', recommended('i-core'), [], []],
    ['a recommendation for an on-demand worker', recommended('i-on-demand'), [], []],
    ['a recommendation in a foreign cluster', recommended('i-foreign'), [], []],
    ['a recommendation for an instance that is gone', recommended('i-404'), [], []],
    ['a recommendation told half an hour late', recommended('i-1', 1800), [], []],
    [
      'an alarm that three policies name, one of them not of the settings',
      alarm('queue'),
      ['one', 'two'],
      ['alarms', 'alarms'],
    ],
    ['an alarm that no policy names', alarm('disk'), [], []],
    ['a change of a fleet', { kind: 'fleetChanged', emrClusterId: 'j-2' }, ['two'], []],
    ['a change of a fleet that is in the table only', { kind: 'fleetChanged', emrClusterId: 'j-9' }, [], []],
    ['a change of a foreign fleet', { kind: 'fleetChanged', emrClusterId: 'j-404' }, [], []],
    ['a hold', { kind: 'hold', cluster: 'one', hold: HOLD }, ['one'], ['hold']],
    ['a hold on a cluster that is in the table only', { kind: 'hold', cluster: 'old', hold: HOLD }, [], []],
    ['a hold by EMR’s id: it is none of our names', { kind: 'hold', cluster: 'j-1', hold: HOLD }, [], []],
    ['a released hold', { kind: 'holdReleased', cluster: 'one', key: 'etl' }, ['one'], ['release']],
  ])('%s → written down, and whom it concerns is woken', async (_, event, woken, writes) => {
    const { ports, written, sent } = bench();
    expect(await route(ports, event)).toEqual(woken);
    expect(written.map(([what]) => what)).toEqual(writes);
    expect(sent).toEqual(woken.map((cluster) => ({ cluster, slot: NOON })));
  });

  test.each([
    ['32 vCPU at 16 a unit', 'i-1', 2],
    ['4 vCPU: no worker is nothing', 'i-small', 1],
    ['36 vCPU: weights are whole', 'i-odd', 3],
  ])('a loss, %s → its units, under the instance’s id', async (_, id, lostUnits) => {
    const { ports, written } = bench();
    await route(ports, lost(id));
    expect(written).toEqual([['loss', 'one', { id, at: NOON, units: lostUnits }]]);
  });

  test('a recommendation is written down as one, under the instance’s id: an interruption takes its place', async () => {
    const { ports, written } = bench();
    await route(ports, recommended('i-1', 90));
    expect(written).toEqual([['loss', 'one', { id: 'i-1', kind: 'rebalance', at: NOON - 90, units: 2 }]]);
  });

  test('fails loudly and wakes nobody when it cannot be written down', async () => {
    const { ports, sent } = bench(true);
    await expect(route(ports, lost('i-1'))).rejects.toThrow('the table is gone');
    expect(sent).toEqual([]);
  });
});
