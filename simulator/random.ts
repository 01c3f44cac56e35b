/**
 * Chance without a stream: every draw is a hash of (seed, entity, event), so two policies that are tried on the same
 * seed meet the same arrivals, lags and losses however different the order in which they ask.
 */

/** 32-bit hash of a text; xmur3-style mixing (public domain construction by Bryc). */
const hash = (text: string, start: number): number => {
  let h = (1779033703 ^ start ^ text.length) >>> 0;
  for (let i = 0; i < text.length; i += 1) {
    h = Math.imul(h ^ text.charCodeAt(i), 3432918353);
    h = (h << 13) | (h >>> 19);
  }
  h = Math.imul(h ^ (h >>> 16), 2246822507);
  h = Math.imul(h ^ (h >>> 13), 3266489909);
  return (h ^ (h >>> 16)) >>> 0;
};

/** Uniform in (0, 1), never 0 or 1. */
export const uniform = (seed: number, entity: string, event: string): number => {
  const text = `${entity}\u0000${event}`;
  const high = hash(text, seed) >>> 5;
  const low = hash(text, seed ^ 0x9e3779b9) >>> 6;
  return (high * 67108864 + low + 0.5) / 9007199254740992;
};

/** Standard normal deviate (Box–Muller on two independent draws). */
export const normal = (seed: number, entity: string, event: string): number =>
  Math.sqrt(-2 * Math.log(uniform(seed, entity, `${event}#radius`))) *
  Math.cos(2 * Math.PI * uniform(seed, entity, `${event}#angle`));

/** Exponential with the given mean. */
export const exponential = (seed: number, entity: string, event: string, mean: number): number =>
  -mean * Math.log(uniform(seed, entity, event));

/** z of the 95th percentile of the standard normal. */
const Z95 = 1.6448536269514722;

/** Lognormal given by its median and 95th percentile. */
export const lognormal = (seed: number, entity: string, event: string, median: number, p95: number): number =>
  median * Math.exp((Math.log(p95 / median) / Z95) * normal(seed, entity, event));
