/** Whatever an engine answers, and however often it restarts: counters do not fall in between, and nothing is impossible. */
import fc from 'fast-check';
import { type CollectorState, collect, NOTHING_COLLECTED } from '../../../exporters/engine/collector.ts';
import type { EngineReading, LiveQuery } from '../../../exporters/engine/reading.ts';
import type { WorkloadSample } from '../../../lambdas/core/model.ts';
import { query, reading, without } from '../readings.ts';

interface Moment {
  readonly seconds: number;
  /** CPU that the total gained, or lost for a moment. */
  readonly cpuSeconds: number;
  readonly restarts: boolean;
  readonly missing: readonly (keyof EngineReading)[];
  /** Which of 30 queries are live, by class. */
  readonly live: readonly { readonly id: number; readonly className: number; readonly cpuSeconds: number }[];
}

const moments: fc.Arbitrary<readonly Moment[]> = fc.array(
  fc.record({
    seconds: fc.constantFrom(1, 5, 15, 600, 4000),
    cpuSeconds: fc.integer({ min: -500, max: 5000 }),
    restarts: fc.constantFrom(false, false, false, true),
    missing: fc.subarray(['uptime', 'cluster', 'queries', 'workers', 'memory'] as const, { maxLength: 2 }),
    live: fc.uniqueArray(
      fc.record({ id: fc.nat(30), className: fc.nat(25), cpuSeconds: fc.integer({ min: 0, max: 1000 }) }),
      { selector: ({ id }) => id, maxLength: 30 },
    ),
  }),
  { minLength: 2, maxLength: 25 },
);

interface Told {
  readonly sample: WorkloadSample;
  /** The engine has restarted since the reading before. */
  readonly restarted: boolean;
}

class Player {
  readonly told: Told[] = [];
  #state: CollectorState = NOTHING_COLLECTED;
  #at = 0;
  #bootedAt = -100_000;
  #total = 0;
  #restarted = false;
  readonly #used = new Map<number, number>();

  play(moment: Moment): void {
    this.#at += moment.seconds;
    // An engine is up for some seconds before it answers; restarts that nobody could see are none.
    if (moment.restarts && this.#at - this.#bootedAt > 120) {
      this.#bootedAt = this.#at - 1;
      this.#total = 0;
      this.#used.clear();
      this.#restarted = true;
    }
    this.#total = Math.max(0, this.#total + moment.cpuSeconds);
    const whole = reading(this.#at, {
      uptime: { seconds: this.#at - this.#bootedAt, errorSeconds: 0.5 },
      cluster: { activeNodes: 2, adjustedQueueSize: 0, cpuSecondsTotal: this.#total },
      queries: moment.live.map((one) => this.#query(one)),
    });
    this.#collect(moment.restarts ? whole : without(whole, ...moment.missing));
  }

  #query({ id, className, cpuSeconds }: Moment['live'][number]): LiveQuery {
    const used = (this.#used.get(id) ?? 0) + cpuSeconds;
    this.#used.set(id, used);
    return query(`q${id}`, { className: `c${className}|u|g`, cpuSeconds: used });
  }

  #collect(one: EngineReading): void {
    const { state, sample } = collect(this.#state, one, { requiredWorkers: 1 });
    this.#state = state;
    if (sample !== undefined) this.told.push({ sample, restarted: this.#restarted });
    this.#restarted = false;
  }
}

/** Every number of a sample, however deep. */
const numbersIn = (value: unknown): readonly number[] => {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
};

type Counters = ReadonlyMap<string, readonly number[]>;

/** By class, and the CPU total. */
const countersOf = (sample: WorkloadSample): Counters => {
  const counters = new Map<string, readonly number[]>();
  if (sample.cpuSecondsTotal !== undefined) counters.set('total', [sample.cpuSecondsTotal]);
  for (const one of sample.classes ?? []) counters.set(one.name, [one.finishedQueries, one.finishedCpuSeconds]);
  return counters;
};

/** A class that was told before and is still told goes on where it was; one that lost its slot begins anew. */
const expectNoFall = (before: Map<string, readonly number[]>, sample: WorkloadSample): void => {
  const now = countersOf(sample);
  for (const [name, values] of now) {
    const known = before.get(name);
    for (const [index, value] of values.entries()) expect(value).toBeGreaterThanOrEqual(known?.[index] ?? 0);
    before.set(name, values);
  }
  if (sample.classes === undefined) return;
  for (const name of before.keys()) if (name !== 'total' && !now.has(name)) before.delete(name);
};

test('counters between two restarts never fall, no number is impossible, every query is counted', () => {
  fc.assert(
    fc.property(moments, (played) => {
      const player = new Player();
      for (const moment of played) player.play(moment);
      let before = new Map<string, readonly number[]>();
      for (const { sample, restarted } of player.told) {
        if (restarted) before = new Map();
        expectNoFall(before, sample);
        expect(numbersIn(sample).every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
        expect(Buffer.byteLength(JSON.stringify(sample))).toBeLessThanOrEqual(3072);
        const live = sample.classes?.reduce((sum, one) => sum + one.live + one.held, 0);
        if (live !== undefined && sample.queuedQueries === 0) expect(live).toBe(sample.runningQueries);
      }
    }),
    { numRuns: 200, seed: 20_260_302 },
  );
});

test('a restart that can be seen → counters begin anew', () => {
  const player = new Player();
  const quiet = { seconds: 15, cpuSeconds: 700, restarts: false, missing: [], live: [] };
  const live = [{ id: 1, className: 1, cpuSeconds: 30 }];
  for (const moment of [{ ...quiet, live }, quiet, quiet, { ...quiet, restarts: true, live }]) player.play(moment);
  expect(player.told.map(({ sample }) => sample.cpuSecondsTotal)).toEqual([700, 1400, 2100, 700]);
  expect(player.told.at(-1)?.sample.classes).toMatchObject([{ finishedQueries: 0, finishedCpuSeconds: 0 }]);
});
