/** `npm start`: scales a simulated cluster and says how it went. */
import { writeFileSync } from 'node:fs';
import { documentOf, type HeadlessDocument } from '../simulator/run/document.ts';
import { smallestFixedCluster } from '../simulator/run/fixed.ts';
import { type Progress, runHeadless } from '../simulator/run/headless.ts';
import { InputError, type Problem, ProblemList } from '../simulator/workload/errors.ts';
import { type LoadedWorkload, loadWorkload, type WorkloadSpec } from '../simulator/workload/load.ts';
import { helpText } from './arguments.ts';
import { readPolicyFile } from './policy-file.ts';
import { runCommand } from './run.ts';
import { START_OPTIONS, type StartValues, startValues, workloadSpec } from './start-options.ts';
import { summaryOf } from './summary.ts';
import { readWorldFile } from './world-file.ts';

const PROGRESS_EVERY_SECONDS = 3600;

const tell = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

const tellProgress = ({ atSeconds, ended, live, targetUnits, readyCores }: Progress): void => {
  if (atSeconds % PROGRESS_EVERY_SECONDS !== 0) return;
  tell(
    `${String(atSeconds / 3600).padStart(4)} h  ${ended} queries ended, ${live} live, target ${targetUnits} units, ${readyCores} cores ready`,
  );
};

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

const simulate = async (values: StartValues): Promise<HeadlessDocument> => {
  const problems = new ProblemList();
  const policy = readPolicyFile(values.policy, problems);
  const knobs = readWorldFile(values.world, problems);
  const workload = load(workloadSpec(values), problems);
  problems.throwIfAny();
  if (workload === undefined) throw new Error('a workload that was not loaded told no problem');
  const { seed, until: untilSeconds } = values;
  tell(`${workload.name}: ${workload.queries.length} queries, ${untilSeconds / 3600} h, seed ${seed}`);
  const result = await runHeadless({ workload, policy, knobs, seed, untilSeconds, onProgress: tellProgress });
  tell('looking for the smallest fixed cluster that is as good');
  const maximumCores = policy.capacity.maximumUnits * policy.capacity.coresPerUnit;
  const fixed = smallestFixedCluster(workload, knobs, maximumCores, untilSeconds);
  return documentOf(workload, policy, seed, result, fixed);
};

const write = (document: HeadlessDocument, out: string | undefined): void => {
  const json = `${JSON.stringify(document, null, 2)}\n`;
  if (out === '-') process.stdout.write(json);
  else {
    if (out !== undefined) writeFileSync(out, json);
    process.stdout.write(summaryOf(document));
  }
};

await runCommand(async () => {
  const values = startValues(process.argv.slice(2));
  if (values === undefined) {
    const purpose = 'Scales a simulated Presto cluster under a workload, in virtual time, and prints how it went.';
    process.stdout.write(helpText('npm start -- [flags]', purpose, START_OPTIONS));
    return;
  }
  write(await simulate(values), values.json);
});
