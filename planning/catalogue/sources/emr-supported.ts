/**
 * What EMR supports in a release and region: the answer of `aws emr list-supported-instance-types`, or a list of names as
 * some tools keep it. A list says what is not supported as well.
 */
import * as z from 'zod/mini';
import { dateInName, type FactsOf, type FileContext } from '../facts.ts';
import { CatalogueError, problemsOf } from '../problems.ts';
import { jsonOf } from '../read.ts';

const told = z.object({ Type: z.string() });
const names = z.array(z.union([z.string(), told]));
const schema = z.union([names, z.object({ SupportedInstanceTypes: names })]);

/** `emr-7.10.0` in `instance-types-emr-7.10.0.json`. */
export const releaseInName = (file: string): string | undefined => /emr-\d+\.\d+\.\d+/.exec(file)?.[0];

/** EMR's own list as facts. */
export const supportedFacts = (types: readonly string[], from: string, date: string): FactsOf => ({
  source: { what: 'EMR support', from, date },
  types: types.map((name) => ({ name, emrSupported: true })),
  others: { emrSupported: false },
});

/**
 * Reads the file.
 * @throws CatalogueError for another shape, or an empty list
 */
export const readEmrSupported = (text: string, { file }: FileContext): FactsOf => {
  const value = jsonOf(file, text);
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new CatalogueError(file, problemsOf(parsed.error.issues, value, []));
  const list = Array.isArray(parsed.data) ? parsed.data : parsed.data.SupportedInstanceTypes;
  const expected = 'at least one type: an empty list would say that EMR supports nothing';
  if (list.length === 0) throw new CatalogueError(file, [{ path: [], given: '[]', expected }]);
  const types = list.map((one) => (typeof one === 'string' ? one : one.Type));
  return supportedFacts(types, `${file} (EMR ListSupportedInstanceTypes)`, dateInName(file));
};
