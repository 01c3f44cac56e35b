/** One mistake in something that was given: where it stands, what is wrong, and what was expected instead. */
export interface Problem {
  /** File, or the name of the option, in which the mistake stands. */
  readonly file: string;
  /** Line in the file, counted from 1; absent when the mistake is not on one line. */
  readonly line?: number;
  /** What is wrong, as half a sentence. */
  readonly what: string;
  /** The value as it was given. */
  readonly given?: string;
  readonly expected: string;
  /** What to do about it; absent: correct the place that is named. */
  readonly remedy?: string;
}

const PRINTED_PROBLEMS = 50;
const PRINTED_CHARACTERS = 80;

const quoted = (text: string): string =>
  JSON.stringify(text.length > PRINTED_CHARACTERS ? `${text.slice(0, PRINTED_CHARACTERS)}…` : text);

const usualRemedy = (problem: Problem): string =>
  problem.line === undefined ? `correct ${problem.file}` : `correct line ${problem.line}`;

/** One problem on one line: where, what, the value given, what was expected, what to do. */
export const describeProblem = (problem: Problem): string => {
  const place = problem.line === undefined ? problem.file : `${problem.file}:${problem.line}`;
  const given = problem.given === undefined ? '' : `; given ${quoted(problem.given)}`;
  return `${place}: ${problem.what}${given}; expected ${problem.expected}; ${problem.remedy ?? usualRemedy(problem)}`;
};

const describeAll = (problems: readonly Problem[]): string => {
  const lines = problems.slice(0, PRINTED_PROBLEMS).map(describeProblem);
  const more = problems.length - lines.length;
  return [...lines, ...(more > 0 ? [`… and ${more} more`] : [])].join('\n');
};

/** What was given cannot be used. Carries every problem that was found; its message prints the first fifty, one a line. */
export class InputError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(describeAll(problems));
    this.name = 'InputError';
    this.problems = problems;
  }
}

/** Gathers what is wrong with an input, so that all of it can be told at once. */
export class ProblemList {
  readonly #problems: Problem[] = [];

  add(problem: Problem): void {
    this.#problems.push(problem);
  }

  /** Everything so far. */
  get all(): readonly Problem[] {
    return [...this.#problems];
  }

  get isEmpty(): boolean {
    return this.#problems.length === 0;
  }

  /**
   * Ends the reading if anything was wrong.
   * @throws {InputError} with all problems so far.
   */
  throwIfAny(): void {
    if (!this.isEmpty) throw new InputError([...this.#problems]);
  }
}
