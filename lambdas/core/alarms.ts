/**
 * CloudWatch alarms named in the policy as steps: one step when an alarm goes off, another after each hold period that
 * it lasts, relative to the target when it went off. Down only while every alarm up is confirmed OK; no data freezes.
 */
import type { AlarmMemory, Memory } from './memory.ts';
import type { AlarmObservation, Observation } from './model.ts';
import type { Policy } from './policy/schema.ts';
import type { EpochSeconds } from './quantities.ts';
import type { Reason } from './reasons.ts';

type Alarm = Policy['alarms'][number];

export interface AlarmSteps {
  /** The highest target that an alarm up asks for; 0 when none does. */
  readonly upUnits: number;
  /** The lowest target that an alarm down asks for; absent when none does. */
  readonly downUnits?: number;
  /** Whether nothing shrinks because an alarm is unknown or one that asks for more is not OK. */
  readonly freezes: boolean;
  readonly reasons: readonly Reason[];
  readonly alarms: Readonly<Record<string, AlarmMemory>>;
}

const advance = (alarm: Alarm, before: AlarmMemory | undefined, current: number, now: EpochSeconds): AlarmMemory => {
  if (before === undefined) return { firedAt: now, baseUnits: current, steps: 1, steppedAt: now };
  const due = now - before.steppedAt >= alarm.holdSeconds;
  return due ? { ...before, steps: before.steps + 1, steppedAt: now } : before;
};

const signed = (alarm: Alarm): 1 | -1 => (alarm.direction === 'up' ? 1 : -1);

/** Where the steps lead, inside the alarm's own limit and the fleet's. */
const unitsOf = (alarm: Alarm, memory: AlarmMemory, policy: Policy): number => {
  const { minimumUnits, maximumUnits } = policy.capacity;
  const wanted = memory.baseUnits + signed(alarm) * memory.steps * alarm.stepUnits;
  if (alarm.direction === 'up') return Math.min(wanted, alarm.limitUnits ?? maximumUnits, maximumUnits);
  return Math.max(wanted, alarm.limitUnits ?? minimumUnits, minimumUnits);
};

const reasonOf = (alarm: Alarm, memory: AlarmMemory): Reason => ({
  code: alarm.direction === 'up' ? 'alarm-up' : 'alarm-down',
  numbers: { name: alarm.name, steps: memory.steps, stepUnits: alarm.stepUnits, baseUnits: memory.baseUnits },
});

interface Seen {
  readonly alarm: Alarm;
  readonly state: AlarmObservation['state'] | 'UNREAD';
  readonly memory?: AlarmMemory;
}

/** An alarm that is OK again keeps its last step until the hold period has run out. */
const see = (
  alarm: Alarm,
  observed: AlarmObservation | undefined,
  memory: Memory,
  current: number,
  now: EpochSeconds,
): Seen => {
  const before = memory.alarms[alarm.name];
  const state = observed?.state ?? 'UNREAD';
  if (state === 'ALARM') return { alarm, state, memory: advance(alarm, before, current, now) };
  const lasts =
    before !== undefined &&
    (state !== 'OK' || (alarm.direction === 'up' && now - before.steppedAt < alarm.holdSeconds));
  return lasts ? { alarm, state, memory: before } : { alarm, state };
};

const unknownReasons = (seen: readonly Seen[]): Reason[] =>
  seen
    .filter((one) => one.state === 'UNREAD' || one.state === 'INSUFFICIENT_DATA')
    .map((one) => ({ code: 'alarm-unknown', numbers: { name: one.alarm.name } }));

/**
 * Steps of all alarms in the policy.
 * @param current units of the target in force, from which an alarm that goes off now counts its steps
 */
export const alarmSteps = (
  observation: Observation,
  policy: Policy,
  memory: Memory,
  current: number,
  now: EpochSeconds,
): AlarmSteps => {
  if (policy.alarms.length === 0) return { upUnits: 0, freezes: false, reasons: [], alarms: {} };
  const byName = new Map(observation.alarms.map((alarm) => [alarm.name, alarm]));
  const seen = policy.alarms.map((alarm) => see(alarm, byName.get(alarm.name), memory, current, now));
  const unknown = unknownReasons(seen);
  const stepping = seen.filter((one): one is Seen & { memory: AlarmMemory } => one.memory !== undefined);
  const up = stepping.filter((one) => one.alarm.direction === 'up');
  const freezes = unknown.length > 0 || up.length > 0;
  const down = freezes ? [] : stepping.filter((one) => one.alarm.direction === 'down');
  const downUnits = down.map((one) => unitsOf(one.alarm, one.memory, policy));
  return {
    upUnits: Math.max(0, ...up.map((one) => unitsOf(one.alarm, one.memory, policy))),
    ...(downUnits.length === 0 ? {} : { downUnits: Math.min(...downUnits) }),
    freezes,
    reasons: [...unknown, ...[...up, ...down].map((one) => reasonOf(one.alarm, one.memory))],
    alarms: Object.fromEntries(stepping.map((one) => [one.alarm.name, one.memory])),
  };
};
