/** EMR chooses whom it removes: what is to be kept has to serve before anything is given back. */

import { codesOf, numbersOf } from './builders.ts';
import { commandsOf, drive, type Moment, tickAt } from './drive.ts';

/** 40 units are there, and 10 were wanted all the time; from `from` on so many cores serve. */
const serving =
  (readyCores: number | undefined, from = 0) =>
  ({ ready, seconds }: Moment) => {
    const { readyCores: all, ...others } = ready;
    const told = seconds < from ? all : readyCores;
    return { ...others, runningQueries: 10, ...(told === undefined ? {} : { readyCores: told }) } as typeof ready;
  };

test('ten units are to be kept and four serve: EMR may take those four → nothing shrinks, and it says why', () => {
  const ticks = drive({ units: 40, seconds: 900, sample: serving(4 * 16, 880) });
  expect(commandsOf(ticks)).toEqual([]);
  expect(numbersOf(tickAt(ticks, 900).decision, 'shrink-arriving')).toEqual({ readyUnits: 4, units: 10 });
});

test.each<[string, number]>([
  ['exactly those serve that are kept', 160],
  ['more serve', 300],
])('%s → it shrinks', (_, readyCores) => {
  expect(commandsOf(drive({ units: 40, seconds: 900, sample: serving(readyCores, 880) }))).toEqual([[900, 10]]);
});

test('how many serve cannot be read → the other rules judge, which know what is missing', () => {
  const ticks = drive({ units: 40, seconds: 900, sample: serving(undefined) });
  expect(codesOf(tickAt(ticks, 900).decision)).not.toContain('shrink-arriving');
});

test('of 40 units that were asked for six were ever had → giving up the rest removes nobody', () => {
  const ticks = drive({
    units: 40,
    seconds: 900,
    sample: serving(6 * 16),
    before: ({ fleet }) => {
      fleet.spotLimit = 6;
      fleet.spot.provisioned = 6;
    },
  });
  expect(commandsOf(ticks)).toContainEqual([900, 10]);
});

test('workers that never come → they count as zombies after a quarter of an hour, and no longer hold the shrink back', () => {
  const ticks = drive({ units: 40, seconds: 4000, sample: serving(8 * 16) });
  const [first] = commandsOf(ticks);
  expect(first?.[0]).toBeGreaterThanOrEqual(900);
  expect(codesOf(tickAt(ticks, first?.[0] ?? 0).decision)).toContain('zombies');
});
