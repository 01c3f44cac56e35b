/** A headless run over the wire: real handlers, adapters and exporter, beside the same run in this process. */

import { defaultPolicy } from '../../lambdas/core/policy/parse.ts';
import { overTheWire } from '../../local/wire-loop.ts';
import { type RunResult, runHeadless, type StartLoop } from '../../simulator/run/headless.ts';
import { loadWorkload } from '../../simulator/workload/load.ts';
import { DEFAULT_KNOBS } from '../../simulator/world/knobs.ts';

// Whole hours of virtual time over HTTP: a bound for what hangs.
jest.setTimeout(300_000);

const FROM = 8 * 3600;
const HOURS = 3;

const morning = () => {
  const { queries } = loadWorkload({ generate: 'office', untilSeconds: FROM + HOURS * 3600, seed: 5 });
  const shifted = queries
    .filter((query) => query.arrivalSeconds >= FROM)
    .map((query) => ({ ...query, arrivalSeconds: query.arrivalSeconds - FROM }));
  return { name: 'morning', queries: shifted };
};

const failures: string[] = [];

const run = (loop?: StartLoop): Promise<RunResult> =>
  runHeadless(
    { workload: morning(), policy: defaultPolicy(), knobs: DEFAULT_KNOBS, seed: 5, untilSeconds: HOURS * 3600 },
    loop,
  );

const figures = (result: RunResult) => ({
  queries: result.tally.report(result.tally.ended),
  usd: result.bill.ec2Usd + result.bill.emrUsd,
  targets: result.targets,
  calls: result.calls,
  reasons: result.reasons,
});

const scraped = () =>
  overTheWire({ sample: 'scrape', onFailure: (what, error) => failures.push(`${what}: ${error.message}`) });

test('an office morning over the wire → no query lost, lateness and cost within 5 % of the run in process', async () => {
  const [inProcess, wired] = [figures(await run()), figures(await run(scraped()))];
  expect(failures).toEqual([]);
  expect(wired.queries.completed).toBe(inProcess.queries.completed);
  expect(Math.abs(wired.queries.lateShare - inProcess.queries.lateShare)).toBeLessThanOrEqual(
    0.05 * inProcess.queries.lateShare,
  );
  expect(Math.abs(wired.usd - inProcess.usd)).toBeLessThanOrEqual(0.05 * inProcess.usd);
});

test('twice over the wire with the same seed → the same run, call by call', async () => {
  expect(figures(await run(scraped()))).toEqual(figures(await run(scraped())));
});

test('samples pushed every five seconds → no query lost either', async () => {
  const pushed = figures(await run(overTheWire({ sample: 'push', onFailure: (what) => failures.push(what) })));
  expect(failures).toEqual([]);
  expect(pushed.queries.failed).toEqual({ scaleIn: 0, interruption: 0, memory: 0, other: 0 });
});
