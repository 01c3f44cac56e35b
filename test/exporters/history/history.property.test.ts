/** Any course of readings, ends, forgetting and faults: what is counted and what is missed is what ended. */
import fc from 'fast-check';
import { HistoryBench } from './bench.ts';
import type { Fault } from './fake-coordinator.ts';

type Step =
  | { readonly does: 'end'; readonly count: number; readonly state: 'FINISHED' | 'FAILED' }
  | { readonly does: 'forget'; readonly count: number; readonly state: 'FINISHED' | 'FAILED' }
  | { readonly does: 'read'; readonly endMeanwhile: number }
  | { readonly does: 'fail'; readonly fault: Fault; readonly state: 'FINISHED' | 'FAILED' | undefined };

const state = fc.constantFrom('FINISHED' as const, 'FAILED' as const);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ does: fc.constant('end' as const), count: fc.nat(6), state }) },
    { weight: 2, arbitrary: fc.record({ does: fc.constant('forget' as const), count: fc.nat(8), state }) },
    { weight: 3, arbitrary: fc.record({ does: fc.constant('read' as const), endMeanwhile: fc.nat(3) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        does: fc.constant('fail' as const),
        fault: fc.constantFrom<Fault>('half', 503, 'page', 'refuse'),
        state: fc.option(state, { nil: undefined }),
      }),
    },
  ),
  { minLength: 1, maxLength: 14 },
);

/** Plays a course and gives how many ended since the first whole reading. */
class Play {
  readonly bench: HistoryBench;
  endedSince = 0;
  #before: readonly number[] = [0, 0];

  constructor(bench: HistoryBench) {
    this.bench = bench;
  }

  async step(step: Step): Promise<void> {
    const { engine } = this.bench;
    if (step.does === 'end') this.#end(step.count, step.state);
    else if (step.does === 'forget') engine.ended = engine.ended.slice(step.count);
    else if (step.does === 'read') await this.read(step.endMeanwhile);
    else {
      engine.fault = step.fault;
      engine.faultyState = step.state;
      await this.bench.read();
      engine.fault = undefined;
    }
    this.#judge();
  }

  async read(endMeanwhile: number): Promise<void> {
    this.bench.engine.onList = (listed) => {
      // Some are in a list already, and in the engine's count only when it is read next.
      this.#end(endMeanwhile, listed === 'FINISHED' ? 'FINISHED' : 'FAILED');
      this.#end(endMeanwhile, listed === 'FINISHED' ? 'FAILED' : 'FINISHED');
    };
    await this.bench.read();
    this.bench.engine.onList = undefined;
  }

  #end(count: number, ended: 'FINISHED' | 'FAILED'): void {
    this.bench.end(count, { state: ended, errorType: 'EXTERNAL' });
    this.endedSince += count;
  }

  /** Nothing falls, nothing is invented. */
  #judge(): void {
    const now = [this.bench.counted ?? 0, this.bench.missed ?? 0];
    for (const [index, value] of now.entries()) expect(value).toBeGreaterThanOrEqual(this.#before[index] ?? 0);
    expect((now[0] ?? 0) + (now[1] ?? 0)).toBeLessThanOrEqual(this.endedSince);
    this.#before = now;
  }
}

test('any course, then a quiet reading → counted + missed = ended since the first reading', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(5), async (course, before) => {
      const bench = await HistoryBench.start();
      try {
        bench.end(before);
        await bench.read();
        const play = new Play(bench);
        for (const step of course) await play.step(step);
        await play.read(0);
        expect((bench.counted ?? 0) + (bench.missed ?? 0)).toBe(play.endedSince);
        const series = bench.values('user_finished_queries_total');
        expect(series['load'] ?? 0).toBe(bench.values('finished_queries_total')['']);
      } finally {
        await bench.engine.close();
      }
    }),
    { numRuns: 60 },
  );
});
