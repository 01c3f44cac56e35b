/** Lines of metrics, judged by the rules of the embedded metric format as AWS writes them down. */
import fc from 'fast-check';
import { emfMeasure } from '../../../../lambdas/adapters/log/emf.ts';
import { METRICS } from '../../../../lambdas/contract.ts';
import { epochSeconds } from '../../../../lambdas/core/quantities.ts';
import type { Measured } from '../../../../lambdas/ports/measures.ts';
import { NOON } from '../../core/builders.ts';
import { type EmfMetric, emfFaults, metricsIn } from './emf-rules.ts';

const linesOf = (measured: Measured, environment = 'prod'): string[] => {
  const lines: string[] = [];
  emfMeasure({ environment, clock: { now: () => epochSeconds(NOON + 0.1234) }, write: (line) => lines.push(line) })(
    measured,
  );
  return lines;
};

const metricsOf = (measured: Measured, environment?: string): readonly EmfMetric[] =>
  linesOf(measured, environment).flatMap((line) => metricsIn(line));

test('a whole tick → one line, three metrics of the cluster, the others of the environment alone', () => {
  const measured: Measured = {
    cluster: { name: 'reports', measures: { target: 40, ready: 36.5, waiting: 0 } },
    environment: { ticks: 1, staleSignal: 0, atMaximum: 1, spotDeficit: 12, budgetReached: 0, flapping: 0 },
  };
  const [line, ...more] = linesOf(measured);
  expect(more).toEqual([]);
  expect(line).toMatch(/^[^\n]+\n$/);
  expect(emfFaults(line ?? '')).toEqual([]);
  const ofCluster = { Environment: 'prod', Cluster: 'reports' };
  const alone = { Environment: 'prod' };
  const metric = (name: string, value: number, dimensions: object) => ({
    namespace: 'Prestoscale',
    name,
    value,
    dimensions,
    at: NOON * 1000 + 123,
  });
  expect(metricsOf(measured)).toEqual([
    metric('TargetUnits', 40, ofCluster),
    metric('ReadyUnits', 36.5, ofCluster),
    metric('WaitingQueries', 0, ofCluster),
    metric('Ticks', 1, alone),
    metric('StaleSignals', 0, alone),
    metric('AtMaximumWhileWaiting', 1, alone),
    metric('SpotDeficitUnits', 12, alone),
    metric('BudgetReached', 0, alone),
    metric('Flapping', 0, alone),
  ]);
});

test('a cluster of which nothing is known → nothing of it is told, and no zero', () => {
  const told = metricsOf({ cluster: { name: 'reports', measures: {} }, environment: { ticks: 1 } });
  expect(told.map(({ name }) => name)).toEqual(['Ticks']);
});

test('nothing is known at all → no line', () => {
  expect(linesOf({ environment: {} })).toEqual([]);
});

test.each([[Number.NaN], [Number.POSITIVE_INFINITY], [Number.NEGATIVE_INFINITY]])(
  'a number that CloudWatch refuses, %d → left out',
  (value) => {
    const told = metricsOf({
      cluster: { name: 'reports', measures: { target: value, ready: 3 } },
      environment: { ticks: 1 },
    });
    expect(told.map(({ name }) => name)).toEqual(['ReadyUnits', 'Ticks']);
  },
);

test('names that CloudWatch refuses in dimensions → a value that it takes', () => {
  const [told] = metricsOf({ cluster: { name: 'Zürich\n🜂', measures: { target: 1 } }, environment: {} }, 'prod');
  expect(told?.dimensions).toEqual({ Environment: 'prod', Cluster: 'Z?rich???' });
});

test('a cluster costs three metrics at most', () => {
  expect(Object.keys(METRICS.ofCluster)).toHaveLength(3);
});

const number = fc.option(fc.double(), { nil: undefined });

test('whatever is measured → each line keeps the rules, and no number is told that was not measured', () => {
  const record = <Keys extends string>(keys: readonly Keys[]) =>
    fc.record(Object.fromEntries(keys.map((key) => [key, number])) as Record<Keys, typeof number>, {
      requiredKeys: [],
    });
  const environments = record(Object.keys(METRICS.ofEnvironment));
  const clusters = fc.record({ name: fc.string({ minLength: 1 }), measures: record(Object.keys(METRICS.ofCluster)) });
  fc.assert(
    fc.property(environments, fc.option(clusters, { nil: undefined }), (environment, cluster) => {
      const measured = { environment, ...(cluster === undefined ? {} : { cluster }) } as Measured;
      const lines = linesOf(measured);
      expect(lines.flatMap(emfFaults)).toEqual([]);
      const told = lines.flatMap((line) => metricsIn(line));
      const given = [...Object.values(environment), ...Object.values(cluster?.measures ?? {})];
      const finite = given.filter((value) => Number.isFinite(value)) as number[];
      expect(told.map(({ value }) => Number(value) + 0).toSorted()).toEqual(
        finite.map((value) => value + 0).toSorted(),
      );
    }),
  );
});
