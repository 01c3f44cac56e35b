/** Markets, pools and the story of a loss, on the page. */
import { MARKET_ROWS, poolCells, supplyText } from '../../../console/page/fleet-words.ts';
import { rowsOf } from '../../../console/page/scales.ts';
import { STORY_WORDS } from '../../../console/page/story-words.ts';
import type { StoryLine } from '../../../console/protocol.ts';
import { eventually, inChromium } from '../chromium.ts';
import { fleetOf, marketOf, START } from '../fake-backend.ts';
import { useBench } from '../page-bench.ts';

const bench = useBench();

const STORY: readonly StoryLine[] = [
  { id: 1, at: START + 600, kind: 'loss', text: '22 spot units got their notice.' },
  { id: 2, at: START + 1500, kind: 'fallback', text: '22 units are asked for as on-demand.' },
];

const rowCells = (name: string): Promise<string[]> =>
  bench.page.locator(`.held tr:has(th:text-is("${name}")) td`).allTextContents();

describe('words', () => {
  const [pool] = fleetOf().pools;
  if (pool === undefined) throw new Error('the fleet of the test has no pool');

  test.each([
    [{}, '21 more'],
    [{ freeUnits: null }, 'any number'],
    [{ goingUnits: 3 }, '21 more, 3 going'],
    [{ gone: true, freeUnits: 0 }, 'gone'],
    [{ gone: true, freeUnits: 0, goingUnits: 15 }, 'gone, 15 going'],
  ])('a pool of %j → %s', (change, expected) => {
    expect(supplyText({ ...pool, ...change })).toBe(expected);
  });

  test('a pool that holds nothing has no share; all others share the spot', () => {
    const fleet = fleetOf();
    expect(fleet.pools.map((one) => poolCells(one, fleet)[1])).toEqual(['68 %', '32 %']);
    const empty = { ...pool, spotUnits: 0 };
    expect(poolCells(empty, { ...fleet, pools: [empty] })[1]).toBe('–');
  });

  test('stand-ins are not known yet → a dash; money saved → in dollars and percent, none saved → no percent', () => {
    const cells = (label: string, fleet = fleetOf()) => MARKET_ROWS.find((row) => row.label === label)?.cells(fleet);
    expect(cells('Stands in for spot', fleetOf({ standInUnits: null }))).toEqual(['', '–', '']);
    expect(cells('The same on-demand')).toEqual(['$40.00, −50\u00a0%', '$12.60', '$52.60, −38\u00a0%']);
    expect(cells('The same on-demand', fleetOf({ spot: marketOf({}) }))?.[2]).toBe('$12.60');
  });

  test('every step of the story has a letter of its own', () => {
    const letters = Object.values(STORY_WORDS).map(({ letter }) => letter);
    expect(new Set(letters).size).toBe(letters.length);
  });
});

test.each([
  ['far apart', [0, 20, 40], [0, 0, 0]],
  ['at one moment', [5, 5, 5], [0, 1, 2]],
  ['in a heap of three rows', [5, 5, 5, 6, 30], [0, 1, 2, undefined, 0]],
])('letters %s → rows %j', (_, places, rows) => {
  expect(rowsOf(places, 14, 3)).toEqual(rows);
});

inChromium('a fleet and a loss → both tables, the story newest first, marks in every chart', async () => {
  const page = await bench.openMorning();
  const picture = (id: string): Promise<unknown> =>
    page.evaluate(`document.querySelector('#${id}-chart canvas').toDataURL()`);
  const before = await Promise.all(['capacity', 'markets', 'queries', 'money'].map(picture));
  bench.backend.emit({ fleet: fleetOf({ standInUnits: 9 }), story: STORY });
  await eventually(
    () => page.locator('#story-list .what').allTextContents(),
    ['22 units are asked for as on-demand.', '22 spot units got their notice.'],
  );
  expect(await rowCells('Running')).toEqual(['22', '4', '26']);
  expect(await rowCells('Stands in for spot')).toEqual(['', '9', '']);
  expect(await rowCells('r5.4xlarge')).toEqual(['15', '68 %', '4', '$0.61', '$1.26', '21 more']);
  const after = await Promise.all(['capacity', 'markets', 'queries', 'money'].map(picture));
  for (const [index, shown] of after.entries()) expect(shown).not.toBe(before[index]);
  expect(bench.complaints).toEqual([]);
});

inChromium(
  'a line that grows → replaced where it stands; the connection is lost → told once all the same',
  async () => {
    const page = await bench.openMorning();
    bench.backend.emit({ story: STORY });
    await eventually(() => page.locator('#story-list li').count(), 2);
    bench.backend.emit({ story: [{ id: 1, at: START + 600, kind: 'loss', text: '30 spot units got their notice.' }] });
    await eventually(() => page.locator('#story-list .what').last().textContent(), '30 spot units got their notice.');
    expect(await page.locator('#story-list li').count()).toBe(2);
  },
);

inChromium('a pool that is gone, units that are missing → marked, and said in words', async () => {
  const page = await bench.openMorning();
  const pools = fleetOf().pools.map((pool, index) => ({
    ...pool,
    gone: index === 0,
    goingUnits: index === 0 ? 15 : 0,
  }));
  bench.backend.emit({ fleet: fleetOf({ pools, spot: marketOf({ targetUnits: 22, missingUnits: 7 }) }) });
  await eventually(() => rowCells('Missing'), ['7', '0', '7']);
  const classes = await page
    .locator('.held tr:has(th:text-is("Missing")) td')
    .evaluateAll((cells) => cells.map((cell) => String(cell.className)));
  expect(classes).toEqual(['bad', '', 'bad']);
  expect(await page.locator('#pool-rows .gone').allTextContents()).toEqual([expect.stringContaining('gone, 15 going')]);
});

inChromium('nothing is known of spot → the page says so', async () => {
  const page = await bench.open();
  expect(await page.getByText('No spot was lost yet.').isVisible()).toBe(true);
  expect(await rowCells('Target')).toEqual(['', '', '']);
});
