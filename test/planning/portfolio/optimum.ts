/**
 * The exact optimum of what a plan is asked, as an integer program that HiGHS solves: which types take part is whole, their
 * shares are not. Squares are replaced by tangents below them, so the optimum told is never above the true one.
 */
import highsModule from 'highs';
import type { PlanQuestion, RatedType } from '../../../planning/portfolio/model.ts';
import { candidatesOf, limitsOf } from '../../../planning/portfolio/objectives.ts';

export interface Program {
  readonly rated: readonly RatedType[];
  readonly question: PlanQuestion;
  readonly cost: (rated: RatedType) => number;
  /** Weight of Σ share². */
  readonly evenness: (rated: readonly RatedType[]) => number;
  /** Mean price may not be above this. */
  readonly boundUsd?: number;
}

const TANGENTS_EVERY = 0.01;
const text = (value: number): string => value.toFixed(9);
const sum = (terms: readonly string[]): string => terms.join(' + ').replaceAll('+ -', '- ');

/** Types within a quarter of each other's memory: told anew here, not taken from what is tested. */
const memoryGroups = (rated: readonly RatedType[], typesAtLeast: number): readonly RatedType[][] => {
  const memory = (one: RatedType): number => one.type.memoryGib / one.type.vcpu;
  const groups = [...new Set(rated.map(memory))].map((least) =>
    rated.filter((one) => memory(one) >= least && memory(one) <= least * 1.25 + 1e-9),
  );
  const wanted = Math.min(typesAtLeast, Math.max(...groups.map((group) => group.length)));
  return groups.filter((group) => group.length >= wanted);
};

const programText = (group: readonly RatedType[], program: Program): string => {
  const { rated, families } = candidatesOf(group);
  const { question, cost, boundUsd } = program;
  const { least, most, familyMost } = limitsOf(question);
  const evenness = program.evenness(rated);
  const each = (make: (one: RatedType, index: number) => string): string[] => rated.map(make);
  const rows = [
    `${sum(each((_, i) => `x${i}`))} = 1`,
    `${sum(each((_, i) => `b${i}`))} >= ${Math.min(question.typesAtLeast, rated.length)}`,
    `${sum(each((_, i) => `b${i}`))} <= ${question.typesAtMost}`,
    ...each((_, i) => `x${i} - ${text(most)} b${i} <= 0`),
    ...each((_, i) => `x${i} - ${text(least)} b${i} >= 0`),
    ...[...new Set(families)].map((family) => {
      const members = families.flatMap((own, i) => (own === family ? [`x${i}`] : []));
      return `${sum(members)} <= ${text(familyMost)}`;
    }),
    ...(boundUsd === undefined
      ? []
      : [`${sum(each((one, i) => `${text(one.spotUsdPerWorkHour)} x${i}`))} <= ${text(boundUsd)}`]),
  ];
  if (evenness > 0) {
    for (let at = 0; at <= most + 1e-9; at += TANGENTS_EVERY) {
      rows.push(...each((_, i) => `z${i} - ${text(2 * at)} x${i} >= ${text(-at * at)}`));
    }
  }
  const goal = each((one, i) => `${text(cost(one))} x${i}${evenness > 0 ? ` + ${text(evenness)} z${i}` : ''}`);
  const named = rows.map((row, i) => ` r${i}: ${row}`).join('\n');
  return `Minimize\n goal: ${sum(goal)}\nSubject To\n${named}\nBinary\n ${each((_, i) => `b${i}`).join(' ')}\nEnd\n`;
};

/** The least value that any set of types and shares can have. */
export const exactOptimum = async (program: Program): Promise<number> => {
  const highs = await highsModule.default();
  const values = memoryGroups(program.rated, program.question.typesAtLeast).map((group) => {
    const solved = highs.solve(programText(group, program), { mip_rel_gap: 1e-4 });
    if (solved.Status === 'Infeasible') return Number.POSITIVE_INFINITY;
    if (solved.Status !== 'Optimal') throw new Error(`HiGHS: ${solved.Status}`);
    return solved.ObjectiveValue;
  });
  return Math.min(...values);
};
