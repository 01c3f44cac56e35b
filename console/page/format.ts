/** Numbers and virtual times as people read them. No time zone of the reader enters: virtual time is UTC. */

/** Stands where nothing is known. Unknown is not zero. */
export const UNKNOWN = '–';

const DAY_SECONDS = 86_400;
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

const FORMATS = [0, 1, 2].map((digits) => new Intl.NumberFormat('en-US', { maximumFractionDigits: digits }));
const CENTS = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** A number with at most so many decimals, e.g. `1,234.5`. */
export const number = (value: number | null, digits: 0 | 1 | 2 = 0): string =>
  value === null || !Number.isFinite(value) ? UNKNOWN : (FORMATS[digits]?.format(value) ?? UNKNOWN);

/** Units are whole in EMR; demand need not be. */
export const units = (value: number | null): string => number(value, 1);

/** Dollars; cents only where they still matter. */
export const dollars = (value: number | null): string => {
  if (value === null || !Number.isFinite(value)) return UNKNOWN;
  return `$${value < 1000 ? CENTS.format(value) : number(value)}`;
};

/** A share in percent; unknown while there is nothing to share. */
export const share = (part: number | null, whole: number | null): string => {
  if (part === null || whole === null || whole <= 0) return UNKNOWN;
  const percent = (100 * part) / whole;
  // Three of a million are not none.
  if (percent > 0 && percent < 0.1) return '< 0.1 %';
  return `${number(percent, percent < 10 ? 1 : 0)} %`;
};

/** A length of time: `45 s`, `12 min`, `1.5 h`. */
export const seconds = (value: number | null): string => {
  if (value === null || !Number.isFinite(value)) return UNKNOWN;
  if (value < 120) return `${number(value, value < 10 ? 1 : 0)} s`;
  if (value < 7200) return `${number(value / 60)} min`;
  return `${number(value / 3600, 1)} h`;
};

const two = (value: number): string => String(value).padStart(2, '0');

/** `09:12` */
export const hourMinute = (at: number): string => {
  const time = new Date(at * 1000);
  return `${two(time.getUTCHours())}:${two(time.getUTCMinutes())}`;
};

/** `Mon 2 Mar` */
export const dayOf = (at: number): string => {
  const time = new Date(at * 1000);
  return `${DAYS[time.getUTCDay()]} ${time.getUTCDate()} ${MONTHS[time.getUTCMonth()]}`;
};

/** `Mon 09:12` */
export const dayTime = (at: number): string => `${DAYS[new Date(at * 1000).getUTCDay()]} ${hourMinute(at)}`;

/** `Mon 2 Mar 09:12:15` */
export const exactTime = (at: number): string =>
  `${dayOf(at)} ${hourMinute(at)}:${two(new Date(at * 1000).getUTCSeconds())}`;

/** From a time to a later one, the day once where it is the same: `Mon 09:12–09:20`. */
export const span = (from: number, to: number): string => {
  if (hourMinute(from) === hourMinute(to) && to - from < DAY_SECONDS) return dayTime(to);
  const sameDay = Math.floor(from / DAY_SECONDS) === Math.floor(to / DAY_SECONDS);
  return `${dayTime(from)}–${sameDay ? hourMinute(to) : dayTime(to)}`;
};
