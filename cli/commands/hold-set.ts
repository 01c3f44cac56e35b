/** `prestoscale hold set`: at least so many units until a time. */
import type { Hold } from '../../lambdas/core/model.ts';
import { epochSeconds, units } from '../../lambdas/core/quantities.ts';
import { anyText, type Option, type Parsed, UsageError, wholeNumber } from '../arguments.ts';
import { holdKey } from '../holds/hold-key.ts';
import { holdText } from '../holds/hold-text.ts';
import { wokenText } from '../policies/tell-change.ts';
import { defineCommand } from '../program/command.ts';
import { EXIT } from '../program/exit.ts';
import { json } from '../program/text.ts';
import { givenTime, nextMoment } from '../program/times.ts';
import { askerOf } from '../target/asker.ts';
import { clusterOf, withTarget } from '../target/open.ts';
import { BY_OPTION, JSON_OPTION, TARGET_OPTIONS } from '../target/options.ts';
import type { Target } from '../target/target.ts';

const someUnits = (text: string): Parsed<number> => {
  const parsed = wholeNumber(text);
  return 'value' in parsed && parsed.value > 0 ? parsed : { expected: 'a whole number of units, 1 or more' };
};

const OPTIONS = [
  ...TARGET_OPTIONS,
  { name: 'units', type: 'string', placeholder: 'N', parse: someUnits, required: true, help: 'So many units.' },
  {
    name: 'until',
    type: 'string',
    placeholder: 'TIME',
    parse: givenTime,
    required: true,
    help: 'Until 06:00 (of this machine’s zone; 06:00Z is UTC), for 90m or 8h, or until a moment such as 2026-03-02T06:00:00Z.',
  },
  {
    name: 'key',
    type: 'string',
    placeholder: 'KEY',
    parse: holdKey,
    help: 'Its name: a hold of the same key is replaced. Default: your user name.',
  },
  { name: 'extra', type: 'boolean', help: 'On top of demand, instead of at least so many in all.' },
  { name: 'reason', type: 'string', placeholder: 'TEXT', parse: anyText, help: 'For those who wonder why.' },
  BY_OPTION,
  JSON_OPTION,
] as const satisfies readonly Option[];

/** What the policy's maximum makes of it; nothing is refused, because the maximum may be raised meanwhile. */
const cappedNotice = async (target: Target, cluster: string, hold: Hold): Promise<string | undefined> => {
  const { policy } = (await target.view(cluster)).policy;
  const { maximumUnits } = policy.capacity;
  if (policy.mode !== 'act')
    return `The policy’s mode is ${policy.mode}: nothing is sent, and the hold has no effect now.`;
  if (hold.units <= maximumUnits) return undefined;
  return `The policy’s maximum, ${maximumUnits} units, stands above it: no more than that is asked for.`;
};

export const holdSet = defineCommand({
  usage: '[CLUSTER] --units N --until TIME [flags]',
  purpose:
    'Asks for at least so many units until a time; the same key replaces. "prestoscale hold" alone means this. CLUSTER may be left out where there is only one.',
  options: OPTIONS,
  mostLoose: 1,
  run: async ({ values, loose: [name], io }) => {
    const owner = askerOf(values.by, io);
    return withTarget(values, io, async (target) => {
      const until = nextMoment(values.until, target.now);
      if (until <= target.now) throw new UsageError(['--until has passed already: give a time to come.']);
      const cluster = await clusterOf(target, name);
      const hold: Hold = {
        key: values.key ?? owner,
        kind: values.extra ? 'extra' : 'total',
        units: units(values.units),
        until: epochSeconds(until),
        owner,
        reason: values.reason ?? 'asked for with prestoscale hold',
      };
      const notice = await cappedNotice(target, cluster, hold);
      await target.inbox.putHold(cluster, hold);
      const woken = await target.wake(cluster);
      if (values.json) io.out(json({ cluster, hold, notice: notice ?? null, woken }));
      else {
        io.out(`${cluster}: hold ${hold.key}: ${holdText(hold, target.now)}.\n${wokenText(woken)}\n`);
        if (notice !== undefined) io.err(`${notice}\n`);
      }
      return EXIT.ok;
    });
  },
});
