/** Status of clusters as a table: one line each, and below it what is wrong. */
import type { Io } from '../program/io.ts';
import { type Cell, type Colour, painted, shown, spanText, tableText } from '../program/text.ts';
import type { ClusterStatus } from './cluster-status.ts';

const HEAD = [
  'CLUSTER',
  'MODE',
  'VERDICT',
  'TARGET',
  'READY',
  'ARRIVING',
  'DRAINING',
  'WAITING',
  'SAMPLE',
  'HOLDS',
  'POLICY',
  'WHY',
];

const VERDICT_COLOURS: Readonly<Record<string, Colour>> = { grow: 'green', shrink: 'cyan' };

const painting = (text: string, colour: Colour | undefined): Cell =>
  colour === undefined ? { text } : { text, colour };

const targetText = ({ targetUnits, shadowUnits }: ClusterStatus): string =>
  shadowUnits === null ? shown(targetUnits) : `${shown(targetUnits)} (${shown(shadowUnits)})`;

const whyOf = ({ problems, reason }: ClusterStatus): Cell => {
  const text = reason?.sentence ?? 'no decision is on record';
  const [first] = problems;
  return first === undefined ? { text } : { text: `! ${first.sentence}`, colour: 'red' };
};

const rowOf = (status: ClusterStatus): readonly Cell[] => {
  const { cluster, mode, verdict, readyUnits, arrivingUnits, drainingUnits, waitingQueries } = status;
  const { sampleAgeSeconds, holds, policyVersion } = status;
  return [
    painting(cluster, 'bold'),
    painting(mode ?? '–', mode === 'act' ? undefined : 'yellow'),
    painting(verdict ?? '–', VERDICT_COLOURS[verdict ?? '']),
    { text: targetText(status) },
    { text: shown(readyUnits) },
    { text: shown(arrivingUnits) },
    { text: shown(drainingUnits) },
    painting(shown(waitingQueries), (waitingQueries ?? 0) > 0 ? 'yellow' : undefined),
    { text: sampleAgeSeconds === null ? '–' : spanText(sampleAgeSeconds) },
    {
      text:
        holds.length === 0
          ? '–'
          : holds.map(({ key, kind, units }) => `${key}:${kind === 'extra' ? '+' : ''}${units}`).join(' '),
    },
    { text: policyVersion === null ? '–' : `v${policyVersion}` },
    whyOf(status),
  ];
};

const problemLines = (statuses: readonly ClusterStatus[], io: Pick<Io, 'colours'>): readonly string[] =>
  statuses.flatMap(({ cluster, problems }) =>
    problems.map(({ sentence }) => `${painted(io, 'red', `! ${cluster}`)}: ${sentence}`),
  );

/** The table; problems below it in full. */
export const statusText = (statuses: readonly ClusterStatus[], io: Pick<Io, 'columns' | 'colours'>): string => {
  const head = HEAD.map((text): Cell => ({ text, colour: 'dim' }));
  const problems = problemLines(statuses, io);
  const below = problems.length === 0 ? '' : `\n${problems.join('\n')}\n`;
  return `${tableText(io, [head, ...statuses.map(rowOf)])}${below}`;
};
