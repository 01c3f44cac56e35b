/** Some takers may have at most so much together. */
export interface SharedLimit {
  readonly members: readonly number[];
  readonly capacity: number;
}

/**
 * Max-min fair shares by their definition, slowly: raise all shares together until a limit is met, keep those whose
 * limit or cap that was, go on with the rest. Knows nothing of chains or sorting, and takes any sets.
 */
export const slowShares = (caps: readonly number[], limits: readonly SharedLimit[]): number[] => {
  const kept: (number | undefined)[] = caps.map(() => undefined);
  const shareAt = (taker: number, level: number): number => kept[taker] ?? Math.min(caps[taker] ?? 0, level);
  const drawn = (limit: SharedLimit, level: number): number =>
    limit.members.reduce((sum, taker) => sum + shareAt(taker, level), 0);
  const fits = (level: number): boolean =>
    limits.every((limit) => drawn(limit, level) <= limit.capacity * (1 + 1e-12) + 1e-12);

  while (kept.some((share) => share === undefined)) {
    const level = bisect(fits, Math.max(...caps));
    const full = limits.filter((limit) => drawn(limit, level) >= limit.capacity - 1e-7);
    const stopped = new Set(full.flatMap((limit) => limit.members));
    caps.forEach((cap, taker) => {
      if (kept[taker] === undefined && (stopped.has(taker) || cap <= level)) kept[taker] = Math.min(cap, level);
    });
  }
  return kept.map((share) => share ?? 0);
};

/** The largest level up to `most` that fits; 0 fits always. */
const bisect = (fits: (level: number) => boolean, most: number): number => {
  if (fits(most)) return most;
  let [low, high] = [0, most];
  for (let step = 0; step < 100; step += 1) {
    const middle = (low + high) / 2;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
};
