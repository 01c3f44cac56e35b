/** A policy from a file, or every mistake in it with its line. */
import { defaultPolicy, parsePolicy } from '../lambdas/core/policy/parse.ts';
import type { Policy } from '../lambdas/core/policy/schema.ts';
import type { ProblemList } from '../simulator/workload/errors.ts';
import { readJsonFile } from './json-file.ts';

/** Reads a policy; the default one without a path. Mistakes go to `problems`, and the default policy comes back. */
export const readPolicyFile = (path: string | undefined, problems: ProblemList): Policy => {
  if (path === undefined) return defaultPolicy();
  const file = readJsonFile(path, problems);
  if (file === undefined) return defaultPolicy();
  const parsed = parsePolicy(file.value);
  if (parsed.policy !== undefined) return parsed.policy;
  for (const { path: keys, given, expected } of parsed.problems) {
    problems.add({
      file: path,
      line: file.lineOf(keys),
      what: `${keys.length === 0 ? 'the policy' : keys.join('.')} cannot be used`,
      ...(given === undefined ? {} : { given }),
      expected,
    });
  }
  return defaultPolicy();
};
