/** The plan's page in a real browser, opened as a file: as it is mailed around. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { planPage } from '../../../planning/page/page.ts';
import { CHROMIUM_IS_THERE, complaintsOf, eventually, inChromium, launch } from '../../console/chromium.ts';
import { CATALOGUE, PLAN } from './plans.ts';

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), 'prestoscale-plan-'));
const file = join(folder, 'plan.html');
let browser: Browser;

beforeAll(async () => {
  writeFileSync(file, planPage(PLAN, CATALOGUE));
  if (CHROMIUM_IS_THERE) browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

interface Opened {
  readonly page: Page;
  readonly complaints: readonly string[];
  readonly requests: readonly string[];
}

const open = async (width: number, more: BrowserContextOptions = {}): Promise<Opened> => {
  const page = await browser.newPage({ viewport: { width, height: 900 }, ...more });
  const complaints = complaintsOf(page);
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  return { page, complaints, requests };
};

const tip = (page: Page) => page.locator('#tip');

/** Where a point is drawn. */
const middleOf = async (page: Page, name: string): Promise<{ x: number; y: number }> => {
  const shape = page.locator(`.point[data-name="${name}"] :is(circle, rect)`);
  await shape.scrollIntoViewIfNeeded();
  const box = await shape.boundingBox();
  if (box === null) throw new Error(`${name} is not drawn`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
};

/** A chosen type that no other point lies on. */
const best = PLAN.chosen[0]?.type.name ?? '';

describe('the page of a plan in a browser', () => {
  inChromium(
    'opened from a disk → every point inside the chart, no complaint, nothing but the file is asked for',
    async () => {
      const { page, complaints, requests } = await open(1600);
      const inside = await page.locator('.chart').evaluate((chart) => {
        const frame = chart.getBoundingClientRect();
        const marks = [...chart.querySelectorAll('.point > :is(circle, rect)')].map((mark) =>
          mark.getBoundingClientRect(),
        );
        return {
          points: marks.length,
          outside: marks.filter(
            ({ x, y, right, bottom }) => x < frame.x || y < frame.y || right > frame.right || bottom > frame.bottom,
          ).length,
          chosen: chart.querySelectorAll('.point.chosen').length,
          left: chart.querySelectorAll('.point.left').length,
        };
      });
      expect(inside).toEqual({ points: 51, outside: 0, chosen: 12, left: 39 });
      expect(complaints).toEqual([]);
      expect(requests).toEqual([pathToFileURL(file).href]);
      await page.close();
    },
  );

  inChromium('the mouse on a point → its name, figures and reason; away from all → nothing', async () => {
    const { page } = await open(1600);
    const { x, y } = await middleOf(page, best);
    await page.mouse.move(x, y);
    await tip(page).waitFor();
    const text = await tip(page).textContent();
    expect(text).toContain(`1. ${best}: taken, 12 % of the capacity`);
    expect(text).toMatch(/vCPU, \d+ GiB/);
    expect(text).toContain('Place 1 of 51 by price per unit of work');
    expect(await page.locator('tr.told').getAttribute('data-name')).toBe(best);
    await page.mouse.move(2, 2);
    await tip(page).waitFor({ state: 'hidden' });
    await page.close();
  });

  inChromium('a finger beside a point, 400 px wide → it is told, inside the window', async () => {
    const { page } = await open(400, { hasTouch: true });
    const { x, y } = await middleOf(page, best);
    await page.touchscreen.tap(x + 6, y + 6);
    await tip(page).waitFor();
    const box = await tip(page).boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(400);
    await page.close();
  });

  inChromium('keys alone → one tab stop; arrows go from type to type, Escape ends the telling', async () => {
    const { page } = await open(1600);
    await page.keyboard.press('Tab');
    expect(await tip(page).textContent()).toContain(`1. ${best}`);
    await page.keyboard.press('ArrowRight');
    expect(await tip(page).textContent()).toContain(`2. ${PLAN.chosen[1]?.type.name}`);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    expect(await tip(page).textContent()).toMatch(/^\S+: left/);
    await page.keyboard.press('Home');
    expect(await tip(page).textContent()).toContain(`1. ${best}`);
    await page.keyboard.press('Escape');
    expect(await tip(page).isVisible()).toBe(false);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('Types taken');
    await page.close();
  });

  for (const width of [320, 400, 1600])
    inChromium(`${width} px wide → nothing is cut off to the right, and no letters below 11 px`, async () => {
      const { page } = await open(width);
      await page.locator('details').evaluateAll((all) => {
        for (const one of all) one.setAttribute('open', '');
      });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      const least = await page.evaluate(
        'Math.min(...[...document.querySelectorAll("body *")].map((one) => Number.parseFloat(getComputedStyle(one).fontSize)))',
      );
      expect(least).toBeGreaterThanOrEqual(11);
      await page.close();
    });

  inChromium('names of the chosen → none lies on another or on a mark, and most have one at 1600 px', async () => {
    const { page } = await open(1600);
    const names = page.locator('.name:not([hidden])');
    await eventually(async () => (await names.count()) >= 4, true);
    const boxes = await names.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()));
    const overlaps = boxes.filter((one, index) =>
      boxes.some(
        (other, at) =>
          at > index &&
          one.left < other.right &&
          other.left < one.right &&
          one.top < other.bottom &&
          other.top < one.bottom,
      ),
    );
    expect(overlaps).toEqual([]);
    await page.close();
  });
});
