/** The one entry of the core: (observation, policy, memory, now) → decision and next memory. No clock, no chance, no I/O. */
import type { Absent } from './absent.ts';
import { type Action, act, type Circumstances } from './acting.ts';
import { conclude, type Decided } from './conclude.ts';
import { chooseCourse } from './course.ts';
import type { Terms } from './decision.ts';
import type { Memory, SpotMemory } from './memory.ts';
import type { Observation } from './model.ts';
import type { Policy } from './policy/schema.ts';
import type { EpochSeconds, Units } from './quantities.ts';
import type { Reason } from './reasons.ts';
import { tellMode } from './safety-mode.ts';
import { holdSeconds, removalObstacle, type Watch, watchWanted } from './scale-in.ts';
import { sentProbe } from './shortage-probe.ts';
import { type SpotTurn, targetsOf, turnSpot } from './shortage-turn.ts';
import { judgeSignal, type SignalView } from './signal.ts';
import { beginTick, type Tick } from './tick.ts';
import { type Wanted, wantedNow } from './wanted.ts';

export type { Decided } from './conclude.ts';

const remembered = (tick: Tick, wanted: Wanted, watch: Watch, spot: SpotMemory | undefined): Memory => {
  const {
    foreign: _f,
    absent: _a,
    idleQueueSince: _q,
    watchedSince: _w,
    idleSince: _i,
    spot: _p,
    reserve: _r,
    ...kept
  } = tick.memory;
  return {
    ...kept,
    tick: tick.before.tick + 1,
    at: tick.now,
    alarms: wanted.alarms,
    mode: { mode: tick.mode.mode, code: tick.mode.reason.code },
    wanted: watch.wanted,
    demandUnits: wanted.demandUnits,
    ...(watch.watchedSince === undefined ? {} : { watchedSince: watch.watchedSince }),
    ...(watch.idleSince === undefined ? {} : { idleSince: watch.idleSince }),
    ...(wanted.idleQueueSince === undefined ? {} : { idleQueueSince: wanted.idleQueueSince }),
    ...(tick.view.foreign === undefined ? {} : { foreign: tick.view.foreign }),
    ...(tick.absent.memory === undefined ? {} : { absent: tick.absent.memory }),
    ...(spot === undefined ? {} : { spot }),
    ...(wanted.reserve === undefined ? {} : { reserve: wanted.reserve }),
  };
};

const paused = (tick: Tick): Decided => {
  // Nobody watches demand during a pause: a shrink after it needs a whole hold again.
  const { watchedSince: _w, idleSince: _i, ...kept } = tick.memory;
  const memory: Memory = { ...kept, tick: tick.before.tick + 1, at: tick.now };
  const action = { send: false, needsFleetRead: false, reasons: [] };
  const reasons: readonly Reason[] = [{ code: 'paused', numbers: {} }];
  return conclude(tick, memory, { targets: tick.inForce, terms: { wantedUnits: tick.current }, reasons, action });
};

const zombieReasons = ({ zombieUnits, memory }: Absent, now: EpochSeconds): Reason[] =>
  zombieUnits === 0
    ? []
    : [{ code: 'zombies', numbers: { units: zombieUnits, sinceSeconds: now - (memory?.since ?? now) } }];

const rivalReasons = ({ rivalledId }: Tick): Reason[] =>
  rivalledId === undefined ? [] : [{ code: 'managed-scaling-attached', numbers: { clusterId: rivalledId } }];

/** Told when a growth is sent that covers workers which can be called back. */
const calledBack = ({ drains, current }: Tick, amount: Units, policy: Policy, sent: boolean): Reason[] => {
  const drainingUnits = drains.callableCores / policy.capacity.coresPerUnit;
  const covered = Math.min(drainingUnits, amount - current);
  if (!sent || covered <= 0) return [];
  return [{ code: 'drain-called-back', numbers: { drainingUnits, units: covered } }];
};

const unread = (tick: Tick, memory: Memory, terms: Terms, reasons: readonly Reason[]): Decided => {
  const action: Action = { send: false, needsFleetRead: true, reasons: [] };
  const told: Reason = { code: 'fleet-unread', numbers: {} };
  return conclude(tick, memory, { targets: undefined, terms, reasons: [...reasons, told], action });
};

/** What of the fleet and the shortage bears on a call. */
const circumstancesOf = (tick: Tick, { spot, unsent }: SpotTurn): Circumstances => ({
  pressing: (spot?.standInUnits ?? 0) > (unsent?.standInUnits ?? 0),
  draining: tick.drains.removedUnits > 0,
  rivalled: tick.rivalledId !== undefined,
  probing: unsent?.probe !== undefined && unsent.probe.at === tick.view.command?.at,
  ...(tick.standInAt === undefined ? {} : { standInAt: tick.standInAt }),
});

const decideTick = (tick: Tick, signal: SignalView): Decided => {
  const { observation, policy, before, now, sample, current, drains } = tick;
  const { zombieUnits } = tick.absent;
  const memory: Memory = tick.spot === undefined ? tick.memory : { ...tick.memory, spot: tick.spot };
  const wanted = wantedNow({
    observation,
    sample,
    policy,
    before,
    memory,
    current,
    zombieUnits,
    drains,
    losses: tick.losses,
    now,
  });
  const mayShrink = signal.mayShrink && wanted.mayShrink;
  const hold = holdSeconds(policy, observation.facts, memory);
  const watch = watchWanted({
    memory,
    before,
    policy,
    sample,
    wanted: wanted.units,
    believable: mayShrink,
    hold,
    now,
  });
  const terms: Terms = { ...wanted.terms, heldUnits: watch.heldUnits };
  const reasons = [
    ...signal.reasons,
    ...wanted.reasons,
    ...zombieReasons(tick.absent, now),
    ...tick.losses.reasons,
    ...tick.spotReasons,
    ...tellMode(before.mode, tick.mode, wanted.units < current),
    ...rivalReasons(tick),
  ];
  if (tick.inForce === undefined) return unread(tick, remembered(tick, wanted, watch, tick.unsentSpot), terms, reasons);
  const course = chooseCourse(tick, wanted, watch, hold, mayShrink);
  const mode = tick.mode.mode;
  const obstacle = (): string | undefined =>
    mayShrink ? removalObstacle({ ...tick, memory, mode, watch, hold, returningUnits: 0 })?.code : 'signal';
  const turn = turnSpot({ tick, amount: course.units, wanted: wanted.units, obstacle });
  const targets = targetsOf(tick, tick.inForce, course.units, turn);
  const action = act(targets, tick.view, policy, now, circumstancesOf(tick, turn));
  const spot = action.send ? sentProbe(turn.spot, tick.inForce, targets) : turn.unsent;
  const calls = calledBack(tick, course.units, policy, action.send);
  const all = [...reasons, ...course.reasons, ...turn.reasons, ...action.reasons, ...calls];
  return conclude(tick, remembered(tick, wanted, watch, spot), { targets, terms, reasons: all, action });
};

/**
 * Decides one tick.
 * @param observation what was seen; what could not be read is absent
 * @param policy what the owner wants, defaults filled in
 * @param memory what the tick before left, or `emptyMemory()`
 * @param now time of this tick; never earlier than the one before
 * @returns the decision, and the memory to hand to the next tick; written before the command is carried out
 */
export const decide = (observation: Observation, policy: Policy, memory: Memory, now: EpochSeconds): Decided => {
  const signal = judgeSignal(observation, policy, memory, now);
  const tick = beginTick(observation, policy, memory, now, signal.sample);
  return policy.mode === 'paused' ? paused(tick) : decideTick(tick, signal);
};
