import { EXAMPLE_LINE } from '../../scripts/docs-decide.ts';
import { fileOf, run } from './command.ts';

const DECIDE = 'cli/decide.ts';
const line = (value: unknown): string => `${JSON.stringify(value)}\n`;

const answersTo = (input: string, args: readonly string[] = []) => {
  const { code, out } = run(DECIDE, args, input);
  return {
    code,
    answers: out
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text)),
  };
};

describe('npm run decide', () => {
  const later = { ...EXAMPLE_LINE, now: EXAMPLE_LINE.now + 15, observation: { facts: EXAMPLE_LINE.observation.facts } };

  test('a line → a decision and the memory for the next line', () => {
    const { code, answers } = answersTo(line(EXAMPLE_LINE));
    expect(code).toBe(0);
    expect(answers[0].decision).toMatchObject({ verdict: 'grow', before: { onDemandUnits: 0, spotUnits: 4 } });
    expect(answers[0].memory).toMatchObject({ version: 1, tick: 1 });
  });

  test('memory left out → that of the last answer; memory handed over → the same decision in a new process', () => {
    const both = answersTo(line(EXAMPLE_LINE) + line(later)).answers;
    const alone = answersTo(line({ ...later, memory: both[0].memory })).answers;
    expect(alone[0]).toEqual(both[1]);
    expect(both[1].decision.reasons[0].code).toBe('signal-missing');
  });

  test('lines that cannot be used → each answered with all its mistakes, the others decided, exit 2', () => {
    const wrong = { now: 'x', observation: { facts: 3, sampel: 1 } };
    const { code, answers } = answersTo(`${line(EXAMPLE_LINE)}{bad\n${line(wrong)}${line(later)}`);
    expect(code).toBe(2);
    expect(answers[1].error).toEqual({ line: 2, problems: [expect.stringContaining('not JSON')] });
    expect(answers[2].error.problems).toEqual([
      'now: "x" was given, expected a number',
      'observation.facts: 3 was given, expected an object { … }',
      'observation.sampel: the key sampel was given, expected sample, or no such key',
    ]);
    expect(answers[3].memory.tick).toBe(2);
  });

  test('a broken policy → nothing is answered, exit 2', () => {
    const { code, out, err } = run(DECIDE, ['--policy', fileOf('p.json', '{ "mode": 3 }')], line(EXAMPLE_LINE));
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('p.json:1: mode cannot be used');
  });
});
