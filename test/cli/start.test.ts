import { existsSync } from 'node:fs';
import { fileOf, run } from './command.ts';

const START = 'cli/start.ts';

describe('npm start with input that cannot be used', () => {
  test('unknown flags, bad values and a contradiction of flags → all told at once, exit 2', () => {
    const { code, out, err } = run(START, ['--headles', '--until', '24', '--seed', 'x', '--generate', 'ofice']);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain('--headles: did you mean --headless?');
    expect(err).toContain('--until cannot be "24"');
    expect(err).toContain('--seed cannot be "x"');
    expect(err).toContain('--generate cannot be "ofice"');
  });

  test('flags of a trace without a trace → each is told', () => {
    const { code, err } = run(START, ['--format', 'cab', '--streams', 'patterns/0', '--work-factor', '2']);
    expect(code).toBe(2);
    for (const flag of ['--format', '--streams', '--work-factor']) expect(err).toContain(`${flag} belongs to --trace`);
  });

  test('a broken policy, a broken world and a broken trace → mistakes of all three with their lines, no result', () => {
    const policy = fileOf(
      'policy.json',
      '{\n  "capacity": {\n    "maximumUnits": 0,\n    "minimunUnits": 3\n  },\n  "mode": "go"\n}',
    );
    const world = fileOf('world.json', '{\n "fleet": { "victims": "yougest" },\n "engin": {}\n}');
    const trace = fileOf('trace.csv', 'arrival_seconds,cpu_seconds\n1,2\n-3,x\n');
    const json = `${policy}.result`;
    const { code, out, err } = run(START, [
      '--trace',
      trace,
      '--format',
      'csv',
      '--policy',
      policy,
      '--world',
      world,
      '--json',
      json,
    ]);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(existsSync(json)).toBe(false);
    expect(err).toContain(`${policy}:3: capacity.maximumUnits cannot be used; given "0"; expected at least 1`);
    expect(err).toMatch(/policy\.json:4: capacity\.minimunUnits .*expected minimumUnits/);
    expect(err).toMatch(/policy\.json:6: mode .*expected one of "act", "shadow", "paused"/);
    expect(err).toMatch(/world\.json:2: fleet\.victims .*expected one of random, oldest, newest/);
    expect(err).toMatch(/world\.json:3: engin .*expected one of engine, fleet/);
    expect(err.match(/trace\.csv:3: /g)?.length).toBeGreaterThanOrEqual(2);
  });

  test('a policy that is not JSON, and one that does not exist → told with the line, and with the reason', () => {
    const broken = run(START, ['--policy', fileOf('p.json', '{\n "mode": \n}')]);
    expect([broken.code, broken.err]).toEqual([2, expect.stringMatching(/p\.json:3: is not JSON/)]);
    const absent = run(START, ['--policy', '/nowhere/p.json']);
    expect([absent.code, absent.err]).toEqual([2, expect.stringContaining('cannot be read (ENOENT)')]);
  });
});

describe('npm start with a small trace', () => {
  const rows = Array.from({ length: 40 }, (_, index) => `${index * 20},${60 + 40 * (index % 7)}`);
  const trace = fileOf('trace.csv', `arrival_seconds,cpu_seconds\n${rows.join('\n')}\n`);
  const args = ['--headless', '--trace', trace, '--format', 'csv', '--until', '1h', '--seed', '3', '--json', '-'];

  test('twice with the same seed → the same document, byte for byte, with every promised key', () => {
    const [first, second] = [run(START, args), run(START, args)];
    expect(first.code).toBe(0);
    expect(second.out).toBe(first.out);
    const document = JSON.parse(first.out);
    expect(document.queries).toMatchObject({
      arrived: 40,
      completed: 40,
      failed: { scaleIn: 0, interruption: 0, memory: 0, other: 0 },
    });
    expect(Object.keys(document.queries.delaySeconds)).toEqual(['p50', 'p95', 'p99', 'max']);
    expect(document.capacity).toMatchObject({ limits: { min: 4, max: 100 } });
    expect(Object.keys(document.usd)).toEqual(['ec2', 'emr', 'total', 'fixedOnDemand']);
    expect(document).toMatchObject({
      seed: 3,
      reactionSeconds: null,
      resizes: expect.any(Object),
      starts: expect.any(Number),
    });
    expect(document.emrCalls).toMatchObject({
      ListInstanceFleets: expect.any(Number),
      ModifyInstanceFleet: expect.any(Number),
    });
    expect(document.decisions['demand-work']).toBeGreaterThan(200);
  });

  test('without --json → a table for people, and progress apart from it', () => {
    const { code, out, err } = run(START, args.slice(0, -2));
    expect(code).toBe(0);
    expect(out).toMatch(/^Workload +csv trace\.csv/);
    expect(out).toMatch(/^Money +\d/m);
    expect(err).toMatch(/0 h {2}0 queries ended/);
  });

  test('--help → every flag, exit 0', () => {
    const { code, out } = run(START, ['--help']);
    expect(code).toBe(0);
    for (const flag of [
      'headless',
      'generate',
      'trace',
      'format',
      'streams',
      'work-factor',
      'until',
      'seed',
      'policy',
      'json',
    ]) {
      expect(out).toContain(`--${flag}`);
    }
  });
});
