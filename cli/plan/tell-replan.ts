/** A plan against what runs, as people and programs read it. */
import type { Catalogue } from '../../planning/catalogue/model.ts';
import { dollars, percent } from '../../planning/page/html.ts';
import type { Plan } from '../../planning/portfolio/model.ts';
import { planSentence } from '../../planning/portfolio/reasons.ts';
import { type Comparison, compareRunning } from '../../planning/portfolio/replan.ts';
import type { Io } from '../program/io.ts';
import { painted, timeText } from '../program/text.ts';
import type { Running } from './running.ts';

export interface Replan extends Comparison {
  readonly running: Running;
  /** Types of the plan that the fleet cannot start as it is; absent where nobody could be asked. */
  readonly notInFleet?: readonly string[];
}

/** Compares a plan with what runs. */
export const replanOf = (plan: Plan, catalogue: Catalogue, running: Running): Replan => {
  const { fleetTypes } = running;
  const names = plan.chosen.map(({ type }) => type.name);
  return {
    ...compareRunning(catalogue, plan, running.types),
    running,
    ...(fleetTypes === undefined ? {} : { notInFleet: names.filter((name) => !fleetTypes.includes(name)) }),
  };
};

const listed = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));

const figureLines = ({ savedUsdPerHour, movedShare, goes, comes }: Comparison, counted: boolean): readonly string[] => [
  ...(savedUsdPerHour === undefined || !counted
    ? []
    : [
        `For the work that can be done now: ${dollars(Math.abs(savedUsdPerHour))} an hour ${savedUsdPerHour < 0 ? 'more' : 'less'}.`,
      ]),
  ...(movedShare === undefined ? [] : [`${percent(movedShare)} of the capacity would be of another type.`]),
  `Would go: ${listed(goes)}.`,
  `Would come: ${listed(comes)}.`,
];

/** The comparison in lines. */
export const replanText = (replan: Replan, io: Pick<Io, 'colours'>): string => {
  const { running, reasons, notInFleet, muchBetter } = replan;
  const counted = running.countedAt !== undefined;
  const how = counted
    ? `instances counted at ${timeText(running.countedAt)}`
    : 'nobody has counted its instances: each type of the fleet counts alike';
  const verdict = reasons.map((reason) => planSentence(reason)).join('\n');
  return [
    `${painted(io, 'bold', running.cluster)}, ${how}`,
    muchBetter ? painted(io, 'yellow', verdict) : verdict,
    ...figureLines(replan, counted),
    ...(notInFleet === undefined || notInFleet.length === 0
      ? []
      : [`Types of the plan that its fleet cannot start: ${listed(notInFleet)}.`]),
    '',
  ].join('\n');
};

/** The comparison for other programs; unknown is null. */
export const replanDocument = ({ running, reasons, ...replan }: Replan) => ({
  cluster: running.cluster,
  countedAt: running.countedAt ?? null,
  muchBetter: replan.muchBetter,
  runningUsdPerWorkHour: replan.runningUsdPerWorkHour ?? null,
  plannedUsdPerWorkHour: replan.plannedUsdPerWorkHour ?? null,
  savedShare: replan.savedShare ?? null,
  savedUsdPerHour: running.countedAt === undefined ? null : (replan.savedUsdPerHour ?? null),
  movedShare: replan.movedShare ?? null,
  goes: replan.goes,
  comes: replan.comes,
  unknown: replan.unknown,
  notInFleet: replan.notInFleet ?? null,
  reasons: reasons.map((reason) => ({ ...reason, sentence: planSentence(reason) })),
});
