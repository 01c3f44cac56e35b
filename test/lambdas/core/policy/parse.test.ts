import { defaultPolicy, parsePolicy } from '../../../../lambdas/core/policy/parse.ts';
import { lineOf } from '../../../../lambdas/core/policy/problems.ts';
import type { Policy } from '../../../../lambdas/core/policy/schema.ts';
import { stored } from '../builders.ts';

const lines = (value: unknown): string[] => (parsePolicy(value).problems ?? []).map(lineOf);
const parsed = (value: unknown): Policy => {
  const { policy, problems } = parsePolicy(value);
  if (policy === undefined) throw new Error(problems.map(lineOf).join('\n'));
  return policy;
};

describe('defaults', () => {
  test('an empty policy → every section is filled in', () => {
    expect(parsed({})).toEqual(defaultPolicy());
    expect(defaultPolicy()).toMatchObject({
      mode: 'act',
      capacity: { coresPerUnit: 16, minimumUnits: 4, maximumUnits: 100, alwaysOnCores: 0 },
      signal: { source: 'sample', staleAfterSeconds: 90 },
      scaleIn: { mode: 'auto', holdSeconds: 900, lostQueriesPerDay: 0 },
      schedules: [],
      alarms: [],
      budget: {},
    });
  });

  test('one key of a section → its neighbours keep their defaults', () => {
    expect(parsed({ capacity: { maximumUnits: 7 } }).capacity).toEqual({
      ...defaultPolicy().capacity,
      maximumUnits: 7,
    });
  });

  test('what is not set is absent, not null: no budget, no vouched grace, no end', () => {
    expect(Object.keys(defaultPolicy().budget)).toEqual([]);
    expect(defaultPolicy().scaleIn).not.toHaveProperty('vouchedGraceSeconds');
    const [schedule] = parsed({
      schedules: [{ name: 'a', cron: '0 9 * * *', durationMinutes: 60, units: 5 }],
    }).schedules;
    expect(schedule).toEqual({ name: 'a', cron: '0 9 * * *', durationMinutes: 60, units: 5, timeZone: 'UTC' });
  });

  test('two parses share nothing: changing one does not change the defaults', () => {
    expect(defaultPolicy().schedules).not.toBe(defaultPolicy().schedules);
  });
});

test('a full policy survives JSON, and parsing what was parsed gives the same', () => {
  const policy = parsed({
    $schema: './policy.schema.json',
    mode: 'shadow',
    scaleIn: { vouchedGraceSeconds: 60 },
    markets: { fallbackMaximumUsdPerHour: 12.5 },
    schedules: [
      {
        name: 'a',
        cron: '0 9 * * 1-5',
        timeZone: 'Europe/Berlin',
        durationMinutes: 60,
        units: 5,
        until: '2026-12-31T00:00:00Z',
      },
    ],
    alarms: [{ name: 'q', direction: 'up', stepUnits: 2, limitUnits: 50 }],
    budget: { usdPerHour: 12.5, usdPerDay: 100 },
  });
  expect(stored(policy)).toEqual(policy);
  expect(parsed(stored(policy))).toEqual(policy);
});

