import { drawWork, meanWork, type WorkSize } from '../../../simulator/workload/work-size.ts';

const SIZE: WorkSize = {
  medianCpuSeconds: 100,
  p95CpuSeconds: 500,
  tailShare: 0.1,
  tailLowestCpuSeconds: 1_000,
  tailHighestCpuSeconds: 10_000,
  tailExponent: 1.5,
};
const draws = (size: WorkSize): number[] =>
  Array.from({ length: 20_000 }, (_, index) => drawWork(3, `query-${index}`, size)).toSorted((a, b) => a - b);

test('20,000 queries with a tail → their mean is near the computed one', () => {
  const work = draws(SIZE);
  const mean = work.reduce((sum, one) => sum + one, 0) / work.length;
  expect(mean / meanWork(SIZE)).toBeCloseTo(1, 1);
});

test('only the tail → within its bounds, half below its median', () => {
  const work = draws({ ...SIZE, tailShare: 1 });
  const median = 1_000 * (1 - 0.5 * (1 - 0.1 ** 1.5)) ** (-1 / 1.5);
  expect(work[0]).toBeGreaterThanOrEqual(1_000);
  expect(work.at(-1)).toBeLessThanOrEqual(10_000);
  expect((work[10_000] ?? 0) / median).toBeCloseTo(1, 1);
});

test('no tail → median and 95th percentile as given', () => {
  const work = draws({ ...SIZE, tailShare: 0 });
  expect((work[10_000] ?? 0) / 100).toBeCloseTo(1, 1);
  expect((work[19_000] ?? 0) / 500).toBeCloseTo(1, 1);
});
