/** How much a catalogue knows, and what it lacks for a plan. */
import type { Catalogue, CatalogueType } from './model.ts';

/** Number of types that have a figure. */
export interface Coverage {
  readonly types: number;
  readonly emrSupported: number;
  readonly onDemand: number;
  readonly spot: number;
  readonly spotEstimated: number;
  readonly emrFee: number;
  readonly emrFeeEstimated: number;
  readonly interruptions: number;
  /** Those with the score that was asked for. */
  readonly speed: number;
  /** EMR supports them, and they have spot price, fee and speed: a plan can rate them. */
  readonly usable: number;
}

/** What a catalogue lacks, and what to do. */
export interface Lack {
  readonly code: 'no-types' | 'none-supported' | 'no-spot-prices' | 'no-emr-fees' | 'no-speed' | 'none-complete';
  /** Two sentences: what is wrong, and the nearest thing that works. */
  readonly text: string;
}

const isUsable = (type: CatalogueType, score: string): boolean =>
  type.emrSupported !== false &&
  type.spotUsdPerHour !== undefined &&
  type.emrUsdPerHour !== undefined &&
  type.scores[score] !== undefined;

/** Counts what a catalogue knows. */
export const coverageOf = ({ types }: Catalogue, score = 'coremark'): Coverage => {
  const count = (has: (type: CatalogueType) => boolean): number => types.filter(has).length;
  return {
    types: types.length,
    emrSupported: count(({ emrSupported }) => emrSupported === true),
    onDemand: count(({ onDemandUsdPerHour }) => onDemandUsdPerHour !== undefined),
    spot: count(({ spotUsdPerHour }) => spotUsdPerHour !== undefined),
    spotEstimated: count(({ estimated }) => estimated?.includes('spotUsdPerHour') === true),
    emrFee: count(({ emrUsdPerHour }) => emrUsdPerHour !== undefined),
    emrFeeEstimated: count(({ estimated }) => estimated?.includes('emrUsdPerHour') === true),
    interruptions: count(({ interruptionBand }) => interruptionBand !== undefined),
    speed: count(({ scores }) => scores[score] !== undefined),
    usable: count((type) => isUsable(type, score)),
  };
};

/** Names of the scores that some type has, those of most types first. */
export const scoresIn = ({ types }: Catalogue): readonly string[] => {
  const counts = new Map<string, number>();
  for (const { scores } of types) for (const name of Object.keys(scores)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].toSorted(([a, many], [b, more]) => more - many || a.localeCompare(b)).map(([name]) => name);
};

const refresh = (region: string, permission: string): string =>
  `Write it anew: prestoscale catalog refresh --region ${region} (needs ${permission})`;

const speedText = (catalogue: Catalogue, score: string): string => {
  const others = scoresIn(catalogue);
  const other = others.length > 0 ? `It has ${others.join(', ')}: choose one of these.` : 'It has no scores at all.';
  return `No type of the catalogue has the score ${score}. ${other}`;
};

/** Everything for want of which no type at all can be rated; empty: a plan can be made. */
export const lacksOf = (catalogue: Catalogue, score = 'coremark'): readonly Lack[] => {
  const { region } = catalogue;
  const has = coverageOf(catalogue, score);
  if (has.types === 0) {
    const text = `The catalogue has no types. ${refresh(region, 'ec2:DescribeInstanceTypes')}, or use the shipped one.`;
    return [{ code: 'no-types', text }];
  }
  const lacks: (Lack | false)[] = [
    catalogue.types.every(({ emrSupported }) => emrSupported === false) && {
      code: 'none-supported',
      text: `EMR supports no type of the catalogue${catalogue.release === undefined ? '' : ` in ${catalogue.release}`}. ${refresh(region, 'elasticmapreduce:ListSupportedInstanceTypes')}, with another --release.`,
    },
    has.spot === 0 && {
      code: 'no-spot-prices',
      text: `No type of the catalogue has a spot price. ${refresh(region, 'ec2:DescribeSpotPriceHistory')}, or use the shipped one.`,
    },
    has.emrFee === 0 && {
      code: 'no-emr-fees',
      text: `No type of the catalogue has EMR’s fee. ${refresh(region, 'pricing:GetProducts')}, with --estimate where that is not allowed, or use the shipped one.`,
    },
    has.speed === 0 && { code: 'no-speed', text: speedText(catalogue, score) },
  ];
  const found = lacks.filter((lack) => lack !== false);
  if (found.length > 0 || has.usable > 0) return found;
  const text = `No type of the catalogue has all of spot price, EMR’s fee, the score ${score} and EMR’s support. ${refresh(region, 'all of docs/catalogue.md')}.`;
  return [{ code: 'none-complete', text }];
};
