/** What the axes of the charts span. */

/** Seconds; so much is shown at least, so that the beginning of a run is calm. */
const SHORTEST_WINDOW = 900;
/** An empty or idle chart still shows a scale that means something. */
const SMALLEST_TOP = 4;
const HEADROOM = 1.08;

/** From zero to a little above the highest value, or to a limit that is not far above it. */
export const valueRange = (
  dataMax: number | null,
  limit: number | undefined,
  smallestTop = SMALLEST_TOP,
): [number, number] => {
  const top = Math.max(smallestTop, dataMax ?? 0);
  const seen = limit !== undefined && limit <= 1.6 * top ? Math.max(top, limit) : top;
  return [0, seen * HEADROOM];
};

/** Everything, or the last so many seconds. */
export const windowOf = (first: number, last: number, seconds: number | null): [number, number] => {
  const from = seconds === null ? first : Math.max(first, last - seconds);
  return [from, Math.max(last, from + SHORTEST_WINDOW)];
};
