/** `npm start` as a user meets it: the real process, the real product over the wire, a real browser. */
import { createServer } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import type { ConsoleState } from '../../console/protocol.ts';
import { CHROMIUM_IS_THERE, complaintsOf, inChromium, launch } from '../console/chromium.ts';
import { run as runCommand } from './command.ts';
import { PATIENCE_MILLISECONDS, PageProcess } from './page-process.ts';

jest.setTimeout(3 * PATIENCE_MILLISECONDS);

describe('the page of npm start', () => {
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

  const until: PageProcess['until'] = (what, fits) => run.until(what, fits);
  const post: PageProcess['post'] = (action) => run.post(action);

  inChromium('the morning ramp → the cluster grows into it, and no query fails', async () => {
    const { points } = await until(
      'ready capacity beyond the minimum',
      (now) => (now.points.at(-1)?.readyUnits ?? 0) > 8,
    );
    expect(points.at(-1)?.failedQueries).toBe(0);
  });

  inChromium('a decision in the list → opens to its reasons in words', async () => {
    expect((await post({ action: 'speed', speed: 0 })).status).toBe(204);
    const row = page.locator('#decision-list details').first();
    await row.waitFor();
    await row.locator('summary').focus();
    await page.keyboard.press('Enter');
    expect(await row.getAttribute('open')).not.toBeNull();
    expect((await post({ action: 'speed', speed: 600 })).status).toBe(204);
    expect(await row.textContent()).toMatch(/core-seconds outstanding|is smaller than|were wanted|waits/);
  });

  /** The last point of a run that stands still; a step under way may still end after it was told to. */
  const standing = async () => {
    expect((await post({ action: 'speed', speed: 0 })).status).toBe(204);
    let last: ConsoleState['points'][number] | undefined;
    await until('a run that stands still', ({ points }) => {
      const same = points.at(-1)?.at === last?.at;
      last = points.at(-1);
      return same;
    });
    return { at: last?.at ?? 0, targetUnits: last?.targetUnits ?? 0 };
  };

  inChromium('a burst submitted on the page → a decision to grow is sent, and capacity follows', async () => {
    const before = await standing();
    await page.getByLabel('Queries', { exact: true }).fill('400');
    await page.getByRole('button', { name: 'Submit burst' }).click();
    await until('the burst', ({ events }) => events.some((event) => event.kind === 'burst'));
    expect((await post({ action: 'speed', speed: 600 })).status).toBe(204);
    await until('a growth that was sent', ({ decisions }) =>
      decisions.some((line) => line.at > before.at && line.verdict === 'grow' && line.sent),
    );
    const larger = ({ points }: ConsoleState) => (points.at(-1)?.targetUnits ?? 0) > before.targetUnits;
    const target = (await until('a larger target', larger)).points.at(-1)?.targetUnits ?? 0;
    await until('the ready capacity', ({ points }) =>
      points.some((point) => point.at > before.at && (point.readyUnits ?? 0) >= target),
    );
  });

  inChromium(
    'paused on the page → nothing is sent any more; resumed → later it shrinks, and no query has failed',
    async () => {
      await page.getByRole('button', { name: 'Pause scaling' }).click();
      const paused = await until('a decision that says paused', ({ decisions }) =>
        (decisions.at(-1)?.reasons ?? []).some((reason) => reason.code === 'paused'),
      );
      const from = paused.points.at(-1)?.at ?? 0;
      const later = await until('half an hour later', ({ points }) => (points.at(-1)?.at ?? 0) > from + 1800);
      expect(later.decisions.filter((line) => line.at > from && line.sent)).toEqual([]);
      await page.getByRole('button', { name: 'Resume scaling' }).click();
      const shrunk = await until('a shrink that was sent', ({ decisions }) =>
        decisions.some((line) => line.at > from && line.verdict === 'shrink' && line.sent),
      );
      expect(shrunk.points.at(-1)?.failedQueries).toBe(0);
    },
  );

  inChromium('a hold → the target is at least that; spot taken away → told in the events', async () => {
    expect((await post({ action: 'hold', units: 70, minutes: 600 })).status).toBe(204);
    await until('the hold’s units', ({ points }) => (points.at(-1)?.targetUnits ?? 0) >= 70);
    expect((await post({ action: 'spot', gone: true })).status).toBe(204);
    await until('a notice', ({ events }) => events.some((event) => event.kind === 'interruptionNotice'));
    expect((await post({ action: 'spot', gone: false })).status).toBe(204);
  });

  inChromium('a speed that is not offered → refused with a sentence', async () => {
    const refused = await post({ action: 'speed', speed: 7 });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toEqual({ error: expect.stringContaining('speed must be one of') });
  });

  inChromium('all that → not one complaint of the browser', async () => {
    expect(complaints).toEqual([]);
  });
});

test('a port in use → one line, exit 2', async () => {
  const blocker = createServer();
  await new Promise<void>((resolve) => {
    blocker.listen(0, '127.0.0.1', resolve);
  });
  const { port } = blocker.address() as { port: number };
  const { code, out, err } = runCommand('cli/start.ts', ['--port', String(port)]);
  blocker.close();
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(`Port ${port} of 127.0.0.1 is in use`);
});
