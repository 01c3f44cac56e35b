/** A sample is one small table item, whatever runs. */
import { type CollectorState, collect, NOTHING_COLLECTED } from '../../../exporters/engine/collector.ts';
import { classNameOf, jsonBytes, LONGEST_CLASS_NAME_BYTES } from '../../../exporters/engine/formats.ts';
import type { LiveQuery } from '../../../exporters/engine/reading.ts';
import type { WorkloadSample } from '../../../lambdas/core/model.ts';
import { query, reading } from '../readings.ts';

const MAXIMUM_BYTES = 3 * 1024;
const SETTINGS = { requiredWorkers: 1 };

const bytesOf = (sample: WorkloadSample | undefined): number => Buffer.byteLength(JSON.stringify(sample));

const manyQueries = (className: (index: number) => string, round = 0): readonly LiveQuery[] =>
  Array.from({ length: 500 }, (_, index) =>
    query(`q${round}-${index}`, {
      className: className(index % 40),
      ageSeconds: 86_399.987 - index,
      cpuSeconds: 123_456.789,
      drivers: 4096,
    }),
  );

/** Many rounds of 500 long queries, each round's finished when the next begins. */
const busyDay = (className: (index: number) => string) => {
  let state: CollectorState = NOTHING_COLLECTED;
  const told: WorkloadSample[] = [];
  for (let round = 0; round < 40; round += 1) {
    const workers = [{ id: 'a', standing: 'active' as const, cores: 64_000 }];
    const memory = [{ id: 'a', reservedBytes: 123_456_789_012_345, totalBytes: 234_567_890_123_456 }];
    const cluster = { activeNodes: 1, adjustedQueueSize: 0, cpuSecondsTotal: 9_876_543_210 };
    const queries = manyQueries(className, round);
    const collected = collect(state, reading(5 * round + 0.123, { queries, workers, memory, cluster }), SETTINGS);
    state = collected.state;
    told.push(collected.sample as WorkloadSample);
  }
  return told;
};

const NAMES: readonly (readonly [kind: string, name: (index: number) => string])[] = [
  ['short', (index) => `s${index}|u|g`],
  ['usual', (index) => classNameOf('Superset', `first.last${index}@example.com`, ['global', 'adhoc'])],
  ['endless', (index) => classNameOf('x'.repeat(5000), `user ${index}`, ['g'])],
  ['of quotes and control characters', (index) => classNameOf('"\u0001\n'.repeat(50), String(index), ['g'])],
  ['beyond the basic plane', (index) => classNameOf('🜂größe'.repeat(20), String(index), ['g'])],
];

test.each(NAMES)(
  '500 live queries of 40 classes with names that are %s → at most 3 KB, and nothing is lost',
  (_, name) => {
    const told = busyDay(name);
    for (const sample of told) {
      expect(bytesOf(sample)).toBeLessThanOrEqual(MAXIMUM_BYTES);
      expect(sample.classes?.length).toBeGreaterThanOrEqual(10);
      expect(sample.classes?.length).toBeLessThanOrEqual(16);
      expect(sample.classes?.at(-1)?.name).toBe('other');
      expect(sample.classes?.reduce((sum, { live }) => sum + live, 0)).toBe(500);
    }
    const finished = told.at(-1)?.classes?.reduce((sum, one) => sum + one.finishedQueries, 0);
    expect(finished).toBe(39 * 500);
  },
);

describe('names of classes', () => {
  test('short ones are left alone, whatever is in them', () => {
    expect(classNameOf('bi "x"\\y', 'jürgen\n', ['global', 'a b'])).toBe('bi "x"\\y|jürgen\n|global.a b');
    expect(classNameOf('', '', [])).toBe('||');
  });

  test('long ones that differ at the end → two short names', () => {
    const [one, other] = ['1', '2'].map((end) => classNameOf('s'.repeat(200), 'u', [`g${end}`]));
    expect(one).not.toBe(other);
    for (const name of [one, other]) expect(jsonBytes(name ?? '') - 2).toBeLessThanOrEqual(LONGEST_CLASS_NAME_BYTES);
  });

  test('half a surrogate pair → a character that UTF-8 has', () => {
    expect(classNameOf('a\uD83D', 'u', [])).toBe('a\uFFFD|u|');
  });
});

describe('slots', () => {
  const at = (seconds: number, ...names: readonly string[]) =>
    reading(seconds, {
      queries: names.map((className, index) => query(`${seconds}-${className}`, { className, ageSeconds: 90 - index })),
    });
  const play = (...readings: readonly ReturnType<typeof reading>[]): readonly string[] => {
    let state: CollectorState = NOTHING_COLLECTED;
    for (const one of readings) state = collect(state, one, SETTINGS).state;
    return state.tracked?.slots.map(({ name }) => name) ?? [];
  };
  const first = Array.from({ length: 15 }, (_, index) => `c${index}`);

  test('15 classes have been met → the 16th is told as other, also when the others are idle', () => {
    expect(play(at(0, ...first), at(60, 'new'))).toEqual([...first, 'other']);
  });

  test('a class has been idle for an hour and a new one comes → it gets the slot', () => {
    const later = first.slice(1);
    expect(play(at(0, ...first), at(3000, ...later), at(3700, 'new'))).toEqual([...later, 'new']);
  });
});
