/** Whose queries the money went into: by CPU seconds, idle told apart, and what is not known told as that. */
import { MOST_SHARES, rowOf } from '../../../lambdas/core/ledger-shares.ts';
import type { QueryClassSample } from '../../../lambdas/core/model.ts';
import { Accounts, MIDNIGHT, there } from './accounting.ts';
import { NOON, queryClass, workSample } from './builders.ts';

const HOUR = 3600;

/** Classes by name with the CPU seconds they have finished, and how many queries. */
type Done = readonly (readonly [name: string, cpuSeconds: number, queries?: number])[];

const classesOf = (done: Done): QueryClassSample[] =>
  done.map(([name, finishedCpuSeconds, finishedQueries = 0]) =>
    queryClass({ name, finishedCpuSeconds, finishedQueries }),
  );

const heard = (takenAt: number, cpuSecondsTotal: number, done: Done) =>
  workSample(classesOf(done), { takenAt, cpuSecondsTotal });

const groupsOf = ({ open }: Accounts): Record<string, number> =>
  Object.fromEntries(open.groups.map(({ source, group, usd }) => [`${source}|${group}`, Math.round(usd * 1e4) / 1e4]));

const DASHBOARD = 'superset|ann|global.bi';
const OTHER_USER = 'superset|bob|global.bi';
const ETL = 'airflow|etl|global.etl';

/** Ten units on spot: 4 dollars an hour, and 160 CPU seconds a second. Every class was seen once, with counters at 0. */
const known = (...names: readonly string[]): Accounts => {
  const none = names.map((name) => [name, 0] as const);
  return new Accounts().tick({ now: NOON, fleet: there(0, 10), sample: heard(NOON, 0, none) });
};

describe('rows', () => {
  test.each([
    [DASHBOARD, 'superset|global.bi'],
    ['a|odd|user|g', 'a|g'],
    ['other', 'other'],
    ['||', '|'],
    ['a|b', 'other'],
  ])('%s → %s', (name, row) => {
    expect(rowOf(name)).toBe(row);
  });
});

describe('an hour at 4 dollars, 576,000 CPU seconds', () => {
  const CPU = 160 * HOUR;
  const USD = 4;

  const hour = (accounts: Accounts, total: number, done: Done): Accounts => {
    for (let now = NOON + 15; now <= NOON + HOUR; now += 15) {
      const part = (now - NOON) / HOUR;
      const grown = done.map(([name, cpu, queries = 0]) => [name, cpu * part, Math.floor(queries * part)] as const);
      accounts.tick({ now, sample: heard(now, total * part, grown) });
    }
    return accounts;
  };

  test('half is used by dashboards of two users, a quarter by ETL → the rest is idle', () => {
    const accounts = hour(known(DASHBOARD, OTHER_USER, ETL), 0.75 * CPU, [
      [DASHBOARD, CPU / 3, 600],
      [OTHER_USER, CPU / 6, 300],
      [ETL, CPU / 4, 10],
    ]);
    const { open } = accounts;
    expect(groupsOf(accounts)).toEqual({
      'superset|global.bi': expect.closeTo(USD / 2, 2),
      'airflow|global.etl': expect.closeTo(USD / 4, 2),
    });
    expect(open.idleUsd).toBeCloseTo(USD / 4, 2);
    expect(open.unattributedUsd).toBeLessThan(0.001);
    expect(open.queries).toBe(910);
  });

  test('CPU of no class → other', () => {
    const accounts = hour(known(ETL), 0.5 * CPU, [[ETL, CPU / 4]]);
    expect(groupsOf(accounts)).toMatchObject({ 'other|other': expect.closeTo(USD / 4, 2) });
    expect(accounts.open.idleUsd).toBeCloseTo(USD / 2, 2);
  });

  test('more CPU than there seems to be (a fleet read that is late) → all is used, nothing is idle', () => {
    const accounts = hour(known(ETL), 1.5 * CPU, [[ETL, 1.5 * CPU]]);
    expect(groupsOf(accounts)).toEqual({ 'airflow|global.etl': expect.closeTo(USD, 2) });
    expect(accounts.open.idleUsd).toBe(0);
  });

  test('workers that are always on do a share of the work, which costs the fleet nothing', () => {
    const accounts = new Accounts();
    const policy = { capacity: { alwaysOnCores: 160 } };
    accounts.tick({ now: NOON, fleet: there(0, 10), sample: heard(NOON, 0, [[ETL, 0]]), policy });
    accounts.tick({ now: NOON + 60, sample: heard(NOON + 60, 160 * 60, [[ETL, 160 * 60]]), policy });
    const usd = (4 * 60) / HOUR;
    expect(accounts.open.idleUsd).toBeCloseTo(usd / 2, 6);
    expect(groupsOf(accounts)).toEqual({ 'airflow|global.etl': expect.closeTo(usd / 2, 4) });
  });
});

