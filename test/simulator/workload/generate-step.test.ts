import { workloadDefaults } from '../../../simulator/workload/defaults.ts';
import { generateStep, STEP_AT_SECONDS } from '../../../simulator/workload/generate-step.ts';

const step = generateStep({ untilSeconds: 86_400, defaults: workloadDefaults(1) });
const before = step.filter(({ arrivalSeconds }) => arrivalSeconds < STEP_AT_SECONDS);

test('20 queries of 20,000 core-seconds arrive in the stated second', () => {
  const queries = step.filter(({ arrivalSeconds }) => arrivalSeconds === STEP_AT_SECONDS);
  expect(queries.map(({ cpuSeconds }) => cpuSeconds)).toEqual(Array.from({ length: 20 }, () => 20_000));
});

test('a few of the same class came in the first hour, one at a time', () => {
  const arrivals = before.map(({ arrivalSeconds }) => arrivalSeconds);
  expect(arrivals).toHaveLength(4);
  expect(Math.max(...arrivals)).toBeLessThanOrEqual(3600);
  // On 64 cores such a query takes 312.5 s: each is over well before the next.
  for (const [index, at] of arrivals.slice(1).entries()) expect(at - (arrivals[index] ?? 0)).toBeGreaterThan(600);
  expect(
    new Set(step.map(({ user, source, group, cpuSeconds }) => [user, source, group, cpuSeconds].join())).size,
  ).toBe(1);
});

test('two hours of silence before the step, and nothing after it', () => {
  expect(STEP_AT_SECONDS - Math.max(...before.map(({ arrivalSeconds }) => arrivalSeconds))).toBeGreaterThanOrEqual(
    7200,
  );
  expect(Math.max(...step.map(({ arrivalSeconds }) => arrivalSeconds))).toBe(STEP_AT_SECONDS);
});

test('ids are unique', () => {
  expect(new Set(step.map(({ id }) => id)).size).toBe(step.length);
});
