/** Numbers, times and decisions as the page writes them. */
import { announcement } from '../../../console/page/announcement.ts';
import { isChange, sentText, signatureOf, unitsText, whyText } from '../../../console/page/decision-words.ts';
import { dollars, exactTime, number, seconds, share, span, units } from '../../../console/page/format.ts';
import { valueRange, windowOf } from '../../../console/page/scales.ts';
import type { DecisionLine, EventLine } from '../../../console/protocol.ts';
import { decision } from '../fake-backend.ts';

/** Monday, 2 March 2026, 09:12:15 UTC. */
const AT = 1_772_442_735;

const reason = (code: string): DecisionLine['reasons'][number] => ({ code, sentence: `(${code})`, numbers: {} });

describe('numbers', () => {
  test.each([
    [units(41.65), '41.7'],
    [units(4000), '4,000'],
    [units(null), '–'],
    [number(Number.NaN), '–'],
    [dollars(0), '$0.00'],
    [dollars(999.994), '$999.99'],
    [dollars(59_866.4), '$59,866'],
    [dollars(null), '–'],
    [share(0, 100), '0 %'],
    [share(3, 36_000), '< 0.1 %'],
    [share(17, 1000), '1.7 %'],
    [share(33, 100), '33 %'],
    [share(1, 0), '–'],
    [share(1, null), '–'],
    [seconds(2.34), '2.3 s'],
    [seconds(119), '119 s'],
    [seconds(120), '2 min'],
    [seconds(7200), '2 h'],
    [seconds(null), '–'],
  ])('%s is %s', (written, expected) => {
    expect(written).toBe(expected);
  });
});

describe('times are those of the run, whatever zone the reader is in', () => {
  test.each([
    [exactTime(AT), 'Mon 2 Mar 09:12:15'],
    [span(AT, AT), 'Mon 09:12'],
    [span(AT, AT + 30), 'Mon 09:12'],
    [span(AT, AT + 480), 'Mon 09:12–09:20'],
    [span(AT, AT + 86_400), 'Mon 09:12–Tue 09:12'],
    [span(AT + 14 * 3600, AT + 15 * 3600), 'Mon 23:12–Tue 00:12'],
  ])('%s is %s', (written, expected) => {
    expect(written).toBe(expected);
  });
});

describe('a decision', () => {
  const grow = decision({ verdict: 'grow', sent: true, beforeUnits: 24, onDemandUnits: 4, spotUnits: 32 });

  test('the target moves → both ends; it stays → once', () => {
    expect(unitsText(grow)).toBe('24 → 36 units');
    expect(unitsText(decision({ beforeUnits: 4, onDemandUnits: 4, spotUnits: 0 }))).toBe('4 units');
  });

  test('the fleet was never read → unknown, not zero', () => {
    expect(unitsText(decision({ beforeUnits: null, onDemandUnits: null, spotUnits: null }))).toBe('– units');
  });

  test('a growth that was not sent says so; a steady tick says nothing', () => {
    expect([sentText(grow), sentText({ ...grow, sent: false }), sentText(decision({}))]).toEqual([
      'sent',
      'not sent',
      '',
    ]);
  });

  test.each([
    [['demand-work', 'grow-wanted'], '(demand-work)'],
    [['demand-work', 'floor-schedule', 'grow-wanted'], '(floor-schedule)'],
    [['demand-work', 'floor-minimum', 'shrink-held'], '(shrink-held)'],
    [['demand-work', 'mode-sparing-unknown', 'shrink-not-idle'], '(shrink-not-idle)'],
    [['signal-stale', 'mode-drained'], '(signal-stale)'],
    [['demand-work', 'mode-changed', 'mode-drained'], '(mode-changed)'],
    [['mode-drained'], '(mode-drained)'],
    [['demand-work', 'grow-wanted', 'growth-behind-shrink', 'drain-called-back'], '(drain-called-back)'],
    [['steady'], '(steady)'],
    [[], 'No reason was given.'],
  ])('reasons %j → the row says %s', (codes, expected) => {
    expect(whyText(decision({ reasons: codes.map(reason) }))).toBe(expected);
  });

  test('only steady ticks with the same target and reasons are one row', () => {
    const steady = decision({ reasons: [reason('shrink-held')] });
    expect(signatureOf(steady)).toBe(signatureOf({ ...steady, at: steady.at + 15, terms: { wantedUnits: 9 } }));
    expect(signatureOf(steady)).not.toBe(signatureOf({ ...steady, spotUnits: 1 }));
    expect(signatureOf(steady)).not.toBe(signatureOf({ ...steady, reasons: [reason('shrink-unproven')] }));
    expect(signatureOf(grow)).toBeUndefined();
    expect(signatureOf({ ...steady, sent: true })).toBeUndefined();
    expect([isChange(grow), isChange({ ...steady, sent: true }), isChange(steady)]).toEqual([true, true, false]);
  });
});

describe('what is said aloud', () => {
  const grow = decision({ at: AT, verdict: 'grow', sent: true, beforeUnits: 24, onDemandUnits: 4, spotUnits: 32 });
  const event = (severity: EventLine['severity'], text: string): EventLine => ({ at: AT, kind: 'x', severity, text });

  test('steady ticks and news → nothing', () => {
    expect(announcement([decision({})], [event('info', 'All is well.')])).toBe('');
  });

  test('one change → its words', () => {
    expect(announcement([grow], [])).toBe('Mon 09:12: grow, 24 → 36 units.');
  });

  test('much at once → the last of each, and how many there were', () => {
    const said = announcement([grow, grow], [event('warning', 'First.'), event('error', 'Last.')]);
    expect(said).toBe(
      'Mon 09:12: grow, 24 → 36 units, the last of 2 changes. 2 warnings or errors, the last: error: Last.',
    );
  });
});

describe('scales', () => {
  test.each([
    ['nothing yet', null, undefined, 4],
    ['a limit within reach is in', 80, 100, 100],
    ['a limit far away is not', 10, 100, 10],
    ['above the limit', 120, 100, 120],
  ])('%s', (_, dataMax, limit, top) => {
    const [bottom, highest] = valueRange(dataMax, limit);
    expect(bottom).toBe(0);
    expect(highest).toBeCloseTo(top * 1.08, 9);
  });

  test.each([
    ['the beginning → a quarter of an hour', 0, 30, null, [0, 900]],
    ['all', 0, 90_000, null, [0, 90_000]],
    ['the last hour', 0, 90_000, 3600, [86_400, 90_000]],
    ['an hour of a shorter run', 0, 1800, 3600, [0, 1800]],
  ])('%s', (_, first, last, length, expected) => {
    expect(windowOf(first, last, length)).toEqual(expected);
  });
});
