/** The page in a real browser, on a scripted run: what an engineer sees, and what happens when the server goes. */
import { eventually, inChromium } from './chromium.ts';
import { FACTS } from './fake-backend.ts';
import { useBench } from './page-bench.ts';

const bench = useBench();

const figure = (label: string): Promise<string> =>
  bench.page
    .locator(`#figures > div:has(dt:text-is("${label}"))`)
    .locator('dd')
    .allTextContents()
    .then((texts) => texts.join(' | '));

/** Whether anything but the ground was drawn. */
const inkOf = (id: string): Promise<unknown> =>
  bench.page.evaluate(`(() => {
    const canvas = document.querySelector('#${id}-chart canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let drawn = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i] > 0) drawn += 1;
    return drawn > 2000;
  })()`);

describe('what is seen', () => {
  inChromium('a morning → figures, charts and their legends, decisions, and no complaint of the browser', async () => {
    const page = await bench.openMorning();
    await eventually(() => figure('Live queries'), '19 | 19 running, 0 waiting');
    expect(await figure('Late share')).toBe('1.7 % | 30 of 1,797 ended');
    expect(await figure('Failed queries')).toBe('0 | none was lost');
    expect(await figure('Share of fixed cost')).toBe('13 % | of 60 on-demand workers');
    expect([await page.locator('#clock').textContent(), await page.locator('#day').textContent()]).toEqual([
      '08:29',
      'Mon 2 Mar',
    ]);
    for (const id of ['capacity', 'markets', 'queries', 'money']) expect(await inkOf(id)).toBe(true);
    expect(await page.locator('#capacity-legend button').allTextContents()).toHaveLength(5);
    expect(await page.title()).toMatch(/^\d+ of \d+ units · prestoscale$/);
    expect(bench.complaints).toEqual([]);
  });

  inChromium('new ticks → the page follows, without being asked', async () => {
    const page = await bench.openMorning();
    bench.backend.play(100);
    await eventually(() => page.locator('#clock').textContent(), '08:54');
    expect(await page.locator('details').first().locator('.when').textContent()).toMatch(/08:54$/);
    expect(bench.complaints).toEqual([]);
  });

  inChromium('nothing yet → every part says so', async () => {
    const page = await bench.open();
    expect(await figure('Ready / target units')).toBe('– | ');
    expect(await page.getByText('No decision yet.').isVisible()).toBe(true);
    expect(await page.getByText('Nothing has happened yet.').isVisible()).toBe(true);
    expect(await page.locator('#capacity-chart').getAttribute('aria-label')).toBe('Capacity in units: nothing yet.');
    expect(await page.locator('.chart.empty').count()).toBe(4);
    bench.backend.play(1);
    await eventually(() => page.locator('.chart.empty').count(), 0);
    expect(bench.complaints).toEqual([]);
  });

  inChromium('lines of a chart differ in their pattern, not in colour alone', async () => {
    const page = await bench.openMorning();
    for (const id of ['capacity', 'markets', 'queries', 'money']) {
      const patterns = await page
        .locator(`#${id}-legend line`)
        .evaluateAll((lines) => lines.map((line) => String(line.getAttribute('stroke-dasharray'))));
      expect(new Set(patterns).size).toBe(patterns.length);
    }
  });

  inChromium('a failed query, an unknown fixed cluster → said in words', async () => {
    bench.backend.play(10, true);
    const last = bench.backend.points.at(-1);
    if (last === undefined) throw new Error('nothing was played');
    bench.backend.emit({
      points: [
        {
          ...last,
          at: last.at + 15,
          failedQueries: 3,
          failedBy: { interrupted: 2, removed: 0, other: 1 },
          fixedUsd: null,
        },
      ],
      facts: { ...FACTS, fixedCluster: null },
    });
    await bench.open();
    expect(await figure('Failed queries')).toBe('3 | 11 % of the ended: 2 interrupted, 1 lacked workers or memory');
    expect(await figure('Share of fixed cost')).toBe('– | still being looked for');
  });

  inChromium('an engine that does not answer → unknown is a dash, and no 0', async () => {
    bench.backend.play(10, true);
    const last = bench.backend.points.at(-1);
    if (last === undefined) throw new Error('nothing was played');
    const unknown = { readyUnits: null, arrivingUnits: null, drainingUnits: null, runningQueries: null };
    const point = { ...last, ...unknown, at: last.at + 15, lateQueries: null, delayP95Seconds: null };
    bench.backend.emit({ points: [point], facts: { ...FACTS, time: 'wall' } });
    const page = await bench.open();
    expect(await figure('Ready / target units')).toBe('– / 4 | – arriving, – draining');
    expect(await figure('Live queries')).toBe(`– | – running, ${last.waitingQueries} waiting`);
    expect(await figure('Late share')).toBe(`– | – of ${last.endedQueries} ended`);
    expect(await figure('Delay, 95th percentile')).toBe('– | not known yet');
    expect(await page.locator('#capacity-chart').getAttribute('aria-label')).toMatch(/: ready –, target 4,/);
    expect(await page.locator('.now').textContent()).toMatch(/ UTC$/);
    expect(await page.getByText('virtual time').count()).toBe(0);
    expect(bench.complaints).toEqual([]);
  });

  inChromium('light and dark are two pictures', async () => {
    const page = await bench.openMorning({ colorScheme: 'dark' });
    const ground = (): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const dark = await ground();
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await ground()).not.toBe(dark);
    expect(bench.complaints).toEqual([]);
  });
});

