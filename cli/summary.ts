/** A result document as a person reads it. */
import type { HeadlessDocument } from '../simulator/run/document.ts';

const number = (value: number, digits = 0): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

const percent = (share: number): string => `${number(100 * share, 1)} %`;

const delays = ({ queries: { delaySeconds } }: HeadlessDocument): string =>
  delaySeconds === null
    ? 'no query completed'
    : `p50 ${number(delaySeconds.p50, 1)} s, p95 ${number(delaySeconds.p95)} s, p99 ${number(delaySeconds.p99)} s, max ${number(delaySeconds.max)} s`;

const money = ({ usd }: HeadlessDocument): string => {
  const own = `${number(usd.total, 2)} dollars (EC2 ${number(usd.ec2, 2)}, EMR ${number(usd.emr, 2)})`;
  return usd.fixedOnDemand === null
    ? own
    : `${own}, ${percent(usd.total / usd.fixedOnDemand)} of a fixed cluster’s ${number(usd.fixedOnDemand, 2)}`;
};

const fixed = ({ fixedCluster }: HeadlessDocument): string =>
  fixedCluster === null
    ? 'none with at most 3 % late was found'
    : `${fixedCluster.workers} on-demand workers, ${number(fixedCluster.cores)} cores, ${percent(fixedCluster.lateShare)} late`;

const failures = ({ queries: { failed } }: HeadlessDocument): string =>
  `scale-in ${failed.scaleIn}, interruption ${failed.interruption}, memory ${failed.memory}, other ${failed.other}`;

const reasons = ({ decisions }: HeadlessDocument): string =>
  Object.entries(decisions)
    .toSorted(([, a], [, b]) => b - a)
    .map(([code, count]) => `${code} ${count}`)
    .join(', ');

/** A table of two columns. */
export const summaryOf = (document: HeadlessDocument): string => {
  const { queries, capacity, resizes } = document;
  const calls = Object.entries(document.emrCalls).map(([operation, count]) => `${operation} ${count}`);
  const rows: [string, string][] = [
    [
      'Workload',
      `${document.workload}, ${number(document.hours, 1)} h, ${number(document.work.coreHours)} core-hours of work, seed ${document.seed}`,
    ],
    ['Queries', `${number(queries.arrived)} arrived, ${number(queries.completed)} completed`],
    ['Failed', failures(document)],
    ['Delay', delays(document)],
    ['Late', percent(queries.lateShare)],
    [
      'Targets',
      `${capacity.minUnits}–${capacity.maxUnits} units (limits ${capacity.limits.min}–${capacity.limits.max})`,
    ],
    [
      'Capacity',
      `${number(capacity.coreHours)} core-hours, ${number(capacity.coreHours / document.work.coreHours, 2)} × the work`,
    ],
    ['Money', money(document)],
    ['Fixed', fixed(document)],
    ['Resizes', `${resizes.grow} up, ${resizes.shrink} down, ${document.starts} instance starts`],
    ['EMR calls', calls.join(', ')],
    ['Reasons', reasons(document)],
  ];
  if (document.reactionSeconds !== null) rows.push(['Reaction', `${document.reactionSeconds} s`]);
  for (const note of document.notes) rows.push(['Note', note]);
  return `${rows.map(([name, text]) => `${name.padEnd(10)} ${text}`).join('\n')}\n`;
};
