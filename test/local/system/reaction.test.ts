/** How long help takes to be asked for when demand steps up between two slots. */

import { reactionSeconds } from '../../../simulator/run/document.ts';
import { completeQuery, workloadDefaults } from '../../../simulator/workload/defaults.ts';
import { STEP_CPU_SECONDS, STEP_QUERIES } from '../../../simulator/workload/generate-step.ts';
import { DEFAULT_KNOBS } from '../../../simulator/world/knobs.ts';
import { Bench, type BenchOptions } from './bench.ts';

jest.setTimeout(60_000);

const SEED = 11;
/** On a slot; the warm-up has ended long before. */
const IDLE_AT = 1_200;
/** More than the warm-up wants: no resize is in flight when the step comes, or growth would wait for it. */
const MINIMUM = 12;
const MAXIMUM = 1_000;

const stepQuery = (id: string, arrivalSeconds: number) =>
  completeQuery(
    { id, arrivalSeconds, cpuSeconds: STEP_CPU_SECONDS, memoryBytes: 0, user: 'step-user', source: 'step' },
    workloadDefaults(SEED),
  );

const WARM_UP = [30, 300].map((at, index) => stepQuery(`warm-up/${index}`, at));

/** The real lags of starting. */
const START: BenchOptions = {
  queries: WARM_UP,
  knobs: DEFAULT_KNOBS,
  policy: { capacity: { minimumUnits: MINIMUM, maximumUnits: MAXIMUM } },
  collectSeconds: 5,
};

interface Reaction {
  readonly before: number | undefined;
  readonly seconds: number | null;
  readonly targets: readonly number[];
  readonly broken: Readonly<Record<string, number>>;
}

const reactionTo = async (
  offset: number,
  options: Partial<BenchOptions>,
  idleAt: number = IDLE_AT,
): Promise<Reaction> => {
  const bench = await Bench.start({ ...START, ...options });
  try {
    await bench.to(idleAt);
    const before = bench.ticks.at(-1)?.targetUnits;
    const at = idleAt + offset;
    await bench.to(at);
    bench.world.inject(Array.from({ length: STEP_QUERIES }, (_, index) => stepQuery(`step/${index}`, at)));
    await bench.to(at + 300);
    const steps = bench.applied.map((applied) => ({ atSeconds: applied.at, units: applied.units }));
    const targets = steps.filter(({ atSeconds }) => atSeconds >= at).map(({ units }) => units);
    return { before, seconds: reactionSeconds(steps, at), targets, broken: bench.invariants.broken };
  } finally {
    await bench.close();
  }
};

/** The ceiling is out of reach, so that the highest target is one that demand asked for. */
const expectQuick = (reaction: Reaction, limit: number): void => {
  expect(reaction).toMatchObject({ before: MINIMUM, broken: {} });
  expect(Math.max(...reaction.targets)).toBeGreaterThan(20);
  expect(Math.max(...reaction.targets)).toBeLessThan(MAXIMUM);
  expect(reaction.seconds).toBeGreaterThan(0);
  expect(reaction.seconds).toBeLessThanOrEqual(limit);
};

test.each([1, 8])(
  'scraped, a step of demand %d s after a slot → 90 %% of the highest target within 20 s',
  async (offset) => {
    expectQuick(await reactionTo(offset, { sample: 'scrape' }), 20);
  },
);

test.each([1, 8])(
  'pushed, a step of demand %d s after a slot → 90 %% of the highest target within 10 s',
  async (offset) => {
    expectQuick(await reactionTo(offset, { sample: 'push' }), 10);
  },
);

test.each([1, 8])(
  'a step %d s after a slot, while a removed worker drains → within 20 s all the same',
  async (offset) => {
    const policy = { capacity: { minimumUnits: 4, maximumUnits: MAXIMUM }, scaleIn: { holdSeconds: 300 } };
    const reaction = await reactionTo(offset, { sample: 'scrape', policy }, 1800);
    expect(reaction.broken).toEqual({});
    expect(reaction.seconds).toBeLessThanOrEqual(20);
  },
);
