/** Names of users, sources and groups as values of labels, and how many have a series. */
import fc from 'fast-check';
import { CappedSeries, OTHER } from '../../../exporters/history/capped-series.ts';
import { LONGEST_NAME_BYTES, labelName } from '../../../exporters/history/names.ts';

describe('names', () => {
  test('short ones are left alone, whatever is in them', () => {
    expect(labelName('jürgen "the\\best"\n')).toBe('jürgen "the\\best"\n');
  });

  test('none → a word, because an empty label is no label', () => {
    expect(labelName('')).toBe('none');
  });

  test('two of 10,000 characters that differ at the end → two short ones, which say where they come from', () => {
    const [one = '', other = ''] = ['1', '2'].map((end) => labelName('ü'.repeat(9_999) + end));
    expect(one).not.toBe(other);
    expect(one).toMatch(/^ü{59}~[0-9a-f]{8}$/);
    expect(Buffer.byteLength(one)).toBeLessThanOrEqual(LONGEST_NAME_BYTES);
  });

  test('any text → UTF-8 within the limit, and the same text the same name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const name = labelName(text);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(LONGEST_NAME_BYTES);
        expect(Buffer.from(name).toString()).toBe(name);
        expect(labelName(text)).toBe(name);
        expect(name).not.toBe('');
      }),
    );
  });

  test('half a surrogate pair → a character that UTF-8 has', () => {
    expect(labelName('a\uD83D')).toBe('a\uFFFD');
  });
});

describe('series', () => {
  const counts = fc.record({
    finished: fc.integer({ min: 0, max: 3 }),
    failed: fc.integer({ min: 0, max: 3 }),
    cpuSeconds: fc.integer({ min: 0, max: 9 }),
  });
  const steps = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e', OTHER, 'f'), counts), { maxLength: 40 });

  test('any names in any order → at most the cap and other, nothing lost, no counter falls, no series goes', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 4 }), (added, most) => {
        const series = new CappedSeries(most);
        let before = new Map<string, number>();
        for (const [name, more] of added) {
          series.add(name, more);
          const now = new Map(series.entries().map(([told, { finished }]) => [told, finished]));
          for (const [told, finished] of before) expect(now.get(told)).toBeGreaterThanOrEqual(finished);
          before = now;
        }
        const names = series.entries().map(([name]) => name);
        expect(names.filter((name) => name !== OTHER).length).toBeLessThanOrEqual(most);
        for (const field of ['finished', 'failed', 'cpuSeconds'] as const) {
          const told = series.entries().reduce((sum, [, each]) => sum + each[field], 0);
          expect(told).toBe(added.reduce((sum, [, each]) => sum + each[field], 0));
        }
      }),
    );
  });

  test('the cap is reached → the next names are other, the first ones go on by themselves', () => {
    const series = new CappedSeries(2);
    const once = { finished: 1, failed: 0, cpuSeconds: 2 };
    for (const name of ['a', 'b', 'c', 'a', 'd']) series.add(name, once);
    expect(series.entries()).toEqual([
      ['a', { finished: 2, failed: 0, cpuSeconds: 4 }],
      ['b', once],
      [OTHER, { finished: 2, failed: 0, cpuSeconds: 4 }],
    ]);
  });

  test('somebody is called other → one series, and it takes no place from the others', () => {
    const series = new CappedSeries(1);
    const once = { finished: 1, failed: 0, cpuSeconds: 0 };
    for (const name of [OTHER, 'a', 'b']) series.add(name, once);
    expect(series.entries().map(([name]) => name)).toEqual([OTHER, 'a']);
  });
});
