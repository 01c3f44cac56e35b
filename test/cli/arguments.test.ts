import {
  anyText,
  durationSeconds,
  helpText,
  list,
  type Option,
  oneOf,
  type Parsed,
  parseArguments,
  positiveNumber,
  UsageError,
  wholeNumber,
} from '../../cli/arguments.ts';
import { nearestName } from '../../lambdas/core/policy/nearest.ts';

const TABLE = [
  {
    name: 'until',
    type: 'string',
    placeholder: 'duration',
    help: 'Length of the run.',
    parse: durationSeconds,
    default: '24h',
  },
  { name: 'trace', type: 'string', placeholder: 'file', help: 'Recorded workload.', parse: anyText },
  { name: 'work-factor', type: 'string', help: 'Multiplies all work.', parse: positiveNumber },
  { name: 'streams', type: 'string', help: 'Streams to replay.', parse: list },
  { name: 'json', type: 'boolean', help: 'Print JSON.' },
] as const satisfies readonly Option[];

const valuesOf = (args: readonly string[]) => {
  const parsed = parseArguments(args, TABLE);
  return parsed.kind === 'values' ? parsed.values : parsed.kind;
};

const mistakesOf = (args: readonly string[], table: readonly Option[] = TABLE): readonly string[] => {
  try {
    parseArguments(args, table);
    return [];
  } catch (error) {
    if (error instanceof UsageError) return error.mistakes;
    throw error;
  }
};

describe('what is understood', () => {
  const NOTHING = { until: 86_400, trace: undefined, 'work-factor': undefined, streams: undefined, json: false };

  test.each<[string, string[], object]>([
    ['nothing → defaults', [], {}],
    ['a value after the flag', ['--until', '90m'], { until: 5400 }],
    ['a value in the flag', ['--until=90m'], { until: 5400 }],
    ['a flag without a value', ['--json'], { json: true }],
    ['a value with an equals sign', ['--trace=a=b'], { trace: 'a=b' }],
    [
      'several in any order',
      ['--json', '--streams', 'a/0, a/1', '--trace', 'f'],
      { json: true, streams: ['a/0', 'a/1'], trace: 'f' },
    ],
    ['a dash as a value', ['--trace', '-'], { trace: '-' }],
    ['nothing after a lone --', ['--json', '--'], { json: true }],
  ])('%s', (_title, args, expected) => {
    expect(valuesOf(args)).toEqual({ ...NOTHING, ...expected });
  });

  test('types: a default makes a value certain, its absence does not', () => {
    const parsed = parseArguments([], TABLE);
    if (parsed.kind === 'help') throw new Error('no help was asked for');
    const until: number = parsed.values.until;
    const json: boolean = parsed.values.json;
    const streams: readonly string[] | undefined = parsed.values.streams;
    expect([until, json, streams]).toEqual([86_400, false, undefined]);
  });

  test.each([[['--help']], [['-h']], [['--until', 'never', '--nonsense', '--help']]])(
    '%j → help, whatever else',
    (args) => {
      expect(valuesOf(args)).toBe('help');
    },
  );
});

describe('mistakes', () => {
  test.each<[string, string[], readonly (string | RegExp)[]]>([
    [
      'a misspelt flag → the nearest is named',
      ['--work-facter', '3'],
      ['Unknown flag --work-facter: did you mean --work-factor?'],
    ],
    ['a misspelt flag with its value inside', ['--util=3h'], ['Unknown flag --util: did you mean --until?']],
    ['a flag like no other', ['--frobnicate'], ['Unknown flag --frobnicate.']],
    ['short flags → one mistake', ['-xyz'], [/^Unknown flag -xyz/]],
    ['the negative of a flag', ['--no-json'], [/^Unknown flag --no-json/]],
    [
      'no value at the end',
      ['--until'],
      ['--until needs a value: a duration with its unit, such as 3600s, 90m, 24h or 7d.'],
    ],
    [
      'no value before the next flag → that flag is still read',
      ['--trace', '--work-factor', 'x'],
      ['--trace needs a value.', /^--work-factor cannot be "x"/],
    ],
    ['an empty value', ['--trace='], ['--trace needs a value.']],
    [
      'a bad value',
      ['--until', '24'],
      ['--until cannot be "24": expected a duration with its unit, such as 3600s, 90m, 24h or 7d.'],
    ],
    [
      'a negative number is a value',
      ['--work-factor', '-2'],
      ['--work-factor cannot be "-2": expected a number > 0, such as 200 or 0.5.'],
    ],
    [
      'loose arguments',
      ['a', '--json', 'b'],
      [
        'Unexpected argument "a": every value belongs to a flag.',
        'Unexpected argument "b": every value belongs to a flag.',
      ],
    ],
    ['an argument after a lone --', ['--', '--json'], ['Unexpected argument "--json": every value belongs to a flag.']],
    ['a flag twice', ['--trace', 'a', '--trace', 'b'], ['--trace is given 2 times: give it once.']],
    ['a value for a flag without one', ['--json=yes'], ['--json takes no value: give it alone, or leave it out.']],
    ['a name every object has', ['--constructor'], ['Unknown flag --constructor.']],
  ])('%s', (_title, args, expected) => {
    expect(mistakesOf(args)).toEqual(expected.map((one) => (one instanceof RegExp ? expect.stringMatching(one) : one)));
  });

  test('all kinds together → all told at once', () => {
    const args = ['--untill', '3h', 'loose', '--trace', '--work-factor', '0', '--json', '--json'];
    expect(mistakesOf(args)).toEqual([
      'Unknown flag --untill: did you mean --until?',
      'Unexpected argument "loose": every value belongs to a flag.',
      '--trace needs a value.',
      '--work-factor cannot be "0": expected a number > 0, such as 200 or 0.5.',
      '--json is given 2 times: give it once.',
    ]);
  });

  test('a required flag is absent', () => {
    const table: readonly Option[] = [
      { name: 'trace', type: 'string', help: 'The workload.', parse: anyText, required: true },
    ];
    expect(mistakesOf([], table)).toEqual(['--trace is required: The workload.']);
  });

  test('the message holds every mistake and points to help', () => {
    expect(() => parseArguments(['a', '--b'], TABLE)).toThrow(/"a".*\n.*--b.*\nRun with --help/);
  });
});

