import { describeProblem, InputError, type Problem, ProblemList } from '../../../simulator/workload/errors.ts';
import { problemsOf } from './problems-of.ts';

const problem = (line: number): Problem => ({ file: 'a.csv', line, what: 'is wrong', expected: 'right' });

describe('one problem on one line', () => {
  test.each<[string, Problem, string]>([
    [
      'a value on a line → the line is to be corrected',
      { file: 'a.csv', line: 3, what: 'cpu_seconds cannot be used', given: '-1', expected: 'a number > 0' },
      'a.csv:3: cpu_seconds cannot be used; given "-1"; expected a number > 0; correct line 3',
    ],
    [
      'no line and no value → the file is to be corrected',
      { file: 'a.csv', what: 'holds no records', expected: 'a header' },
      'a.csv: holds no records; expected a header; correct a.csv',
    ],
    [
      'a remedy is known → it is told',
      { file: 'streams', what: 'unknown stream', given: 'x', expected: 'some of a, b', remedy: 'correct the list' },
      'streams: unknown stream; given "x"; expected some of a, b; correct the list',
    ],
  ])('%s', (_title, given, expected) => {
    expect(describeProblem(given)).toBe(expected);
  });

  test('a value with line breaks, longer than a line → escaped and cut', () => {
    const line = describeProblem({ ...problem(1), given: `\n${'x'.repeat(500)}` });
    expect(line).not.toContain('\n');
    expect(line.length).toBeLessThan(200);
  });
});

describe('many problems', () => {
  test('two → two lines', () => {
    expect(new InputError([problem(1), problem(2)]).message.split('\n')).toHaveLength(2);
  });

  test('50 → all are printed', () => {
    expect(new InputError(Array.from({ length: 50 }, (_, line) => problem(line))).message).not.toContain('more');
  });

  test('53 → 50 are printed, all are carried', () => {
    const error = new InputError(Array.from({ length: 53 }, (_, line) => problem(line)));
    expect(error.message.split('\n')).toHaveLength(51);
    expect(error.message).toMatch(/\n… and 3 more$/);
    expect(error.problems).toHaveLength(53);
  });

  test('none → nothing is thrown', () => {
    expect(() => new ProblemList().throwIfAny()).not.toThrow();
  });

  test('gathered → thrown together in order', () => {
    const problems = problemsOf((list) => [1, 2].map((line) => list.add(problem(line))));
    expect(problems.map(({ line }) => line)).toEqual([1, 2]);
  });
});
