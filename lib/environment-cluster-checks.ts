/** What the parts of one cluster must be to each other, and clusters to one another. */
import { ENVIRONMENT_TAG } from '../lambdas/contract.ts';
import type { CloudWatchMapping } from '../lambdas/settings/cloudwatch-mapping.ts';
import { placesOf } from '../lambdas/settings/mapped-fields.ts';
import type { ClusterCriterion } from '../lambdas/settings/settings.ts';
import { addressFault, isPrivate } from './environment-address.ts';
import { INSTANCE_TYPE } from './environment-prices.ts';
import { type EnvironmentProblem, type Path, problemAt, shownValue } from './environment-problem.ts';
import type { ClusterDraft, SampleDraft } from './environment-reading.ts';
import { tagKeyProblems } from './environment-tags.ts';

type Check = (cluster: ClusterDraft, at: (...path: Path) => Path, environment: string) => readonly EnvironmentProblem[];

const needAlarms: Check = ({ policy }, at) => {
  const { signal, alarms } = policy;
  const remedy = 'sample.from is "alarms", so nothing else says what is needed';
  const source =
    signal === undefined || signal.source === 'alarms'
      ? []
      : [problemAt(at('policy', 'signal', 'source'), signal.source, '"alarms"', remedy)];
  // With the source "alarms" the policy itself misses them.
  const none =
    source.length === 0 || alarms === undefined || alarms.length > 0
      ? []
      : [problemAt(at('policy', 'alarms'), alarms, 'at least one alarm', remedy)];
  return [...source, ...none];
};

const signalAndSample: Check = (cluster, at, environment) => {
  const { sample, policy } = cluster;
  if (sample === undefined) return [];
  if (sample.from === 'alarms') return needAlarms(cluster, at, environment);
  if (policy.signal?.source !== 'alarms') return [];
  const remedy = 'policy.signal.source is "alarms", so a sample would be read for nothing';
  return [problemAt(at('sample', 'from'), sample.from, '"alarms"', remedy)];
};

const pricesForBudget: Check = ({ policy, usdPerUnitHour, prices = {} }, at) => {
  const wants = [
    ...(policy.budget?.usdPerHour === undefined ? [] : ['budget.usdPerHour']),
    ...(policy.budget?.usdPerDay === undefined ? [] : ['budget.usdPerDay']),
    ...(policy.markets?.fallbackMaximumUsdPerHour === undefined ? [] : ['markets.fallbackMaximumUsdPerHour']),
  ];
  if (wants.length === 0 || usdPerUnitHour !== undefined || Object.keys(prices).length > 0) return [];
  const expected = `{ "onDemand": …, "spot": … }: the policy has ${wants.join(', ')}`;
  return [problemAt(at('usdPerUnitHour'), undefined, expected, 'without prices nothing may grow under a budget')];
};

const pricesInOrder: Check = ({ usdPerUnitHour: price }, at) =>
  price === undefined || price.spot <= price.onDemand
    ? []
    : [problemAt(at('usdPerUnitHour', 'spot'), price.spot, `at most the price of onDemand, ${price.onDemand}`)];

const typePricesInOrder: Check = ({ prices = {} }, at) =>
  Object.entries(prices).flatMap(([type, { onDemand, spot }]) => [
    ...(INSTANCE_TYPE.pattern.test(type)
      ? []
      : [{ path: at('prices', type), given: `the key ${shownValue(type)}`, expected: INSTANCE_TYPE.means }]),
    ...(spot <= onDemand
      ? []
      : [problemAt(at('prices', type, 'spot'), spot, `at most the price of onDemand, ${onDemand}`)]),
  ]);

const ageOfPeriods: Check = ({ sample, policy }, at) => {
  if (sample?.from !== 'cloudwatch' || sample.mapping === undefined || policy.signal === undefined) return [];
  const places = placesOf(sample.mapping as CloudWatchMapping);
  const longest = Math.max(...places.map(([, { periodSeconds }]) => periodSeconds));
  const { staleAfterSeconds } = policy.signal;
  if (staleAfterSeconds >= 2 * longest) return [];
  const expected = `at least ${2 * longest}: with a period of ${longest} s the sample is up to two periods old before it is read`;
  return [
    problemAt(at('policy', 'signal', 'staleAfterSeconds'), staleAfterSeconds, expected, 'nothing would ever shrink'),
  ];
};

