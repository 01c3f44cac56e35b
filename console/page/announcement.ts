/** What is said aloud of what is new. */
import type { DecisionLine, EventLine } from '../protocol.ts';
import { unitsText } from './decision-words.ts';
import { dayTime } from './format.ts';

/** What is told of a batch: the newest change of the target, and how many warnings and errors there were. */
export const announcement = (decisions: readonly DecisionLine[], events: readonly EventLine[]): string => {
  const sent = decisions.filter((line) => line.sent);
  const newest = sent.at(-1);
  const grave = events.filter(({ severity }) => severity !== 'info');
  const told: string[] = [];
  if (newest !== undefined) {
    const more = sent.length > 1 ? `, the last of ${sent.length} changes` : '';
    told.push(`${dayTime(newest.at)}: ${newest.verdict}, ${unitsText(newest)}${more}.`);
  }
  if (grave.length > 1) told.push(`${grave.length} warnings or errors, the last:`);
  const last = grave.at(-1);
  if (last !== undefined) told.push(`${last.severity}: ${last.text}`);
  return told.join(' ');
};
