/** Spot is lost and comes back, seen on the page of `npm start`: the real process, the real product, a real browser. */
import type { Browser, Page } from 'playwright-core';
import type { ConsoleState, Point, StoryKind, StoryLine } from '../../console/protocol.ts';
import { CHROMIUM_IS_THERE, complaintsOf, inChromium, launch } from '../console/chromium.ts';
import { PATIENCE_MILLISECONDS, PageProcess } from './page-process.ts';

/** Of the page's policy: the default. */
const FALLBACK_SECONDS = 900;
const NOTICE_SECONDS = 120;
const TICK_SECONDS = 15;
/** A probe finds spot within this. */
const PROBE_SECONDS = 1800;
/** EMR begins a resize when the one before has ended, at its timeout at the latest; then machines start (p95: 480 s). */
const READY_SECONDS = 600 + 480 + 120;

jest.setTimeout(4 * PATIENCE_MILLISECONDS);

let run: PageProcess;
let browser: Browser;
let page: Page;
let complaints: readonly string[];

beforeAll(async () => {
  if (!CHROMIUM_IS_THERE) return;
  run = await PageProcess.start();
  browser = await launch();
  page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  complaints = complaintsOf(page);
  await page.goto(run.url);
});

afterAll(async () => {
  await browser?.close();
  run?.stop();
});

const newest = ({ points }: ConsoleState): Point => {
  const point = points.at(-1);
  if (point === undefined) throw new Error('the run has no point yet');
  return point;
};

const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();

/** The first line of a kind after another line, as soon as it is told. */
const told = async (kind: StoryKind, after: number): Promise<StoryLine> => {
  const find = ({ story }: ConsoleState) => story.find((line) => line.kind === kind && line.id > after);
  const line = find(await run.until(`the line "${kind}"`, (state) => find(state) !== undefined));
  if (line === undefined) throw new Error('unreachable');
  return line;
};

/** The cell of the table of markets: 0 spot, 1 on-demand, 2 both. */
const market = async (row: string, column: 0 | 1 | 2): Promise<string> =>
  (await page.locator(`#market-rows tr:has(th:text-is("${row}")) td`).nth(column).textContent()) ?? '';

const onPage = (text: RegExp): Promise<void> =>
  page.locator('#story-list li', { hasText: text }).first().waitFor({ timeout: PATIENCE_MILLISECONDS });

const usdPerHour = ({ fleet }: ConsoleState): number =>
  (fleet?.onDemand.usdPerHour ?? Number.NaN) + (fleet?.spot.usdPerHour ?? Number.NaN);

const dollarsPerUnit = (state: ConsoleState): number => {
  const { onDemand, spot } = state.fleet ?? {};
  return usdPerHour(state) / ((onDemand?.runningUnits ?? Number.NaN) + (spot?.runningUnits ?? Number.NaN));
};

/** Where the story was when all spot went, and when it came back. */
let taken: StoryLine;
let given: StoryLine;
let before: ConsoleState;

inChromium('the ramp, then the largest pool goes → named, and replaced from the others without on-demand', async () => {
  await run.until('a ramp over several pools', ({ fleet }) => (fleet?.spot.runningUnits ?? 0) >= 15);
  await press('Take largest pool');
  const went = await told('taken', 0);
  const [, type = '?'] = /largest pool, ([\w.]+),/.exec(went.text) ?? [];
  const row = page.locator(`#pool-rows tr:has(th:text-is("${type}"))`);
  await row.locator('td:text-matches("^gone")').waitFor();
  expect((await told('loss', went.id)).text).toMatch(new RegExp(`^\\d+ spot units got their notice.*of ${type}`));
  const covered = await told('ready', went.id);
  const { story } = await run.state();
  expect(story.filter((line) => line.kind === 'fallback' && line.id < covered.id)).toEqual([]);
  await press('Give spot back');
  await row.locator('td:text-matches("more$")').waitFor();
});

