/** The page for everybody: every width, the keyboard, names for those who cannot see it. */
import { inChromium } from '../chromium.ts';
import { CONTROLS, FACTS, fleetOf, marketOf, START } from '../fake-backend.ts';
import { useBench } from '../page-bench.ts';

const bench = useBench();

/** Every number as long as a large cluster's. */
const LONG = {
  targetUnits: 1234,
  usdPerHour: 1234,
  usd: 98_765,
  asOnDemandUsd: 298_765,
  lostUnits: 1000,
  goingUnits: 234,
};
const WIDEST = fleetOf({
  onDemand: marketOf(LONG),
  spot: marketOf(LONG),
  standInUnits: 1234,
  pools: fleetOf().pools.map((pool) => ({ ...pool, instanceType: 'x2iedn.32xlarge', gone: true, goingUnits: 234 })),
});

describe('for everybody', () => {
  for (const width of [320, 400, 1000, 1600])
    inChromium(`${width} px → no horizontal scroll, whatever is open or long`, async () => {
      bench.backend.facts = { ...FACTS, title: `A recorded day of ${'streams/'.repeat(30)}` };
      bench.backend.controls = { ...CONTROLS, paused: true, hold: { units: 4000, until: START } };
      bench.backend.emit({
        events: [{ at: START, kind: 'tick', severity: 'error', text: 'x'.repeat(300) }],
        story: [{ id: 1, at: START, kind: 'fallback', text: 'y'.repeat(300) }],
        fleet: WIDEST,
      });
      const page = await bench.openMorning({ viewport: { width, height: 900 } });
      await page.locator('summary').first().click();
      await page.locator('details[open] td').first().waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect(
        await page.evaluate(
          '[...document.querySelectorAll(".panel, #controls, #figures > div, #action-result")].filter((box) => box.scrollWidth > box.clientWidth + 1).map((box) => box.id || box.className)',
        ),
      ).toEqual([]);
    });

  inChromium('every control, chart and region has a name of its own', async () => {
    const page = await bench.openMorning();
    const session = await page.context().newCDPSession(page);
    const { nodes } = await session.send('Accessibility.getFullAXTree');
    const named = nodes
      .filter(
        ({ role, ignored }) =>
          !ignored &&
          ['button', 'spinbutton', 'checkbox', 'link', 'image', 'img', 'region', 'DisclosureTriangle'].includes(
            String(role?.value),
          ),
      )
      .map(({ role, name }) => ({ role: String(role?.value), name: String(name?.value ?? '') }));
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter(({ name }) => name.trim() === '')).toEqual([]);
    const buttons = named.filter(({ role }) => role === 'button').map(({ name }) => name);
    expect(new Set(buttons).size).toBe(buttons.length);
  });

  inChromium('Tab from the top → every control and chart is reached, each with a visible focus', async () => {
    bench.backend.controls = { ...CONTROLS, hold: { units: 40, until: START } };
    const page = await bench.openMorning();
    const reached: string[] = [];
    for (let press = 0; press < 50; press += 1) {
      await page.keyboard.press('Tab');
      reached.push(
        String(
          await page.evaluate(`(() => {
        const { id, tagName, className } = document.activeElement;
        const style = getComputedStyle(document.activeElement);
        return [id || tagName + ' ' + className, style.outlineStyle === 'solid' ? '' : 'unseen'].join('').trim();
      })()`),
        ),
      );
    }
    expect(reached).toEqual(
      expect.arrayContaining([
        'pause',
        'largest-pool',
        'spot',
        'spot-back',
        'story-scroller',
        'burst-queries',
        'hold-units',
        'hold-minutes',
        'release',
        'capacity-chart',
        'markets-chart',
        'queries-chart',
        'money-chart',
        'only-changes',
        'decision-scroller',
      ]),
    );
    expect(reached.filter((name) => name.includes('unseen'))).toEqual([]);
  });

  inChromium('nothing is loaded from elsewhere', async () => {
    const page = await bench.tab();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(bench.server.url);
    await bench.connected();
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.filter((url) => !url.startsWith(`${bench.server.url}/`))).toEqual([]);
  });
});
