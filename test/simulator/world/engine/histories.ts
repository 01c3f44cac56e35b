/** Random histories of a cluster: queries come, workers join, drain, come back, leave and are lost. */
import fc from 'fast-check';
import type { LossCause } from '../../../../simulator/world/engine/engine.ts';

export type Step =
  | {
      readonly kind: 'submit';
      readonly cpuSeconds: number;
      readonly parallelismCores: number;
      readonly sourceShare: number;
      readonly memoryBytes: number;
      readonly requiredWorkers: number;
      readonly group: string;
    }
  | { readonly kind: 'add'; readonly cores: number }
  /** `pick` chooses among the workers that are there. */
  | { readonly kind: 'drain' | 'undrain' | 'leave'; readonly pick: number }
  | { readonly kind: 'lose'; readonly pick: number; readonly cause: LossCause }
  | { readonly kind: 'advance'; readonly seconds: number };

const pick = fc.nat(1000);
const submit: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('submit'),
  cpuSeconds: fc.integer({ min: 1, max: 20_000 }).map((tenths) => tenths / 10),
  parallelismCores: fc.integer({ min: 10, max: 1000 }).map((tenths) => tenths / 10),
  sourceShare: fc.constantFrom(0, 0.3, 0.7, 1),
  memoryBytes: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 120 }) },
  ),
  requiredWorkers: fc.constantFrom(1, 1, 1, 2, 3),
  group: fc.constantFrom('x', 'y'),
});
const add: fc.Arbitrary<Step> = fc.record({ kind: fc.constant('add'), cores: fc.constantFrom(4, 8, 16) });
const change: fc.Arbitrary<Step> = fc.record({ kind: fc.constantFrom('drain', 'undrain', 'leave'), pick });
const lose: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('lose'),
  pick,
  cause: fc.constantFrom('scaleIn', 'interruption', 'other'),
});
const advance: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('advance'),
  seconds: fc.integer({ min: 0, max: 400 }).map((tenths) => tenths / 10),
});

/** Starts with a few workers, so that something happens. */
export const histories: fc.Arbitrary<Step[]> = fc
  .tuple(
    fc.array(add, { minLength: 1, maxLength: 4 }),
    fc.array(
      fc.oneof(
        { weight: 6, arbitrary: submit },
        { weight: 3, arbitrary: add },
        { weight: 3, arbitrary: change },
        { weight: 1, arbitrary: lose },
        { weight: 6, arbitrary: advance },
      ),
      { minLength: 10, maxLength: 60, size: 'max' },
    ),
  )
  .map(([first, rest]) => [...first, ...rest]);
