/**
 * As much of `environments/NAME.json` as commands can use: they run where it is not, too. Whether the file is right is for
 * synth to say; here only what is plainly there is believed.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ProblemList } from '../../simulator/workload/errors.ts';
import { readJsonFile } from '../json-file.ts';

export interface EnvironmentFile {
  readonly region?: string;
  /** Network of each cluster that it names; undefined: none. */
  readonly clusters: ReadonlyMap<string, string | undefined>;
}

type Fields = Readonly<Record<string, unknown>>;

const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/**
 * Reads the file; undefined when there is none.
 * @throws InputError for one that is not JSON
 */
export const readEnvironmentFile = (folder: string, environment: string): EnvironmentFile | undefined => {
  const path = join(folder, 'environments', `${environment}.json`);
  if (!existsSync(path)) return undefined;
  const problems = new ProblemList();
  const file = readJsonFile(path, problems);
  problems.throwIfAny();
  const { region, clusters } = fields(file?.value);
  const named = Object.entries(fields(clusters));
  const known = text(region);
  return {
    ...(known === undefined ? {} : { region: known }),
    clusters: new Map(named.map(([name, entry]) => [name, text(fields(fields(entry)['sample'])['network'])])),
  };
};