describe('refused', () => {
  test.each<[string, unknown, string]>([
    ['no object', 5, 'the policy: 5 was given, expected an object { … }'],
    ['nothing', undefined, 'the policy: nothing was given, expected an object { … }'],
    ['null for a section', { capacity: null }, 'capacity: null was given, expected an object { … }'],
    ['a list for a section', { budget: [] }, 'budget: [] was given, expected an object { … }'],
    [
      'a text for a number',
      { capacity: { maximumUnits: '100' } },
      'capacity.maximumUnits: "100" was given, expected a number',
    ],
    [
      'null for a number',
      { capacity: { maximumUnits: null } },
      'capacity.maximumUnits: null was given, expected a number',
    ],
    [
      'half a unit',
      { capacity: { maximumUnits: 1.5 } },
      'capacity.maximumUnits: 1.5 was given, expected a whole number',
    ],
    [
      'a maximum of nothing',
      { capacity: { maximumUnits: 0 } },
      'capacity.maximumUnits: 0 was given, expected at least 1',
    ],
    [
      'a negative minimum',
      { capacity: { minimumUnits: -1 } },
      'capacity.minimumUnits: -1 was given, expected at least 0',
    ],
    [
      'too much',
      { capacity: { maximumUnits: 100_001 } },
      'capacity.maximumUnits: 100001 was given, expected at most 100000',
    ],
    ['a mode that is none', { mode: 'off' }, 'mode: "off" was given, expected one of "act", "shadow", "paused"'],
    [
      'a utilisation of 0',
      { demand: { targetUtilisation: 0 } },
      'demand.targetUtilisation: 0 was given, expected at least 0.3',
    ],
    [
      'no budget at all as a text',
      { budget: { usdPerHour: '12' } },
      'budget.usdPerHour: "12" was given, expected a number',
    ],
    [
      'a step of an alarm that has no direction',
      { alarms: [{ name: 'a', stepUnits: 1 }] },
      'alarms.0.direction: nothing was given, expected one of "up", "down"',
    ],
    [
      'an alarm that ends between units',
      { alarms: [{ name: 'a', direction: 'up', stepUnits: 1, limitUnits: 7.5 }] },
      'alarms.0.limitUnits: 7.5 was given, expected a whole number',
    ],
    [
      'an alarm without a name',
      { alarms: [{ name: '', direction: 'up', stepUnits: 1 }] },
      'alarms.0.name: "" was given, expected a text that is not empty',
    ],
  ])('%s', (_, value, line) => {
    expect(lines(value)).toEqual([line]);
  });

  test.each([
    ['not a number', Number.NaN],
    ['infinite', Number.POSITIVE_INFINITY],
  ])('a number that is %s, which JSON cannot carry', (_, value) => {
    expect(lines({ capacity: { maximumUnits: value } })).toHaveLength(1);
  });

  test('51 schedules', () => {
    const schedules = Array.from({ length: 51 }, (_, index) => ({
      name: `s${index}`,
      cron: '0 9 * * *',
      durationMinutes: 1,
      units: 1,
    }));
    expect(lines({ schedules })[0]).toMatch(/^schedules: .* expected at most 50 entries$/);
  });

  test('a long value is shown shortened', () => {
    expect(lines({ mode: 'x'.repeat(500) })[0]?.length).toBeLessThan(200);
  });
});

describe('a key that is not known is refused, with what was probably meant', () => {
  test.each([
    [
      'a typo in a section',
      { capacity: { maximumUnit: 5 } },
      'capacity.maximumUnit: the key maximumUnit was given, expected maximumUnits, or no such key',
    ],
    ['a typo of a section', { scalein: {} }, 'scalein: the key scalein was given, expected scaleIn, or no such key'],
    [
      'a typo in a list',
      { alarms: [{ name: 'a', direction: 'up', stepUnits: 1, holdSecond: 5 }] },
      'alarms.0.holdSecond: the key holdSecond was given, expected holdSeconds, or no such key',
    ],
  ])('%s', (_, value, line) => {
    expect(lines(value)).toEqual([line]);
  });

  test('nothing like it → all keys of the section', () => {
    expect(lines({ budget: { colour: 'red' } })).toEqual([
      'budget.colour: the key colour was given, expected one of usdPerHour, usdPerDay, fixedUnits',
    ]);
  });
});

