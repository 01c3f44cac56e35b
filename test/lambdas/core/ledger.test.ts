/** What capacity has cost: by time, market and type, over gaps, midnights and clusters that are replaced. */
import { gzipSync } from 'node:zlib';
import { GAP_SECONDS, LONGEST_GAP_SECONDS, WRITE_EVERY_SECONDS } from '../../../lambdas/core/ledger.ts';
import { MOST_TYPES } from '../../../lambdas/core/ledger-part.ts';
import { Accounts, byType, byUnit, MIDNIGHT, pools, there } from './accounting.ts';
import { facts, fleet, NOON, queryClass, workSample } from './builders.ts';

const HOUR = 3600;

/** Ticks every so many seconds, in both of which the last read stands. */
const every = (accounts: Accounts, seconds: number, until: number, seen: object = {}): Accounts => {
  for (let now = (accounts.memory.account?.part.at ?? 0) + seconds; now <= until; now += seconds) {
    accounts.tick({ now, ...seen });
  }
  return accounts;
};

const begun = (seen: object = {}, now = NOON): Accounts => new Accounts().tick({ now, fleet: there(2, 10), ...seen });

describe('an hour of 2 units on-demand and 10 on spot', () => {
  test('priced by the unit → 2 × 1 + 10 × 0.40; EMR’s fee cannot be told apart', () => {
    const { open } = every(begun(), 15, NOON + HOUR);
    expect(open.usd).toBeCloseTo(6, 5);
    expect(open).toMatchObject({
      unitHours: 12,
      flatUnitHours: 12,
      unpricedUnitHours: 0,
      emrUsd: 0,
      knownSeconds: HOUR,
    });
    expect(open.onDemandUsd).toBeCloseTo(12, 5);
    expect(open.types).toEqual([
      { type: '?', market: 'onDemand', unitHours: 2, usd: expect.closeTo(2, 4) },
      { type: '?', market: 'spot', unitHours: 10, usd: expect.closeTo(4, 4) },
    ]);
  });

  test('priced by type → each at its own price, and the fee of all of them', () => {
    const read = pools(['r5.4xlarge', 'onDemand', 2], ['r5.4xlarge', 'spot', 4], ['r5.8xlarge', 'spot', 3]);
    const { open } = every(begun({ facts: byType, pools: read }), 15, NOON + HOUR, { facts: byType });
    expect(open.types).toEqual([
      { type: 'r5.4xlarge', market: 'onDemand', unitHours: 2, usd: expect.closeTo(2 * 1.26, 4) },
      { type: 'r5.4xlarge', market: 'spot', unitHours: 4, usd: expect.closeTo(4 * 0.602, 4) },
      { type: 'r5.8xlarge', market: 'spot', unitHours: 6, usd: expect.closeTo(3 * 1.07, 4) },
    ]);
    expect(open.emrUsd).toBeCloseTo(6 * 0.252 + 3 * 0.27, 4);
    expect(open.onDemandUsd).toBeCloseTo(6 * 1.26 + 3 * 2.286, 4);
    expect(open.flatUnitHours).toBe(0);
  });

  test.each([
    ['pools older than a growth → the rest is of no known type, at the dearest', 6, { '?': 4, 'r5.4xlarge': 6 }],
    ['pools older than a shrink → fewer of each', 20, { 'r5.4xlarge': 10 }],
  ])('%s', (_, instances, hours) => {
    const seen = { facts: byType, fleet: there(0, 10), pools: pools(['r5.4xlarge', 'spot', instances]) };
    const { open } = every(begun(seen), 15, NOON + HOUR, { facts: byType });
    expect(Object.fromEntries(open.types.map(({ type, unitHours }) => [type, unitHours]))).toEqual(hours);
    const rest = (hours as Record<string, number>)['?'] ?? 0;
    expect(open.usd).toBeCloseTo((10 - rest) * 0.602 + rest * 0.65, 4);
  });

  test('no price is known → hours without dollars, told as such, and nothing is spent', () => {
    const accounts = every(begun({ facts: facts() }), 15, NOON + HOUR, { facts: facts() });
    expect(accounts.open).toMatchObject({ usd: 0, onDemandUsd: 0, unitHours: 12, unpricedUnitHours: 12 });
    expect(accounts.open).not.toHaveProperty('fixedUsd');
    expect(accounts.memory.spending).toMatchObject({ usd: 0 });
  });

  test('a type without a price, and no price of a unit → only its dollars are missing', () => {
    const prices = facts({ typePrices: byType.typePrices ?? {} });
    const read = pools(['r5.4xlarge', 'spot', 6], ['x9.huge', 'spot', 4], ['constructor', 'onDemand', 2]);
    const { open } = every(begun({ facts: prices, pools: read }), 15, NOON + HOUR, { facts: prices });
    expect(open.unpricedUnitHours).toBeCloseTo(6, 9);
    expect(open.usd).toBeCloseTo(6 * 0.602, 4);
    expect(open.onDemandUsd).toBeCloseTo(6 * 1.26, 4);
  });

  test('the fleet was never read → unknown, not free', () => {
    const { open } = every(new Accounts().tick({ now: NOON }), 15, NOON + HOUR);
    expect(open).toMatchObject({ usd: 0, knownSeconds: 0, unitHours: 0, fixedUnitHours: 0 });
    expect(open.until - open.from).toBe(HOUR);
  });

  test('what is asked for and not there costs nothing; what is there too much does', () => {
    const short = fleet({ onDemand: 5, spot: 50, provisionedOnDemand: 5, provisionedSpot: 0 });
    expect(every(begun({ fleet: short }), 15, NOON + HOUR).open.usd).toBeCloseTo(5, 4);
    const over = fleet({ onDemand: 0, spot: 10, provisionedSpot: 13 });
    expect(every(begun({ fleet: over }), 15, NOON + HOUR).open.usd).toBeCloseTo(13 * 0.4, 4);
  });

  test('more types than rows → the cheapest share one, and the sum stands', () => {
    const all = Array.from({ length: MOST_TYPES + 5 }, (_, index) => [`t${index}.x`, 'spot', index + 1] as const);
    const total = all.reduce((sum, [, , units]) => sum + units, 0);
    const { open } = every(begun({ fleet: there(0, total), pools: pools(...all) }), 15, NOON + HOUR);
    expect(open.types).toHaveLength(MOST_TYPES + 1);
    expect(open.types.find(({ type }) => type === 'other')).toMatchObject({
      unitHours: expect.closeTo(1 + 2 + 3 + 4 + 5, 6),
    });
    expect(open.usd).toBeCloseTo(total * 0.4, 4);
  });
});

