/**
 * An environment's file in parts: every part that is sound can be judged with the others although some part is not, so
 * that all mistakes are told at once.
 */
import { parsePolicy } from '../lambdas/core/policy/parse.ts';
import { type Policy, type PolicyInput, policySchema } from '../lambdas/core/policy/schema.ts';
import { type CloudWatchMapping, parseCloudWatchMapping } from '../lambdas/settings/cloudwatch-mapping.ts';
import { type PrometheusMapping, parsePrometheusMapping } from '../lambdas/settings/prometheus-mapping.ts';
import type { ClusterCriterion, ClusterEntry } from '../lambdas/settings/settings.ts';
import { CLUSTER_NAME, type Form, NETWORK_NAME } from './environment-fields.ts';
import type { Environment, NetworkEntry } from './environment-model.ts';
import type { PricesEntry } from './environment-prices.ts';
import { noSuchName, problemAt, shownValue, under } from './environment-problem.ts';
import { clusterSchema, environmentSchema, findSchema, networkSchema } from './environment-schema.ts';
import { isSection, type Reading, readSection, soundFields, withoutMisspelt } from './environment-section.ts';
import { SAMPLE_SECTIONS, type SampleWord } from './sample-schema.ts';

/** A source of samples that is known, as far as it is sound. */
export interface SampleDraft {
  readonly from: SampleWord;
  readonly url?: string;
  readonly network?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly mapping?: PrometheusMapping | CloudWatchMapping;
}

/** A cluster, as far as it is sound. */
export interface ClusterDraft {
  readonly name: string;
  readonly find?: ClusterCriterion;
  readonly sample?: SampleDraft;
  /** Its sound sections, with their defaults. */
  readonly policy: Partial<Policy>;
  /** As it was written; present when all of it is sound. */
  readonly seed?: PolicyInput;
  readonly usdPerUnitHour?: NonNullable<ClusterEntry['usdPerUnitHour']>;
  readonly prices?: PricesEntry;
  readonly minimumWorkerAgeSeconds?: number;
}

/** A network, as far as it is sound. */
export type NetworkDraft = Pick<NetworkEntry, 'name'> & Partial<NetworkEntry>;

/** An environment, as far as it is sound. */
export type EnvironmentDraft = Partial<Omit<Environment, 'clusters' | 'networks'>> & {
  readonly clusters: readonly ClusterDraft[];
  readonly networks: readonly NetworkDraft[];
};

const CRITERIA = ['id', 'name', 'tags'] as const;

const readFind = (value: unknown): Reading<ClusterCriterion | undefined> => {
  const { part, problems } = readSection(findSchema, value);
  if (!isSection(value)) return { part: undefined, problems };
  const given = CRITERIA.filter((key) => value[key] !== undefined);
  const count =
    given.length === 1 || problems.length > 0 ? [] : [problemAt([], value, `exactly one of ${CRITERIA.join(', ')}`)];
  const isEmpty = isSection(value['tags']) && Object.keys(value['tags']).length === 0;
  const empty = isEmpty
    ? [problemAt(['tags'], value['tags'], 'at least one tag: without any every cluster would fit')]
    : [];
  const all = [...problems, ...count, ...empty];
  return { part: all.length === 0 ? (part as unknown as ClusterCriterion) : undefined, problems: all };
};

const readMapping = (from: SampleWord, value: unknown): Reading<Pick<SampleDraft, 'mapping'>> => {
  if (from !== 'cloudwatch' && value === undefined) return { part: {}, problems: [] };
  const { mapping, problems = [] } =
    from === 'cloudwatch' ? parseCloudWatchMapping(value) : parsePrometheusMapping(value);
  return { part: mapping === undefined ? {} : { mapping }, problems: under(['mapping'], problems) };
};

const MAPPED: ReadonlySet<SampleWord> = new Set(['prometheus', 'amp', 'cloudwatch']);

const isSampleWord = (from: unknown): from is SampleWord =>
  typeof from === 'string' && Object.hasOwn(SAMPLE_SECTIONS, from);

