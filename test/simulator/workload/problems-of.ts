import { InputError, type Problem, ProblemList } from '../../../simulator/workload/errors.ts';

/** The problems that reading noted, or threw. */
export const problemsOf = (read: (problems: ProblemList) => unknown): readonly Problem[] => {
  try {
    const problems = new ProblemList();
    read(problems);
    problems.throwIfAny();
    return [];
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
};

/** Reads what must be without mistakes. */
export const readWell = <Result>(read: (problems: ProblemList) => Result): Result => {
  const problems = new ProblemList();
  const result = read(problems);
  problems.throwIfAny();
  return result;
};
