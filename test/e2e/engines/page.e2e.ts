/** `npm start -- --engine` as a user meets it: the real process, a real engine, a real browser, and Ctrl-C. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { ConsoleState } from '../../../console/protocol.ts';
import { CHROMIUM_IS_THERE, complaintsOf, inChromium, launch } from '../../console/chromium.ts';
import { describeEngine } from './bench.ts';
import { familyOf, type Process, stillRunning } from './processes.ts';

const ROOT = join(__dirname, '../../..');
/** Several JVMs start at once on a machine that may be busy. */
const PATIENCE_MILLISECONDS = 150_000;
const ENDING_MILLISECONDS = 30_000;
const LOOK_MILLISECONDS = 300;

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));

/** What a process has written so far; resolves with the page's address. */
const started = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let out = '';
    const read = (chunk: Buffer): void => {
      out += chunk.toString();
      const url = /page is at (http:\/\/127\.0\.0\.1:\d+)/.exec(out)?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => reject(new Error(`npm start ended with ${code}: ${out}`)));
  });

describeEngine('presto', () => {
  let child: ChildProcess;
  let url: string;
  let browser: Browser | undefined;
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    // A group of its own, so that it can be sent what a terminal sends.
    child = spawn('npm', ['start', '--', '--engine', 'presto', '--port', '0'], { cwd: ROOT, detached: true });
    url = await started(child);
    if (!CHROMIUM_IS_THERE) return;
    browser = await launch();
    page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
    complaints = complaintsOf(page);
    await page.goto(url);
  });

  afterAll(async () => {
    await browser?.close();
    try {
      toGroup('SIGKILL');
    } catch {
      // It has ended as it should.
    }
  });

  const toGroup = (signal: NodeJS.Signals): boolean => process.kill(-Number(child.pid), signal);

  const state = async (): Promise<ConsoleState> => (await fetch(`${url}/api/state`)).json() as Promise<ConsoleState>;

  const until = async (what: string, fits: (state: ConsoleState) => boolean): Promise<ConsoleState> => {
    const deadline = Date.now() + PATIENCE_MILLISECONDS;
    for (;;) {
      const now = await state();
      if (fits(now)) return now;
      if (Date.now() > deadline) {
        const last = { point: now.points.at(-1), decision: now.decisions.at(-1), events: now.events.slice(-5) };
        throw new Error(`never came: ${what}; last ${JSON.stringify(last)}`);
      }
      await pause();
    }
  };

  const readyUnits = ({ points }: ConsoleState): number => points.at(-1)?.readyUnits ?? Number.NaN;

  inChromium('a real worker is ready → the page says so, and offers no other speed of time', async () => {
    await until('one ready worker', (now) => readyUnits(now) === 1);
    await page.getByText('1 / 1', { exact: true }).waitFor();
    expect(await page.locator('#title').textContent()).toMatch(/^presto 0\.287 on this machine/);
    expect(await page.locator('#run-state').textContent()).toBe('Running');
    expect(await page.getByText('Speed of time').isVisible()).toBe(false);
  });

  inChromium(
    'a burst pressed on the page → more workers are bought and become ready, and the page says why',
    async () => {
      await page.getByRole('button', { name: 'Submit burst' }).click();
      await page.getByText('12 queries submitted.').waitFor();
      await until('the burst runs', ({ points }) => (points.at(-1)?.runningQueries ?? 0) >= 12);
      await until('a growth that was sent', ({ decisions, events }) => {
        const at = events.find(({ kind }) => kind === 'burst')?.at ?? Number.POSITIVE_INFINITY;
        return decisions.some((line) => line.at >= at - 1 && line.verdict === 'grow' && line.sent);
      });
      // The oldest: rows that come later do not move it.
      const row = page.locator('#decision-list details').filter({ hasText: 'grow' }).last();
      await row.locator('summary').click();
      await row.getByText('core-seconds outstanding').last().waitFor();
      await row.getByText('grow-wanted').last().waitFor();
      await until('two ready workers', (now) => readyUnits(now) >= 2);
      await page.getByText(/^[23] \/ [23]$/).waitFor();
      const { points, events } = await state();
      expect(events.filter(({ kind }) => kind === 'query')).toEqual([]);
      expect(points.at(-1)?.failedQueries).toBe(0);
      expect(complaints).toEqual([]);
    },
  );

  test('Ctrl-C → no java, no agent, nothing of it is left', async () => {
    await until('two ready workers', (now) => !CHROMIUM_IS_THERE || readyUnits(now) >= 2);
    const family = familyOf(Number(child.pid));
    const running = (pattern: RegExp): readonly Process[] => family.filter(({ command }) => pattern.test(command));
    expect(running(/bin\/java .*PrestoServer$/).length).toBeGreaterThanOrEqual(CHROMIUM_IS_THERE ? 3 : 1);
    expect(running(/worker-agent\.sh watch$/).length).toBeGreaterThanOrEqual(CHROMIUM_IS_THERE ? 2 : 0);
    const ended = once(child, 'exit');
    toGroup('SIGINT');
    await ended;
    const deadline = Date.now() + ENDING_MILLISECONDS;
    while (stillRunning(family).length > 0 && Date.now() < deadline) await pause();
    expect(stillRunning(family)).toEqual([]);
  });
});
