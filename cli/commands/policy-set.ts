/** `prestoscale policy set`: the next version of a policy. */
import { describeProblem } from '../../simulator/workload/errors.ts';
import { UsageError } from '../arguments.ts';
import { judgeFile } from '../policies/judge-file.ts';
import { changeOf, policyBefore, setPolicy } from '../policies/set-policy.ts';
import { tellChange } from '../policies/tell-change.ts';
import { defineCommand } from '../program/command.ts';
import { WrongError } from '../program/exit.ts';
import { askerOf } from '../target/asker.ts';
import { clusterOf, withTarget } from '../target/open.ts';
import { BY_OPTION, JSON_OPTION, TARGET_OPTIONS } from '../target/options.ts';

const OPTIONS = [
  ...TARGET_OPTIONS,
  BY_OPTION,
  { name: 'dry-run', type: 'boolean', help: 'Show what would change, and write nothing.' },
  JSON_OPTION,
] as const;

/** Where there is only one cluster its name may be left out, and the file stands alone. */
const namesOf = (loose: readonly string[]): { readonly cluster: string | undefined; readonly file: string } => {
  const [first, second] = loose;
  if (first === undefined) throw new UsageError(['Which policy? Give CLUSTER and FILE; - reads standard input.']);
  return second === undefined ? { cluster: undefined, file: first } : { cluster: first, file: second };
};

export const policySet = defineCommand({
  usage: '[CLUSTER] FILE [flags]',
  purpose:
    'Judges a policy, shows what changes, and writes it as the next version, in force from the next tick; - reads standard input. Asks nothing. CLUSTER may be left out where there is only one.',
  options: OPTIONS,
  mostLoose: 2,
  run: async ({ values, loose, io }) => {
    const { cluster: name, file } = namesOf(loose);
    const judged = await judgeFile(file, io);
    if (judged.policy === undefined) {
      const lines = judged.problems.map(describeProblem);
      throw new WrongError([...lines, 'The policy was refused, and nothing was written.'].join('\n'));
    }
    const { policy, input } = judged;
    return withTarget(values, io, async (target) => {
      const cluster = await clusterOf(target, name);
      const before = await policyBefore(target, cluster);
      const change = values['dry-run']
        ? changeOf(cluster, before, policy)
        : await setPolicy(target, { cluster, before, input, policy, by: askerOf(values.by, io) });
      return tellChange(change, values.json, io);
    });
  },
});
