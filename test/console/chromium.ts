/** Tests in a real browser: PRESTOSCALE_CHROMIUM, or Debian's. Where there is none they say so; in CI they fail. */
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const EXECUTABLE = process.env['PRESTOSCALE_CHROMIUM'] ?? '/usr/bin/chromium';
/** `CI=` and `CI=false` are no CI. */
const IN_CI = !['', 'false', '0'].includes(process.env['CI'] ?? '');
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const launch = (): Promise<Browser> => chromium.launch({ executablePath: EXECUTABLE, args: FLAGS });

/** Whether the tests below can run. */
export const CHROMIUM_IS_THERE = existsSync(EXECUTABLE);

/** A test that needs Chromium, or one that says it was left out. */
export const inChromium = (title: string, check: () => Promise<void>): void => {
  if (CHROMIUM_IS_THERE) {
    test(title, check);
    return;
  }
  const why = `there is no Chromium at ${EXECUTABLE}; install it or set PRESTOSCALE_CHROMIUM`;
  test(`left out, no Chromium: ${title}`, () => {
    if (IN_CI) throw new Error(`${why}: CI leaves nothing out.`);
    process.stderr.write(`left out: ${title}: ${why}\n`);
  });
};

const PATIENCE_MILLISECONDS = 10_000;
const POLL_MILLISECONDS = 25;

/** Waits until what is read is what is expected; the failure shows the last that was read. */
export const eventually = async <Value>(read: () => Promise<Value> | Value, expected: Value): Promise<void> => {
  const deadline = Date.now() + PATIENCE_MILLISECONDS;
  let last = await read();
  while (JSON.stringify(last) !== JSON.stringify(expected) && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
    last = await read();
  }
  expect(last).toEqual(expected);
};

/** Everything a browser complains about on a page, from now on. */
export const complaintsOf = (page: Page): readonly string[] => {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
};
