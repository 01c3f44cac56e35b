/** One ended query: how long it waited and ran, as far as rounded texts tell. */
import { NonsenseError } from '../../../exporters/engine/untrusted.ts';
import { readEnded } from '../../../exporters/history/ended-query.ts';

const ended = (given: Readonly<Record<string, unknown>> = {}) =>
  readEnded({ queryId: 'q', state: 'FINISHED', ...given });

const stats = (given: Readonly<Record<string, string>>) => ({
  queryStats: Object.fromEntries(Object.entries(given).map(([name, value]) => [`${name}Time`, value])),
});

const WAITS: readonly (readonly [
  title: string,
  given: Readonly<Record<string, string>>,
  seconds: number | undefined,
])[] = [
  ['Trino tells both waits → their sum', { queued: '17.84ms', resourceWaiting: '141.18ms' }, 0.15902],
  [
    'PrestoDB waited for workers → what queue, prerequisites and execution leave over',
    { queued: '1.00s', waitingForPrerequisites: '2.00s', elapsed: '43.00s', execution: '10.00s' },
    31,
  ],
  [
    'it failed while it waited for workers → the whole time',
    { queued: '0.00ms', elapsed: '2.00m', execution: '0.00ms' },
    120,
  ],
  [
    'it ran for hours, and rounding explains the rest → the queue alone',
    { queued: '2.00s', elapsed: '1.23h', execution: '1.22h' },
    2,
  ],
  ['an engine without elapsed time → the queue alone', { queued: '2.00s' }, 2],
  ['two days in the queue → two days', { queued: '2.00d', elapsed: '2.00d', execution: '0.00ms' }, 172_800],
  ['no queued time → unknown', { elapsed: '2.00s', execution: '1.00s' }, undefined],
  ['a queued time that is none → unknown', { queued: 'soon', elapsed: '2.00s' }, undefined],
  ['a negative one → unknown', { queued: '-1.00s' }, undefined],
];

test.each(WAITS)('wait: %s', (_, given, seconds) => {
  const { waitSeconds } = ended(stats(given));
  if (seconds === undefined) expect(waitSeconds).toBeUndefined();
  else expect(waitSeconds).toBeCloseTo(seconds, 9);
});

test.each([
  ['8.32s', 8.32],
  ['12.34m', 740.4],
  ['1.00d', 86_400],
  ['532.00us', 0.000532],
  ['0.00ns', undefined],
  [undefined, undefined],
])('execution of %s → ran for %s s', (execution, seconds) => {
  expect(ended({ queryStats: { executionTime: execution } }).runSeconds).toBe(seconds);
});

test('names → group joined, source absent → none', () => {
  expect(ended({ session: { user: 'ann' }, resourceGroupId: ['global', 'adhoc'] })).toMatchObject({
    user: 'ann',
    group: 'global.adhoc',
    source: 'none',
  });
});

test('session, times and error absent → a query of nobody that says nothing', () => {
  const unknown = { id: 'q', state: 'FINISHED', cause: 'unknown', group: 'none', user: 'none', source: 'none' };
  expect(ended()).toEqual(unknown);
  expect(ended({ session: null, queryStats: null, errorCode: null })).toEqual(unknown);
});

test.each([
  { queryId: '' },
  { queryId: 7 },
  { state: undefined },
  { session: { user: ['ann'] } },
  { session: 'ann' },
  { queryStats: [] },
  { errorCode: 7 },
  { resourceGroupId: 'global' },
])('%j → an error that quotes nothing long', (given) => {
  expect(() => ended(given)).toThrow(NonsenseError);
});
