/** `prestoscale verify`: every path of a deployed environment, tried once. */
import { durationSeconds, type Option, UsageError } from '../arguments.ts';
import { defineCommand } from '../program/command.ts';
import { EXIT } from '../program/exit.ts';
import type { Io } from '../program/io.ts';
import { json, painted } from '../program/text.ts';
import { withTarget } from '../target/open.ts';
import { ENV_OPTION, JSON_OPTION, REGION_OPTION } from '../target/options.ts';
import type { Check } from '../verify/check.ts';
import { clusterChecksOf } from '../verify/clusters.ts';
import { pathChecks } from '../verify/paths.ts';

const OPTIONS = [
  ENV_OPTION,
  REGION_OPTION,
  {
    name: 'timeout',
    type: 'string',
    placeholder: 'TIME',
    parse: durationSeconds,
    default: '90s',
    help: 'How long a marker may be on its way, and what a deploy has just started may take.',
  },
  JSON_OPTION,
] as const satisfies readonly Option[];

const checkText = ({ what, ok, seen, remedy }: Check, io: Pick<Io, 'colours'>): string => {
  const end = /[.!?]$/.test(seen) ? '' : '.';
  if (ok) return `${painted(io, 'green', '✓')} ${what}: ${seen}${end}\n`;
  const lines = [`${painted(io, 'red', '✗')} ${what}`, `    ${seen}${end}`, `    → ${remedy ?? 'docs/runbook.md'}`];
  return `${lines.join('\n')}\n`;
};

const pageText = (label: string, checks: readonly Check[], io: Pick<Io, 'colours'>): string => {
  const failed = checks.filter(({ ok }) => !ok).length;
  const notWell = `${failed} of ${checks.length} ${failed === 1 ? 'is' : 'are'} not well.`;
  const end = failed === 0 ? `All ${checks.length} are well.` : notWell;
  return `${label}\n\n${checks.map((check) => checkText(check, io)).join('')}\n${end}\n`;
};

export const verify = defineCommand({
  usage: '--env NAME [flags]',
  purpose:
    'After a deploy: sends one marker through each path, makes a dry ListInstanceFleets for each cluster, and looks at dispatch, ticks and samples. Changes nothing but the state of its own alarm. Exits with 1 when something is not well.',
  options: OPTIONS,
  mostLoose: 0,
  run: async ({ values, io }) => {
    if (values.env === undefined)
      throw new UsageError(['Which environment? Give --env NAME; a local run has nothing to verify.']);
    return withTarget({ ...values, local: undefined }, io, async (target) => {
      const { deployed, label } = target;
      if (deployed === undefined)
        throw new UsageError(['Only a deployed environment can be verified: give --env NAME.']);
      const paths = await pathChecks(target, deployed, values.timeout, io);
      const checks = [...paths, ...(await clusterChecksOf(target, deployed, values.timeout, io))];
      const ok = checks.every((check) => check.ok);
      io.out(values.json ? json({ target: label, ok, checks }) : pageText(label, checks, io));
      return ok ? EXIT.ok : EXIT.wrong;
    });
  },
});
