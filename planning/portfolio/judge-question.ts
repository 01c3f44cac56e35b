/** What can be wrong with a question itself, whatever the catalogue. */
import { type LossModel, OBJECTIVES, type PlanProblem, type PlanQuestion } from './model.ts';
import { MOST_TYPES } from './question.ts';

type NumberField = {
  [Key in keyof PlanQuestion]: PlanQuestion[Key] extends number ? Key : never;
}[keyof PlanQuestion];

interface Bounds {
  readonly from: number;
  readonly to: number;
  readonly whole?: true;
  /** `from` itself is not allowed. */
  readonly above?: true;
}

const BOUNDS: Readonly<Record<NumberField, Bounds>> = {
  coresPerUnit: { from: 1, to: 1024, whole: true },
  maximumUnits: { from: 1, to: 100_000, whole: true },
  loadUnits: { from: 0, to: 100_000, above: true },
  largestShare: { from: 0, to: 1, above: true },
  largestFamilyShare: { from: 0, to: 1, above: true },
  typesAtLeast: { from: 1, to: MOST_TYPES, whole: true },
  typesAtMost: { from: 1, to: MOST_TYPES, whole: true },
  steadinessMayCost: { from: 0, to: 10 },
};

const LOSS_BOUNDS: Readonly<Record<Exclude<keyof LossModel, 'lossesPerMonth'>, Bounds>> = {
  redoneMinutes: { from: 0, to: 10_000 },
  lostTogether: { from: 0, to: 1, above: true },
  replaceMinutes: { from: 0, to: 10_000 },
  worth: { from: 0, to: 100_000 },
};

const isWithin = (value: number, { from, to, whole, above }: Bounds): boolean =>
  Number.isFinite(value) &&
  value >= from &&
  value <= to &&
  !(above && value === from) &&
  (!whole || Number.isInteger(value));

const boundsText = ({ from, to, whole, above }: Bounds): string =>
  `a ${whole ? 'whole number' : 'number'} ${above ? 'above' : 'from'} ${from}${above ? ', at most' : ' to'} ${to}`;

const outside = (where: PlanProblem['where'], name: string, value: number, bounds: Bounds): readonly PlanProblem[] => {
  if (isWithin(value, bounds)) return [];
  const expected = name === where ? boundsText(bounds) : `${name}: ${boundsText(bounds)}`;
  return [{ where, given: String(value), expected, nearest: [] }];
};

const lossProblems = (losses: LossModel): readonly PlanProblem[] => [
  ...losses.lossesPerMonth.flatMap((value, band) =>
    outside('losses', `lossesPerMonth[${band}]`, value, { from: 0, to: 10_000 }),
  ),
  ...Object.entries(LOSS_BOUNDS).flatMap(([name, bounds]) =>
    outside('losses', name, losses[name as keyof typeof LOSS_BOUNDS], bounds),
  ),
];

const contradictions = ({ typesAtLeast, typesAtMost, largestShare }: PlanQuestion): readonly PlanProblem[] => {
  const problems: PlanProblem[] = [];
  if (typesAtLeast > typesAtMost) {
    problems.push({
      where: 'typesAtLeast',
      given: String(typesAtLeast),
      expected: `at most typesAtMost, ${typesAtMost}`,
      nearest: [String(typesAtMost)],
    });
  }
  if (largestShare * typesAtMost < 1) {
    const least = Math.ceil(1000 / typesAtMost) / 1000;
    problems.push({
      where: 'largestShare',
      given: String(largestShare),
      expected: `at least ${least}: ${typesAtMost} types are to make a whole`,
      nearest: [String(least)],
    });
  }
  return problems;
};

/** Every problem of a question, its filter left out. */
export const questionProblems = (question: PlanQuestion): readonly PlanProblem[] => {
  const shapeless = [
    ...(OBJECTIVES.includes(question.objective)
      ? []
      : [
          {
            where: 'objective',
            given: String(question.objective),
            expected: `one of ${OBJECTIVES.join(', ')}`,
            nearest: [],
          } as const,
        ]),
    ...Object.entries(BOUNDS).flatMap(([name, bounds]) =>
      outside(name as NumberField, name, question[name as NumberField], bounds),
    ),
    ...lossProblems(question.losses),
  ];
  return shapeless.length > 0 ? shapeless : contradictions(question);
};
