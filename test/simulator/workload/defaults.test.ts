import fc from 'fast-check';
import {
  completeQuery,
  guessedParallelismCores,
  guessedSourceShare,
  workloadDefaults,
} from '../../../simulator/workload/defaults.ts';

const DEFAULTS = workloadDefaults(7);
const KNOWN = { id: 'q', arrivalSeconds: 1, cpuSeconds: 100, memoryBytes: 5, user: 'u', source: 's' };

describe('parallelism where none is given', () => {
  test.each([
    ['0.01 core-seconds → one core', 0.01, 1],
    ['1 core-second → 4', 1, 4],
    ['100 core-seconds → 40', 100, 40],
    ['16,384 core-seconds → 512', 16_384, 512],
    ['a million core-seconds → still 512', 1e6, 512],
  ])('%s', (_title, work, cores) => {
    expect(guessedParallelismCores(work, DEFAULTS)).toBe(cores);
  });
});

describe('source share where none is given', () => {
  test('within 0.5–0.8, the same for the same query and seed, whatever else is asked', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (id, other) => {
        const share = guessedSourceShare(id, DEFAULTS);
        guessedSourceShare(other, DEFAULTS);
        expect(share).toBe(guessedSourceShare(id, DEFAULTS));
        expect(share).toBeGreaterThanOrEqual(0.5);
        expect(share).toBeLessThanOrEqual(0.8);
      }),
    );
  });

  test('another seed → another share', () => {
    expect(guessedSourceShare('q', workloadDefaults(8))).not.toBe(guessedSourceShare('q', DEFAULTS));
  });
});

describe('completing a query', () => {
  test('what is known stays', () => {
    const known = { ...KNOWN, group: 'etl', parallelismCores: 3, sourceShare: 0, requiredWorkers: 2 };
    expect(completeQuery(known, DEFAULTS)).toEqual(known);
  });

  test('nothing known → guesses, group global, no required workers', () => {
    const query = completeQuery({ ...KNOWN, requiredWorkers: undefined }, DEFAULTS);
    expect(query).toMatchObject({
      group: 'global',
      parallelismCores: 40,
      sourceShare: guessedSourceShare('q', DEFAULTS),
    });
    expect(query).not.toHaveProperty('requiredWorkers');
  });

  test('other knobs → other guesses', () => {
    const knobs = { ...DEFAULTS, parallelismPerRootCoreSecond: 1, lowestSourceShare: 0.3, highestSourceShare: 0.3 };
    expect(completeQuery(KNOWN, knobs)).toMatchObject({ parallelismCores: 10, sourceShare: 0.3 });
  });
});
