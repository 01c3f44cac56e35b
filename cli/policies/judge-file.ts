/** A policy from a file or standard input: read, or every mistake in it with its line. */
import { resolve } from 'node:path';
import { parsePolicy } from '../../lambdas/core/policy/parse.ts';
import type { PolicyProblem } from '../../lambdas/core/policy/problems.ts';
import type { Policy, PolicyInput } from '../../lambdas/core/policy/schema.ts';
import { InputError, type Problem, ProblemList } from '../../simulator/workload/errors.ts';
import { type JsonFile, parseJson, readText } from '../json-file.ts';
import type { Io } from '../program/io.ts';

/** Name of standard input in place of a file. */
const STANDARD_INPUT = '-';

/** A policy file, judged. */
export type JudgedFile =
  | { readonly file: string; readonly policy: Policy; readonly input: PolicyInput; readonly problems?: undefined }
  | { readonly file: string; readonly policy?: undefined; readonly problems: readonly Problem[] };

const problemOf = (file: string, json: JsonFile, { path, given, expected }: PolicyProblem): Problem => ({
  file,
  line: json.lineOf(path),
  what: `${path.length === 0 ? 'the policy' : path.join('.')} cannot be used`,
  ...(given === undefined ? {} : { given }),
  expected,
});

const judge = (file: string, text: string): JudgedFile => {
  const problems = new ProblemList();
  const json = parseJson(file, text, problems);
  if (json === undefined) return { file, problems: problems.all };
  const parsed = parsePolicy(json.value);
  return parsed.policy === undefined
    ? { file, problems: parsed.problems.map((problem) => problemOf(file, json, problem)) }
    : { file, policy: parsed.policy, input: json.value as PolicyInput };
};

/**
 * Reads and judges a policy.
 * @param path `-` for standard input
 * @throws InputError for a file that cannot be read: the command line is wrong, not the policy
 */
export const judgeFile = async (path: string, io: Io): Promise<JudgedFile> => {
  if (path === STANDARD_INPUT) return judge('standard input', await io.readInput());
  const problems = new ProblemList();
  const text = readText(resolve(io.folder, path), problems);
  if (text === undefined) throw new InputError(problems.all.map((problem) => ({ ...problem, file: path })));
  return judge(path, text);
};
