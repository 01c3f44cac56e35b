import { UsageError } from '../../cli/arguments.ts';
import { START_OPTIONS, startValues } from '../../cli/start-options.ts';
import { fileOf, run } from './command.ts';

const mistakesOf = (args: readonly string[]): readonly string[] => {
  try {
    startValues(args);
  } catch (error) {
    if (error instanceof UsageError) return error.mistakes;
    throw error;
  }
  return [];
};

describe('--engine', () => {
  test.each([
    ['presto', ['--engine', 'presto']],
    ['trino', ['--engine=trino']],
    ['trino', ['--engine', 'trino', '--policy', 'p.json', '--port', '0']],
  ])('%s, with %j → it runs', (kind, args) => {
    expect(startValues(args)?.engine).toBe(kind);
  });

  test('without it → none', () => {
    expect(startValues(['--port', '0'])?.engine).toBeUndefined();
  });

  test.each(
    START_OPTIONS.filter(({ name }) => !['engine', 'policy', 'port'].includes(name)).map((option) => {
      if (option.type === 'boolean') return [`--${option.name}`];
      const values: Readonly<Record<string, string>> = { generate: 'step', format: 'csv', seed: '7', until: '24h' };
      return [`--${option.name}`, values[option.name] ?? ('default' in option ? option.default : '1')];
    }),
  )('with %s, be it the default → refused, and nothing else is told of that flag', (...flag) => {
    const given = flag.filter((part) => part !== undefined);
    expect(mistakesOf(['--engine', 'presto', ...given])).toEqual([
      `${given[0]} does not go with --engine, which runs no simulated cluster: leave one of them out.`,
    ]);
    expect(mistakesOf([given.join('='), '--engine=presto'])).toHaveLength(1);
  });

  test('with several that do not go with it → all told at once', () => {
    const mistakes = mistakesOf(['--engine', 'trino', '--headless', '--wire', '--trace', 'x.csv', '--speed=60']);
    expect(mistakes.map((mistake) => mistake.split(' ', 1)[0])).toEqual(['--headless', '--wire', '--trace', '--speed']);
  });

  test('of a kind that there is not → told which there are', () => {
    expect(mistakesOf(['--engine', 'trinno'])).toEqual([
      '--engine cannot be "trinno": expected one of presto, trino (did you mean trino?).',
    ]);
  });
});

describe('npm start -- --engine with a policy for another cluster', () => {
  test('units of 16 cores, 100 of them → both refused with what fits on a machine, exit 2, nothing is started', () => {
    const policy = fileOf('policy.json', '{ "capacity": { "maximumUnits": 100 } }');
    const { code, out, err } = run('cli/start.ts', ['--engine', 'presto', '--port', '0', '--policy', policy]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/policy\.json: capacity\.coresPerUnit .*given "16"; expected 1;/);
    expect(err).toMatch(/policy\.json: capacity\.maximumUnits .*given "100"; expected 1 to 8;/);
  });

  test('a mistake in it → told with its line, exit 2', () => {
    const policy = fileOf('policy.json', '{\n "capacity": { "coresPerUnit": "one" }\n}');
    const { code, err } = run('cli/start.ts', ['--engine', 'trino', '--policy', policy]);
    expect([code, err]).toEqual([2, expect.stringMatching(/policy\.json:2: capacity\.coresPerUnit cannot be used/)]);
  });
});
