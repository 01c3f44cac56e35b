import { RecentLosses } from '../../../local/watch/recent-losses.ts';
import type { FleetEvent } from '../../../simulator/world/fleet/fleet.ts';

const of = (id: string) => ({ instanceId: id, instanceType: 'r5.4xlarge', market: 'spot' as const, units: 2 });
const notice = (at: number, id: string): FleetEvent => ({
  kind: 'interruptionNotice',
  at,
  goneAt: at + 120,
  ...of(id),
});
const ended = (at: number, id: string, how: 'interrupted' | 'drained'): FleetEvent => ({
  kind: 'terminated',
  at,
  how,
  ...of(id),
});

const after = (...events: readonly FleetEvent[]): RecentLosses => {
  const losses = new RecentLosses();
  for (const event of events) losses.add(event);
  return losses;
};

const read = (losses: RecentLosses, now: number): readonly [lost: number, going: number] => {
  const { lostUnits, going } = losses.read(now);
  return [lostUnits, going.get('r5.4xlarge') ?? 0];
};

test.each([
  ['nothing', [], 0, [0, 0]],
  ['two notices', [notice(0, 'a'), notice(5, 'b')], 10, [0, 4]],
  ['the same notice twice', [notice(0, 'a'), notice(5, 'a')], 10, [0, 2]],
  ['one of two is gone', [notice(0, 'a'), notice(0, 'b'), ended(120, 'a', 'interrupted')], 130, [2, 2]],
  ['gone for ten minutes', [ended(120, 'a', 'interrupted')], 720, [2, 0]],
  ['gone for longer', [ended(120, 'a', 'interrupted')], 721, [0, 0]],
  ['drained before the market came', [notice(0, 'a'), ended(60, 'a', 'drained')], 70, [0, 0]],
  ['gone without a notice', [ended(60, 'a', 'interrupted')], 70, [2, 0]],
] as const)('%s → lost and going', (_, events, now, expected) => {
  expect(read(after(...events), now)).toEqual(expected);
});
