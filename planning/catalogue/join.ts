/** Makes one catalogue of what several sources tell. */
import { type FactsOf, known, type TypeFacts } from './facts.ts';
import type { Catalogue, CatalogueSource, CatalogueType, EstimatedFigure } from './model.ts';

/** Two sources that tell different figures; the first in the order of the sources was taken. */
export interface Conflict {
  readonly type: string;
  readonly figure: string;
  readonly taken: { readonly value: unknown; readonly from: string };
  readonly left: { readonly value: unknown; readonly from: string };
}

export interface JoinOptions extends Pick<Catalogue, 'region' | 'zone' | 'release' | 'at'> {
  /**
   * Fills what no source tells, marked as estimated: the spot price from the saving that the spot advisor tells, EMR's fee
   * as a share of the on-demand price.
   */
  readonly estimate?: { readonly emrFeeShare: number };
}

export interface Joined {
  readonly catalogue: Catalogue;
  readonly conflicts: readonly Conflict[];
  /** Types that some source named and none told the size of; they are not in the catalogue. */
  readonly incomplete: readonly string[];
}

/** EMR's fee in every source that was seen (emr.md §7, data.md §3); large types of older families may have less. */
export const USUAL_EMR_FEE_SHARE = 0.25;

/** Figures that differ by less say the same: sources round. */
const SAME_SHARE = 0.01;

const isSame = (a: unknown, b: unknown): boolean =>
  typeof a === 'number' && typeof b === 'number'
    ? Math.abs(a - b) <= SAME_SHARE * Math.max(Math.abs(a), Math.abs(b))
    : a === b;

/** Figures by name; scores as `scores.coremark`. */
const figuresOf = ({ name: _, scores = {}, ...figures }: TypeFacts): readonly (readonly [string, unknown])[] => [
  ...Object.entries(figures).filter(([, value]) => value !== undefined),
  ...Object.entries(scores).map(([score, value]) => [`scores.${score}`, value] as const),
];

type Taken = Map<string, { readonly value: unknown; readonly from: string }>;

const take = (type: string, taken: Taken, facts: TypeFacts, from: string, conflicts: Conflict[]): void => {
  for (const [figure, value] of figuresOf(facts)) {
    const before = taken.get(figure);
    if (before === undefined) taken.set(figure, { value, from });
    else if (!isSame(before.value, value)) conflicts.push({ type, figure, taken: before, left: { value, from } });
  }
};

const factsOf = (name: string, taken: Taken): TypeFacts => {
  const entries = [...taken].map(([figure, { value }]) => [figure, value] as const);
  const isScore = ([figure]: readonly [string, unknown]): boolean => figure.startsWith('scores.');
  const scores = entries.filter(isScore).map(([figure, value]) => [figure.slice('scores.'.length), value]);
  return {
    name,
    ...Object.fromEntries(entries.filter((entry) => !isScore(entry))),
    scores: Object.fromEntries(scores),
  };
};

/** Six digits are more than any source is right in. */
const price = (usd: number): number => Number(usd.toPrecision(6));

const estimatesOf = (facts: TypeFacts, { emrFeeShare }: { readonly emrFeeShare: number }) => {
  const { onDemandUsdPerHour, spotUsdPerHour, emrUsdPerHour, spotSaving } = facts;
  if (onDemandUsdPerHour === undefined) return {};
  const spot = spotUsdPerHour === undefined && spotSaving !== undefined && spotSaving < 1;
  const figures = {
    ...(spot ? { spotUsdPerHour: price(onDemandUsdPerHour * (1 - spotSaving)) } : {}),
    ...(emrUsdPerHour === undefined ? { emrUsdPerHour: price(onDemandUsdPerHour * emrFeeShare) } : {}),
  };
  const estimated = Object.keys(figures) as EstimatedFigure[];
  return estimated.length > 0 ? { ...figures, estimated } : {};
};

const typeOf = (facts: TypeFacts, options: JoinOptions): CatalogueType | undefined => {
  const { spotSaving: _, name, vcpu, memoryGib, arch, scores = {}, ...rest } = facts;
  if (vcpu === undefined || memoryGib === undefined || arch === undefined) return undefined;
  const estimates = options.estimate === undefined ? {} : estimatesOf(facts, options.estimate);
  return { name, vcpu, memoryGib, arch, ...rest, ...estimates, scores };
};

/** What was worked out is told as a source of its own. */
const estimateSources = (
  types: readonly CatalogueType[],
  { estimate, at }: JoinOptions,
): readonly CatalogueSource[] => {
  const has = (figure: EstimatedFigure): boolean => types.some(({ estimated }) => estimated?.includes(figure) === true);
  const date = at.slice(0, 'yyyy-mm-dd'.length);
  const percent = (estimate?.emrFeeShare ?? 0) * 100;
  return [
    ...(has('spotUsdPerHour')
      ? [{ what: 'spot price, estimated', from: 'on-demand price × (1 − saving of the spot advisor)', date }]
      : []),
    ...(has('emrUsdPerHour')
      ? [{ what: 'EMR fee, estimated', from: `${percent} % of the on-demand price`, date }]
      : []),
  ];
};

const byName = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

/** Everything that is told of one type, in the order of the sources. */
const gather = (name: string, parts: readonly FactsOf[], indexes: readonly ReadonlyMap<string, TypeFacts>[]) => {
  const conflicts: Conflict[] = [];
  const taken: Taken = new Map();
  parts.forEach(({ source, others }, index) => {
    const facts = indexes[index]?.get(name) ?? (others === undefined ? undefined : { ...others, name });
    if (facts !== undefined) take(name, taken, facts, source.from, conflicts);
  });
  return { facts: factsOf(name, taken), conflicts };
};

/**
 * Joins sources. Of two that tell the same figure differently the first is taken, and the conflict told.
 * @param parts the most trusted first
 */
export const joinFacts = (parts: readonly FactsOf[], options: JoinOptions): Joined => {
  const indexes = parts.map(({ types }) => new Map(types.map((type) => [type.name, type])));
  const names = [...new Set(parts.flatMap(({ types }) => types.map(({ name }) => name)))].toSorted(byName);
  const gathered = names.map((name) => gather(name, parts, indexes));
  const typed = gathered.map(({ facts }) => typeOf(facts, options));
  const types = typed.filter((type) => type !== undefined);
  const { region, zone, release, at } = options;
  return {
    catalogue: {
      version: 1,
      region,
      ...known({ zone, release }),
      at,
      sources: [...parts.map(({ source }) => source), ...estimateSources(types, options)],
      types,
    },
    conflicts: gathered.flatMap(({ conflicts }) => conflicts),
    incomplete: names.filter((_, index) => typed[index] === undefined),
  };
};
