import fc from 'fast-check';
import type { QueryOutcome } from '../../../../simulator/world/engine/engine.ts';
import type { EngineKnobs } from '../../../../simulator/world/knobs.ts';
import { EngineBench } from './bench.ts';
import { histories, type Step } from './histories.ts';
import { HistoryCheck } from './history-check.ts';

const clusters: fc.Arbitrary<Partial<EngineKnobs>> = fc.record({
  groupLimit: fc.constantFrom(null, 2, 4),
  requiredWorkersMaxWaitSeconds: fc.constant(30),
  lowMemoryKillSeconds: fc.constantFrom(null, 15),
  drainOverheadSeconds: fc.constantFrom(0, 10),
});

/** Plays a history blindly, each of its advances in so many parts with a sample after each. */
class BlindRun {
  readonly bench: EngineBench;
  readonly #parts: number;
  readonly #workers: string[] = [];
  #steps = 0;

  constructor(knobs: Partial<EngineKnobs>, parts: number) {
    this.bench = new EngineBench({ ...knobs, reversibleDrain: true });
    this.#parts = parts;
  }

  play(step: Step): void {
    this.#steps += 1;
    if (step.kind === 'submit') {
      const { kind: _, ...query } = step;
      this.bench.submit(`q${this.#steps}`, query);
    } else if (step.kind === 'add') {
      this.bench.engine.addWorker({ id: `w${this.#steps}`, cores: step.cores, memoryBytes: 100 });
      this.#workers.push(`w${this.#steps}`);
    } else if (step.kind === 'advance') this.#advance(step.seconds);
    else this.#changeWorker(step);
  }

  #advance(seconds: number): void {
    const from = this.bench.engine.now;
    for (let part = 1; part <= this.#parts; part += 1) {
      this.bench.to(from + (seconds * part) / this.#parts);
      expect(this.bench.sample.atSeconds).toBe(this.bench.engine.now);
    }
  }

  #changeWorker(step: Exclude<Step, { kind: 'submit' | 'add' | 'advance' }>): void {
    const id = this.#workers[step.pick % Math.max(1, this.#workers.length)];
    if (id === undefined) return;
    if (step.kind === 'drain') this.bench.drain(id);
    else if (step.kind === 'undrain') this.bench.engine.undrainWorker(id);
    else if (step.kind === 'lose') {
      this.bench.lose(id, step.cause);
      this.#workers.splice(this.#workers.indexOf(id), 1);
    }
  }
}

const play = (steps: readonly Step[], knobs: Partial<EngineKnobs>, parts: number): QueryOutcome[] => {
  const run = new BlindRun(knobs, parts);
  for (const step of steps) run.play(step);
  return run.bench.toEnd().outcomes;
};

describe('random histories', () => {
  test.each([
    ['losses kill queries', false],
    ['losses cost work only', true],
  ])('%s → shares, tasks, drains, admission and CPU as by the naive rules, at every event', (_, retriesTasks) => {
    fc.assert(
      fc.property(histories, clusters, (steps, knobs) => {
        const check = new HistoryCheck({ ...knobs, retriesTasks, reversibleDrain: true });
        for (const step of steps) check.play(step);
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  test.each([
    ['losses kill queries', false],
    ['losses cost work only', true],
  ])('%s, advanced in 17 small steps or in one → the same outcomes', (_, retriesTasks) => {
    fc.assert(
      fc.property(histories, clusters, (steps, knobs) => {
        const once = play(steps, { ...knobs, retriesTasks }, 1);
        const often = play(steps, { ...knobs, retriesTasks }, 17);
        expect(often.map(({ query, result, cause }) => [query.id, result, cause])).toEqual(
          once.map(({ query, result, cause }) => [query.id, result, cause]),
        );
        often.forEach((outcome, index) => {
          expect(Math.abs(outcome.endSeconds - (once[index]?.endSeconds ?? 0))).toBeLessThan(1e-6);
          expect(Math.abs(outcome.cpuSecondsUsed - (once[index]?.cpuSecondsUsed ?? 0))).toBeLessThan(1e-6);
        });
      }),
      { numRuns: 200, seed: 4 },
    );
  });

  test('the same history twice → the same floats', () => {
    fc.assert(
      fc.property(histories, clusters, (steps, knobs) => {
        expect(play(steps, knobs, 1)).toEqual(play(steps, knobs, 1));
      }),
      { numRuns: 50, seed: 5 },
    );
  });
});
