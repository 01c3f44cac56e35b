import fc from 'fast-check';
import type { UnitsAt } from '../../../lambdas/core/decision.ts';
import { units } from '../../../lambdas/core/quantities.ts';
import { extreme, pushMaximum, pushMinimum } from '../../../lambdas/core/window.ts';
import { at } from './builders.ts';

type Push = typeof pushMaximum;
const pushAll = (push: Push, values: readonly (readonly [seconds: number, value: number])[], seconds: number) => {
  let window: readonly UnitsAt[] = [];
  for (const [when, value] of values) window = push(window, at(when), units(value), seconds);
  return window;
};

test('nothing was seen → nothing', () => {
  expect(extreme([])).toBe(0);
});

test.each([
  ['exactly as old as the window → still counts', 900, 40],
  ['a second older → forgotten', 901, 10],
])('40, then 10: the 40 is %s', (_, seconds, largest) => {
  expect(
    extreme(
      pushAll(
        pushMaximum,
        [
          [0, 40],
          [seconds, 10],
        ],
        900,
      ),
    ),
  ).toBe(largest);
});

test('the minimum forgets as well', () => {
  expect(
    extreme(
      pushAll(
        pushMinimum,
        [
          [0, 3],
          [900, 9],
        ],
        900,
      ),
    ),
  ).toBe(3);
  expect(
    extreme(
      pushAll(
        pushMinimum,
        [
          [0, 3],
          [901, 9],
        ],
        900,
      ),
    ),
  ).toBe(9);
});

test('the same value again → its clock starts anew, and it takes no second place', () => {
  expect(
    pushAll(
      pushMaximum,
      [
        [0, 40],
        [100, 40],
      ],
      900,
    ),
  ).toEqual([[at(100), 40]]);
});

const history = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 30 })), { minLength: 1, maxLength: 120 })
  .map((steps) => {
    let seconds = 0;
    return steps.map(([wait, value]): [number, number] => {
      seconds += wait;
      return [seconds, value];
    });
  });

test('any history of a window that needs no joining → exactly the extreme of the window', () => {
  fc.assert(
    fc.property(history, fc.integer({ min: 0, max: 900 }), (values, seconds) => {
      const now = values.at(-1)?.[0] ?? 0;
      const inside = values.filter(([when]) => when >= now - seconds).map(([, value]) => value);
      expect(extreme(pushAll(pushMaximum, values, seconds))).toBe(Math.max(...inside));
      expect(extreme(pushAll(pushMinimum, values, seconds))).toBe(Math.min(...inside));
    }),
  );
});

describe('a window so long that entries are joined', () => {
  const falling = Array.from({ length: 5760 }, (_, index): [number, number] => [15 * index, 6000 - index]);

  test('falls by a unit a tick for a day → 64 entries, not 5,760', () => {
    expect(pushAll(pushMaximum, falling, 86_400)).toHaveLength(64);
  });

  test('it never forgets too early, and hardly too late', () => {
    for (const count of [500, 2000, 5760]) {
      const values = falling.slice(0, count);
      const now = values.at(-1)?.[0] ?? 0;
      const exact = values.find(([when]) => when >= now - 3600)?.[1] ?? 0;
      const held = extreme(pushAll(pushMaximum, values, 3600));
      expect(held).toBeGreaterThanOrEqual(exact);
      expect(held).toBeLessThanOrEqual(exact + 0.1 * (3600 / 15));
    }
  });

  test('a minimum rises slowly → it is never believed to have risen too early', () => {
    const rising = falling.map(([when], index): [number, number] => [when, index]);
    const held = extreme(pushAll(pushMinimum, rising, 3600));
    expect(held).toBeLessThanOrEqual(5760 - 3600 / 15);
  });
});
