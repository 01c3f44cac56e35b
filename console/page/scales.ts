/** What the axes of the charts span, and where marks stand. */

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

/** Letters that would lie on each other stand in rows; what is over is a line only. */
const MOST_ROWS = 4;

/** The row, from 0, of each badge of so many pixels at rising places; undefined: there is no room. */
export const rowsOf = (places: readonly number[], size: number, most = MOST_ROWS): readonly (number | undefined)[] => {
  const ends: number[] = [];
  return places.map((x) => {
    for (let row = 0; row < most; row += 1) {
      if (x < (ends[row] ?? Number.NEGATIVE_INFINITY)) continue;
      ends[row] = x + size;
      return row;
    }
    return undefined;
  });
};
