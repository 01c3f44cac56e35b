/**
 * The catalogue that comes with the product, for planning without AWS: types of us-east-1 that EMR supports and a Presto
 * cluster would be made of, as they were at the dates of its sources. It is a table, one line a type, to stay small;
 * scripts/shipped-catalogue.ts writes it. Spot prices and most of EMR's fees in it are estimates, and marked.
 */
import { type FactsOf, known } from './facts.ts';
import type { Catalogue, CatalogueSource, CatalogueType, EstimatedFigure } from './model.ts';
import shipped from './shipped.json' with { type: 'json' };

/** The columns of a line, in order; unknown is null. */
export const SHIPPED_COLUMNS = [
  'name',
  'vcpu',
  'memoryGib',
  'arch',
  'onDemandUsdPerHour',
  'spotUsdPerHour',
  'emrUsdPerHour',
  'interruptionBand',
  'coremark',
] as const;

/** The file as it is kept. */
export interface ShippedTable {
  readonly about: string;
  readonly region: string;
  readonly at: string;
  readonly sources: readonly CatalogueSource[];
  /** Types whose EMR fee a source tells; that of every other is an estimate. */
  readonly feesTold: readonly string[];
  readonly columns: readonly string[];
  readonly types: readonly (readonly (string | number | null)[])[];
}

const typeOf = (table: ShippedTable, line: readonly (string | number | null)[]): CatalogueType => {
  const cells = table.columns.map((column, index) => [column, line[index]] as const);
  const { coremark, ...figures } = Object.fromEntries(cells.filter(([, value]) => value !== null));
  const told = new Set(table.feesTold);
  const estimated: EstimatedFigure[] = told.has(String(figures['name']))
    ? ['spotUsdPerHour']
    : ['spotUsdPerHour', 'emrUsdPerHour'];
  const scores = coremark === undefined ? {} : { coremark };
  return { ...figures, current: true, gpus: 0, emrSupported: true, estimated, scores } as unknown as CatalogueType;
};

/** A catalogue of a table as it is kept. */
export const catalogueOfTable = (table: ShippedTable): Catalogue => ({
  version: 1,
  region: table.region,
  at: table.at,
  sources: table.sources,
  types: table.types.map((line) => typeOf(table, line)),
});

/** The shipped catalogue. */
export const shippedCatalogue = (): Catalogue => catalogueOfTable(shipped as ShippedTable);

const sourceOf = (words: string): CatalogueSource => {
  const found = shipped.sources.find(({ what }) => what.includes(words)) as CatalogueSource | undefined;
  if (found === undefined) throw new Error(`the shipped catalogue has no source of ${words}`);
  return { ...found, what: words, from: `${found.from} (shipped)` };
};

const savingOf = ({ onDemandUsdPerHour, spotUsdPerHour }: CatalogueType): number | undefined =>
  onDemandUsdPerHour === undefined || spotUsdPerHour === undefined
    ? undefined
    : 1 - spotUsdPerHour / onDemandUsdPerHour;

/**
 * What of the shipped catalogue AWS's APIs do not tell: speed, which holds in any region, and the spot advisor's savings and
 * interruptions, which hold in their own.
 */
export const shippedFacts = (region: string): readonly FactsOf[] => {
  const { types, region: own } = shippedCatalogue();
  const speed: FactsOf = { source: sourceOf('CoreMark'), types: types.map(({ name, scores }) => ({ name, scores })) };
  if (region !== own) return [speed];
  const market = types.map((type) =>
    known({ name: type.name, interruptionBand: type.interruptionBand, spotSaving: savingOf(type) }),
  );
  return [speed, { source: sourceOf('interruptions'), types: market }];
};
