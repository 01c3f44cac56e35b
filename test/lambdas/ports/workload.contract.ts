/**
 * What every {@link WorkloadSource} says of an engine, whatever it reads it through: the fields that demand rests on are
 * those that `simulator/run/sample.ts` gives, within what the way in between rounds away.
 */
import fc from 'fast-check';
import type { QueryClassSample, WorkloadSample } from '../../../lambdas/core/model.ts';
import type { EngineKnobs } from '../../../simulator/world/knobs.ts';
import { workloadSample } from '../../simulator/true-sample.ts';
import { EngineBench } from '../../simulator/world/engine/bench.ts';
import { histories, type Step } from '../../simulator/world/engine/histories.ts';

/** One source over the engine of one bench. */
export interface WorkloadHarness {
  /** Whoever collects does so at the engine's present moment; then the source is asked. */
  sample(): Promise<WorkloadSample | undefined>;
  /** From now on the engine does not answer. */
  silence(): Promise<void>;
  /** What the source told of its faults. */
  readonly faults: readonly Error[];
  close(): Promise<void>;
}

export interface WorkloadTraits {
  /** `each`: every class by its name; `one`: all queries as one class. */
  readonly classes: 'each' | 'one';
  /** A first look at an engine that has run for long knows what had finished before. */
  readonly knowsThePast: boolean;
  /** A sample may be so much older than it could be; default: it is of the moment. */
  readonly lagSeconds?: number;
  /** What was told last goes on to be told, with its old time. */
  readonly keepsTheLast?: boolean;
  /** Random histories that are played; default 15. */
  readonly histories?: number;
}

/** Fields that are the same to the last digit, because they are counts. */
const COUNTS = [
  'runningQueries',
  'queuedQueries',
  'waitingForWorkersQueries',
  'groupHeldQueries',
  'blockedOnMemoryQueries',
  'readyWorkers',
  'readyCores',
  'drainingWorkers',
  'drainingCores',
  'totalMemoryBytes',
] as const satisfies readonly (keyof WorkloadSample)[];

const pick = (sample: WorkloadSample | undefined, fields: readonly (keyof WorkloadSample)[]) =>
  Object.fromEntries(fields.map((field) => [field, sample?.[field]]));

/** Ages are rounded to tenths; the CPU total is in whole seconds. */
const expectSame = (sample: WorkloadSample | undefined, truth: WorkloadSample, lagSeconds: number): void => {
  expect(pick(sample, COUNTS)).toEqual(pick(truth, COUNTS));
  // What a query keeps that is retried without a worker is reserved nowhere that anybody could read.
  const hasWorkers = (truth.readyWorkers ?? 0) + (truth.drainingWorkers ?? 0) > 0;
  if (hasWorkers) expect(sample?.reservedMemoryBytes).toBe(truth.reservedMemoryBytes);
  expect(sample?.oldestWaitSeconds).toBeCloseTo(truth.oldestWaitSeconds as number, 0);
  expect(sample?.oldestRunningSeconds).toBeCloseTo(truth.oldestRunningSeconds as number, 0);
  // Never younger than it is.
  expect(sample?.takenAt).toBeLessThanOrEqual(truth.takenAt);
  expect(sample?.takenAt).toBeGreaterThanOrEqual(truth.takenAt - lagSeconds);
  const missed = (truth.cpuSecondsTotal as number) - (sample?.cpuSecondsTotal as number);
  expect(missed).toBeGreaterThan(-1e-6);
  expect(missed).toBeLessThanOrEqual(1);
};

const sums = (classes: readonly QueryClassSample[] = []) => ({
  live: classes.reduce((sum, { live }) => sum + live, 0),
  held: classes.reduce((sum, { held }) => sum + held, 0),
  cpuSecondsUsed: classes.reduce((sum, { cpuSecondsUsed }) => sum + cpuSecondsUsed, 0),
});