describe('comparisons', () => {
  test('a fixed cluster is of the maximum, at the mean on-demand price of what was there', () => {
    const policy = { capacity: { maximumUnits: 40 } };
    const { open } = every(begun({ policy }), 15, NOON + HOUR, { policy });
    expect(open.fixedUnitHours).toBeCloseTo(40, 6);
    expect(open.fixedUsd).toBeCloseTo(40, 4);
  });

  test('budget.fixedUnits says another size, and changes from then on', () => {
    const accounts = every(begun({ policy: { budget: { fixedUnits: 20 } } }), 15, NOON + HOUR, {
      policy: { budget: { fixedUnits: 20 } },
    });
    every(accounts, 15, NOON + 2 * HOUR, { policy: { budget: { fixedUnits: 30 } } });
    expect(accounts.open.fixedUnitHours).toBeCloseTo(50, 6);
  });

  test('nothing was there all the time → the fixed cluster costs the dearest type', () => {
    const { open } = every(begun({ fleet: there(0, 0) }), 15, NOON + HOUR);
    expect(open).toMatchObject({ usd: 0, unitHours: 0 });
    expect(open.fixedUsd).toBeCloseTo(100, 4);
  });
});

describe('time', () => {
  test('a read counts from its tick on, however ticks lie between', () => {
    const accounts = begun();
    accounts
      .tick({ now: NOON + 100, fleet: there(0, 20) })
      .tick({ now: NOON + 130 })
      .tick({ now: NOON + 200, fleet: there(0, 0) });
    accounts.tick({ now: NOON + 300 });
    expect(accounts.open.usd).toBeCloseTo((100 * 6 + 100 * 8) / HOUR, 6);
  });

  test('a tick of the same second, and a clock that goes back → nothing twice', () => {
    const accounts = every(begun(), 15, NOON + HOUR)
      .tick({ now: NOON + HOUR })
      .tick({ now: NOON + 1800 });
    accounts.tick({ now: NOON + 1815 });
    expect(accounts.open.usd).toBeCloseTo(6, 5);
    expect(accounts.memory.spending?.usd).toBeCloseTo(6, 5);
    expect(accounts.tick({ now: NOON + 1.5 * HOUR }).open.usd).toBeCloseTo(9, 5);
  });

  test('a clock that goes back over midnight → the new day is not begun twice', () => {
    const accounts = every(begun({}, MIDNIGHT + 86_400 - 60), 30, MIDNIGHT + 86_400 + 60);
    const { spending } = accounts.memory;
    accounts.tick({ now: MIDNIGHT + 86_400 - 30 });
    expect(accounts.memory.spending).toEqual(spending);
    accounts.tick({ now: MIDNIGHT + 86_400 + 120 });
    expect(accounts.memory.spending?.usd).toBeCloseTo((6 * 120) / HOUR, 6);
  });

  test.each([
    ['both ends alike', there(2, 10), 6],
    ['the end is smaller → as at its begin', there(0, 1), 6],
    ['the end is larger → as at its end', there(2, 40), 18],
    ['larger in one market, smaller in the other → the larger of each', there(0, 40), 18],
    ['the end was not read → as at its begin', undefined, 6],
  ])('an hour without ticks, %s', (_, end, usd) => {
    const accounts = begun().tick({ now: NOON + HOUR, ...(end === undefined ? {} : { fleet: end }) });
    expect(accounts.open.usd).toBeCloseTo(usd, 5);
    expect(accounts.open).toMatchObject({ knownSeconds: HOUR, gapSeconds: HOUR });
  });

  test('at the limit of a gap → none yet, a second later one', () => {
    expect(begun().tick({ now: NOON + GAP_SECONDS }).open.gapSeconds).toBe(0);
    expect(begun().tick({ now: NOON + GAP_SECONDS + 1 }).open.gapSeconds).toBe(GAP_SECONDS + 1);
  });

  test('an outage too long to guess → what was before is kept, nothing is counted, a new part begins', () => {
    const accounts = every(begun(), 60, NOON + HOUR);
    const back = NOON + HOUR + LONGEST_GAP_SECONDS + 1;
    accounts.tick({ now: back, fleet: there(2, 10) });
    expect(accounts.written.at(-1)).toMatchObject({ from: NOON, until: NOON + HOUR });
    expect(accounts.open).toMatchObject({ from: back, usd: 0, knownSeconds: 0 });
    expect(accounts.memory.spending?.usd).toBeCloseTo(6, 5);
  });

  test('midnight in the middle of a minute → the minute is split, and the day before is written at once and once more', () => {
    const next = MIDNIGHT + 86_400;
    const accounts = begun({}, next - HOUR).tick({ now: next - HOUR + 240 });
    for (let now = next - HOUR + 480; now <= next + 2 * HOUR; now += 240) accounts.tick({ now: now + 20 });
    const ofDay = accounts.written.filter(({ from }) => from === next - HOUR);
    expect(ofDay.slice(-2)).toEqual([ofDay.at(-1), ofDay.at(-1)]);
    expect(ofDay.at(-1)).toMatchObject({ until: next, usd: expect.closeTo(6, 5), knownSeconds: HOUR });
    expect(accounts.open).toMatchObject({ day: next / 86_400, from: next });
    expect(accounts.memory.spending).toMatchObject({ day: next / 86_400 });
    expect(accounts.memory.spending?.usd).toBeCloseTo(accounts.open.usd, 6);
    expect(accounts.usd).toBeCloseTo((6 * (accounts.open.until - (next - HOUR))) / HOUR, 5);
  });

  test('a tick exactly at midnight → the new day begins empty', () => {
    const next = MIDNIGHT + 86_400;
    const accounts = begun({}, next - 60).tick({ now: next });
    expect(accounts.open).toMatchObject({ from: next, until: next, usd: 0 });
    expect(accounts.memory.spending).toMatchObject({ day: next / 86_400, usd: 0 });
  });
});

