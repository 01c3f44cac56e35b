/** Which clusters of EMR's list may be meant by a name of the settings, and how well each does. */
import type { ListedCluster } from '../ports/cluster-directory.ts';
import type { ClusterCriterion, ClusterEntry } from '../settings/settings.ts';
import type { Description } from './describing.ts';

/** `unfit`: other tags than those looked for. `unknown`: EMR could not be asked. */
export type Fit = 'good' | 'instance-groups' | 'not-tagged' | 'unfit' | 'unknown';

export const isEnding = ({ state }: ListedCluster): boolean => state === 'TERMINATING';

const isUp = ({ state }: ListedCluster): boolean => state === 'RUNNING' || state === 'WAITING';

/** Running ones first, then the newest; equals by id, so that the order is always the same. */
const better = (first: ListedCluster, second: ListedCluster): number =>
  Number(isUp(second)) - Number(isUp(first)) ||
  second.createdAt - first.createdAt ||
  (first.emrClusterId < second.emrClusterId ? -1 : 1);

/** Those that id or name allow, best first. Tags are not in the list: with them every one may be meant. */
export const candidatesOf = (find: ClusterCriterion, listed: readonly ListedCluster[]): ListedCluster[] =>
  listed
    .filter(
      ({ emrClusterId, name }) =>
        (find.id === undefined || find.id === emrClusterId) && (find.name === undefined || find.name === name),
    )
    .toSorted(better);

/** What a description makes of a candidate. */
export const fitOf = (find: ClusterCriterion, environment: string, description: Description | undefined): Fit => {
  if (description === undefined) return 'unknown';
  const { cluster } = description;
  const wanted = Object.entries(find.tags ?? {});
  // Who may not look at a cluster cannot know its tags: it is not ours.
  if (cluster === undefined) return wanted.length > 0 ? 'unfit' : 'not-tagged';
  if (wanted.some(([key, value]) => cluster.tags[key] !== value)) return 'unfit';
  if (cluster.environment !== environment) return 'not-tagged';
  return cluster.instances === 'groups' ? 'instance-groups' : 'good';
};

/** The more exact a criterion, the earlier it chooses. */
const EXACTNESS = ({ find }: ClusterEntry): number => (find.id !== undefined ? 0 : find.name !== undefined ? 1 : 2);

export const exactFirst = (entries: readonly ClusterEntry[]): ClusterEntry[] =>
  entries.toSorted((first, second) => EXACTNESS(first) - EXACTNESS(second));
