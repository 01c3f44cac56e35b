/** The page about running costs is what its numbers say, and its numbers are still what the product does. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { playMonth } from '../../local/account/month.ts';
import { deployedResources } from '../../scripts/deployed-resources.ts';
import { billsOf, type CountedMonth, FIRST_HOUR, MOST_USD, runningCostPage } from '../../scripts/docs-running-cost.ts';
import { clusterBill, fixedBill, totalOf } from '../../scripts/running-cost-bill.ts';

// CDK's own rules for templates take seconds, and have a test of their own.
process.env['CDK_VALIDATION'] = 'false';

const read = (path: string): string => readFileSync(join(import.meta.dirname, '../../docs', path), 'utf8');
const counted = JSON.parse(read('running-cost.json')) as CountedMonth;

test('the page is what the script would write', () => {
  expect(read('running-cost.md')).toBe(runningCostPage(counted));
});

test('a cluster that pushes costs at most 5 dollars a month, an environment at most 10', () => {
  const { fixed, push, scrape, alarms } = billsOf(counted);
  expect(totalOf(fixed)).toBeLessThanOrEqual(MOST_USD.fixed);
  for (const bill of [push, scrape, alarms]) expect(totalOf(bill)).toBeLessThanOrEqual(MOST_USD.cluster);
});

test('alarms, dashboard and functions are those of the templates', () => {
  expect(deployedResources()).toEqual(counted.resources);
}, 300_000);

/** A tenth more or less moves the page by cents. */
test('the first hour counted again → what was counted, within a tenth', async () => {
  const { slotSeconds } = counted.resources;
  const now = await playMonth({ ...FIRST_HOUR, slotSeconds, lags: counted.lags });
  const wrong = Object.entries(counted.firstHour)
    .map(([name, before]) => ({ name, before, now: now[name] ?? 0 }))
    .filter(({ before, now: after }) => Math.abs(after - before) > 0.1 * before + 5);
  expect(wrong).toEqual([]);
}, 300_000);

describe('a bill', () => {
  const usage = {
    seconds: 86_400,
    'function.reconcile.milliseconds': 1000,
    'function.reconcile.invocations': 10,
    'table.exporter.writeUnits': 1000,
    'metrics.ofCluster': 3,
    'metrics.ofEnvironment': 7,
  };
  const empty = { seconds: 86_400 };

  test('a day → 31 of them; metrics are a level', () => {
    const lines = clusterBill(empty, usage, counted.resources);
    const amounts = Object.fromEntries(lines.map(({ what, amount }) => [what, amount]));
    expect(amounts).toEqual({
      'runs of functions': (31 * counted.resources.memoryMegabytes) / 1024,
      invocations: 310,
      'writes by the exporter': 31_000,
      'metrics of the cluster': 3,
    });
    expect(totalOf(lines)).toBeCloseTo(
      31 * (counted.resources.memoryMegabytes / 1024) * 0.0000133334 + 310 * 2e-7 + 31_000 * 6.25e-7 + 0.9,
      9,
    );
  });

  test('no cluster → metrics of the environment, alarms and the dashboard are paid all the same', () => {
    const { alarmMetrics, dashboards } = counted.resources;
    expect(totalOf(fixedBill(empty, usage, counted.resources))).toBeCloseTo(
      7 * 0.3 + alarmMetrics * 0.1 + dashboards * 3,
      9,
    );
  });
});
