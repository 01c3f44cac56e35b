/**
 * The engine against queueing theory. A cluster whose queries are all as wide as it is, is an M/G/1 queue with
 * processor sharing: mean response E[S]/(1−ρ) whatever the distribution of work, and a query of work x takes x/(1−ρ)
 * on average (Kleinrock 1976, Queueing Systems II, ch. 4). Queries of one core on c cores are M/M/c: Erlang's C.
 */
import { exponential, uniform } from '../../../../simulator/random.ts';
import { EngineBench } from './bench.ts';

const CORES = 16;
const SEED = 7;
const BATCHES = 30;
/** Students t, 29 degrees of freedom, two-sided 0.1 %. */
const T = 3.66;

/** Seconds of work on the whole cluster (or on one core), mean 1. */
type Service = (id: string) => number;

const exponentialWork: Service = (id) => exponential(SEED, id, 'work', 1);

/** Two exponentials with balanced means and a squared coefficient of variation of 10. */
const heavyTailedWork: Service = (id) => {
  const shortShare = (1 + Math.sqrt(9 / 11)) / 2;
  const isShort = uniform(SEED, id, 'branch') < shortShare;
  return exponential(SEED, id, 'work', 1 / (2 * (isShort ? shortShare : 1 - shortShare)));
};

interface Response {
  readonly seconds: number;
  readonly slowdown: number;
}

interface Case {
  /** Arrivals per second. */
  readonly rate: number;
  readonly parallelismCores: number;
  readonly service: Service;
  readonly queries: number;
}

const responses = ({ rate, parallelismCores, service, queries }: Case): Response[] => {
  const bench = new EngineBench().add('w');
  let at = 0;
  for (let index = 0; index < queries; index += 1) {
    const id = `q${index}`;
    at += exponential(SEED, id, 'gap', 1 / rate);
    bench.to(at).submit(id, {
      user: 'all',
      arrivalSeconds: at,
      cpuSeconds: service(id) * parallelismCores,
      parallelismCores,
      sourceShare: index % 2,
    });
  }
  const found = new Map(
    bench.toEnd().outcomes.map(({ query, endSeconds }) => {
      const seconds = endSeconds - query.arrivalSeconds;
      return [query.id, { seconds, slowdown: (seconds * query.parallelismCores) / query.cpuSeconds }];
    }),
  );
  // The first tenth finds the cluster emptier than it is in the long run.
  return Array.from({ length: queries }, (_, index) => found.get(`q${index}`) as Response).slice(queries / 10);
};

const column = (all: readonly Response[], name: keyof Response): number[] => all.map((one) => one[name]);

/** Mean and its standard error by batch means, since neighbours are alike. */
const estimate = (values: readonly number[]): { mean: number; error: number } => {
  const size = Math.floor(values.length / BATCHES);
  const meanOf = (some: readonly number[]): number => some.reduce((sum, one) => sum + one, 0) / some.length;
  const means = Array.from({ length: BATCHES }, (_, batch) => meanOf(values.slice(batch * size, (batch + 1) * size)));
  const mean = meanOf(means);
  const variance = means.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (BATCHES - 1);
  return { mean, error: Math.sqrt(variance / BATCHES) };
};

/** Within what chance allows, and chance allows little. */
const expectMean = (values: readonly number[], theory: number, precision: number): void => {
  const { mean, error } = estimate(values);
  expect(Math.abs(mean - theory)).toBeLessThan(T * error);
  expect(error / theory).toBeLessThan(precision);
};

/** Probability that an arrival finds c cores busy when `load` cores are busy on average. */
const erlangC = (cores: number, load: number): number => {
  let blocking = 1;
  for (let core = 1; core <= cores; core += 1) blocking = (load * blocking) / (core + load * blocking);
  return blocking / (1 - (load / cores) * (1 - blocking));
};

describe('queries as wide as the cluster, arriving at random', () => {
  // How sure a run can be falls with the load: neighbours are alike for longer.
  test.each([
    ['exponential', 0.5, exponentialWork, 40_000, 0.03],
    ['exponential', 0.7, exponentialWork, 80_000, 0.05],
    ['exponential', 0.85, exponentialWork, 160_000, 0.07],
    ['heavy-tailed', 0.5, heavyTailedWork, 60_000, 0.04],
    ['heavy-tailed', 0.7, heavyTailedWork, 80_000, 0.05],
    ['heavy-tailed', 0.85, heavyTailedWork, 160_000, 0.07],
  ])('%s work at load %d → mean response 1/(1−ρ), mean slowdown 1/(1−ρ)', (_, load, service, queries, precision) => {
    const all = responses({ rate: load, parallelismCores: CORES, service, queries });
    const theory = 1 / (1 - load);
    expectMean(column(all, 'seconds'), theory, precision);
    expectMean(column(all, 'slowdown'), theory, precision);
  });
});

describe('queries of one core on 16 cores, arriving at random', () => {
  test.each([
    [0.7, 0.02],
    [0.9, 0.05],
  ])('exponential work at load %d → mean response by Erlang C', (load, precision) => {
    const rate = load * CORES;
    const all = responses({ rate, parallelismCores: 1, service: exponentialWork, queries: 60_000 });
    const theory = 1 + erlangC(CORES, rate) / (CORES - rate);
    expectMean(column(all, 'seconds'), theory, precision);
  });

  test('Erlang C of 2 cores with 1 busy on average → a third', () => {
    expect(erlangC(2, 1)).toBeCloseTo(1 / 3, 12);
  });
});