const readSample = (value: unknown): Reading<SampleDraft | undefined> => {
  if (!isSection(value)) {
    return { part: undefined, problems: [problemAt([], value, 'an object such as { "from": "push" }')] };
  }
  const { from, mapping: given } = value;
  if (!isSampleWord(from)) {
    const problem = noSuchName(
      ['from'],
      from,
      Object.keys(SAMPLE_SECTIONS),
      'the sources',
      'docs/samples.md compares them',
    );
    return { part: undefined, problems: [problem] };
  }
  const isMapped = MAPPED.has(from);
  const { part, problems } = readSection(SAMPLE_SECTIONS[from], value, isMapped ? ['mapping'] : []);
  const mapping = isMapped ? readMapping(from, given) : { part: {}, problems: [] };
  return { part: { ...part, ...mapping.part, from }, problems: [...problems, ...mapping.problems] };
};

/** `$schema` is the editor's, and no wish of the owner. */
const seedOf = (value: unknown): PolicyInput => {
  const { $schema: _, ...seed } = value as PolicyInput;
  return seed;
};

const present = <Key extends string, Value>(key: Key, value: Value | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { readonly [K in Key]?: Value };

const readCluster = (name: string, value: unknown): Reading<ClusterDraft> => {
  const { part, problems } = readSection(clusterSchema, value, ['find', 'sample', 'policy']);
  if (!isSection(value)) return { part: { name, policy: {} }, problems };
  const find = readFind(value['find']);
  const sample = readSample(value['sample']);
  const { policy, problems: ofPolicy = [] } = parsePolicy(value['policy']);
  const all = [
    ...problems,
    ...under(['find'], find.problems),
    ...under(['sample'], sample.problems),
    ...under(['policy'], ofPolicy),
  ];
  return {
    part: {
      ...part,
      name,
      ...present('find', find.part),
      ...present('sample', sample.part),
      policy: soundFields(policySchema, value['policy']),
      ...(policy === undefined ? {} : { seed: seedOf(value['policy']) }),
    },
    problems: withoutMisspelt(clusterSchema, all, value),
  };
};

const readNetwork = (name: string, value: unknown): Reading<NetworkDraft> => {
  const { part, problems } = readSection(networkSchema, value);
  return { part: { ...part, name }, problems };
};

const readNamed = <Part>(
  key: string,
  value: unknown,
  { pattern, means }: Form,
  read: (name: string, value: unknown) => Reading<Part>,
): Reading<readonly Part[]> => {
  if (!isSection(value)) return { part: [], problems: [problemAt([key], value, 'an object { "name": { … } }')] };
  const readings = Object.entries(value).map(([name, entry]) => {
    const { part, problems } = read(name, entry);
    const ofName = pattern.test(name) ? [] : [{ path: [], given: `the name ${shownValue(name)}`, expected: means }];
    return { part, problems: under([key, name], [...ofName, ...problems]) };
  });
  return { part: readings.map(({ part }) => part), problems: readings.flatMap(({ problems }) => problems) };
};

/** Reads every part of a file; what the parts are to each other is judged by the checks. Never throws. */
export const readEnvironment = (value: unknown): Reading<EnvironmentDraft> => {
  const { part, problems } = readSection(environmentSchema, value, ['clusters', 'networks']);
  if (!isSection(value)) return { part: { clusters: [], networks: [] }, problems };
  const clusters = readNamed('clusters', value['clusters'], CLUSTER_NAME, readCluster);
  const isEmpty = isSection(value['clusters']) && clusters.part.length === 0;
  const none = isEmpty ? [problemAt(['clusters'], {}, 'at least one cluster, "name": { … }')] : [];
  const networks = readNamed(
    'networks',
    value['networks'] === undefined ? {} : value['networks'],
    NETWORK_NAME,
    readNetwork,
  );
  const all = [...problems, ...none, ...clusters.problems, ...networks.problems];
  return {
    part: { ...part, clusters: clusters.part, networks: networks.part },
    problems: withoutMisspelt(environmentSchema, all, value),
  };
};
