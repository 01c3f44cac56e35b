/** From the flags to a plan, or every mistake in them and in the files that they name. */
import { resolve } from 'node:path';
import type { Policy } from '../../lambdas/core/policy/schema.ts';
import { type Asked, ask } from '../../planning/ask/ask.ts';
import type { Names } from '../../planning/ask/problem-text.ts';
import { describeProblem, ProblemList } from '../../simulator/workload/errors.ts';
import { UsageError } from '../arguments.ts';
import { readPolicyFile } from '../policy-file.ts';
import type { Io } from '../program/io.ts';
import type { PlanValues } from './options.ts';

/** What the fields of a question are called on a command line. */
const FLAGS: Names = {
  filter: '--filter',
  objective: '--objective',
  score: '--score',
  coresPerUnit: '--cores-per-unit',
  maximumUnits: '--maximum-units',
  loadUnits: '--load',
  largestShare: '--largest-share',
  largestFamilyShare: '--largest-family-share',
  typesAtLeast: '--types-at-least',
  typesAtMost: '--types-at-most',
  catalogue: '--catalog',
};

/** A path as it is relative to the folder that the command runs in. */
const placed = (path: string | undefined, { folder }: Io): string | undefined =>
  path === undefined ? undefined : resolve(folder, path);

const policyOf = (values: PlanValues, running: Policy | undefined, io: Io, problems: ProblemList): Policy =>
  values.policy === undefined && running !== undefined ? running : readPolicyFile(placed(values.policy, io), problems);

/**
 * Makes the plan that the flags ask for.
 * @param running policy of the cluster that the plan is for, where it is known
 * @throws UsageError with every mistake of the question, the policy and the catalogue
 */
export const askPlan = (
  values: PlanValues,
  running: Policy | undefined,
  io: Io,
): Extract<Asked, { readonly plan: object }> => {
  const problems = new ProblemList();
  const { coresPerUnit, maximumUnits } = policyOf(values, running, io, problems).capacity;
  const asked = ask(
    {
      catalogue: placed(values.catalog, io),
      question: {
        filter: values.filter,
        objective: values.objective,
        score: values.score,
        loadUnits: values.load,
        coresPerUnit: values['cores-per-unit'] ?? coresPerUnit,
        maximumUnits: values['maximum-units'] ?? maximumUnits,
        largestShare: values['largest-share'],
        largestFamilyShare: values['largest-family-share'],
        typesAtLeast: values['types-at-least'],
        typesAtMost: values['types-at-most'],
      },
    },
    FLAGS,
  );
  const mistakes = [...problems.all.map(describeProblem), ...(asked.mistakes ?? [])];
  if (asked.plan === undefined || mistakes.length > 0) throw new UsageError(mistakes);
  return asked;
};
