/** What each type costs and gives, or what is missing to tell. */
import { type Catalogue, type CatalogueType, familyOf } from '../catalogue/model.ts';
import type { LossModel, PlanQuestion, RatedType } from './model.ts';
import { REFERENCE } from './question.ts';
import type { PlanReason } from './reasons.ts';

const HOURS_PER_MONTH = 730;
/** The largest weight as a share of the maximum: EMR may overshoot by a weight less one. */
export const LARGEST_WEIGHT_SHARE = 0.05;

/** Speed of one vCPU that counts as 1, and whose it is. */
export interface Yardstick {
  readonly speedPerVcpu: number;
  /** The reference type where it is the yardstick; absent: the middle type is. */
  readonly reference?: CatalogueType;
}

const speedPerVcpu = (type: CatalogueType, score: string): number | undefined => {
  const speed = type.scores[score];
  return speed === undefined || !(speed > 0) ? undefined : speed / type.vcpu;
};

/** What speed is told against: `r5.4xlarge`, or the middle type of a catalogue without it. `undefined`: no type has the score. */
export const yardstickOf = ({ types }: Catalogue, score: string): Yardstick | undefined => {
  const reference = types.find((type) => type.name === REFERENCE);
  const own = reference === undefined ? undefined : speedPerVcpu(reference, score);
  if (reference !== undefined && own !== undefined) return { speedPerVcpu: own, reference };
  const speeds = types.flatMap((type) => speedPerVcpu(type, score) ?? []).toSorted((a, b) => a - b);
  const middle = speeds[Math.floor(speeds.length / 2)];
  return middle === undefined ? undefined : { speedPerVcpu: middle };
};

/** Largest weight that a type may have, in units. */
export const largestWeight = (question: Pick<PlanQuestion, 'maximumUnits'>): number =>
  Math.max(1, Math.floor(question.maximumUnits * LARGEST_WEIGHT_SHARE + 1e-9));

/**
 * What one lost unit costs, in hours of a unit: the work of all workers that a loss undoes, shared among the units that
 * are lost together, and the time until they are replaced; times what capacity is worth.
 */
export const unitHoursPerLoss = (losses: LossModel): number =>
  (losses.worth * (losses.redoneMinutes / losses.lostTogether + losses.replaceMinutes)) / 60;

/** Expected losses of one instance in a month; an unknown band counts as the worst. */
const lossesPerMonth = (type: CatalogueType, losses: LossModel): number =>
  losses.lossesPerMonth[type.interruptionBand ?? 4];

/** Figures that rating needs, as people say them. */
const FIGURES = {
  onDemandUsdPerHour: 'on-demand price',
  spotUsdPerHour: 'spot price',
  emrUsdPerHour: 'EMR fee',
} as const;

type Figure = keyof typeof FIGURES;
type Priced = CatalogueType & Readonly<Record<Figure, number>>;

const missingFigures = (type: CatalogueType, score: string): readonly string[] => [
  ...(Object.keys(FIGURES) as Figure[]).filter((figure) => type[figure] === undefined).map((figure) => FIGURES[figure]),
  ...(speedPerVcpu(type, score) === undefined ? [`score ${score}`] : []),
];

const ratedType = (type: Priced, question: PlanQuestion, yardstick: Yardstick): RatedType => {
  const units = type.vcpu / question.coresPerUnit;
  const relativeSpeed = (speedPerVcpu(type, question.score) ?? Number.NaN) / yardstick.speedPerVcpu;
  const spotUsdPerUnitHour = (type.spotUsdPerHour + type.emrUsdPerHour) / units;
  const onDemandUsdPerUnitHour = (type.onDemandUsdPerHour + type.emrUsdPerHour) / units;
  const onDemandUsdPerWorkHour = onDemandUsdPerUnitHour / relativeSpeed;
  const losses = lossesPerMonth(type, question.losses);
  return {
    type,
    weightUnits: units,
    spotUsdPerUnitHour,
    onDemandUsdPerUnitHour,
    spotUsdPerWorkHour: spotUsdPerUnitHour / relativeSpeed,
    onDemandUsdPerWorkHour,
    relativeSpeed,
    lossesPerMonth: losses,
    lossUsdPerWorkHour: (losses / HOURS_PER_MONTH) * unitHoursPerLoss(question.losses) * onDemandUsdPerWorkHour,
  };
};

/** A type and what speaks against it; rated where its figures are there. */
export interface Judged {
  readonly type: CatalogueType;
  readonly rated?: RatedType;
  /** Why it cannot be used, whatever the filter says; empty: it can. */
  readonly against: readonly PlanReason[];
}

const weightReasons = (type: CatalogueType, question: PlanQuestion): readonly PlanReason[] => {
  const { coresPerUnit, maximumUnits } = question;
  const weightUnits = type.vcpu / coresPerUnit;
  const largest = largestWeight(question);
  const reasons: PlanReason[] = [];
  if (!Number.isInteger(weightUnits)) {
    reasons.push({ code: 'weight-not-whole', numbers: { vcpu: type.vcpu, coresPerUnit } });
  } else if (weightUnits > largest) {
    reasons.push({ code: 'weight-too-large', numbers: { weightUnits, largest, maximumUnits } });
  }
  return reasons;
};

/** Rates a type. `release` is the catalogue's, for the sentence. */
export const judgeType = (
  type: CatalogueType,
  question: PlanQuestion,
  yardstick: Yardstick,
  release: string | undefined,
): Judged => {
  const missing = missingFigures(type, question.score);
  const against: PlanReason[] = [];
  if (type.emrSupported === false) {
    against.push({ code: 'not-supported', numbers: { forRelease: release === undefined ? '' : ` for ${release}` } });
  }
  if (missing.length > 0) against.push({ code: 'figure-missing', numbers: { figures: missing.join(', ') } });
  against.push(...weightReasons(type, question));
  return missing.length > 0
    ? { type, against }
    : { type, against, rated: ratedType(type as Priced, question, yardstick) };
};

/** Index of each family by the order in which it first comes. */
export const familyIndices = (types: readonly RatedType[]): readonly number[] => {
  const indices = new Map<string, number>();
  return types.map(({ type }) => {
    const family = familyOf(type.name);
    const index = indices.get(family) ?? indices.size;
    indices.set(family, index);
    return index;
  });
};
