/** `prestoscale policy get`: a policy as its owner wrote it, with all defaults, or the list of its versions. */
import { type Option, UsageError, wholeNumber } from '../arguments.ts';
import { keptPolicy, newestPolicy, policyHistory, readWritten, type WrittenPolicy } from '../policies/versions.ts';
import { defineCommand } from '../program/command.ts';
import { EXIT, type ExitCode, WrongError } from '../program/exit.ts';
import type { Io } from '../program/io.ts';
import { json, tableText, timeText } from '../program/text.ts';
import { clusterOf, withTarget } from '../target/open.ts';
import { JSON_OPTION, TARGET_OPTIONS } from '../target/options.ts';
import type { Target } from '../target/target.ts';

const OPTIONS = [
  ...TARGET_OPTIONS,
  {
    name: 'version',
    type: 'string',
    placeholder: 'N',
    parse: wholeNumber,
    help: 'An earlier version. Default: the newest.',
  },
  { name: 'defaults', type: 'boolean', help: 'With every default filled in, instead of as it was written.' },
  { name: 'history', type: 'boolean', help: 'List the versions instead: who wrote each, and when.' },
  JSON_OPTION,
] as const satisfies readonly Option[];

const authorOf = ({ version, by, at }: WrittenPolicy) => ({ version, by: by ?? null, at: at ?? null });

const tellHistory = (cluster: string, history: readonly WrittenPolicy[], asJson: boolean, io: Io): ExitCode => {
  if (asJson) io.out(json({ cluster, versions: history.map(authorOf) }));
  else {
    const rows = history.map(({ version, by, at }) =>
      [String(version), at === undefined ? '–' : timeText(at), by ?? '–'].map((text) => ({ text })),
    );
    io.out(tableText(io, [['VERSION', 'WRITTEN', 'BY'].map((text) => ({ text })), ...rows]));
  }
  return EXIT.ok;
};

const found = async (target: Target, cluster: string, version: number | undefined): Promise<WrittenPolicy> => {
  const policy =
    version === undefined ? await newestPolicy(target, cluster) : await keptPolicy(target, cluster, version);
  if (policy !== undefined) return policy;
  const what = version === undefined ? 'no policy' : `no version ${version} of its policy`;
  throw new WrongError(`Cluster ${cluster} has ${what}: policy get --history lists those there are.`);
};

const tellPolicy = (
  cluster: string,
  written: WrittenPolicy,
  { withDefaults, asJson }: { readonly withDefaults: boolean; readonly asJson: boolean },
  io: Io,
): ExitCode => {
  const read = readWritten(written.text);
  if (read === undefined) {
    io.err(`Version ${written.version} of the policy of ${cluster} cannot be used: policy validate tells why.\n`);
    io.out(asJson ? json({ cluster, ...authorOf(written), valid: false, text: written.text }) : `${written.text}\n`);
    return EXIT.wrong;
  }
  const policy = withDefaults ? read.policy : read.written;
  io.out(json(asJson ? { cluster, ...authorOf(written), valid: true, policy } : policy));
  return EXIT.ok;
};

export const policyGet = defineCommand({
  usage: '[CLUSTER] [flags]',
  purpose:
    'Prints a policy as JSON, ready to be changed and handed to policy set. CLUSTER may be left out where there is only one.',
  options: OPTIONS,
  mostLoose: 1,
  run: async ({ values, loose: [name], io }) => {
    const { history, version, defaults, json: asJson } = values;
    if (history && (version !== undefined || defaults))
      throw new UsageError(['--history lists versions: leave out --version and --defaults.']);
    return withTarget(values, io, async (target) => {
      const cluster = await clusterOf(target, name);
      if (history) return tellHistory(cluster, await policyHistory(target, cluster), asJson, io);
      return tellPolicy(cluster, await found(target, cluster, version), { withDefaults: defaults, asJson }, io);
    });
  },
});