/** CPU of a query is cut to milliseconds, a class's to hundredths. */
const expectSameLoad = (sample: WorkloadSample | undefined, truth: WorkloadSample): void => {
  const [told, meant] = [sums(sample?.classes), sums(truth.classes)];
  expect([told.live, told.held]).toEqual([meant.live, meant.held]);
  const lost = meant.cpuSecondsUsed - told.cpuSecondsUsed;
  expect(lost).toBeGreaterThan(-1e-6);
  expect(lost).toBeLessThan(0.01 * (truth.classes?.length ?? 0) + 0.001 * (told.live + told.held) + 1e-6);
};

const play = (bench: EngineBench, step: Step, name: string): void => {
  const workers = bench.engine.workers();
  const chosen = 'pick' in step ? workers[step.pick % Math.max(1, workers.length)]?.id : undefined;
  if (step.kind === 'submit') bench.submit(name, { ...step, requiredWorkers: 1, user: `u${step.group}` });
  else if (step.kind === 'add') bench.engine.addWorker({ id: name, cores: step.cores, memoryBytes: 100 });
  else if (step.kind === 'advance') bench.to(bench.engine.now + step.seconds);
  else if (chosen !== undefined && step.kind === 'drain') bench.drain(chosen);
  else if (chosen !== undefined && step.kind === 'lose') bench.lose(chosen, step.cause);
};