const KINDS = {
  scrape: { path: 'page', mayHavePrimary: true },
  coordinator: { path: 'server', mayHavePrimary: true },
  prometheus: { path: 'server', mayHavePrimary: false },
} as const;

const kindOf = ({ from }: SampleDraft) => (Object.hasOwn(KINDS, from) ? KINDS[from as keyof typeof KINDS] : undefined);

const address: Check = ({ sample }, at) => {
  const kind = sample && kindOf(sample);
  if (sample?.url === undefined || kind === undefined) return [];
  const fault = addressFault(sample.url, kind);
  // A password would be shown with the address.
  const shown = sample.url.replace(/\/\/[^/]*@/, '//…@');
  if (fault !== undefined) return [problemAt(at('sample', 'url'), shown, fault)];
  if (sample.from !== 'prometheus' || sample.network !== undefined || !isPrivate(sample.url)) return [];
  const expected = 'a name of networks: the address is a private one';
  return [problemAt(at('sample', 'network'), undefined, expected, 'outside a network only public servers are reached')];
};

const labelsOrMapping: Check = ({ sample }, at) =>
  sample?.labels === undefined || sample.mapping === undefined
    ? []
    : [problemAt(at('sample', 'labels'), sample.labels, 'no labels beside mapping', 'write them into its selectors')];

const tagsThatCanFit: Check = ({ find }, at, environment) => {
  const tags = find?.tags;
  if (tags === undefined) return [];
  const ofEnvironment = tags[ENVIRONMENT_TAG];
  const path = at('find', 'tags');
  const other =
    ofEnvironment === undefined || ofEnvironment === environment
      ? []
      : [
          problemAt(
            [...path, ENVIRONMENT_TAG],
            ofEnvironment,
            `"${environment}", or no such tag`,
            'clusters of another environment may not be touched',
          ),
        ];
  return [...tagKeyProblems(path, tags), ...other];
};

const CHECKS: readonly Check[] = [
  signalAndSample,
  pricesForBudget,
  pricesInOrder,
  typePricesInOrder,
  ageOfPeriods,
  address,
  labelsOrMapping,
  tagsThatCanFit,
];

/** Whether every cluster that fits the second fits the first as well. */
const covers = (one: ClusterCriterion, other: ClusterCriterion): boolean => {
  if (one.tags === undefined || other.tags === undefined) {
    return (one.id !== undefined && one.id === other.id) || (one.name !== undefined && one.name === other.name);
  }
  const { tags } = other;
  return Object.entries(one.tags).every(([key, value]) => tags[key] === value);
};

/** Two names for one cluster would take turns in setting its targets. */
const sameCluster = (clusters: readonly ClusterDraft[]): EnvironmentProblem[] =>
  clusters.flatMap(({ name, find }, index) => {
    if (find === undefined) return [];
    const rival = clusters.find(
      (other, place) =>
        other.find !== undefined &&
        place !== index &&
        covers(other.find, find) &&
        (place < index || !covers(find, other.find)),
    );
    if (rival === undefined) return [];
    const expected = `another cluster than ${rival.name} is, whose find fits every cluster that this one fits`;
    return [
      problemAt(['clusters', name, 'find'], find, expected, 'two names for one cluster would resize it in turns'),
    ];
  });

/**
 * What contradicts itself in the clusters.
 * @param environment name of the environment
 */
export const clusterProblems = (clusters: readonly ClusterDraft[], environment: string): EnvironmentProblem[] => [
  ...clusters.flatMap((cluster) => {
    const at = (...path: Path): Path => ['clusters', cluster.name, ...path];
    return CHECKS.flatMap((check) => check(cluster, at, environment));
  }),
  ...sameCluster(clusters),
];
