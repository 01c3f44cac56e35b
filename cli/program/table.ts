/** Every command, in the order of the help. A new one is a file in `commands/` and a line here. */
import type { Command } from './command.ts';

export interface CommandEntry {
  /** One or two words. */
  readonly name: string;
  /** Half a line for the list of commands. */
  readonly summary: string;
  /** Another name for it. */
  readonly short?: string;
  /** Loads its file, which brings what it needs with it. */
  readonly load: () => Promise<Command>;
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'status',
    summary: 'A line for every cluster: target, ready, waiting, why, and what is wrong.',
    load: async () => (await import('../commands/status.ts')).status,
  },
  {
    name: 'explain',
    summary: 'Why a cluster has the size it has, and what it waits for.',
    load: async () => (await import('../commands/explain.ts')).explain,
  },
  {
    name: 'cost',
    summary: 'What clusters have cost, and what they would have cost otherwise.',
    load: async () => (await import('../commands/cost.ts')).cost,
  },
  {
    name: 'policy get',
    summary: 'Print a cluster’s policy, or one of its versions.',
    load: async () => (await import('../commands/policy-get.ts')).policyGet,
  },
  {
    name: 'policy set',
    summary: 'Write the next version of a cluster’s policy, and show what changes.',
    load: async () => (await import('../commands/policy-set.ts')).policySet,
  },
  {
    name: 'policy validate',
    summary: 'Tell every mistake in policy files.',
    load: async () => (await import('../commands/policy-validate.ts')).policyValidate,
  },
  {
    name: 'pause',
    summary: 'Decide nothing and change nothing until it is resumed.',
    load: async () => (await import('../commands/pause.ts')).pause,
  },
  {
    name: 'resume',
    summary: 'Decide and act (again).',
    load: async () => (await import('../commands/resume.ts')).resume,
  },
  {
    name: 'shadow',
    summary: 'Decide and record, and change nothing.',
    load: async () => (await import('../commands/shadow.ts')).shadow,
  },
  {
    name: 'hold set',
    short: 'hold',
    summary: 'Ask for at least so many units until a time; the same key replaces.',
    load: async () => (await import('../commands/hold-set.ts')).holdSet,
  },
  {
    name: 'hold release',
    summary: 'End a hold.',
    load: async () => (await import('../commands/hold-release.ts')).holdRelease,
  },
  {
    name: 'hold list',
    summary: 'Holds in force.',
    load: async () => (await import('../commands/hold-list.ts')).holdList,
  },
  {
    name: 'plan',
    summary: 'Which instance types to buy: why each, what it costs, and EMR’s InstanceTypeConfigs.',
    load: async () => (await import('../commands/plan.ts')).plan,
  },
  {
    name: 'verify',
    summary: 'After a deploy: try every path once, and tell what to repair.',
    load: async () => (await import('../commands/verify.ts')).verify,
  },
  {
    name: 'catalog refresh',
    summary: 'Read instance types, prices and EMR’s support from AWS into a catalogue for plans.',
    load: async () => (await import('../commands/catalog-refresh.ts')).catalogRefresh,
  },
  {
    name: 'catalog join',
    summary: 'Make a catalogue of recorded files, without AWS.',
    load: async () => (await import('../commands/catalog-join.ts')).catalogJoin,
  },
  {
    name: 'catalog show',
    summary: 'What a catalogue knows of its types.',
    load: async () => (await import('../commands/catalog-show.ts')).catalogShow,
  },
  {
    name: 'catalog check',
    summary: 'Tell every mistake in catalogue files, and what they lack for a plan.',
    load: async () => (await import('../commands/catalog-check.ts')).catalogCheck,
  },
];
