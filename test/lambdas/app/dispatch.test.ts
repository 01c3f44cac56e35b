import { dispatch, slotsAfter } from '../../../lambdas/app/dispatch.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import type { WakeUp } from '../../../lambdas/ports/wakeups.ts';

const NOON = 1_772_452_800;

const portsAt = (now: number, alarmNames: Readonly<Record<string, readonly string[]>>, failing = false) => {
  const sent: WakeUp[] = [];
  const kept: Record<string, readonly string[]> = {};
  let reads = 0;
  const ports = {
    clock: { now: () => epochSeconds(now) },
    inbox: {
      clusters: async () => Object.keys(alarmNames),
      alarmsOf: async (cluster: string) => alarmNames[cluster] ?? [],
      putAlarms: async (cluster: string, alarms: readonly { readonly name: string }[]) => {
        kept[cluster] = alarms.map((alarm) => alarm.name);
      },
    },
    wakeUps: { send: async (wakeUps: readonly WakeUp[]) => void sent.push(...wakeUps) },
    alarms: {
      read: async (names: readonly string[]) => {
        reads += 1;
        if (failing) throw new Error('CloudWatch is away');
        return names
          .filter((name) => name !== 'gone')
          .map((name) => ({ name, state: 'OK' as const, since: epochSeconds(now) }));
      },
    },
  };
  return { ports, sent, kept, reads: () => reads };
};

describe('the slots of the next minute', () => {
  test.each([
    ['on the minute', NOON, [60, 75, 90, 105]],
    ['in the middle of a minute', NOON + 31.5, [60, 75, 90, 105]],
    ['a moment before the next', NOON + 59.999, [60, 75, 90, 105]],
  ])('%s → absolute times, the same whenever in the minute it is asked', (_, now, slots) => {
    expect(slotsAfter(epochSeconds(now), 15).map((slot) => slot - NOON)).toEqual(slots);
  });
});

describe('the slots after a dispatch that failed', () => {
  test.each([
    ['20 s into the minute', NOON + 20, [30, 45, 60, 75, 90, 105]],
    ['on a slot', NOON + 30, [30, 45, 60, 75, 90, 105]],
    ['after the last slot of the minute', NOON + 46, [60, 75, 90, 105]],
  ])('%s → also what is left of this minute', (_, now, slots) => {
    expect(slotsAfter(epochSeconds(now), 15, true).map((slot) => slot - NOON)).toEqual(slots);
  });
});

describe('dispatch', () => {
  test('two clusters, slots of 15 s → eight wake-ups for the next minute', async () => {
    const { ports, sent } = portsAt(NOON + 3, { a: [], b: [] });
    expect(await dispatch(ports, 15)).toEqual({ clusters: 2, wakeUps: 8, alarms: 0 });
    expect(sent.filter((wakeUp) => wakeUp.cluster === 'b').map((wakeUp) => wakeUp.slot - NOON)).toEqual([
      60, 75, 90, 105,
    ]);
  });

  test('alarms of three clusters, one shared → read once for all, each cluster given its own', async () => {
    const { ports, kept, reads } = portsAt(NOON, { a: ['cpu', 'queue'], b: ['queue', 'gone'], c: [] });
    expect((await dispatch(ports, 15)).alarms).toBe(2);
    expect(reads()).toBe(1);
    expect(kept).toEqual({ a: ['cpu', 'queue'], b: ['queue'] });
  });

  test('no alarm in any policy → CloudWatch is not asked', async () => {
    const { ports, reads } = portsAt(NOON, { a: [] });
    await dispatch(ports, 15);
    expect(reads()).toBe(0);
  });

  test('fails loudly when alarms cannot be read, after the wake-ups are sent', async () => {
    const { ports, sent } = portsAt(NOON, { a: ['cpu'] }, true);
    await expect(dispatch(ports, 15)).rejects.toThrow('CloudWatch is away');
    expect(sent).toHaveLength(4);
  });
});