describe('what the engine does not tell', () => {
  const USD_A_MINUTE = 4 / 60;

  test('samples are missing for a while → what was spent meanwhile is given out by the next one', () => {
    const accounts = known(ETL);
    for (let now = NOON + 15; now < NOON + 300; now += 15) accounts.tick({ now });
    accounts.tick({ now: NOON + 300, sample: heard(NOON + 300, 160 * 150, [[ETL, 160 * 150]]) });
    expect(groupsOf(accounts)).toEqual({ 'airflow|global.etl': expect.closeTo(2.5 * USD_A_MINUTE, 4) });
    expect(accounts.open.idleUsd).toBeCloseTo(2.5 * USD_A_MINUTE, 5);
    expect(accounts.memory.account).not.toHaveProperty('pending');
  });

  test('the same sample twice → given out once', () => {
    const accounts = known(ETL);
    const sample = heard(NOON + 60, 160 * 60, [[ETL, 160 * 60]]);
    accounts.tick({ now: NOON + 60, sample });
    const { groups } = accounts.open;
    accounts.tick({ now: NOON + 75, sample }).tick({ now: NOON + 90, sample });
    expect(accounts.open.groups).toEqual(groups);
    expect(accounts.memory.account?.pending?.usd).toBeCloseTo(USD_A_MINUTE / 2, 5);
  });

  test.each([
    ['the engine starts anew', heard(NOON + 75, 5, [[ETL, 5]])],
    ['it tells no classes', { ...heard(NOON + 75, 160 * 60, []), classes: undefined as never }],
    ['it has no CPU counter', { ...heard(NOON + 75, 0, [[ETL, 9]]), cpuSecondsTotal: undefined as never }],
  ])('%s → that money has no owner, and is not idle', (_, odd) => {
    const sample = JSON.parse(JSON.stringify(odd)) as never;
    const accounts = new Accounts().tick({ now: NOON, fleet: there(0, 10), sample: heard(NOON, 1000, [[ETL, 900]]) });
    accounts.tick({ now: NOON + 75, sample });
    expect(accounts.open).toMatchObject({ groups: [], idleUsd: 0 });
    expect(accounts.open.unattributedUsd).toBeCloseTo(1.25 * USD_A_MINUTE, 5);
    expect(accounts.memory.account).not.toHaveProperty('pending');
  });

  test('a class with a past that nobody saw → its past is not given to anybody', () => {
    const accounts = known(ETL);
    const done: Done = [
      [ETL, 0],
      [DASHBOARD, 1e9, 1e6],
    ];
    accounts.tick({ now: NOON + 60, sample: heard(NOON + 60, 160 * 30, done) });
    expect(groupsOf(accounts)).toEqual({ 'other|other': expect.closeTo(USD_A_MINUTE / 2, 4) });
    expect(accounts.open.queries).toBe(0);
  });

  test('only pushed by nobody: no sample ever → all without an owner, no queries known', () => {
    const accounts = new Accounts().tick({ now: NOON, fleet: there(0, 10) });
    for (let now = NOON + 15; now <= NOON + HOUR; now += 15) accounts.tick({ now });
    expect(accounts.open).toMatchObject({ groups: [], idleUsd: 0 });
    expect(accounts.open.unattributedUsd).toBeCloseTo(4, 4);
    expect(accounts.open).not.toHaveProperty('queries');
  });
});

test('more rows than are kept → the cheapest share one, and the sum stands', () => {
  const names = Array.from({ length: MOST_SHARES + 4 }, (_, index) => `source-${index}|ann|global`);
  const accounts = known(...names);
  const done = names.map((name, index) => [name, 10 * (index + 1), 1] as const);
  const total = done.reduce((sum, [, cpu]) => sum + cpu, 0);
  accounts.tick({ now: NOON + 75, sample: heard(NOON + 75, total, done) });
  const groups = groupsOf(accounts);
  expect(Object.keys(groups)).toHaveLength(MOST_SHARES + 1);
  const usdOf = (cpu: number): number => (4 / HOUR / 160) * cpu;
  expect(groups['other|other']).toBeCloseTo(usdOf(10 + 20 + 30 + 40), 4);
  expect(Object.values(groups).reduce((sum, usd) => sum + usd, 0)).toBeCloseTo(usdOf(total), 3);
});

test('an interval over midnight → each day gets its own share', () => {
  const next = MIDNIGHT + 86_400;
  const accounts = new Accounts();
  accounts.tick({ now: next - 60, fleet: there(0, 10), sample: heard(next - 60, 0, [[ETL, 0]]) });
  accounts.tick({ now: next + 20, sample: heard(next + 20, 160 * 40, [[ETL, 160 * 40]]) });
  const [before, after] = accounts.parts;
  expect(before?.groups[0]?.usd).toBeCloseTo((4 * 30) / HOUR, 6);
  expect(before?.idleUsd).toBeCloseTo((4 * 30) / HOUR, 6);
  expect(after?.groups[0]?.usd).toBeCloseTo((4 * 10) / HOUR, 6);
});
