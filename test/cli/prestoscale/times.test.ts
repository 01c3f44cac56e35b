import { spanText, timeText } from '../../../cli/program/text.ts';
import { givenTime, lastMoment, nextMoment } from '../../../cli/program/times.ts';

const NOW = Date.UTC(2026, 2, 2, 9, 15) / 1000;

const moments = (text: string, now = NOW): readonly [string, string] => {
  const parsed = givenTime(text);
  if (!('value' in parsed)) throw new Error(parsed.expected);
  return [timeText(nextMoment(parsed.value, now)), timeText(lastMoment(parsed.value, now))];
};

describe('a time on the command line, at 09:15 UTC', () => {
  test.each([
    ['06:00Z', '2026-03-03 06:00:00Z', '2026-03-02 06:00:00Z'],
    ['9:15Z', '2026-03-03 09:15:00Z', '2026-03-02 09:15:00Z'],
    ['23:59z', '2026-03-02 23:59:00Z', '2026-03-01 23:59:00Z'],
    ['90m', '2026-03-02 10:45:00Z', '2026-03-02 07:45:00Z'],
    ['2d', '2026-03-04 09:15:00Z', '2026-02-28 09:15:00Z'],
    ['2026-03-02T08:00:00+01:00', '2026-03-02 07:00:00Z', '2026-03-02 07:00:00Z'],
    ['2026-03-02T08:00Z', '2026-03-02 08:00:00Z', '2026-03-02 08:00:00Z'],
  ])('%s → next %s, last %s', (text, next, last) => {
    expect(moments(text)).toEqual([next, last]);
  });

  test.each(['', 'noon', '24:00', '6', '06:60', '-1h', '2026-03-02', '2026-03-02T08:00:00', '2026-13-02T08:00:00Z'])(
    '%j → refused with examples',
    (text) => {
      expect(givenTime(text)).toEqual({ expected: expect.stringContaining('06:00Z') });
    },
  );

  test('a clock time without a zone → of this machine: within a day on either side, at that clock time', () => {
    for (let hours = 0; hours < 24 * 300; hours += 7) {
      const now = NOW + 3600 * hours;
      const parsed = givenTime('06:30');
      if (!('value' in parsed)) throw new Error('refused');
      const [next, last] = [nextMoment(parsed.value, now), lastMoment(parsed.value, now)];
      expect([next > now, next - now <= 25 * 3600, last <= now, now - last <= 25 * 3600]).toEqual([
        true,
        true,
        true,
        true,
      ]);
      expect([new Date(next * 1000).getHours(), new Date(next * 1000).getMinutes()]).toEqual([6, 30]);
    }
  });
});

test.each([
  [0, '0 s'],
  [-5, '0 s'],
  [59.6, '1 min'],
  [45_000, '12 h 30 min'],
  [86_460, '1 d'],
  [3_600, '1 h'],
])('%d seconds → %s', (seconds, text) => {
  expect(spanText(seconds)).toBe(text);
});
