import { DynamoLedger } from '../../../lambdas/adapters/dynamo/ledger.ts';
import { putItem } from '../../../lambdas/adapters/dynamo/table.ts';
import { clusterPartition, SORT } from '../../../lambdas/contract.ts';
import type { DayPart } from '../../../lambdas/core/ledger-record.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { partOf } from '../../lambdas/ports/ledger.contract.ts';
import { fleetOf, START, Stage, sampleOf } from './stage.ts';

let stage: Stage;

beforeEach(async () => {
  stage = await Stage.start();
  await stage.inbox.putPolicy('etl', { capacity: { maximumUnits: 20 } }, 'deploy', epochSeconds(START));
});
afterEach(() => stage.close());

/** 2026-03-02. */
const TODAY = Math.floor(START / 86_400);
const FACTS = {
  minimumWorkerAgeSeconds: 600,
  reversibleDrain: false,
  retriesTasks: false,
  usdPerUnitHour: { onDemand: 1, spot: 0.4 },
};

/** Four units on spot: 1.60 an hour. */
const seen = () => ({
  facts: FACTS,
  sample: sampleOf(stage.now, 4, { runningQueries: 4 }),
  fleet: fleetOf(stage.now, 4),
});

const write = async (...parts: readonly DayPart[]): Promise<void> => {
  for (const part of parts) await new DynamoLedger(stage.table.table, 'etl').put(part);
};

/** A whole day of 10 units, 6 dollars an hour, of which 2 are EMR’s; on-demand it would have been 12. */
const whole = (day: number, given: Partial<DayPart> = {}): DayPart =>
  partOf(day, 0, 24, {
    usd: 144,
    unitHours: 240,
    emrUsd: 48,
    onDemandUsd: 288,
    fixedUnitHours: 480,
    fixedUsd: 576,
    types: [
      { type: 'r5.4xlarge', market: 'spot', unitHours: 200, usd: 100 },
      { type: '?', market: 'onDemand', unitHours: 40, usd: 44 },
    ],
    groups: [
      { source: 'superset', group: 'bi', usd: 60 },
      { source: 'airflow', group: 'etl', usd: 40 },
      { source: 'airflow', group: 'bi', usd: 20 },
    ],
    idleUsd: 20,
    unattributedUsd: 4,
    queries: 12_000,
    ...given,
  });

const linesOf = (out: string): string[] => out.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | '));

