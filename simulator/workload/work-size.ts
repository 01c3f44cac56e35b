import { lognormal, uniform } from '../random.ts';

/** Core-seconds of a kind of query: a lognormal body and, for a share of the queries, a bounded Pareto tail. */
export interface WorkSize {
  readonly medianCpuSeconds: number;
  readonly p95CpuSeconds: number;
  /** Share of queries (0–1) whose work comes from the tail. */
  readonly tailShare: number;
  readonly tailLowestCpuSeconds: number;
  readonly tailHighestCpuSeconds: number;
  /** Pareto exponent, not 1; the smaller, the heavier. */
  readonly tailExponent: number;
}

/** z of the 95th percentile of the standard normal. */
const Z95 = 1.6448536269514722;

const drawTail = (seed: number, id: string, size: WorkSize): number => {
  const { tailLowestCpuSeconds: low, tailHighestCpuSeconds: high, tailExponent: exponent } = size;
  const cut = 1 - (low / high) ** exponent;
  return low * (1 - uniform(seed, id, 'tail') * cut) ** (-1 / exponent);
};

/** Core-seconds of one query; belongs to (seed, id). */
export const drawWork = (seed: number, id: string, size: WorkSize): number =>
  uniform(seed, id, 'is-tail') < size.tailShare
    ? drawTail(seed, id, size)
    : lognormal(seed, id, 'body', size.medianCpuSeconds, size.p95CpuSeconds);

/** Mean core-seconds: that of the lognormal, `median · e^(σ²/2)`, and that of the bounded Pareto, by their shares. */
export const meanWork = (size: WorkSize): number => {
  const sigma = Math.log(size.p95CpuSeconds / size.medianCpuSeconds) / Z95;
  const body = size.medianCpuSeconds * Math.exp(sigma ** 2 / 2);
  if (size.tailShare === 0) return body;
  const { tailLowestCpuSeconds: low, tailHighestCpuSeconds: high, tailExponent: exponent } = size;
  const ratio = low / high;
  const tail = ((exponent / (exponent - 1)) * low * (1 - ratio ** (exponent - 1))) / (1 - ratio ** exponent);
  return (1 - size.tailShare) * body + size.tailShare * tail;
};
