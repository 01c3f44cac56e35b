/** Whether a plan has become much better than what runs. */
import type { Catalogue } from '../catalogue/model.ts';
import type { Plan, RatedType } from './model.ts';
import { judgeType, yardstickOf } from './rate.ts';
import type { PlanReason } from './reasons.ts';

/** Instances of one type that run. */
export interface RunningType {
  readonly name: string;
  readonly market: 'spot' | 'on-demand';
  readonly instances: number;
}

/** A plan against what runs. Prices are dollars an hour with EMR's fee. */
export interface Comparison {
  /** Whether the plan saves enough to replace the cluster for. */
  readonly muchBetter: boolean;
  /** Per unit of work of what runs; absent where nothing that runs is known. */
  readonly runningUsdPerWorkHour?: number;
  /** Per unit of work of the plan, on-demand and spot in the proportion in which they run. */
  readonly plannedUsdPerWorkHour?: number;
  /** 0.1: the plan costs a tenth less. Below 0: it costs more. */
  readonly savedShare?: number;
  /** Dollars an hour saved with as much work as what runs can do. */
  readonly savedUsdPerHour?: number;
  /** Share of the capacity that would be of another type, 0–1. */
  readonly movedShare?: number;
  /** Running types that the plan does not have, and its types that do not run. */
  readonly goes: readonly string[];
  readonly comes: readonly string[];
  /** Running types that the catalogue cannot rate. */
  readonly unknown: readonly string[];
  readonly reasons: readonly PlanReason[];
}

/** A cluster is not replaced for less: the new one runs beside the old one for a while, and prices move. */
const WORTH_SAVING = 0.1;
/** With more than this unknown nothing is said. */
const MOST_UNKNOWN = 0.1;
const percent = (share: number): number => Math.round(share * 1000) / 10;

interface RunningRated extends RunningType {
  readonly rated: RatedType | undefined;
}

const rateRunning = (
  catalogue: Catalogue,
  { question }: Plan,
  running: readonly RunningType[],
): readonly RunningRated[] => {
  const yardstick = yardstickOf(catalogue, question.score);
  return running
    .filter((one) => one.instances > 0)
    .map((one) => {
      const type = catalogue.types.find((candidate) => candidate.name === one.name);
      const rated =
        type === undefined || yardstick === undefined
          ? undefined
          : judgeType(type, question, yardstick, catalogue.release).rated;
      return { ...one, rated };
    });
};

const workOf = ({ rated, instances }: RunningRated): number =>
  rated === undefined ? 0 : instances * rated.weightUnits * rated.relativeSpeed;

const priceOf = (
  rated: Pick<RatedType, 'spotUsdPerWorkHour' | 'onDemandUsdPerWorkHour'>,
  market: RunningType['market'],
) => (market === 'spot' ? rated.spotUsdPerWorkHour : rated.onDemandUsdPerWorkHour);

/** Instances that cannot be rated, as a share of all. */
const unknownShare = (running: readonly RunningRated[]): number => {
  const all = running.reduce((sum, one) => sum + one.instances, 0);
  return running.reduce((sum, one) => sum + (one.rated === undefined ? one.instances : 0), 0) / all;
};

/** Half the sum of what goes and what comes: the share of the capacity that changes hands. */
export const movedShare = (before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): number =>
  [...new Set([...before.keys(), ...after.keys()])].reduce(
    (sum, name) => sum + Math.abs((before.get(name) ?? 0) - (after.get(name) ?? 0)) / 2,
    0,
  );

/** Share of each type of a plan. */
export const sharesOf = ({ chosen }: Pick<Plan, 'chosen'>): ReadonlyMap<string, number> =>
  new Map(chosen.map((one) => [one.type.name, one.share]));

const runningShares = (running: readonly RunningRated[], work: number): ReadonlyMap<string, number> => {
  const shares = new Map<string, number>();
  for (const one of running) shares.set(one.name, (shares.get(one.name) ?? 0) + workOf(one) / work);
  return shares;
};

const verdict = (savedShare: number, running: number, planned: number): readonly PlanReason[] => {
  if (savedShare < 0) return [{ code: 'replan-dearer', numbers: { percent: percent(1 - running / planned) } }];
  if (savedShare < WORTH_SAVING) {
    const numbers = { percent: percent(savedShare), threshold: percent(WORTH_SAVING) };
    return [{ code: 'replan-not-worth', numbers }];
  }
  const numbers = {
    percent: percent(savedShare),
    runningUsdPerWorkHour: running,
    plannedUsdPerWorkHour: planned,
  };
  return [
    { code: 'replan-much-better', numbers },
    { code: 'replan-how', numbers: {} },
  ];
};

const compareKnown = (plan: Plan, running: readonly RunningRated[]) => {
  const work = running.reduce((sum, one) => sum + workOf(one), 0);
  const mean = (price: (one: RunningRated) => number): number =>
    running.reduce((sum, one) => sum + (workOf(one) / work) * price(one), 0);
  const runningUsdPerWorkHour = mean((one) => (one.rated === undefined ? 0 : priceOf(one.rated, one.market)));
  const plannedUsdPerWorkHour = mean((one) => priceOf(plan, one.market));
  const savedShare = 1 - plannedUsdPerWorkHour / runningUsdPerWorkHour;
  return {
    muchBetter: savedShare >= WORTH_SAVING,
    runningUsdPerWorkHour,
    plannedUsdPerWorkHour,
    savedShare,
    savedUsdPerHour: work * (runningUsdPerWorkHour - plannedUsdPerWorkHour),
    movedShare: movedShare(runningShares(running, work), sharesOf(plan)),
    reasons: verdict(savedShare, runningUsdPerWorkHour, plannedUsdPerWorkHour),
  };
};

/**
 * Compares a plan with the instances that run, at the prices of the catalogue that the plan was made from. A live fleet is
 * never sent other types: the answer says whether the next cluster should have them.
 */
export const compareRunning = (catalogue: Catalogue, plan: Plan, running: readonly RunningType[]): Comparison => {
  const rated = rateRunning(catalogue, plan, running);
  const names = [...new Set(rated.map((one) => one.name))].toSorted();
  const planned = plan.chosen.map((one) => one.type.name);
  const unknown = [...new Set(rated.filter((one) => one.rated === undefined).map((one) => one.name))].toSorted();
  const lists = {
    goes: names.filter((name) => !planned.includes(name)),
    comes: planned.filter((name) => !names.includes(name)),
    unknown,
  };
  if (rated.length === 0)
    return { ...lists, muchBetter: false, reasons: [{ code: 'replan-nothing-runs', numbers: {} }] };
  const missing = unknownShare(rated);
  if (missing > MOST_UNKNOWN) {
    const numbers = { percent: percent(missing), types: unknown.join(', ') };
    return { ...lists, muchBetter: false, reasons: [{ code: 'replan-unknown', numbers }] };
  }
  const known = rated.filter((one) => one.rated !== undefined);
  return { ...lists, ...compareKnown(plan, known) };
};
