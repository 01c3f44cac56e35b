import { decide } from '../../../lambdas/core/decide.ts';
import { emptyMemory } from '../../../lambdas/core/memory.ts';
import {
  at,
  codesOf,
  commandedUnits,
  deepFreeze,
  fleet,
  hold,
  memory,
  observation,
  policyWith,
  sample,
} from './builders.ts';
import { commandsOf, drive, running, tickAt } from './drive.ts';

test('10 workers, the queue is empty, inside the hold → steady', () => {
  const ticks = drive({ seconds: 600, sample: running((seconds) => (seconds < 60 ? 10 : 0)) });
  const { decision } = tickAt(ticks, 600);
  expect(decision.verdict).toBe('steady');
  expect(codesOf(decision)).toEqual(['demand-counts', 'floor-minimum', 'mode-retried-unfounded', 'shrink-held']);
});

test('10 workers for 10 queries → nothing to do, and that is a reasoned answer too', () => {
  const { decision } = decide(
    observation({ sample: sample({ runningQueries: 10 }), fleet: fleet() }),
    policyWith(),
    memory(),
    at(0),
  );
  expect(decision).toMatchObject({ verdict: 'steady', before: { spotUnits: 10 }, targets: { spotUnits: 10 } });
  expect(codesOf(decision)).toEqual(['demand-counts']);
});

test('nothing at all speaks for anything → the reason is that there is nothing to do', () => {
  const policy = policyWith({ signal: { source: 'alarms' }, alarms: [{ name: 'a', direction: 'up', stepUnits: 1 }] });
  const seen = observation({ fleet: fleet(), alarms: [{ name: 'a', state: 'OK', since: at(0) }] });
  expect(codesOf(decide(seen, policy, memory(), at(0)).decision)).toEqual(['demand-kept']);
});

test('a cluster is taken over: 30 units of somebody’s are in force → taken as they are, nobody is blamed, nothing jumps', () => {
  const ticks = drive({ units: 30, seconds: 600, sample: running(() => 10) });
  expect(commandsOf(ticks)).toEqual([]);
  expect(tickAt(ticks, 0).memory.command).toMatchObject({ targets: { spotUnits: 30 }, seen: true });
});

test('a cluster of nothing: no task units, a minimum of 0, one query waits for two workers → two are bought', () => {
  const policy = policyWith({ capacity: { minimumUnits: 0 } });
  const seen = sample({ readyWorkers: 0, readyCores: 0, waitingForWorkersQueries: 1, requiredWorkers: 2 });
  const decided = decide(observation({ sample: seen, fleet: fleet({ spot: 0 }) }), policy, memory(), at(0));
  expect(commandedUnits(decided)).toBe(2);
});

test('idle for a hold with a minimum of 0 → down to nothing', () => {
  const policy = policyWith({ capacity: { minimumUnits: 0 } });
  expect(commandsOf(drive({ seconds: 900, policy, sample: running(() => 0) }))).toEqual([[900, 0]]);
});

test('the terms tell what the number is made of', () => {
  const seen = observation({ sample: sample({ runningQueries: 12 }), fleet: fleet(), holds: [hold({ units: 20 })] });
  expect(decide(seen, policyWith(), memory(), at(0)).decision.terms).toEqual({
    countsUnits: 12,
    floorUnits: 20,
    ceilingUnits: 100,
    wantedUnits: 20,
    heldUnits: 20,
  });
});

test('deciding twice on the same inputs gives the same, and neither input is written to', () => {
  const seen = deepFreeze(observation({ sample: sample({ runningQueries: 50 }), fleet: fleet() }));
  const policy = deepFreeze(policyWith());
  const before = deepFreeze(emptyMemory());
  expect(decide(seen, policy, before, at(0))).toEqual(decide(seen, policy, before, at(0)));
});

test('two clusters decided in turns do not hear of each other', () => {
  const one = drive({ seconds: 300, sample: running(() => 20) });
  const other = drive({ units: 50, seconds: 300, sample: running(() => 60) });
  const again = drive({ seconds: 300, sample: running(() => 20) });
  expect(again.map(({ decision }) => decision)).toEqual(one.map(({ decision }) => decision));
  expect(other.at(-1)?.decision.before).not.toEqual(one.at(-1)?.decision.before);
});

test('a morning: the load comes in three steps, and goes → three calls up, one down, nothing in between', () => {
  const queries = (seconds: number) => {
    if (seconds < 300) return 6;
    if (seconds < 900) return 15;
    return seconds < 1800 ? 30 : seconds < 3600 ? 45 : 6;
  };
  const ticks = drive({ seconds: 6000, sample: running(queries) });
  expect(commandsOf(ticks)).toEqual([
    [300, 15],
    [900, 30],
    [1800, 45],
    [3585 + 915, 6],
  ]);
});

test('the tick of a growth that was just sent counts it as in force: the next tick asks for nothing more', () => {
  const ticks = drive({ seconds: 30, sample: running(() => 50) });
  expect(commandsOf(ticks)).toEqual([[0, 50]]);
  expect(tickAt(ticks, 15).decision).toMatchObject({ verdict: 'steady', before: { spotUnits: 50 } });
});

test('a writer dies after memory was written and before the call: two minutes later the growth is sent again', () => {
  const ticks = drive({ seconds: 300, sample: running(() => 50), obeys: (_, { seconds }) => seconds > 0 });
  expect(commandsOf(ticks)).toEqual([
    [0, 50],
    [120, 50],
  ]);
});
