import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { isActive } from '../../../lambdas/core/schedule.ts';
import { policyWith } from './builders.ts';

const schedule = (given: object) => {
  const entry = {
    name: 'office',
    cron: '0 9 * * 1-5',
    timeZone: 'Europe/Berlin',
    durationMinutes: 60,
    units: 20,
    ...given,
  };
  const [parsed] = policyWith({ schedules: [entry] }).schedules;
  if (parsed === undefined) throw new Error('no schedule');
  return parsed;
};

const moment = (iso: string) => epochSeconds(Date.parse(iso) / 1000);
const active = (given: object, iso: string, leadSeconds = 0) => isActive(schedule(given), moment(iso), leadSeconds);

describe('a window from nine to ten on weekdays in Berlin', () => {
  test.each([
    ['Monday in winter, a second before nine → not yet', '2026-03-02T07:59:59Z', false],
    ['at nine sharp → yes', '2026-03-02T08:00:00Z', true],
    ['half a second after nine → yes', '2026-03-02T08:00:00.500Z', true],
    ['a second before ten → yes', '2026-03-02T08:59:59Z', true],
    ['at ten sharp → over', '2026-03-02T09:00:00Z', false],
    ['Friday evening → no', '2026-03-06T18:00:00Z', false],
    ['Saturday at nine → no', '2026-03-07T08:30:00Z', false],
    ['Monday after the clocks went forward: nine is 07:00 UTC → yes', '2026-03-30T07:30:00Z', true],
    ['… and 08:30 UTC is half past ten → no', '2026-03-30T08:30:00Z', false],
    ['Monday after the clocks went back: nine is 08:00 UTC again → yes', '2026-10-26T08:30:00Z', true],
    ['… and 07:30 UTC is half past eight → no', '2026-10-26T07:30:00Z', false],
  ])('%s', (_, iso, expected) => {
    expect(active({}, iso)).toBe(expected);
  });
});

/** Minutes of a UTC day in which the window is open. */
const openMinutes = (given: object, day: string): number => {
  const one = schedule(given);
  const start = Date.parse(`${day}T00:00:00Z`) / 1000;
  return Array.from({ length: 1440 }, (_, minute) => isActive(one, epochSeconds(start + 60 * minute))).filter(Boolean)
    .length;
};

describe('the hour that does not exist, and the hour that comes twice', () => {
  test.each([
    [
      'Berlin skips 02:30 → the window opens all the same, for its whole length',
      'Europe/Berlin',
      '30 2 * * *',
      '2026-03-29',
    ],
    ['Berlin has 02:30 twice → one window, not two', 'Europe/Berlin', '30 2 * * *', '2026-10-25'],
    ['New York skips 02:30 → one window', 'America/New_York', '30 2 * * *', '2026-03-08'],
    ['New York has 01:30 twice → one window', 'America/New_York', '30 1 * * *', '2026-11-01'],
    ['an ordinary day → one window', 'America/New_York', '30 1 * * *', '2026-11-02'],
  ])('%s', (_, timeZone, cron, day) => {
    expect(openMinutes({ timeZone, cron, durationMinutes: 60 }, day)).toBe(60);
  });

  test.each([
    ['spring: the night is an hour shorter, the window is not', '2026-03-28T22:00:00Z', 4],
    ['autumn: the night is an hour longer, the window is not', '2026-10-24T21:00:00Z', 4],
  ])('%s', (_, start, hours) => {
    const given = { cron: '0 23 * * 6', durationMinutes: 240 };
    expect(active(given, start)).toBe(true);
    expect(isActive(schedule(given), epochSeconds(moment(start) + hours * 3600 - 1))).toBe(true);
    expect(isActive(schedule(given), epochSeconds(moment(start) + hours * 3600))).toBe(false);
  });
});

describe('until', () => {
  const given = { until: '2026-03-04T08:30:00Z' };
  test.each([
    ['the day before its end → open', '2026-03-03T08:30:00Z', true],
    ['inside its last window, before its end → open', '2026-03-04T08:29:59Z', true],
    ['at its end → closed for good', '2026-03-04T08:30:00Z', false],
    ['a day later → closed', '2026-03-05T08:30:00Z', false],
  ])('%s', (_, iso, expected) => {
    expect(active(given, iso)).toBe(expected);
  });

  test('with an offset → the same moment', () => {
    expect(active({ until: '2026-03-04T09:30:00+01:00' }, '2026-03-04T08:29:59Z')).toBe(true);
    expect(active({ until: '2026-03-04T09:30:00+01:00' }, '2026-03-04T08:30:00Z')).toBe(false);
  });

  test('the next window would begin after its end → it is not prepared for', () => {
    expect(active({ until: '2026-03-04T07:59:00Z' }, '2026-03-04T07:55:00Z', 480)).toBe(false);
  });
});

describe('lead', () => {
  test.each([
    ['481 s before nine, lead of 480 s → not yet', '2026-03-02T07:51:59Z', {}, false],
    ['480 s before nine → yes', '2026-03-02T07:52:00Z', {}, true],
    [
      'a minute before nine, though the window is shorter than the lead → yes',
      '2026-03-02T07:59:00Z',
      { durationMinutes: 2 },
      true,
    ],
    ['two minutes after it → no', '2026-03-02T08:02:00Z', { durationMinutes: 2 }, false],
    ['no lead into the past: ten minutes after the end → no', '2026-03-02T09:10:00Z', {}, false],
  ])('%s', (_, iso, given, expected) => {
    expect(active(given, iso, 480)).toBe(expected);
  });

  test('a window of two minutes, tick by tick → no gap between preparing and the window', () => {
    const one = schedule({ durationMinutes: 2 });
    const nine = moment('2026-03-02T08:00:00Z');
    const states = Array.from({ length: 44 }, (_, index) => isActive(one, epochSeconds(nine - 510 + 15 * index), 480));
    expect(states.indexOf(true)).toBe(2);
    expect(states.lastIndexOf(true)).toBe(41);
    expect(states.slice(2, 42).every(Boolean)).toBe(true);
  });
});

describe('windows that overlap', () => {
  const given = { cron: '0 * * * *', durationMinutes: 90, timeZone: 'UTC' };
  test('every hour for an hour and a half → always open', () => {
    expect(openMinutes(given, '2026-03-02')).toBe(1440);
  });

  test('every four hours for an hour and a half → closed in between', () => {
    expect(openMinutes({ ...given, cron: '0 */4 * * *' }, '2026-03-02')).toBe(6 * 90);
  });
});

test('a week-long window that began last Monday → open', () => {
  expect(active({ cron: '0 9 * * 1', durationMinutes: 10_080 }, '2026-03-08T12:00:00Z')).toBe(true);
});

test('a date that never comes → never open, and no error', () => {
  expect(active({ cron: '0 0 31 2 *' }, '2026-03-02T08:00:00Z', 480)).toBe(false);
});

test('asked about later, earlier and later again → the same answers as asked afresh', () => {
  const one = schedule({});
  const isos = ['2026-03-02T08:30:00Z', '2026-03-05T12:00:00Z', '2026-03-02T07:00:00Z', '2026-03-04T08:59:59Z'];
  expect(isos.map((iso) => isActive(one, moment(iso)))).toEqual(isos.map((iso) => active({}, iso)));
});
