/**
 * The level λ at which Σ min(cap, λ) fills a capacity: max-min fair shares of one pool.
 * Every taker gets min(cap, λ).
 * @param caps ascending; only the first `count` are read.
 * @returns Infinity when all caps fit.
 */
export const waterLevel = (caps: Float64Array, count: number, capacity: number): number => {
  let left = capacity;
  for (let index = 0; index < count; index += 1) {
    const cap = caps[index] as number;
    const takers = count - index;
    if (cap * takers > left) return Math.max(0, left / takers);
    left -= cap;
  }
  return Number.POSITIVE_INFINITY;
};