describe('values', () => {
  test.each<[string, Parsed<unknown>, unknown]>([
    ['3600s', durationSeconds('3600s'), 3600],
    ['90m', durationSeconds('90m'), 5400],
    ['1.5h', durationSeconds('1.5h'), 5400],
    ['7d', durationSeconds('7d'), 604_800],
    ['0.5', positiveNumber('0.5'), 0.5],
    ['0 as a whole number', wholeNumber('0'), 0],
    ['a name', oneOf(['office', 'step'])('step'), 'step'],
    ['one item', list('a'), ['a']],
  ])('%s', (_title, parsed, value) => {
    expect(parsed).toEqual({ value });
  });

  test.each<[string, Parsed<unknown>]>([
    ['no unit', durationSeconds('24')],
    ['only a unit', durationSeconds('h')],
    ['no time at all', durationSeconds('0h')],
    ['a negative duration', durationSeconds('-1h')],
    ['an unknown unit', durationSeconds('1w')],
    ['zero', positiveNumber('0')],
    ['hexadecimal', positiveNumber('0x10')],
    ['endless', positiveNumber('9'.repeat(400))],
    ['a fraction as a whole number', wholeNumber('1.5')],
    ['an empty item', list('a,,b')],
    ['an unknown name', oneOf(['office', 'step'])('offce')],
  ])('%s → refused', (_title, parsed) => {
    expect(parsed).toEqual({ expected: expect.any(String) });
  });

  test('a misspelt name → the nearest is suggested', () => {
    expect(oneOf(['office', 'step'])('offce')).toEqual({ expected: 'one of office, step (did you mean office?)' });
  });

  test.each([
    ['one letter off', 'unti', 'until'],
    ['letters swapped', 'tarce', 'trace'],
    ['nothing near', 'quux', undefined],
  ])('nearest name: %s', (_title, given, expected) => {
    expect(nearestName(given, ['until', 'trace'])).toBe(expected);
  });
});

test('help lists every flag with its default, aligned', () => {
  expect(
    helpText('prestoscale simulate [flags]', 'Tries a policy on a workload.', TABLE),
  ).toBe(`Usage: prestoscale simulate [flags]

Tries a policy on a workload.

Flags:
  --until <duration>     Length of the run. Default: 24h.
  --trace <file>         Recorded workload.
  --work-factor <value>  Multiplies all work.
  --streams <value>      Streams to replay.
  --json                 Print JSON.
  --help, -h             Print this text.
`);
});

describe('arguments without a flag', () => {
  const looseOf = (args: readonly string[], most: number) => {
    const parsed = parseArguments(args, TABLE, most);
    return parsed.kind === 'values' ? parsed.loose : parsed.kind;
  };

  test.each<[string, string[], string[]]>([
    ['none', ['--json'], []],
    ['before, between and after flags', ['a', '--json', 'b', '--until=1h', 'c'], ['a', 'b', 'c']],
    ['after a flag that takes a value → the value is the flag’s', ['--trace', 'a', 'b'], ['b']],
    ['a lone dash', ['-'], ['-']],
    ['behind -- what looks like a flag', ['--', '--json'], ['--json']],
  ])('%s', (_, args, loose) => {
    expect(looseOf(args, 3)).toEqual(loose);
  });

  test('one too many → told, with how many may be', () => {
    expect(() => looseOf(['a', 'b', 'c'], 2)).toThrow('Unexpected argument "c": at most 2 may stand without a flag.');
  });
});

describe('a flag that means something alone', () => {
  const BARE = [
    { name: 'local', type: 'string', help: 'Here.', parse: anyText, bare: 'here' },
  ] as const satisfies readonly Option[];
  const read = (args: readonly string[]) => {
    const parsed = parseArguments(args, BARE, 1);
    return parsed.kind === 'values' ? [parsed.values.local, parsed.loose] : parsed.kind;
  };

  test.each<[string, string[], unknown]>([
    ['absent → undefined', [], [undefined, []]],
    ['alone → what it means', ['--local'], ['here', []]],
    ['before an argument → does not take it', ['--local', 'etl'], ['here', ['etl']]],
    ['with a value → that', ['--local=there', 'etl'], ['there', ['etl']]],
  ])('%s', (_, args, expected) => {
    expect(read(args)).toEqual(expected);
  });

  test('an empty value → a mistake; in the help → what may follow', () => {
    expect(mistakesOf(['--local='], BARE)).toEqual(['--local needs a value.']);
    expect(helpText('x', 'y', BARE)).toContain('--local[=<value>]');
  });
});
