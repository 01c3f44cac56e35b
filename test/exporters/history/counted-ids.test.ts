/** Which ended queries have been counted, with a memory that has an end. */
import { CountedIds } from '../../../exporters/history/counted-ids.ts';

/** One reading of a list of ids whose ends are their numbers; gives those to be counted. */
const read = (ids: CountedIds, listed: readonly number[], whole = true): readonly number[] => {
  const counted = listed.filter((id) => !ids.recognize(String(id)) && ids.note(String(id), id));
  ids.endReading(whole);
  return counted;
};

test('the list moves on → new ones are counted, ids that left it are forgotten', () => {
  const ids = new CountedIds({ most: 100 });
  for (let first = 0; first < 1_000; first += 5) {
    const listed = Array.from({ length: 10 }, (_, index) => first + index);
    expect(read(ids, listed)).toEqual(first === 0 ? listed : listed.slice(5));
    expect(ids.size).toBeLessThanOrEqual(20);
  }
});

test('an id is missing from one list and back in the next → counted once', () => {
  const ids = new CountedIds({ most: 100 });
  expect(read(ids, [1, 2])).toEqual([1, 2]);
  expect(read(ids, [2])).toEqual([]);
  expect(read(ids, [1, 2])).toEqual([]);
});

test('only broken readings for long → the memory stays bounded, and what it forgot is not counted again', () => {
  const ids = new CountedIds({ most: 50 });
  let counted = 0;
  for (let first = 0; first < 1_000; first += 10) {
    counted += read(
      ids,
      Array.from({ length: 20 }, (_, index) => first + index),
      false,
    ).length;
    expect(ids.size).toBeLessThanOrEqual(50);
  }
  expect(counted).toBe(1_010);
  expect(read(ids, [0, 500, 1_009, 1_010])).toEqual([1_010]);
});

test('a list longer than what can be remembered → an error, and nothing is counted twice', () => {
  const ids = new CountedIds({ most: 50 });
  const listed = Array.from({ length: 51 }, (_, index) => index);
  expect(() => read(ids, listed)).toThrow('more than 50');
  ids.endReading(false);
  expect(read(ids, listed.slice(1), false)).toEqual([50]);
});
