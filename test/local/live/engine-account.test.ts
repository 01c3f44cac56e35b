import * as fc from 'fast-check';
import { EngineAccount, type JudgedQuery } from '../../../local/live/engine-account.ts';

/** A query that took so long, alone and well unless said otherwise. */
const took = (seconds: number, endedAt: number, other: Partial<JudgedQuery> = {}): JudgedQuery => ({
  sql: 'select 1',
  sentAt: endedAt - seconds,
  endedAt,
  failed: false,
  mostLive: 1,
  ...other,
});

const accountOf = (queries: readonly JudgedQuery[]): EngineAccount => {
  const account = new EngineAccount();
  for (const query of queries) account.add(query);
  return account;
};

/** Three times that make 10 s usual. */
const USUAL = [took(9, 20), took(10, 40), took(11, 60)];

test('nothing ended → nothing late is known, and no delay', () => {
  expect(accountOf([]).read(0)).toEqual({
    endedQueries: 0,
    failedQueries: 0,
    failedBy: null,
    lateQueries: null,
    delayP95Seconds: null,
  });
});

test('two at low load → not judged yet; a third → all three are', () => {
  const account = accountOf(USUAL.slice(0, 2));
  expect(account.read(60)).toMatchObject({ endedQueries: 2, lateQueries: null, delayP95Seconds: null });
  account.add(took(11, 60));
  // Delays of 0, 0 and 1 s.
  expect(account.read(60)).toMatchObject({ endedQueries: 3, lateQueries: 0, delayP95Seconds: expect.closeTo(0.9) });
});

test.each([
  ['60 s beyond the usual', 70, 0],
  ['61 s beyond the usual', 71, 1],
])('%s, among many others → late: %s s is %s', (_, seconds, late) => {
  expect(accountOf([...USUAL, took(seconds, 1000, { mostLive: 12 })]).read(1000)).toMatchObject({
    endedQueries: 4,
    lateQueries: late,
    delayP95Seconds: seconds - 10,
  });
});

test('a long statement, a fifth longer → more than a minute, and not late', () => {
  const long = [1000, 1000, 1000].map((seconds) => took(seconds, 5000, { sql: 'long' }));
  expect(accountOf([...long, took(1200, 5000, { sql: 'long', mostLive: 9 })]).read(5000).lateQueries).toBe(0);
});

test('a burst first, at no low load → judged as soon as its usual time is known', () => {
  const account = accountOf([took(90, 100, { mostLive: 12 })]);
  expect(account.read(100).lateQueries).toBeNull();
  for (const query of USUAL) account.add(query);
  expect(account.read(100)).toMatchObject({ endedQueries: 4, lateQueries: 1 });
});

test('the usual time of one statement says nothing of another', () => {
  expect(accountOf([...USUAL, took(300, 400, { sql: 'other', mostLive: 5 })]).read(400).lateQueries).toBe(0);
});

test('failed at once → late, counted as failed, and no usual time is made of it', () => {
  const failed = { failed: true };
  expect(accountOf([1, 2, 3].map((at) => took(1, at, failed))).read(3)).toEqual({
    endedQueries: 3,
    failedQueries: 3,
    failedBy: null,
    lateQueries: 3,
    delayP95Seconds: null,
  });
});

test('ten minutes later → no delay is shown any more, the counts stay', () => {
  expect(accountOf(USUAL).read(661)).toMatchObject({ endedQueries: 3, lateQueries: 0, delayP95Seconds: null });
});

test('whatever ends in whatever order → failed ≤ late ≤ ended, as far as known', async () => {
  const query = fc.record({
    sql: fc.constantFrom('a', 'b'),
    sentAt: fc.integer({ min: 0, max: 500 }),
    endedAt: fc.integer({ min: 500, max: 900 }),
    failed: fc.boolean(),
    mostLive: fc.integer({ min: 1, max: 4 }),
  });
  await fc.assert(
    fc.property(fc.array(query), (queries) => {
      const { endedQueries, failedQueries, lateQueries } = accountOf(queries).read(900);
      expect(endedQueries).toBe(queries.length);
      expect(failedQueries).toBe(queries.filter(({ failed }) => failed).length);
      if (lateQueries === null) return;
      expect(lateQueries).toBeGreaterThanOrEqual(failedQueries);
      expect(lateQueries).toBeLessThanOrEqual(endedQueries);
    }),
  );
});
