/** `prestoscale hold release`: ends a hold. */

import { holdKey } from '../holds/hold-key.ts';
import { wokenText } from '../policies/tell-change.ts';
import { defineCommand } from '../program/command.ts';
import { EXIT } from '../program/exit.ts';
import { json } from '../program/text.ts';
import { askerOf } from '../target/asker.ts';
import { clusterOf, withTarget } from '../target/open.ts';
import { JSON_OPTION, TARGET_OPTIONS } from '../target/options.ts';

const OPTIONS = [
  ...TARGET_OPTIONS,
  {
    name: 'key',
    type: 'string',
    placeholder: 'KEY',
    parse: holdKey,
    help: 'Name of the hold. Default: your user name.',
  },
  JSON_OPTION,
] as const;

export const holdRelease = defineCommand({
  usage: '[CLUSTER] [flags]',
  purpose:
    'Ends a hold before its time. One that is not there any more is well, too. CLUSTER may be left out where there is only one.',
  options: OPTIONS,
  mostLoose: 1,
  run: async ({ values, loose: [name], io }) => {
    const key = values.key ?? askerOf(undefined, io);
    return withTarget(values, io, async (target) => {
      const cluster = await clusterOf(target, name);
      const { holds } = await target.view(cluster);
      const released = holds.some((hold) => hold.key === key);
      await target.inbox.removeHold(cluster, key);
      const woken = await target.wake(cluster);
      const what = released ? `hold ${key} is released. ${wokenText(woken)}` : `no hold ${key} was in force.`;
      io.out(values.json ? json({ cluster, key, released, woken }) : `${cluster}: ${what}\n`);
      return EXIT.ok;
    });
  },
});