describe('charts', () => {
  inChromium('arrow keys → an earlier moment in the legend and beside the title, Escape → now', async () => {
    const page = await bench.openMorning();
    const note = page.locator('#capacity-note');
    const target = page.locator('#capacity-legend button').nth(1).locator('.value');
    const now = await target.textContent();
    await page.locator('#capacity-chart').focus();
    for (let press = 0; press < 9; press += 1) await page.keyboard.press('PageUp');
    await eventually(async () => /^at Mon 06:1\d$/.test((await note.textContent()) ?? ''), true);
    expect([await target.textContent(), now]).toEqual(['4', expect.not.stringMatching(/^4$/)]);
    await page.keyboard.press('Escape');
    await eventually(() => note.textContent(), 'units of 16 cores');
    expect(await target.textContent()).toBe(now);
    expect(await page.locator('#capacity-chart').getAttribute('aria-label')).toMatch(
      /^Capacity in units at Mon 08:29: ready \d+, target \d+/,
    );
  });

  inChromium('the last hour, a line hidden → other pictures', async () => {
    const page = await bench.openMorning();
    const picture = (): Promise<unknown> =>
      page.evaluate(`document.querySelector('#capacity-chart canvas').toDataURL()`);
    const all = await picture();
    await bench.button('Show the last hour').click();
    await eventually(async () => (await picture()) !== all, true);
    const hour = await picture();
    await page.locator('#capacity-legend button').nth(1).click();
    await eventually(async () => (await picture()) !== hour, true);
    expect(await page.locator('#capacity-legend button').nth(1).getAttribute('aria-pressed')).toBe('false');
    expect(await bench.button('Show the last hour').getAttribute('aria-pressed')).toBe('true');
  });
});

describe('the connection', () => {
  inChromium('the server goes and comes back → said, and the page goes on with the new state', async () => {
    const page = await bench.openMorning();
    const { port } = bench.server;
    await bench.server.close();
    await eventually(
      () => page.locator('#connection').textContent(),
      'Disconnected: what you see is old. Trying again …',
    );
    await bench.button('Pause scaling').click();
    await eventually(() => page.locator('#action-result').textContent(), 'Not done: The server does not answer.');
    bench.backend.play(100, true);
    await bench.serve(port);
    await bench.connected();
    await eventually(() => page.locator('#clock').textContent(), '08:54');
    bench.backend.play(4);
    await eventually(() => page.locator('#clock').textContent(), '08:55');
    await eventually(() => bench.backend.listeners, 1);
  });

  inChromium('a connection that is silent → taken for lost after three heartbeats, and opened anew', async () => {
    await bench.serve(0, 1_000_000);
    const page = await bench.tab();
    await page.clock.install();
    await page.goto(bench.server.url);
    await bench.connected();
    const said = page.evaluate(`new Promise((resolve) => {
      const region = document.getElementById('connection');
      new MutationObserver(() => resolve(region.textContent)).observe(region, { childList: true });
    })`);
    await page.clock.fastForward(16_000);
    expect(await said).toMatch(/^Disconnected/);
    await page.clock.fastForward(1000);
    await bench.connected();
    await eventually(() => bench.backend.listeners, 1);
  });
});