export const workloadContract = (
  name: string,
  make: (bench: EngineBench) => Promise<WorkloadHarness>,
  traits: WorkloadTraits,
): void => {
  describe(`a workload source: ${name}`, () => {
    let harness: WorkloadHarness | undefined;

    const over = async (knobs: Partial<EngineKnobs> = {}): Promise<[EngineBench, WorkloadHarness]> => {
      const bench = new EngineBench(knobs);
      harness = await make(bench);
      return [bench, harness];
    };

    afterEach(async () => {
      await harness?.close();
      harness = undefined;
    });

    const check = async (bench: EngineBench): Promise<WorkloadSample> => {
      const sample = await harness?.sample();
      const truth = workloadSample(bench.sample);
      expectSame(sample, truth, traits.lagSeconds ?? 0);
      expectSameLoad(sample, truth);
      expect(harness?.faults).toEqual([]);
      return sample as WorkloadSample;
    };

    test('no workers, no queries → zeros that were read, not fields that are missing', async () => {
      const [bench] = await over();
      const sample = await check(bench);
      expect(sample).toMatchObject({ readyCores: 0, requiredWorkers: 0 });
      expect(sums(sample.classes)).toEqual({ live: 0, held: 0, cpuSecondsUsed: 0 });
    });

    test('queries run on workers of different sizes → cores are summed, not counted by heads', async () => {
      const [bench] = await over();
      bench.add('a', 'b').submit('ann').submit('ben', { parallelismCores: 8 });
      bench.engine.addWorker({ id: 'big', cores: 64, memoryBytes: 400 });
      expect(await check(bench)).toMatchObject({ readyWorkers: 3, readyCores: 96 });
      bench.to(1.5);
      await check(bench);
    });

    test('queries run → the cores they could use, within half a core each', async () => {
      const [bench] = await over();
      bench.add('a').submit('ann').submit('ben', { parallelismCores: 8.4 });
      const classes = (await check(bench)).classes ?? [];
      const parallelism = classes.reduce((sum, { parallelismCores }) => sum + (parallelismCores ?? Number.NaN), 0);
      expect(Math.abs(parallelism - 1008.4)).toBeLessThanOrEqual(1);
      if (traits.classes === 'each') {
        expect(classes.map(({ name: className }) => className)).toEqual(['test|ann|all', 'test|ben|all']);
      }
    });

    test('no workers → queries wait for one, and how long the oldest has', async () => {
      const [bench] = await over();
      bench.submit('ann').to(12).submit('ben').to(20);
      expect(await check(bench)).toMatchObject({
        waitingForWorkersQueries: 2,
        requiredWorkers: 1,
        oldestWaitSeconds: 20,
      });
    });

    test('a group at its limit → its queue is held, and no demand', async () => {
      const [bench] = await over({ groupLimit: 2 });
      bench.add('a');
      for (const id of ['ann', 'ben', 'cyd', 'dan']) bench.submit(id);
      bench.to(3);
      expect(await check(bench)).toMatchObject({ runningQueries: 2, groupHeldQueries: 2, queuedQueries: 0 });
    });

    test('memory is full → the next query runs and is blocked', async () => {
      const [bench] = await over();
      bench.add('a').submit('ann', { memoryBytes: 70 }).submit('ben', { memoryBytes: 40 }).to(2);
      expect(await check(bench)).toMatchObject({
        runningQueries: 2,
        blockedOnMemoryQueries: 1,
        reservedMemoryBytes: 70,
        totalMemoryBytes: 100,
      });
    });

    test('a worker drains under a query → its cores are neither ready nor gone, its memory no longer counts', async () => {
      const [bench] = await over();
      bench.add('a', 'b').submit('ann').to(1);
      await check(bench);
      bench.drain('b').to(2);
      expect(await check(bench)).toMatchObject({ readyCores: 16, drainingCores: 16, totalMemoryBytes: 100 });
      bench.to(100);
      bench.engine.removeWorker('b');
      expect(await check(bench)).toMatchObject({ readyCores: 16, drainingWorkers: 0 });
    });

    test('the last worker is lost under a query that is retried → it is queued for capacity', async () => {
      const [bench] = await over({ retriesTasks: true });
      bench.add('a').submit('ann').to(1);
      await check(bench);
      bench.lose('a').to(2);
      expect(await check(bench)).toMatchObject({ runningQueries: 0, queuedQueries: 1, readyWorkers: 0 });
      bench.add('b').to(3);
      expect(await check(bench)).toMatchObject({ runningQueries: 1, queuedQueries: 0 });
    });

    test('queries end one after the other, read every 5 s → finished ones and their CPU within a tenth', async () => {
      const [bench, source] = await over();
      bench.add('a', 'b');
      const first = (await source.sample())?.classes ?? [];
      for (let index = 0; index < 40; index += 1) {
        bench.submit(`q${index}`, { user: 'ann', cpuSeconds: 600 + 20 * index });
        for (let at = bench.engine.now + 5; bench.engine.live > 0; at += 5) {
          bench.to(at);
          await source.sample();
        }
      }
      const last = (await source.sample())?.classes ?? [];
      const finished = (classes: readonly QueryClassSample[], field: 'finishedQueries' | 'finishedCpuSeconds') =>
        classes.reduce((sum, one) => sum + one[field], 0);
      expect(finished(last, 'finishedQueries') - finished(first, 'finishedQueries')).toBe(40);
      const cpuSeconds = finished(last, 'finishedCpuSeconds') - finished(first, 'finishedCpuSeconds');
      expect(cpuSeconds / (40 * 990)).toBeGreaterThan(0.9);
      expect(cpuSeconds / (40 * 990)).toBeLessThan(1.1);
    });

    test('an engine that has worked for an hour, seen for the first time → what it can know of the past', async () => {
      const [bench] = await over();
      bench.add('a').submit('ann').to(3600).submit('ben').to(3601);
      const { classes = [] } = await check(bench);
      const finished = classes.reduce((sum, { finishedQueries }) => sum + finishedQueries, 0);
      expect(finished).toBe(traits.knowsThePast ? 1 : 0);
    });

    test('the engine falls silent → no sample and a fault that says why, or the last one with its old time', async () => {
      const [bench, source] = await over();
      bench.add('a').submit('ann').to(1);
      const last = await check(bench);
      await source.silence();
      bench.to(60);
      expect(await source.sample()).toEqual(traits.keepsTheLast === true ? last : undefined);
      if (traits.keepsTheLast !== true) expect(source.faults.length).toBeGreaterThan(0);
    });

    test('whatever happens to a cluster → the same as the engine itself says', async () => {
      await fc.assert(
        fc.asyncProperty(histories, fc.constantFrom(null, 2), fc.boolean(), async (steps, groupLimit, retriesTasks) => {
          const [bench] = await over({ groupLimit, retriesTasks });
          try {
            for (const [index, step] of steps.slice(0, 30).entries()) {
              play(bench, step, `n${index}`);
              if (step.kind === 'advance') await check(bench);
            }
          } finally {
            await harness?.close();
          }
        }),
        { numRuns: traits.histories ?? 15, seed: 20_260_302 },
      );
    });
  });
};
