/** The buttons of the page, pressed in a real browser. */
import type { Page } from 'playwright-core';
import type { ConsoleAction } from '../../../console/protocol.ts';
import { eventually, inChromium } from '../chromium.ts';
import { CONTROLS, FACTS, START } from '../fake-backend.ts';
import { useBench } from '../page-bench.ts';

const bench = useBench();

describe('controls', () => {
  const does = (title: string, press: (page: Page) => Promise<void>, action: ConsoleAction): void =>
    inChromium(title, async () => {
      const page = await bench.openMorning();
      await press(page);
      await eventually(() => bench.backend.actions, [action]);
      await eventually(async () => (await page.locator('#action-result').textContent())?.length !== 0, true);
      expect(bench.complaints).toEqual([]);
    });

  does(
    'burst',
    async (page) => {
      await page.getByLabel('Queries', { exact: true }).fill('350');
      await bench.button('Submit burst').click();
    },
    { action: 'burst', queries: 350 },
  );

  does('take the largest pool', () => bench.button('Take largest pool').click(), { action: 'largestPool' });
  does('take all spot', () => bench.button('Take all spot').click(), { action: 'spot', gone: true });
  does('pause', () => bench.button('Pause scaling').click(), { action: 'pause', paused: true });
  does('stand still', () => bench.button('Stand still').click(), { action: 'speed', speed: 0 });
  does('speed', () => bench.button('600 virtual seconds a second').click(), { action: 'speed', speed: 600 });

  does(
    'hold, by keyboard',
    async (page) => {
      await page.getByLabel('Units', { exact: true }).fill('48');
      await page.getByLabel('Minutes', { exact: true }).fill('90');
      await page.keyboard.press('Enter');
    },
    { action: 'hold', units: 48, minutes: 90 },
  );

  inChromium('what is on can be switched off, and the page says what is on', async () => {
    bench.backend.controls = {
      ...CONTROLS,
      paused: true,
      spotGone: true,
      speed: 0,
      hold: { units: 48, until: START + 3600 },
    };
    const page = await bench.openMorning();
    expect(await page.locator('#run-state').textContent()).toBe('Time stands still, scaling paused');
    expect(await page.getByText('Hold: at least 48 units until Mon 07:00').isVisible()).toBe(true);
    expect(await bench.button('Stand still').getAttribute('aria-pressed')).toBe('true');
    await bench.button('Resume scaling').click();
    await bench.button('Pause scaling').waitFor();
    for (const name of ['Take largest pool', 'Take all spot']) expect(await bench.button(name).isDisabled()).toBe(true);
    await bench.button('Give spot back').click();
    for (const name of ['Take largest pool', 'Take all spot'])
      await eventually(() => bench.button(name).isDisabled(), false);
    await bench.button('Release hold').click();
    await eventually(() => bench.button('Release hold').isDisabled(), true);
    expect(bench.backend.actions).toEqual([
      { action: 'pause', paused: false },
      { action: 'spot', gone: false },
      { action: 'releaseHold' },
    ]);
    expect(await page.locator('#run-state').textContent()).toBe('Time stands still');
  });

  inChromium('a refused action → the sentence of the refusal', async () => {
    const page = await bench.openMorning();
    bench.backend.refusal = 'A hold needs at least 4 units.';
    await page.getByLabel('Units', { exact: true }).fill('2');
    await bench.button('Hold').click();
    await eventually(() => page.locator('#action-result').textContent(), 'Not done: A hold needs at least 4 units.');
  });

  inChromium('a number out of range → nothing is sent', async () => {
    const page = await bench.openMorning();
    await page.getByLabel('Units', { exact: true }).fill('101');
    await bench.button('Hold').click();
    await page.getByLabel('Queries', { exact: true }).fill('0');
    await bench.button('Submit burst').click();
    await bench.button('Pause scaling').click();
    await eventually(() => bench.backend.actions, [{ action: 'pause', paused: true }]);
  });

  inChromium('time that cannot be hurried → no speed is offered, and the run just runs', async () => {
    bench.backend.controls = { ...CONTROLS, speed: 1, speeds: [1] };
    const page = await bench.openMorning();
    expect(await page.getByText('Speed of time').isVisible()).toBe(false);
    expect(await page.locator('#speeds button:visible').count()).toBe(0);
    expect(await page.locator('#run-state').textContent()).toBe('Running');
  });

  inChromium('real queries, at most 30 of them → ten are offered, 31 are not sent, what was typed stays', async () => {
    const page = await bench.openMorning();
    const queries = page.getByLabel('Queries', { exact: true });
    expect(await queries.inputValue()).toBe('200');
    bench.backend.emit({ facts: { ...FACTS, burst: { usual: 10, most: 30 } } });
    await eventually(() => queries.inputValue(), '10');
    await queries.fill('31');
    bench.backend.emit({ facts: { ...FACTS, burst: { usual: 12, most: 30 } } });
    await bench.button('Submit burst').click();
    await bench.button('Pause scaling').click();
    await eventually(() => bench.backend.actions, [{ action: 'pause', paused: true }]);
    expect(await queries.inputValue()).toBe('31');
  });

  inChromium('the run has ended → said, and nothing can be pressed', async () => {
    const page = await bench.openMorning();
    bench.backend.emit({ controls: { ...CONTROLS, ended: true } });
    await eventually(() => page.locator('#run-state').textContent(), 'The run has ended');
    for (const name of ['Submit burst', 'Pause scaling', 'Stand still', 'Hold'])
      expect(await bench.button(name).isDisabled()).toBe(true);
  });
});
