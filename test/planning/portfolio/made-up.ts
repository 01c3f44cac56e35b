/** Catalogues made up from a seed: prices, speeds and bands in the ranges of real ones. */
import type { Catalogue, CatalogueType, InterruptionBand } from '../../../planning/catalogue/model.ts';
import type { Plan, PlanProblem, PlanQuestion } from '../../../planning/portfolio/model.ts';
import { plan } from '../../../planning/portfolio/plan.ts';
import { DEFAULT_QUESTION } from '../../../planning/portfolio/question.ts';

/** Numbers from 0 to 1 by a seed (a linear congruence: good enough to make prices up). */
export const chances = (seed: number): (() => number) => {
  let state = (seed * 2_654_435_761 + 12_345) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

export const R5: CatalogueType = {
  name: 'r5.4xlarge',
  vcpu: 16,
  memoryGib: 128,
  arch: 'x86_64',
  current: true,
  gpus: 0,
  emrSupported: true,
  onDemandUsdPerHour: 1.008,
  spotUsdPerHour: 0.353,
  emrUsdPerHour: 0.252,
  interruptionBand: 4,
  scores: { coremark: 252_000 },
};

export const typeOf = (changes: Partial<CatalogueType> & Pick<CatalogueType, 'name'>): CatalogueType => ({
  ...R5,
  ...changes,
});

export const catalogueOf = (types: readonly CatalogueType[], release?: string): Catalogue => ({
  version: 1,
  region: 'us-east-1',
  at: '2026-11-01T00:00:00Z',
  sources: [],
  types,
  ...(release === undefined ? {} : { release }),
});

const SIZES = [16, 32, 48, 64] as const;

export interface MadeUp {
  readonly types: number;
  readonly seed: number;
  /** GiB per vCPU; 2, 4 and 8 unless told otherwise. */
  readonly memory?: (chance: () => number) => number;
}

/** `types` types of `types / 4` families, `r5.4xlarge` among them. */
export const madeUp = ({ types, seed, memory }: MadeUp): Catalogue => {
  const chance = chances(seed);
  const list: CatalogueType[] = [R5];
  for (let family = 0; list.length < types; family++) {
    const gibPerVcpu = memory?.(chance) ?? [2, 4, 8][Math.floor(chance() * 3)] ?? 8;
    const speed = 12_000 + chance() * 18_000;
    for (const vcpu of SIZES.slice(0, types - list.length)) {
      const onDemandUsdPerHour = vcpu * (0.035 + gibPerVcpu * 0.003) * (0.8 + 0.4 * chance());
      list.push({
        ...R5,
        name: `m${family}x.${vcpu / 4}xlarge`,
        vcpu,
        memoryGib: vcpu * gibPerVcpu,
        arch: chance() < 0.4 ? 'arm64' : 'x86_64',
        onDemandUsdPerHour,
        spotUsdPerHour: onDemandUsdPerHour * (0.3 + 0.4 * chance()),
        emrUsdPerHour: onDemandUsdPerHour * 0.25,
        interruptionBand: Math.floor(chance() * 5) as InterruptionBand,
        scores: { coremark: vcpu * speed * (0.95 + 0.1 * chance()) },
      });
    }
  }
  return catalogueOf(list);
};

export const asked = (changes: Partial<PlanQuestion> = {}): PlanQuestion => ({
  ...DEFAULT_QUESTION,
  filter: '',
  ...changes,
});

/** The plan, where there must be one. */
export const planned = (catalogue: Catalogue, changes: Partial<PlanQuestion> = {}): Plan => {
  const answer = plan(catalogue, asked(changes));
  if (answer.plan === undefined) throw new Error(JSON.stringify(answer.problems));
  return answer.plan;
};

/** The problems, where there must be some. */
export const problemsOf = (catalogue: Catalogue, changes: Partial<PlanQuestion> = {}): readonly PlanProblem[] => {
  const { problems } = plan(catalogue, asked(changes));
  if (problems === undefined) throw new Error('there is a plan, and there should be none');
  return problems;
};
