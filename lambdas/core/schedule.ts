/** Floors in recurring windows: cron in a time zone, a length, an end. */
import { Cron } from 'croner';
import type { Policy } from './policy/schema.ts';
import type { EpochSeconds } from './quantities.ts';

type Schedule = Policy['schedules'][number];

/** What was worked out for a schedule holds until a known moment, so that a tick every few seconds asks cron once. */
interface Known {
  readonly cron: Cron;
  from: number;
  until: number;
  active: boolean;
}

const known = new WeakMap<Schedule, Known>();

const cronOf = (schedule: Schedule): Cron => new Cron(schedule.cron, { timezone: schedule.timeZone });

/** Start of the window that covers `at`, or of the next one. */
const windowAround = (
  cron: Cron,
  schedule: Schedule,
  at: EpochSeconds,
): { from: number; until: number; active: boolean } => {
  const seconds = schedule.durationMinutes * 60;
  const date = new Date((at + 1e-3) * 1000);
  const last = cron.previousRuns(1, date)[0];
  const next = cron.nextRun(date);
  const nextStart = next === null ? Number.POSITIVE_INFINITY : next.getTime() / 1000;
  const start = last === undefined ? undefined : last.getTime() / 1000;
  if (start !== undefined && at < start + seconds)
    return { from: start, until: Math.min(start + seconds, nextStart), active: true };
  return { from: start === undefined ? 0 : start + seconds, until: nextStart, active: false };
};

/** Seconds since 1970 of an ISO 8601 time; NaN when there is no such time. */
export const secondsOf = (iso: string): number => new Date(iso).getTime() / 1000;

const knownAt = (schedule: Schedule, at: EpochSeconds): Known => {
  let memo = known.get(schedule);
  if (memo === undefined) {
    memo = { cron: cronOf(schedule), from: 0, until: 0, active: false };
    known.set(schedule, memo);
  }
  if (at < memo.from || at >= memo.until) Object.assign(memo, windowAround(memo.cron, schedule, at));
  return memo;
};

/**
 * Whether a window of the schedule covers a moment, or begins up to `leadSeconds` later; its `until` ends it for good.
 * A window that is shorter than the lead is seen too.
 */
export const isActive = (schedule: Schedule, at: EpochSeconds, leadSeconds = 0): boolean => {
  const end = schedule.until === undefined ? Number.POSITIVE_INFINITY : secondsOf(schedule.until);
  const { active, until } = knownAt(schedule, at);
  return at < end && (active || (until <= at + leadSeconds && until < end));
};
