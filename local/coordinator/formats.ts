/** PrestoDB's value formats. */

const UNITS: readonly (readonly [unit: string, seconds: number])[] = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
  ['ms', 1e-3],
  ['us', 1e-6],
];

/** As airlift writes a duration: two decimals of the largest unit of which there is one. */
export const durationText = (seconds: number): string => {
  const [unit, perUnit] = UNITS.find(([, each]) => seconds >= each) ?? ['ns', 1e-9];
  return `${(seconds / perUnit).toFixed(2)}${unit}`;
};

/** Whole milliseconds. */
export const millis = (seconds: number): number => Math.floor(seconds * 1000);

/** ISO 8601 with milliseconds. */
export const timeText = (epochSeconds: number): string => new Date(Math.round(epochSeconds * 1000)).toISOString();
