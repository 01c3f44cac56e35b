/** Times on a command line: a clock time, a span, or a moment. */
import { durationSeconds, type Parsed } from '../arguments.ts';

/** A time as it was given; which moment it is depends on now. */
export type GivenTime =
  | { readonly kind: 'moment'; readonly at: number }
  | { readonly kind: 'span'; readonly seconds: number }
  | { readonly kind: 'clock'; readonly hour: number; readonly minute: number; readonly utc: boolean };

const CLOCK = /^([01]?\d|2[0-3]):([0-5]\d)(Z?)$/i;
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

const EXPECTED =
  'a clock time such as 06:00 (of this machine’s zone) or 06:00Z, a span such as 90m or 8h, or a moment with its zone such as 2026-03-02T06:00:00Z';

/** Reads a time. */
export const givenTime = (text: string): Parsed<GivenTime> => {
  const [, hour, minute, zone] = CLOCK.exec(text) ?? [];
  if (hour !== undefined) {
    return { value: { kind: 'clock', hour: Number(hour), minute: Number(minute), utc: zone !== '' } };
  }
  const moment = MOMENT.test(text) ? Date.parse(text) / 1000 : Number.NaN;
  if (Number.isFinite(moment)) return { value: { kind: 'moment', at: moment } };
  const span = durationSeconds(text);
  return 'value' in span ? { value: { kind: 'span', seconds: span.value } } : { expected: EXPECTED };
};

/** Days are stepped by the calendar: a day in which clocks change has 23 or 25 hours. */
const clockAt = ({ hour, minute, utc }: Extract<GivenTime, { kind: 'clock' }>, now: number, days: number): number => {
  const day = new Date(now * 1000);
  if (utc) day.setUTCDate(day.getUTCDate() + days);
  else day.setDate(day.getDate() + days);
  return (utc ? day.setUTCHours(hour, minute, 0, 0) : day.setHours(hour, minute, 0, 0)) / 1000;
};

/** The next moment that was meant: a clock time is today's or tomorrow's, a span is from now on. */
export const nextMoment = (given: GivenTime, now: number): number => {
  if (given.kind === 'moment') return given.at;
  if (given.kind === 'span') return now + given.seconds;
  const today = clockAt(given, now, 0);
  return today > now ? today : clockAt(given, now, 1);
};

/** The last moment that was meant: a clock time is today's or yesterday's, a span is before now. */
export const lastMoment = (given: GivenTime, now: number): number => {
  if (given.kind === 'moment') return given.at;
  if (given.kind === 'span') return now - given.seconds;
  const today = clockAt(given, now, 0);
  return today <= now ? today : clockAt(given, now, -1);
};
