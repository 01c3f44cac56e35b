/** `pause`, `resume` and `shadow`: the policy in force with another mode. */
import type { Policy, PolicyInput } from '../../lambdas/core/policy/schema.ts';
import { type Command, defineCommand } from '../program/command.ts';
import { WrongError } from '../program/exit.ts';
import { askerOf } from '../target/asker.ts';
import { clusterOf, withTarget } from '../target/open.ts';
import { BY_OPTION, JSON_OPTION, TARGET_OPTIONS } from '../target/options.ts';
import type { Target } from '../target/target.ts';
import { type PolicyChange, policyBefore, setPolicy } from './set-policy.ts';
import { tellChange } from './tell-change.ts';
import { readWritten } from './versions.ts';

const OPTIONS = [...TARGET_OPTIONS, BY_OPTION, JSON_OPTION] as const;

/** What its owner wrote stays as it is but for the mode; where that cannot be used, the last good one goes on. */
const changeMode = async (target: Target, cluster: string, mode: Policy['mode'], by: string): Promise<PolicyChange> => {
  const before = await policyBefore(target, cluster);
  const { newest, policy } = before;
  if (policy === undefined)
    throw new WrongError(`Cluster ${cluster} has no policy that could be used: write one with policy set.`);
  const written = readWritten(newest?.text ?? '')?.written ?? policy;
  const input = (policy.mode === mode ? written : { ...written, mode }) as PolicyInput;
  return setPolicy(target, { cluster, before, input, policy: { ...policy, mode }, by });
};

/** A command that sets one mode. */
export const modeCommand = (mode: Policy['mode'], purpose: string): Command =>
  defineCommand({
    usage: '[CLUSTER] [flags]',
    purpose: `${purpose} Writes a new version of the policy with only its mode changed. CLUSTER may be left out where there is only one.`,
    options: OPTIONS,
    mostLoose: 1,
    run: async ({ values, loose: [name], io }) => {
      const by = askerOf(values.by, io);
      return withTarget(values, io, async (target) => {
        const change = await changeMode(target, await clusterOf(target, name), mode, by);
        return tellChange(change, values.json, io);
      });
    },
  });
