/** A plan as people read it. */
import { type Bill, billOf, shareOfPools } from '../../planning/ask/bill.ts';
import type { InstanceTypeConfig } from '../../planning/ask/configs.ts';
import type { Catalogue, EstimatedFigure } from '../../planning/catalogue/model.ts';
import { dollars, factor, percent } from '../../planning/page/html.ts';
import { isCandidate } from '../../planning/page/points.ts';
import { bandText } from '../../planning/page/tables.ts';
import type { ChosenType, LeftType, Plan, RatedType } from '../../planning/portfolio/model.ts';
import { type PlanReason, planSentence } from '../../planning/portfolio/reasons.ts';
import type { Io } from '../program/io.ts';
import { type Cell, painted, tableText } from '../program/text.ts';

type Width = Pick<Io, 'columns' | 'colours'>;

const HEAD = ['VCPU', 'GIB', 'ARCH', 'SPEED', '$/UNIT', 'ON-DEMAND', '$/WORK', 'LOSSES'];
const ON_SPOT: readonly EstimatedFigure[] = ['spotUsdPerHour', 'emrUsdPerHour'];

/** An estimate says so. */
const about = ({ type }: RatedType, text: string, figures = ON_SPOT): string =>
  figures.some((figure) => type.estimated?.includes(figure)) ? `~${text}` : text;

const figuresOf = (rated: RatedType): readonly string[] => [
  String(rated.type.vcpu),
  String(rated.type.memoryGib),
  rated.type.arch,
  factor(rated.relativeSpeed),
  about(rated, dollars(rated.spotUsdPerUnitHour)),
  about(rated, dollars(rated.onDemandUsdPerUnitHour), ['emrUsdPerHour']),
  about(rated, dollars(rated.spotUsdPerWorkHour)),
  bandText(rated.type),
];

const cells = (texts: readonly string[]): readonly Cell[] => texts.map((text) => ({ text }));

const why = (reasons: readonly PlanReason[]): string => reasons.map(planSentence).join(' ');

/** Its place by price has a column of its own; what is more of a reason is told in words. */
const placeOf = ({ reasons }: ChosenType): string => {
  const numbers = reasons.find(({ code }) => code === 'price-rank')?.numbers;
  return numbers === undefined ? '–' : `${numbers['rank']} of ${numbers['candidates']}`;
};

const chosenWhy = ({ reasons }: ChosenType): string => {
  const more = reasons.filter(({ code }) => code !== 'price-rank');
  return more.length === 0 ? 'Its price per unit of work.' : why(more);
};

const chosenText = ({ chosen }: Plan, io: Width): string =>
  tableText(io, [
    cells(['TYPE', 'SHARE', 'WEIGHT', ...HEAD, 'PLACE', 'WHY']),
    ...chosen.map((one) => [
      { text: one.type.name, colour: 'bold' as const },
      ...cells([percent(one.share), String(one.weightUnits), ...figuresOf(one), placeOf(one), chosenWhy(one)]),
    ]),
  ]);

/** The cheapest first; what could not be rated comes last, by name. */
const leftInOrder = ({ left }: Plan): readonly LeftType[] => {
  const price = ({ rated }: LeftType): number => rated?.spotUsdPerWorkHour ?? Number.MAX_VALUE;
  return left.filter(isCandidate).toSorted((first, second) => price(first) - price(second));
};

const leftText = (plan: Plan, most: number, io: Width): string => {
  const left = leftInOrder(plan);
  const filtered = plan.left.length - left.length;
  const shown = left.slice(0, most);
  const rows = shown.map((one) =>
    cells([
      one.type.name,
      one.rated === undefined ? '–' : about(one.rated, dollars(one.rated.spotUsdPerWorkHour)),
      why(one.reasons),
    ]),
  );
  const head = `Left: ${left.length} types${shown.length < left.length ? `, of which ${shown.length} are told (--left N)` : ''}; by the filter ${filtered} more.\n`;
  return rows.length === 0 ? head : `${head}${tableText(io, [cells(['TYPE', '$/WORK', 'WHY']), ...rows])}`;
};

const load = ({ question }: Plan): string => `${question.loadUnits} units of work`;

const billText = (plan: Plan, { spotUsdPerHour, onDemandUsdPerHour, reference }: Bill, io: Width): string =>
  tableText(io, [
    cells([`An hour of ${load(plan)}`, 'SPOT', 'ON-DEMAND']),
    cells(['this plan', dollars(spotUsdPerHour), dollars(onDemandUsdPerHour)]),
    cells(['r5.4xlarge alone', dollars(reference?.spotUsdPerHour), dollars(reference?.onDemandUsdPerHour)]),
  ]);

const riskText = (plan: Plan): string => {
  const bound = [1, 2, 3].map((pools) => percent(shareOfPools(plan, pools)));
  return [
    `The largest pool has ${bound[0]} of the capacity: so much goes when it goes; with two pools ${bound[1]}, with three ${bound[2]}.`,
    `Expected losses: ${percent(plan.lossesPerMonth)} of the capacity a month.`,
    '',
  ].join('\n');
};

const headText = ({ question }: Plan, { region, zone, release, at }: Catalogue): string => {
  const where = [zone ?? region, release].filter((one) => one !== undefined).join(', ');
  return `${where}, prices of ${at.slice(0, 10)} with EMR’s fee; ${question.objective}; a unit is ${question.coresPerUnit} vCPU; speed by ${question.score}, r5.4xlarge = 1\nFilter: ${question.filter || 'none'}\n`;
};

const noticesText = ({ notices }: Plan): string => notices.map((notice) => `! ${planSentence(notice)}\n`).join('');

/** EMR's JSON, a type a line. */
export const configsText = (configs: readonly InstanceTypeConfig[]): string =>
  `[\n${configs.map((one) => `  ${JSON.stringify(one)}`).join(',\n')}\n]\n`;

/** The whole answer. */
export const planText = (
  plan: Plan,
  catalogue: Catalogue,
  configs: readonly InstanceTypeConfig[],
  most: number,
  io: Width,
): string =>
  [
    painted(io, 'dim', headText(plan, catalogue)),
    chosenText(plan, io),
    noticesText(plan),
    leftText(plan, most, io),
    `${billText(plan, billOf(plan, catalogue), io)}\n${riskText(plan)}`,
    `InstanceTypeConfigs for aws emr create-cluster (add EBS volumes as you need them):\n${configsText(configs)}`,
  ]
    .filter((part) => part !== '')
    .join('\n');
