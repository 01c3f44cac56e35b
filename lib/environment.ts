/** One environment out of its file `environments/<name>.json`, or all that is wrong with it. */
import type { ClusterEntry, FunctionSettings, SampleSettings } from '../lambdas/settings/settings.ts';
import { environmentProblems, nameProblems } from './environment-checks.ts';
import { readEnvironmentFile, wrongFile } from './environment-file.ts';
import type { Environment, NetworkEntry } from './environment-model.ts';
import { pricesOf } from './environment-prices.ts';
import type { EnvironmentProblem } from './environment-problem.ts';
import { type ClusterDraft, type EnvironmentDraft, readEnvironment } from './environment-reading.ts';

export type ParsedEnvironment =
  | { readonly environment: Environment; readonly problems?: undefined }
  | { readonly environment?: undefined; readonly problems: readonly EnvironmentProblem[] };

const entryOf = ({ policy: _, seed, sample, prices, usdPerUnitHour, ...others }: ClusterDraft): ClusterEntry =>
  ({
    ...others,
    ...pricesOf(prices, usdPerUnitHour),
    sample: sample as SampleSettings,
    policy: seed,
  }) as ClusterEntry;

const complete = (name: string, draft: EnvironmentDraft): Environment =>
  ({
    ...draft,
    name,
    clusters: draft.clusters.map(entryOf),
    networks: draft.networks.map((network) => network as NetworkEntry),
  }) as Environment;

/**
 * Reads an environment from any value, e.g. parsed JSON: fills in defaults, refuses what is not known, and reports every
 * problem at once, contradictions between its parts too. Never throws.
 * @param name of the environment: of its file, without the ending
 */
export const parseEnvironment = (name: string, value: unknown): ParsedEnvironment => {
  const { part, problems: shapeless } = readEnvironment(value);
  const problems = [...nameProblems(name), ...shapeless, ...environmentProblems(name, part, shapeless)];
  return problems.length === 0 ? { environment: complete(name, part) } : { problems };
};

/**
 * The environment of `<folder>/<name>.json`.
 * @throws Error with all mistakes, each with its line; for an unknown name it lists those there are
 */
export const loadEnvironment = (folder: string, name: string): Environment => {
  const file = readEnvironmentFile(folder, name);
  const { environment, problems = [] } = parseEnvironment(name, file.value);
  const all = [...file.problems, ...problems];
  if (environment === undefined || all.length > 0) throw wrongFile(file, all);
  return environment;
};

/** What the functions of an environment are started with. */
export const functionSettings = (environment: Environment): FunctionSettings => ({
  environment: environment.name,
  slotSeconds: environment.slotSeconds,
  journalRetentionDays: environment.retention.journalDays,
  clusters: environment.clusters,
  ...(environment.emrQuotas === undefined ? {} : { emrQuotas: environment.emrQuotas }),
});
