/** The stream of decisions and the events, in a real browser. */
import { eventually, inChromium } from '../chromium.ts';
import { decision, START } from '../fake-backend.ts';
import { useBench } from '../page-bench.ts';

const bench = useBench();

describe('decisions', () => {
  inChromium('with the keyboard alone → a decision opens and its reasons and terms can be read', async () => {
    const page = await bench.openMorning();
    await page.locator('#only-changes').focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.tagName')).toBe('SUMMARY');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.keyboard.press('Enter');
    const opened = page.locator('details[open]');
    await opened.getByText(/core-seconds outstanding/).waitFor();
    expect(await opened.getByRole('row').first().textContent()).toMatch(/^workSeconds[\d,]+$/);
    expect(await opened.getByRole('row', { name: /^wantedUnits/ }).count()).toBe(1);
    await page.keyboard.press('Enter');
    await eventually(() => page.locator('details[open]').count(), 0);
  });

  inChromium('a growth → symbol, word, units and that it was sent', async () => {
    bench.backend.emit({
      decisions: [decision({ verdict: 'grow', sent: true, beforeUnits: 24, onDemandUnits: 4, spotUnits: 32 })],
    });
    const page = await bench.open();
    expect(await page.locator('summary').textContent()).toMatch(/Mon 06:00 ▲ grow 24 → 36 units sent/);
  });

  inChromium('only changes → steady rows go, and come back', async () => {
    const page = await bench.openMorning();
    const steady = page.locator('details[data-change="no"]:visible');
    expect(await steady.count()).toBeGreaterThan(0);
    await page.getByLabel('Only changes').check();
    expect(await steady.count()).toBe(0);
    expect(await page.locator('details:visible').count()).toBeGreaterThan(0);
    await page.getByLabel('Only changes').uncheck();
    expect(await steady.count()).toBeGreaterThan(0);
  });

  inChromium('only changes, and there are none → it says so', async () => {
    bench.backend.emit({ decisions: [decision({}), decision({ at: START + 15, spotUnits: 1 })] });
    const page = await bench.open();
    await page.getByLabel('Only changes').check();
    expect(await page.locator('#decision-empty').textContent()).toBe('No change in the last 2 decisions.');
  });

  inChromium('a row that is open while ticks come in → stays open, and where it is', async () => {
    const page = await bench.openMorning();
    const opened = page.locator('details').nth(3);
    const time = await opened.locator('.when').textContent();
    await opened.locator('summary').click();
    await page.locator('details[open]').waitFor();
    const place = async (): Promise<number> => Math.round((await page.locator('details[open]').boundingBox())?.y ?? -1);
    const before = await place();
    bench.backend.play(120);
    await eventually(() => page.locator('#clock').textContent(), '08:59');
    expect(await place()).toBe(before);
    expect(await page.locator('details[open] .when').textContent()).toBe(time);
    await bench.button('↑ Newest').click();
    await eventually(() => page.locator('#decision-scroller').evaluate((scroller) => scroller.scrollTop), 0);
  });

  inChromium('a run of days → at most 500 rows, of which the changes stay longest', async () => {
    const line = (index: number) =>
      decision({
        at: START + index * 15,
        spotUnits: index,
        ...(index % 10 === 0 ? { sent: true, verdict: 'grow' } : {}),
      });
    const page = await bench.open();
    for (let batch = 0; batch < 10; batch += 1) {
      bench.backend.emit({ decisions: Array.from({ length: 250 }, (_, index) => line(batch * 250 + index)) });
      await eventually(
        () => page.locator('details .units').first().textContent(),
        `4 → ${(batch * 250 + 253).toLocaleString('en-US')} units`,
      );
    }
    expect(await page.locator('details').count()).toBe(500);
    expect(await page.locator('details[data-change="yes"]').count()).toBe(250);
  });
});

describe('events and what is said aloud', () => {
  inChromium('a warning → its word and text in the list, and once in the polite region', async () => {
    const page = await bench.openMorning();
    expect(await page.locator('[aria-live="polite"]').textContent()).toBe('');
    bench.backend.emit({
      events: [{ at: START, kind: 'spot', severity: 'warning', text: '20 units get their notice.' }],
    });
    await eventually(
      () => page.locator('.event').first().textContent(),
      'Mon 06:00 ! warning spot 20 units get their notice.',
    );
    expect(await page.locator('#announcements').textContent()).toBe('warning: 20 units get their notice.');
  });

  inChromium('what a text says is text, not HTML', async () => {
    bench.backend.emit({
      events: [{ at: START, kind: '<b>', severity: 'info', text: '<img src=x onerror=alert(1)>' }],
    });
    const page = await bench.open();
    expect(await page.locator('.event .what').textContent()).toBe('<b> <img src=x onerror=alert(1)>');
    expect(await page.locator('.event img').count()).toBe(0);
  });
});