describe('what contradicts itself', () => {
  const schedule = { name: 'a', cron: '0 9 * * *', durationMinutes: 60, units: 5 };
  test.each<[string, unknown, RegExp]>([
    [
      'the minimum is above the maximum',
      { capacity: { minimumUnits: 9, maximumUnits: 8 } },
      /^capacity\.minimumUnits: 9 was given, expected at most capacity\.maximumUnits, 8$/,
    ],
    [
      'the default minimum is above a small maximum',
      { capacity: { maximumUnits: 3 } },
      /^capacity\.minimumUnits: 4 was given/,
    ],
    [
      'alarms alone, and there is none',
      { signal: { source: 'alarms' } },
      /^signal\.source: "alarms" was given, expected "sample", or at least one entry in alarms$/,
    ],
    [
      'the fallback begins while EMR still tries',
      { resize: { spotTimeoutMinutes: 20 } },
      /^markets\.fallbackAfterSeconds: 900 was given, expected at least resize\.spotTimeoutMinutes, 1200 s/,
    ],
    [
      'a schedule wants more than the maximum',
      { schedules: [{ ...schedule, units: 101 }] },
      /^schedules\.0\.units: 101 was given, expected at most capacity\.maximumUnits, 100$/,
    ],
    [
      'two schedules of one name',
      { schedules: [schedule, schedule] },
      /^schedules\.1\.name: "a" was given, expected a name that no other entry has$/,
    ],
    [
      'two alarms of one name',
      {
        alarms: [
          { name: 'q', direction: 'up', stepUnits: 1 },
          { name: 'q', direction: 'down', stepUnits: 1 },
        ],
      },
      /^alarms\.1\.name: "q" was given/,
    ],
    [
      'a cron of four fields',
      { schedules: [{ ...schedule, cron: '0 9 * *' }] },
      /^schedules\.0\.cron: "0 9 \* \*" was given, expected five cron fields/,
    ],
    ['a minute of 61', { schedules: [{ ...schedule, cron: '61 9 * * *' }] }, /^schedules\.0\.cron: /],
    [
      'a time zone that is none',
      { schedules: [{ ...schedule, timeZone: 'Europe/Berlim' }] },
      /^schedules\.0\.timeZone: "Europe\/Berlim" was given, expected an IANA time zone/,
    ],
    [
      'an end without a zone',
      { schedules: [{ ...schedule, until: '2026-12-31T00:00:00' }] },
      /^schedules\.0\.until: "2026-12-31T00:00:00" was given, expected a time with zone/,
    ],
    ['an end as a day', { schedules: [{ ...schedule, until: '2026-12-31' }] }, /^schedules\.0\.until: /],
    [
      'an end that is no time',
      { schedules: [{ ...schedule, until: '2026-13-45T99:00:00Z' }] },
      /^schedules\.0\.until: /,
    ],
  ])('%s', (_, value, line) => {
    const found = lines(value);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(line);
  });
});

describe('every problem at once', () => {
  test('a wrong type, a range, a typo and a mode → four lines', () => {
    const found = lines({ mode: 'off', capacity: { maximumUnits: 0, minimumUnits: 'four', maximumUnitz: 1 } });
    expect(found.map((line) => line.split(':')[0]).sort()).toEqual([
      'capacity.maximumUnits',
      'capacity.maximumUnitz',
      'capacity.minimumUnits',
      'mode',
    ]);
  });

  test('a wrong word in one section, contradictions in others → all of them', () => {
    const found = lines({ mode: 'go', capacity: { minimumUnits: 9, maximumUnits: 8 }, signal: { source: 'alarms' } });
    expect(found.map((line) => line.split(':')[0])).toEqual(['mode', 'capacity.minimumUnits', 'signal.source']);
  });

  test('a section that cannot be read → no rule blames another for its absence', () => {
    const schedule = { name: 'a', cron: '0 9 * * *', durationMinutes: 60, units: 150 };
    expect(lines({ capacity: { maximumUnits: 'many' }, schedules: [schedule] })).toEqual([
      expect.stringMatching(/^capacity\.maximumUnits: /),
    ]);
    expect(lines({ signal: { source: 'alarms' }, alarms: [{ name: 'a' }] }).join()).not.toContain('signal.source');
  });

  test.each([[null], [[]], ['x'], [3]])('%j in place of a policy → one line', (value) => {
    expect(lines(value)).toHaveLength(1);
  });

  test('five contradictions → five lines', () => {
    const schedule = { name: 'a', cron: 'x', durationMinutes: 60, units: 500, until: 'soon' };
    const found = lines({
      capacity: { minimumUnits: 9, maximumUnits: 8 },
      schedules: [schedule],
      signal: { source: 'alarms' },
    });
    expect(found.map((line) => line.split(':')[0])).toEqual([
      'capacity.minimumUnits',
      'signal.source',
      'schedules.0.cron',
      'schedules.0.until',
      'schedules.0.units',
    ]);
  });
});

test.each(['__proto__', 'constructor', 'toString'])('the key %s → refused like any other', (key) => {
  expect(lines(JSON.parse(`{"capacity":{"${key}":1}}`))[0]).toContain(`capacity.${key}: the key ${key} was given`);
});
