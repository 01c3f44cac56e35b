/** One spot price of many: over time, then over zones. */
import type { PricePoint, Span } from './ports.ts';

const HOURS = 3600;

/** Prices of the last day: they move slowly (data.md §2). */
export const SPOT_SPAN_SECONDS = 24 * HOURS;

/**
 * Mean price over a span, every price weighted with the time it held. Before the first point nothing is known, so the
 * mean begins there; the point before the span tells the price at its beginning.
 * @returns undefined where no price held within the span
 */
export const meanOverTime = (points: readonly PricePoint[], { from, to }: Span): number | undefined => {
  const ordered = points.toSorted((a, b) => a.at - b.at);
  let weighted = 0;
  let seconds = 0;
  ordered.forEach(({ at, usdPerHour }, index) => {
    const begin = Math.max(at, from);
    const held = Math.min(ordered[index + 1]?.at ?? to, to) - begin;
    if (held <= 0) return;
    weighted += usdPerHour * held;
    seconds += held;
  });
  return seconds > 0 ? weighted / seconds : undefined;
};

const grouped = <Value>(values: readonly Value[], keyOf: (value: Value) => string): ReadonlyMap<string, Value[]> => {
  const groups = new Map<string, Value[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group === undefined) groups.set(keyOf(value), [value]);
    else group.push(value);
  }
  return groups;
};

/** A price of every type that has one: the mean over time in every zone, and of these the mean over the zones. */
export const meanSpotPrices = (points: readonly PricePoint[], span: Span): ReadonlyMap<string, number> => {
  const prices = new Map<string, number>();
  for (const [type, ofType] of grouped(points, (point) => point.type)) {
    const byZone = [...grouped(ofType, ({ zone }) => zone).values()];
    const means = byZone.map((zone) => meanOverTime(zone, span)).filter((mean) => mean !== undefined);
    const mean = means.reduce((sum, one) => sum + one, 0) / means.length;
    if (means.length > 0) prices.set(type, Math.round(mean * 1e6) / 1e6);
  }
  return prices;
};
