/** Which loader a file is for, told by what is in it and not by its name. */
import { basename } from 'node:path';
import type { FactsOf, FileContext } from '../facts.ts';
import type { Catalogue, CatalogueType } from '../model.ts';
import { CatalogueError } from '../problems.ts';
import { jsonOf, parseCatalogue, readCatalogueText } from '../read.ts';
import { readEmrSupported } from './emr-supported.ts';
import { INSTANCE_TABLE_COLUMNS, readInstanceTable } from './instance-table.ts';
import { readSpareCores, SPARE_CORES_COLUMNS } from './spare-cores.ts';
import { readSpotAdvisor } from './spot-advisor.ts';
import { readVantageBenchmarks } from './vantage-benchmarks.ts';

type Loader = (text: string, context: FileContext) => FactsOf;

/** What is estimated in a catalogue is worked out anew, or left out, when it is joined. */
const toldBy = ({ estimated = [], ...type }: CatalogueType) => {
  const dropped: ReadonlySet<string> = new Set(estimated);
  return Object.fromEntries(Object.entries(type).filter(([key]) => !dropped.has(key))) as typeof type;
};

/**
 * A catalogue as one more source. Sizes, EMR's support and scores hold anywhere; prices and interruptions are of its region.
 */
export const catalogueFacts = (catalogue: Catalogue, from: string, region: string): FactsOf => {
  const types = catalogue.types.map((type) => {
    const told = toldBy(type);
    if (catalogue.region === region) return told;
    const { name, vcpu, memoryGib, arch, scores } = told;
    return { name, vcpu, memoryGib, arch, scores };
  });
  const date = catalogue.at.slice(0, 'yyyy-mm-dd'.length);
  return { source: { what: `catalogue of ${catalogue.region}`, from, date }, types };
};

const loadCatalogue: Loader = (text, { file, region }) => {
  const { catalogue, problems } = parseCatalogue(jsonOf(file, text));
  if (catalogue === undefined) throw new CatalogueError(file, problems);
  return catalogueFacts(catalogue, file, region);
};

const EXPECTED = [
  'a catalogue',
  'a spot advisor’s data',
  'Vantage’s benchmarks',
  'a list of types that EMR supports',
  'aws_instance_catalog.csv',
  'Spare Cores’ benchmarks',
].join(', or ');

const hasColumns = (text: string, columns: readonly string[]): boolean => {
  const header = (text.split('\n', 1)[0] ?? '').replace('\ufeff', '').trim().split(',');
  return columns.every((column) => header.includes(column));
};

const loaderOfJson = (value: unknown): Loader | undefined => {
  if (Array.isArray(value)) return readEmrSupported;
  if (typeof value !== 'object' || value === null) return undefined;
  if ('SupportedInstanceTypes' in value) return readEmrSupported;
  if ('spot_advisor' in value) return readSpotAdvisor;
  if ('types' in value && 'region' in value) return loadCatalogue;
  const [first] = Object.values(value);
  return typeof first === 'object' && first !== null && 'ran_at' in first ? readVantageBenchmarks : undefined;
};

const loaderOf = (text: string, file: string): Loader => {
  if (hasColumns(text, INSTANCE_TABLE_COLUMNS)) return readInstanceTable;
  if (hasColumns(text, SPARE_CORES_COLUMNS)) return readSpareCores;
  const loader = /^\s*[[{]/.test(text) ? loaderOfJson(jsonOf(file, text)) : undefined;
  if (loader !== undefined) return loader;
  throw new CatalogueError(file, [{ path: [], given: 'something else', expected: EXPECTED }]);
};

/**
 * Reads a file of facts, whatever it is.
 * @throws CatalogueError for a file that cannot be read, is none of those that are known, or has mistakes
 */
export const readFacts = (path: string, region: string): FactsOf => {
  const text = readCatalogueText(path);
  return loaderOf(text, path)(text, { file: basename(path), region });
};
