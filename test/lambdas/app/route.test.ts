import { type OutsideEvent, route } from '../../../lambdas/app/route.ts';
import { epochSeconds, units } from '../../../lambdas/core/quantities.ts';
import type { Inbox } from '../../../lambdas/ports/inbox.ts';
import type { WakeUp } from '../../../lambdas/ports/wakeups.ts';

const NOON = epochSeconds(1_772_452_800);

/** Managed: j-1 and j-2; i-1 belongs to j-1, i-9 to a cluster that is not managed. */
const bench = (failing = false) => {
  const written: unknown[][] = [];
  const sent: WakeUp[] = [];
  const write =
    (what: string) =>
    async (...given: unknown[]): Promise<void> => {
      if (failing) throw new Error('the table is gone');
      written.push([what, ...given]);
    };
  const inbox = {
    clusters: async () => ['j-1', 'j-2'],
    clustersOfAlarm: async (name: string) => (name === 'queue' ? ['j-1', 'j-2'] : []),
    putLoss: write('loss'),
    putHold: write('hold'),
    removeHold: write('release'),
    putAlarms: write('alarms'),
  } as unknown as Inbox;
  const owners: Record<string, string> = { 'i-1': 'j-1', 'i-9': 'j-9' };
  const ports = {
    clock: { now: () => NOON },
    inbox,
    instances: {
      ownerOf: async (id: string) => {
        const cluster = owners[id];
        return cluster === undefined ? undefined : { cluster, units: units(2) };
      },
    },
    wakeUps: { send: async (wakeUps: readonly WakeUp[]) => void sent.push(...wakeUps) },
  };
  return { ports, written, sent };
};

const HOLD = { key: 'etl', kind: 'total' as const, units: units(9), until: NOON, owner: 'ann', reason: 'x' };
const alarm = (name: string): OutsideEvent => ({ kind: 'alarm', alarm: { name, state: 'ALARM', since: NOON } });
const lost = (instanceId: string): OutsideEvent => ({ kind: 'spotInterruption', instanceId, at: NOON });

describe('route', () => {
  test.each<[string, OutsideEvent, string[], string[]]>([
    ['an interruption of a managed worker', lost('i-1'), ['j-1'], ['loss']],
    ['an interruption of a foreign cluster’s worker', lost('i-9'), [], []],
    ['an interruption of nobody’s instance', lost('i-404'), [], []],
    ['an alarm that two policies name', alarm('queue'), ['j-1', 'j-2'], ['alarms', 'alarms']],
    ['an alarm that no policy names', alarm('disk'), [], []],
    ['a change of a managed fleet', { kind: 'fleetChanged', cluster: 'j-2' }, ['j-2'], []],
    ['a change of a foreign fleet', { kind: 'fleetChanged', cluster: 'j-9' }, [], []],
    ['a hold', { kind: 'hold', cluster: 'j-1', hold: HOLD }, ['j-1'], ['hold']],
    ['a hold on a foreign cluster', { kind: 'hold', cluster: 'j-9', hold: HOLD }, [], []],
    ['a released hold', { kind: 'holdReleased', cluster: 'j-1', key: 'etl' }, ['j-1'], ['release']],
  ])('%s → written down, and whom it concerns is woken', async (_, event, woken, writes) => {
    const { ports, written, sent } = bench();
    expect(await route(ports, event)).toEqual(woken);
    expect(written.map(([what]) => what)).toEqual(writes);
    expect(sent).toEqual(woken.map((cluster) => ({ cluster, slot: NOON })));
  });

  test('a loss → the units of the instance, under its id', async () => {
    const { ports, written } = bench();
    await route(ports, lost('i-1'));
    expect(written).toEqual([['loss', 'j-1', { id: 'i-1', at: NOON, units: 2 }]]);
  });

  test('fails loudly and wakes nobody when it cannot be written down', async () => {
    const { ports, sent } = bench(true);
    await expect(route(ports, lost('i-1'))).rejects.toThrow('the table is gone');
    expect(sent).toEqual([]);
  });
});