describe('another cluster under the name', () => {
  test('the old one’s part is closed, the day’s spending goes on, and nothing is priced in between', () => {
    const accounts = begun({ emrClusterId: 'j-1' });
    every(accounts, 15, NOON + HOUR, { emrClusterId: 'j-1' });
    const { fleet: _, ...replaced } = accounts.memory;
    accounts.memory = replaced;
    accounts.tick({ now: NOON + 2 * HOUR, emrClusterId: 'j-2', fleet: there(0, 10) });
    every(accounts, 15, NOON + 3 * HOUR, { emrClusterId: 'j-2' });
    expect(accounts.parts.map(({ emrClusterId, usd }) => [emrClusterId, Math.round(usd * 100) / 100])).toEqual([
      ['j-1', 6],
      ['j-2', 4],
    ]);
    expect(accounts.memory.spending?.usd).toBeCloseTo(10, 4);
  });
});

describe('writing', () => {
  test('once an hour, absolute numbers of the same part', () => {
    const accounts = every(begun(), 15, NOON + 3 * HOUR);
    expect(accounts.written.map(({ from, until, usd }) => [from, until, Math.round(usd)])).toEqual(
      [1, 2, 3].map((hours) => [NOON, NOON + hours * HOUR, 6 * hours]),
    );
    expect(WRITE_EVERY_SECONDS).toBe(HOUR);
  });

  test('nothing is due between, and a closed part is not written a third time', () => {
    const next = MIDNIGHT + 86_400;
    const accounts = every(begun({}, next - 30), 15, next + 3 * HOUR);
    expect(accounts.written.filter(({ from }) => from < next)).toHaveLength(2);
    expect(accounts.written.filter(({ from }) => from === next)).toHaveLength(3);
    expect(accounts.memory.account).not.toHaveProperty('closed');
  });

  test('priced by the unit and by type → the same keys, so that a reader needs to know one shape', () => {
    const keys = (seen: object) => Object.keys(every(begun(seen), 15, NOON + HOUR, seen).open);
    expect(keys({ facts: byUnit })).toEqual(keys({ facts: byType, pools: pools(['r5.4xlarge', 'spot', 10]) }));
  });
});

