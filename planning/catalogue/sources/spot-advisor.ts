/**
 * The spot advisor's data, `spot-advisor-data.json` as AWS serves it (undocumented; emr.md §7): what spot saves on average
 * over the last 30 days, how often a type was interrupted in the last month, and whether EMR offers it.
 */
import { distance } from 'fastest-levenshtein';
import * as z from 'zod/mini';
import { dateInName, type FactsOf, type FileContext, known, type TypeFacts } from '../facts.ts';
import { CatalogueError, given, problemsOf } from '../problems.ts';
import { jsonOf } from '../read.ts';
import { bandOf } from './bands.ts';

/** A saving may be less than nothing: spot is dearer than on demand now and then. */
const schema = z.object({
  ranges: z.array(z.object({ index: z.int(), label: z.string() })),
  instance_types: z.record(
    z.string(),
    z.object({ emr: z.boolean(), cores: z.int().check(z.gte(1)), ram_gb: z.number().check(z.positive()) }),
  ),
  spot_advisor: z.record(
    z.string(),
    z.record(z.string(), z.record(z.string(), z.object({ s: z.number().check(z.lte(100)), r: z.int() }))),
  ),
});

type Advisor = z.infer<typeof schema>;

const parsed = (text: string, file: string): Advisor => {
  const value = jsonOf(file, text);
  const result = schema.safeParse(value);
  if (!result.success) throw new CatalogueError(file, problemsOf(result.error.issues, value, []));
  return result.data;
};

const regionOf = ({ spot_advisor: regions }: Advisor, { file, region }: FileContext) => {
  const linux = regions[region]?.['Linux'];
  if (linux !== undefined) return linux;
  const near = Object.keys(regions).toSorted((a, b) => distance(region, a) - distance(region, b));
  const expected = `a region that the file has; the nearest are ${near.slice(0, 3).join(', ')}`;
  throw new CatalogueError(file, [{ path: ['spot_advisor'], given: given(region), expected }]);
};

/**
 * Reads the file for one region.
 * @throws CatalogueError for another shape, or a region that is not in it
 */
export const readSpotAdvisor = (text: string, context: FileContext): FactsOf => {
  const advisor = parsed(text, context.file);
  const market = regionOf(advisor, context);
  const bands = new Map(advisor.ranges.map(({ index, label }) => [index, bandOf(label)]));
  const factsOf = (name: string): TypeFacts => {
    const size = advisor.instance_types[name];
    const spot = market[name];
    return known({
      name,
      vcpu: size?.cores,
      memoryGib: size?.ram_gb,
      emrSupported: size?.emr,
      spotSaving: spot === undefined ? undefined : spot.s / 100,
      interruptionBand: spot === undefined ? undefined : bands.get(spot.r),
    });
  };
  const names = [...new Set([...Object.keys(advisor.instance_types), ...Object.keys(market)])];
  return {
    source: {
      what: 'spot savings, interruptions, EMR support',
      from: `${context.file} (spot advisor, by way of spotinfo)`,
      date: dateInName(context.file),
      licence: 'Apache-2.0',
    },
    types: names.map(factsOf),
  };
};
