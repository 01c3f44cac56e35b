/** Days on a command line. The ledger's days are those of UTC, as AWS bills them. */
import type { Parsed } from '../arguments.ts';

const SECONDS_PER_DAY = 86_400;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const SPAN = /^(\d{1,4})d$/;

/** A day as it was given; which one it is depends on now. */
export type GivenDay = { readonly kind: 'day'; readonly day: number } | { readonly kind: 'ago'; readonly days: number };

const EXPECTED = 'a day such as 2026-03-02, today, yesterday, or 30d for 30 days ago';

/** The day as people write it. */
export const dayText = (day: number): string => new Date(day * SECONDS_PER_DAY * 1000).toISOString().slice(0, 10);

/** Reads a day. */
export const givenDay = (text: string): Parsed<GivenDay> => {
  if (text === 'today') return { value: { kind: 'ago', days: 0 } };
  if (text === 'yesterday') return { value: { kind: 'ago', days: 1 } };
  const [, days] = SPAN.exec(text) ?? [];
  if (days !== undefined) return { value: { kind: 'ago', days: Number(days) } };
  const day = DATE.test(text) ? Date.parse(`${text}T00:00:00Z`) / 1000 / SECONDS_PER_DAY : Number.NaN;
  // A 31st of February is another day for Date.
  return Number.isFinite(day) && dayText(day) === text ? { value: { kind: 'day', day } } : { expected: EXPECTED };
};

/** The day that was meant, in days since 1970. */
export const meantDay = (given: GivenDay, now: number): number =>
  given.kind === 'day' ? given.day : Math.floor(now / SECONDS_PER_DAY) - given.days;