describe('cost', () => {
  test('two days → a line each and the sum: spent, on-demand, fixed, saved, per thousand queries', async () => {
    await write(whole(TODAY - 2), whole(TODAY - 1));
    const { code, out } = await stage.on('cost', 'etl', '--to', 'yesterday');
    expect(code).toBe(0);
    expect(linesOf(out)).toEqual([
      'environment prod in eu-central-1, 2026-02-23 to 2026-03-01 (UTC), US dollars',
      '',
      'etl',
      'DAY | DOLLARS | UNIT-HOURS | ALL ON-DEMAND | SAVED | FIXED SIZE | SAVED | QUERIES | PER 1,000 | PRICED | KNOWN',
      '2026-02-28 | 144.00 | 240 | 288.00 | 144.00 | 576.00 | 432.00 | 12000 | 12.00 | 100 % | 1 d',
      '2026-03-01 | 144.00 | 240 | 288.00 | 144.00 | 576.00 | 432.00 | 12000 | 12.00 | 100 % | 1 d',
      'together | 288.00 | 480 | 576.00 | 288.00 | 1152.00 | 864.00 | 24000 | 12.00 | 100 % | 2 d',
      '96.00 of it is EMR’s fee, which spot does not lower.',
      '',
    ]);
  });

  test.each([
    [
      'market',
      [
        ['spot', '100.00', '69.4 %', '200'],
        ['on-demand', '44.00', '30.6 %', '40'],
      ],
      '240',
    ],
    [
      'type',
      [
        ['r5.4xlarge', '100.00', '69.4 %', '200'],
        ['(not read)', '44.00', '30.6 %', '40'],
      ],
      '240',
    ],
    [
      'source',
      [
        ['airflow', '60.00', '41.7 %'],
        ['superset', '60.00', '41.7 %'],
        ['(idle)', '20.00', '13.9 %'],
        ['(not known)', '4.00', '2.8 %'],
      ],
      undefined,
    ],
    [
      'group',
      [
        ['bi', '80.00', '55.6 %'],
        ['etl', '40.00', '27.8 %'],
        ['(idle)', '20.00', '13.9 %'],
        ['(not known)', '4.00', '2.8 %'],
      ],
      undefined,
    ],
  ])('by %s → the dearest first, and the parts make the whole', async (way, rows, hours) => {
    await write(whole(TODAY - 1));
    const { out } = await stage.on('cost', 'etl', '--by', way);
    const table = linesOf(out).slice(4, 5 + rows.length);
    expect(table).toEqual([
      ...rows.map((row) => row.join(' | ')),
      ['together', '144.00', '–', ...(hours === undefined ? [] : [hours])].join(' | '),
    ]);
  });

  test('an hour of ticks that is not written yet → told to the last tick', async () => {
    for (let tick = 0; tick <= 10; tick += 1) {
      await stage.tick('etl', seen());
      stage.now += 240;
    }
    stage.now -= 240;
    const { out } = await stage.on('cost', 'etl', '--json');
    const { total, days, unknownSeconds } = JSON.parse(out).clusters[0];
    expect(days).toHaveLength(1);
    expect(total).toMatchObject({ knownSeconds: 2400, gapSeconds: 0, pricedShare: 1, queries: null });
    expect(total.usd).toBeCloseTo((1.6 * 2400) / 3600, 4);
    expect(total.fixedUsd).toBeCloseTo((20 * 2400) / 3600, 4);
    expect(unknownSeconds).toBe(0);
  });

  test('written and in memory → counted once', async () => {
    for (let tick = 0; tick <= 17; tick += 1) {
      await stage.tick('etl', seen());
      stage.now += 240;
    }
    const { out } = await stage.on('cost', 'etl', '--json');
    const { total } = JSON.parse(out).clusters[0];
    expect(total.usd).toBeCloseTo((1.6 * 17 * 240) / 3600, 4);
  });

  test('some units without a price → their dollars are said to be missing, and nothing is held against a fixed cluster', async () => {
    await write(whole(TODAY - 1, { unpricedUnitHours: 60 }));
    const { out } = await stage.on('cost', 'etl');
    expect(linesOf(out)[4]).toBe('2026-03-01 | 144.00 | 240 | 288.00 | 144.00 | – | – | 12000 | – | 75 % | 1 d');
    expect(out).toContain('25 % of the unit-hours have no price: their dollars are missing here.');
  });

  test('no price at all → no dollars, and not 0 dollars', async () => {
    const { fixedUsd: _, ...unpriced } = whole(TODAY - 1, {
      usd: 0,
      onDemandUsd: 0,
      emrUsd: 0,
      unpricedUnitHours: 240,
    });
    await write(unpriced);
    const { out } = await stage.on('cost', 'etl');
    expect(linesOf(out)[4]).toBe('2026-03-01 | – | 240 | – | – | – | – | 12000 | – | 0 % | 1 d');
  });

  test('a gap, an outage in the middle, prices by the unit → each is told below the table', async () => {
    const morning = partOf(TODAY - 1, 0, 6, { gapSeconds: 1800, flatUnitHours: 60 });
    await write(morning, partOf(TODAY - 1, 12, 12));
    const { out } = await stage.on('cost', 'etl', '--to', 'yesterday');
    expect(out).toContain('30 min were without ticks: what both ends showed at most is counted.');
    expect(out).toContain('Of 6 h nobody knows what was there: nothing is counted.');
    expect(out).toContain('60 unit-hours have the price of a unit at the dearest type');
  });

  test('nothing on record, and a second cluster → both are told', async () => {
    await stage.inbox.putPolicy('adhoc', {}, 'deploy', epochSeconds(START));
    await write(whole(TODAY - 1));
    const { code, out } = await stage.on('cost');
    expect(code).toBe(0);
    expect(linesOf(out).slice(1, 5)).toEqual([
      '',
      'adhoc',
      'Nothing is on record: the first tick begins to account.',
      '',
    ]);
    expect(linesOf(out)[5]).toBe('etl');
  });

  test('a policy that was broken by hand → the records are told, and what is missing', async () => {
    await write(whole(TODAY - 1));
    const key = { partition: clusterPartition('etl'), sort: SORT.policy };
    await putItem(stage.table.table, 'breaking', key, { version: 9, policy: '{' });
    const { code, out } = await stage.on('cost', 'etl', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ from: '2026-02-24', to: '2026-03-02', by: 'day' });
    const [report] = JSON.parse(out).clusters;
    expect(report.total.usd).toBe(144);
    expect(report.notice).toMatch(
      /^What was spent since the last hourly record is not known: cluster etl has no usable policy/,
    );
  });

  test.each([
    [
      ['--from', '2026-02-30'],
      '--from cannot be "2026-02-30": expected a day such as 2026-03-02, today, yesterday, or 30d',
    ],
    [['--from', 'today', '--to', 'yesterday'], '--from (2026-03-02) is after --to (2026-03-01).'],
    [['--from', '9999d'], 'are more than 3660 days'],
    [['--by', 'user'], 'one of day, market, type, group, source'],
  ])('%j → told what is wrong, exit 2', async (flags, told) => {
    const { code, err } = await stage.on('cost', 'etl', ...flags);
    expect([code, err]).toEqual([2, expect.stringContaining(told)]);
  });
});
