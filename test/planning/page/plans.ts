/** Plans that are made up, for the page alone: prices and speeds lie as those of real families do. */
import type { Catalogue, CatalogueType } from '../../../planning/catalogue/model.ts';
import type { ChosenType, LeftType, Plan, RatedType } from '../../../planning/portfolio/model.ts';
import { DEFAULT_QUESTION } from '../../../planning/portfolio/question.ts';

const FAMILIES: readonly (readonly [family: string, arch: CatalogueType['arch'], speed: number, usd: number])[] = [
  ['m5', 'x86_64', 0.98, 0.31],
  ['m5a', 'x86_64', 0.85, 0.29],
  ['m6g', 'arm64', 1.28, 0.27],
  ['m6i', 'x86_64', 1.22, 0.33],
  ['m6a', 'x86_64', 1.31, 0.32],
  ['m7g', 'arm64', 1.52, 0.36],
  ['m7i', 'x86_64', 1.4, 0.41],
  ['r5', 'x86_64', 1, 0.62],
  ['r5a', 'x86_64', 0.86, 0.5],
  ['r5d', 'x86_64', 1, 0.68],
  ['r6g', 'arm64', 1.29, 0.48],
  ['r6gd', 'arm64', 1.29, 0.52],
  ['r6i', 'x86_64', 1.24, 0.55],
  ['r6a', 'x86_64', 1.33, 0.53],
  ['r7g', 'arm64', 1.53, 0.58],
  ['r7a', 'x86_64', 2.1, 0.92],
  ['r8g', 'arm64', 1.98, 0.66],
];
const SIZES = [4, 8, 12] as const;

export const typeOf = (name: string, more: Partial<CatalogueType> = {}): CatalogueType => ({
  name,
  vcpu: 16,
  memoryGib: 128,
  arch: 'x86_64',
  scores: {},
  ...more,
});

export const ratedOf = (type: CatalogueType, speed: number, usd: number): RatedType => ({
  type,
  weightUnits: type.vcpu / 16,
  spotUsdPerUnitHour: usd,
  onDemandUsdPerUnitHour: usd * 2.2,
  spotUsdPerWorkHour: usd / speed,
  onDemandUsdPerWorkHour: (usd * 2.2) / speed,
  relativeSpeed: speed,
  lossesPerMonth: 0.1,
  lossUsdPerWorkHour: 0.001,
});

const RATED: readonly RatedType[] = SIZES.flatMap((size, step) =>
  FAMILIES.map(([family, arch, speed, usd], index) =>
    ratedOf(
      typeOf(`${family}.${size}xlarge`, {
        vcpu: size * 4,
        memoryGib: size * (family.startsWith('r') ? 32 : 16),
        arch,
        interruptionBand: ((index + step) % 5) as 0 | 1 | 2 | 3 | 4,
        estimated: index % 3 === 0 ? ['spotUsdPerHour'] : [],
      }),
      speed * (1 + 0.01 * step),
      usd * (1 + 0.04 * ((index * 7 + step * 3) % 5)),
    ),
  ),
).toSorted((first, second) => first.spotUsdPerWorkHour - second.spotUsdPerWorkHour);

const CHOSEN: readonly ChosenType[] = RATED.slice(0, 12).map((rated, index) => ({
  ...rated,
  share: index < 4 ? 0.12 : 0.065,
  shareOfUnits: 1 / 12,
  reasons: [
    {
      code: 'price-rank' as const,
      numbers: { rank: index + 1, candidates: 51, usdPerWorkHour: rated.spotUsdPerWorkHour },
    },
    { code: 'at-family-limit' as const, numbers: { family: '<b>spot</b> & "fee"', share: 40 } },
  ],
}));

const LEFT: readonly LeftType[] = [
  ...RATED.slice(12).map((rated) => ({
    type: rated.type,
    rated,
    reasons: [{ code: 'types-at-most' as const, numbers: { types: 12 } }],
  })),
  {
    type: typeOf('r9z.<script>alert(1)</script>'),
    reasons: [{ code: 'figure-missing', numbers: { figures: 'onDemandUsdPerHour' } }],
  },
  {
    type: typeOf('t4g.4xlarge'),
    rated: ratedOf(typeOf('t4g.4xlarge'), 1, 0.2),
    reasons: [{ code: 'filtered', numbers: { conditions: 'family!=t*' } }],
  },
];

export const PLAN: Plan = {
  question: DEFAULT_QUESTION,
  chosen: CHOSEN,
  left: LEFT,
  unitsForLoad: 31.5,
  spotUsdPerHour: 11.2,
  onDemandUsdPerHour: 25.1,
  spotUsdPerWorkHour: 0.28,
  spotUsdPerWorkHourBetween: [0.21, 0.33],
  onDemandUsdPerWorkHour: 0.6275,
  referenceUsdPerWorkHour: 0.62,
  largestPoolShare: 0.12,
  familyShares: [{ family: 'm6g', share: 0.24 }],
  architectures: ['arm64', 'x86_64'],
  memoryPerVcpuGib: [4, 8],
  lossesPerMonth: 0.104,
  notices: [{ code: 'one-architecture', numbers: { arch: 'arm64' } }],
};

export const CATALOGUE: Catalogue = {
  version: 1,
  region: 'us-east-1',
  release: 'emr-7.10.0',
  at: '2026-11-20',
  sources: [{ what: 'prices', from: 'made up', date: '2026-11-20', licence: 'MIT' }],
  types: [],
};
