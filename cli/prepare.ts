/** What the flags of `npm start` ask for, read from files; every mistake in them at once. */
import type { Policy } from '../lambdas/core/policy/schema.ts';
import { InputError, type Problem, ProblemList } from '../simulator/workload/errors.ts';
import { type LoadedWorkload, loadWorkload, type WorkloadSpec } from '../simulator/workload/load.ts';
import type { WorldKnobs } from '../simulator/world/knobs.ts';
import { readPolicyFile } from './policy-file.ts';
import { type StartValues, workloadSpec } from './start-options.ts';
import { readWorldFile } from './world-file.ts';

export interface Prepared {
  readonly workload: LoadedWorkload;
  readonly policy: Policy;
  readonly knobs: WorldKnobs;
  readonly maximumCores: number;
}

/** Problems of a workload are told together with those of the files beside it. */
const load = (spec: WorkloadSpec, problems: ProblemList): LoadedWorkload | undefined => {
  try {
    return loadWorkload(spec);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    error.problems.forEach((problem: Problem) => {
      problems.add(problem);
    });
    return undefined;
  }
};

/**
 * Reads policy, world and workload.
 * @throws {InputError} with every mistake of all three
 */
export const prepare = (values: StartValues): Prepared => {
  const problems = new ProblemList();
  const policy = readPolicyFile(values.policy, problems);
  const knobs = readWorldFile(values.world, problems);
  const workload = load(workloadSpec(values), problems);
  problems.throwIfAny();
  if (workload === undefined) throw new Error('a workload that was not loaded told no problem');
  return { workload, policy, knobs, maximumCores: policy.capacity.maximumUnits * policy.capacity.coresPerUnit };
};
