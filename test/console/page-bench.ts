/** What the tests of the page share: a browser, a scripted run behind a server, and a page that shows it. */
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { type ConsoleServer, startConsole } from '../../console/server.ts';
import { CHROMIUM_IS_THERE, complaintsOf, eventually, launch } from './chromium.ts';
import { FakeBackend } from './fake-backend.ts';

/** Until 08:30 of the scripted morning: the ramp is half done. */
const MORNING_TICKS = 600;
const TEST_MILLISECONDS = 60_000;

class Bench {
  #browser: Browser | undefined;
  #page: Page | undefined;
  #server: ConsoleServer | undefined;
  backend = new FakeBackend();
  /** What the browser complained about since the page was opened. */
  complaints: readonly string[] = [];

  get page(): Page {
    if (this.#page === undefined) throw new Error('no page is open');
    return this.#page;
  }

  get server(): ConsoleServer {
    if (this.#server === undefined) throw new Error('no server runs');
    return this.#server;
  }

  async launch(): Promise<void> {
    this.#browser = await launch();
  }

  async end(): Promise<void> {
    await this.#browser?.close();
  }

  /** A server anew over the same run. */
  async serve(port = 0, heartbeatMilliseconds = 5000): Promise<void> {
    await this.#server?.close();
    this.#server = await startConsole({ backend: this.backend, port, heartbeatMilliseconds });
  }

  async clear(): Promise<void> {
    await this.#page?.context().close();
    await this.#server?.close();
    this.#page = undefined;
    this.#server = undefined;
  }

  /** An empty tab. */
  async tab(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser?.newContext({ viewport: { width: 1600, height: 1000 }, ...options });
    if (context === undefined) throw new Error('no browser runs');
    this.#page = await context.newPage();
    this.complaints = complaintsOf(this.#page);
    return this.#page;
  }

  connected(): Promise<void> {
    return eventually(() => this.page.locator('#connection').textContent(), 'Connected');
  }

  /** The page, as soon as it shows the state. */
  async open(options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.tab(options);
    await page.goto(this.server.url);
    await this.connected();
    return page;
  }

  /** The page in the middle of the morning's ramp. */
  openMorning(options: BrowserContextOptions = {}): Promise<Page> {
    this.backend.play(MORNING_TICKS, true);
    return this.open(options);
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }
}

/** For a whole file: one browser, and a run, a server and a page for every test. */
export const useBench = (): Bench => {
  const bench = new Bench();
  jest.setTimeout(TEST_MILLISECONDS);
  if (CHROMIUM_IS_THERE) {
    beforeAll(() => bench.launch());
    afterAll(() => bench.end());
    beforeEach(() => {
      bench.backend = new FakeBackend();
      return bench.serve();
    });
    afterEach(() => bench.clear());
  }
  return bench;
};
