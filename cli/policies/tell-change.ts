/** A change of a policy as people read it. */
import { EXIT, type ExitCode } from '../program/exit.ts';
import type { Io } from '../program/io.ts';
import { json } from '../program/text.ts';
import type { Woken } from '../target/target.ts';
import { changeLines } from './difference.ts';
import type { PolicyChange } from './set-policy.ts';

/** When the loop will see what was written. */
export const wokenText = (woken: Woken): string =>
  woken.kind === 'woken' ? 'Its loop was woken.' : `It is found at the next tick: ${woken.why}.`;

const headline = ({ cluster, fromVersion, version }: PolicyChange): string => {
  if (version === undefined) return `${cluster}: nothing is written (--dry-run).`;
  if (version === fromVersion) return `${cluster}: version ${version} says so already; nothing is written.`;
  const from = fromVersion === undefined ? '' : ` (before: ${fromVersion})`;
  return `${cluster}: policy version ${version} is in force${from}.`;
};

const changeText = ({ fromVersion, changes }: PolicyChange): readonly string[] => {
  if (fromVersion === undefined) return ['There was no policy that could be used.'];
  return changes.length === 0 ? ['No field has another value.'] : changeLines(changes);
};

const textOf = (change: PolicyChange): string => {
  const { version, fromVersion, overwritten, woken } = change;
  const unchanged = version !== undefined && version === fromVersion;
  const lines = [
    headline(change),
    ...(unchanged ? [] : changeText(change).map((line) => `  ${line}`)),
    ...(woken === undefined ? [] : [wokenText(woken)]),
    ...(overwritten === undefined
      ? []
      : [
          `Somebody else wrote version ${overwritten} meanwhile, and it is replaced: compare with policy get --version ${overwritten}.`,
        ]),
  ];
  return `${lines.join('\n')}\n`;
};

/** Tells a change; somebody else's version that was overwritten is something wrong. */
export const tellChange = (change: PolicyChange, asJson: boolean, io: Io): ExitCode => {
  io.out(asJson ? json(change) : textOf(change));
  return change.overwritten === undefined ? EXIT.ok : EXIT.wrong;
};