inChromium(
  'all spot goes → on-demand is asked for after the fallback time, why is read, and it gets ready',
  async () => {
    await run.until(
      'a fleet that is whole',
      ({ fleet }) => fleet?.spot.missingUnits === 0 && fleet.spot.goingUnits === 0,
    );
    before = await run.state();
    await press('Take all spot');
    taken = await told('taken', before.story.at(-1)?.id ?? 0);
    await onPage(/spot units got their notice and go within minutes/);
    const fallback = await told('fallback', taken.id);
    // What has its notice may count as missing at once, or when it is gone.
    expect(fallback.at - taken.at).toBeGreaterThanOrEqual(FALLBACK_SECONDS - TICK_SECONDS);
    expect(fallback.at - taken.at).toBeLessThanOrEqual(NOTICE_SECONDS + FALLBACK_SECONDS + 2 * TICK_SECONDS);
    await onPage(/\d+ units are asked for as on-demand in place of missing spot\./);
    const asked = (await run.state()).decisions.find(({ at }) => at === fallback.at);
    expect(asked).toMatchObject({
      sent: true,
      reasons: expect.arrayContaining([expect.objectContaining({ code: 'fallback-on-demand' })]),
    });
    const wanted = asked?.onDemandUnits ?? Number.NaN;
    const isReady = ({ at, onDemand }: Point) => at > fallback.at && onDemand.runningUnits >= wanted;
    const ready = (await run.until('on-demand that is ready', ({ points }) => points.some(isReady))).points.find(
      isReady,
    );
    expect((ready?.at ?? Number.POSITIVE_INFINITY) - fallback.at).toBeLessThanOrEqual(READY_SECONDS);
    expect(Number(await market('Stands in for spot', 1))).toBeGreaterThan(0);
    expect(await market('Running', 0)).toBe('0');
  },
);

inChromium('what a loss took along is told as such, and nothing else has failed', async () => {
  const { failedQueries, failedBy } = newest(await run.state());
  expect(failedBy).toEqual({ interrupted: failedQueries, removed: 0, other: 0 });
  const tile = page.locator('#figures > div', { hasText: 'Failed queries' });
  expect(await tile.textContent()).toMatch(failedQueries === 0 ? /none was lost/ : /of the ended: \d+ interrupted/);
});

inChromium(
  'spot is given back → a probe finds it within half an hour, on-demand goes step by step, no query fails of it, a unit costs less',
  async () => {
    await told('ready', taken.id);
    const dear = await run.state();
    await press('Give spot back');
    given = await told('given', taken.id);
    const returned = await told('return', given.id);
    const probes = (await run.state()).story.filter((line) => line.kind === 'probe' && line.id < returned.id);
    expect((probes.at(-1)?.at ?? Number.POSITIVE_INFINITY) - given.at).toBeLessThanOrEqual(PROBE_SECONDS);
    await onPage(/Spot has come back: \d+ units/);
    const stoodIn = dear.fleet?.standInUnits ?? 0;
    expect(stoodIn).toBeGreaterThan(0);
    const cheap = await run.until('half of the stand-ins gone, and cheaper units', (state) => {
      const { standInUnits = null } = state.fleet ?? {};
      return (
        standInUnits !== null && standInUnits <= stoodIn / 2 && dollarsPerUnit(state) <= 0.85 * dollarsPerUnit(dear)
      );
    });
    expect(usdPerHour(cheap)).toBeLessThan(usdPerHour(dear));
    expect(newest(cheap).failedBy).toEqual(newest(dear).failedBy);
  },
);

for (const width of [400, 1600])
  inChromium(`the story at ${width} px → every step is there, nothing is cut off at the side`, async () => {
    await page.setViewportSize({ width, height: 900 });
    for (const word of ['taken away', 'loss', 'fallback', 'covered', 'given back', 'probe', 'return', 'given up'])
      expect(await page.locator('#story-list .step', { hasText: word }).count()).toBeGreaterThan(0);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect(
      await page.evaluate(
        '[...document.querySelectorAll(".panel, .scroller, #controls")].filter((box) => box.scrollWidth > box.clientWidth + 1).map((box) => box.id || box.className)',
      ),
    ).toEqual([]);
  });

inChromium('all that → not one complaint of the browser', async () => {
  expect(complaints).toEqual([]);
});