describe('size', () => {
  const packed = (value: unknown): number => gzipSync(JSON.stringify(value)).byteLength;

  test('every row taken, both markets, the day before not yet forgotten → what it adds to memory stays small', () => {
    const next = MIDNIGHT + 86_400;
    const lots = Array.from({ length: 12 }, (_, index) => [
      [`r${index + 5}.${index}xlarge`, 'spot', 3 + index] as const,
      [`r${index + 5}.${index}xlarge`, 'onDemand', 2 + index] as const,
    ]).flat();
    const names = Array.from({ length: 12 }, (_, index) => `source-${index * 7919}|user|global.group-${index}`);
    const accounts = new Accounts();
    const tick = (now: number, index: number) => {
      const classes = names.map((name, place) =>
        queryClass({ name, finishedCpuSeconds: index * (17.123 + place), finishedQueries: index }),
      );
      const sample = workSample(classes, { takenAt: now, cpuSecondsTotal: index * 400 });
      accounts.tick({
        now,
        sample,
        facts: byType,
        ...(index === 0 ? { fleet: there(90, 120), pools: pools(...lots) } : {}),
      });
    };
    const added = (): number => {
      const { account: _, ...without } = accounts.memory;
      return packed(accounts.memory) - packed(without);
    };
    for (let index = 0; index < 160; index += 1) tick(next - 2400 + index * 15, index);
    expect(accounts.memory.account?.closed).toBeUndefined();
    const oneDay = added();
    tick(next + 15, 160);
    expect(accounts.memory.account?.closed?.from).toBe(next - 2400);
    expect(oneDay).toBeGreaterThan(200);
    expect(oneDay).toBeLessThan(500);
    expect(added()).toBeLessThan(700);
  });
});
