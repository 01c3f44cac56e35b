/** What the parts of an environment must be to each other. */
import { ENVIRONMENT_TAG } from '../lambdas/contract.ts';
import { nearestName } from '../lambdas/core/policy/nearest.ts';
import { portOf } from './environment-address.ts';
import { clusterProblems } from './environment-cluster-checks.ts';
import { ENVIRONMENT_NAME } from './environment-fields.ts';
import { type EnvironmentProblem, noSuchName, type Path, problemAt } from './environment-problem.ts';
import type { ClusterDraft, EnvironmentDraft, NetworkDraft } from './environment-reading.ts';
import { tagKeyProblems } from './environment-tags.ts';

const STATE_ENDING = '-state';

/** What is wrong with the name of an environment, which is the name of its file. */
export const nameProblems = (name: string): EnvironmentProblem[] => {
  const path = ['the name of the environment'];
  const remedy = 'rename the file';
  if (!ENVIRONMENT_NAME.pattern.test(name)) return [problemAt(path, name, ENVIRONMENT_NAME.means, remedy)];
  const stem = name.slice(0, -STATE_ENDING.length);
  // The stack of "prod-state" would have the name of the table's stack of "prod".
  return name.endsWith(STATE_ENDING)
    ? [
        problemAt(
          path,
          name,
          `no ${STATE_ENDING} at its end: so the stack is called that holds the table of ${stem}`,
          remedy,
        ),
      ]
    : [];
};

const repeated = <Entry>(entries: readonly Entry[], keyOf: (entry: Entry) => string): number[] => {
  const keys = entries.map(keyOf);
  return keys.flatMap((key, index) => (keys.indexOf(key) < index ? [index] : []));
};

const subnetProblems = ({ name, subnets = [] }: NetworkDraft, region: string | undefined): EnvironmentProblem[] => {
  const at = (index: number, key: string): Path => ['networks', name, 'subnets', index, key];
  const elsewhere = subnets.flatMap(({ availabilityZone }, index) =>
    region === undefined || availabilityZone.slice(0, -1) === region
      ? []
      : [problemAt(at(index, 'availabilityZone'), availabilityZone, `a zone of ${region}, such as "${region}a"`)],
  );
  const twice = repeated(subnets, ({ id }) => id).map((index) =>
    problemAt(at(index, 'id'), subnets[index]?.id, 'a subnet that no other entry has'),
  );
  return [...elsewhere, ...twice];
};

const ingressProblems = (networks: readonly NetworkDraft[]): EnvironmentProblem[] => {
  // Rules are made between two groups; two networks with one group make the same rule only once.
  const rules = networks.flatMap(({ name, ingress = [], securityGroupId = `of ${name}` }) =>
    ingress.map((rule, index) => ({ path: ['networks', name, 'ingress', index], rule, from: securityGroupId })),
  );
  return repeated(rules, ({ rule, from }) => `${from} ${rule.securityGroupId} ${rule.port}`).flatMap((index) => {
    const { path, rule } = rules[index] ?? {};
    return path === undefined
      ? []
      : [problemAt(path, rule, 'a rule that is not there yet', 'EC2 refuses it twice: remove one')];
  });
};

/** Whether nothing is wrong at a path or below it. */
type IsSound = (path: Path) => boolean;

const unusedNetworks = ({ networks, clusters }: EnvironmentDraft, isSound: IsSound): EnvironmentProblem[] => {
  // A sample that is not sound may be meant to name any of them.
  const isSure = clusters.length > 0 && clusters.every(({ name }) => isSound(['clusters', name, 'sample']));
  const names = networks.map(({ name }) => name);
  // A name that is mistaken is told where it stands, and means the nearest.
  const used = new Set(clusters.map(({ sample }) => nearestName(sample?.network ?? '', names)));
  return networks
    .filter(({ name }) => isSure && !used.has(name))
    .map(({ name }) => ({
      path: ['networks', name],
      given: 'a network that no cluster uses',
      expected: 'one that a sample names',
      remedy: 'name it in a cluster’s sample.network, or remove it',
    }));
};

const networkOfSample = (cluster: ClusterDraft, networks: readonly NetworkDraft[]): EnvironmentProblem[] => {
  const { name, sample } = cluster;
  if (sample?.network === undefined) return [];
  const found = networks.find((network) => network.name === sample.network);
  if (found === undefined) {
    const names = networks.map((network) => network.name);
    return [
      noSuchName(
        ['clusters', name, 'sample', 'network'],
        sample.network,
        names,
        'the networks',
        'add it to networks, or name one of them',
      ),
    ];
  }
  const port = sample.url === undefined ? undefined : portOf(sample.url);
  const ports = (found.ingress ?? []).map((rule) => rule.port);
  if (sample.from === 'prometheus' || port === undefined || ports.length === 0 || ports.includes(port)) return [];
  const expected = `a port that networks.${found.name}.ingress lets in: ${[...new Set(ports)].join(', ')}`;
  return [problemAt(['clusters', name, 'sample', 'url'], sample.url, expected, `or add a rule for port ${port}`)];
};

const topicProblems = ({ alarmTopicArn: arn, region }: EnvironmentDraft): EnvironmentProblem[] =>
  arn === undefined || region === undefined || arn.split(':')[3] === region
    ? []
    : [problemAt(['alarmTopicArn'], arn, `a topic in ${region}`, 'CloudWatch reaches no topic of another region')];

const tagProblems = ({ tags = {} }: EnvironmentDraft): EnvironmentProblem[] => {
  const ours = Object.hasOwn(tags, ENVIRONMENT_TAG)
    ? [
        problemAt(
          ['tags', ENVIRONMENT_TAG],
          tags[ENVIRONMENT_TAG],
          'no such tag',
          'it marks the clusters that may be resized; remove it',
        ),
      ]
    : [];
  return [...tagKeyProblems(['tags'], tags), ...ours];
};

const startsWith = (path: Path, start: Path): boolean => start.every((key, index) => path[index] === key);

/**
 * What contradicts itself among the sound parts of an environment.
 * @param shapeless what is wrong with the parts themselves
 */
export const environmentProblems = (
  name: string,
  draft: EnvironmentDraft,
  shapeless: readonly EnvironmentProblem[],
): EnvironmentProblem[] => {
  const isSound: IsSound = (path) => !shapeless.some((problem) => startsWith(problem.path, path));
  const areNetworksRead = !shapeless.some(({ path }) => path.length === 1 && path[0] === 'networks');
  const problems = [
    ...topicProblems(draft),
    ...tagProblems(draft),
    ...clusterProblems(draft.clusters, name),
    ...(areNetworksRead ? draft.clusters.flatMap((cluster) => networkOfSample(cluster, draft.networks)) : []),
    ...draft.networks.flatMap((network) => subnetProblems(network, draft.region)),
    ...ingressProblems(draft.networks),
    ...unusedNetworks(draft, isSound),
  ];
  // What was given and is refused is not missing.
  return problems.filter(({ given, path }) => given !== undefined || isSound(path));
};
