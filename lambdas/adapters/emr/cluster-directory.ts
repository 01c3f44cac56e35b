/** Which clusters an account has, through EMR's API. */
import {
  type Cluster,
  type ClusterSummary,
  DescribeClusterCommand,
  type EMRClient,
  ListClustersCommand,
  type ListClustersCommandOutput,
} from '@aws-sdk/client-emr';
import { ENVIRONMENT_TAG } from '../../contract.ts';
import { epochSeconds } from '../../core/quantities.ts';
import type { ClusterDirectory, DescribedCluster, ListedCluster } from '../../ports/cluster-directory.ts';
import { within } from './deadline.ts';
import { answerError, fleetErrorOf } from './errors.ts';
import { CALL_MILLISECONDS } from './fleet.ts';

const STATES = ['STARTING', 'BOOTSTRAPPING', 'RUNNING', 'WAITING', 'TERMINATING'] as const;
const KNOWN: ReadonlySet<unknown> = new Set(STATES);

/** EMR gives fifty clusters a page, and has 500 active ones by default (quota), 1,000 and more when that is raised. */
const MOST_PAGES = 100;
/** Default of {@link EmrClusterDirectorySettings.listMilliseconds}: dispatch has a minute. */
const LIST_MILLISECONDS = 15_000;

export interface EmrClusterDirectorySettings {
  /** Longest time of a list with all its pages. Default {@link LIST_MILLISECONDS}. */
  readonly listMilliseconds?: number;
  /** Longest time of a description, with its attempts and waits. Default {@link CALL_MILLISECONDS}. */
  readonly callMilliseconds?: number;
}

const listedOf = ({ Id, Name, Status }: ClusterSummary): ListedCluster | string => {
  const createdAt = Status?.Timeline?.CreationDateTime?.getTime();
  if (Id === undefined || Id === '' || createdAt === undefined || !Number.isFinite(createdAt)) {
    return `a cluster had Id ${JSON.stringify(Id)} and CreationDateTime ${createdAt}, expected both`;
  }
  const state = Status?.State;
  if (!KNOWN.has(state)) return `State of ${Id} was ${state}, expected one of ${STATES.join(', ')}`;
  return {
    emrClusterId: Id,
    name: Name ?? '',
    state: state as ListedCluster['state'],
    createdAt: epochSeconds(createdAt / 1000),
  };
};

const describedOf = ({ Tags = [], MasterPublicDnsName, InstanceCollectionType, Status }: Cluster): DescribedCluster => {
  const tags = Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
  const environment = Object.hasOwn(tags, ENVIRONMENT_TAG) ? tags[ENVIRONMENT_TAG] : undefined;
  const kinds = { INSTANCE_FLEET: 'fleets', INSTANCE_GROUP: 'groups' } as const;
  return {
    tags,
    ...(environment === undefined ? {} : { environment }),
    // Empty while the primary node starts.
    ...(MasterPublicDnsName === undefined || MasterPublicDnsName === '' ? {} : { primaryHost: MasterPublicDnsName }),
    instances: InstanceCollectionType === undefined ? 'unknown' : (kinds[InstanceCollectionType] ?? 'unknown'),
    // TERMINATING, TERMINATED, TERMINATED_WITH_ERRORS
    ended: Status?.State?.startsWith('TERMINAT') === true,
  };
};

/** Pages of a list as they come in. The list moves while it is read, and a cluster may stand on two pages. */
class Reading {
  readonly found = new Map<string, ListedCluster>();
  readonly problems: string[] = [];
  readonly #markers = new Set<string>();

  /** @returns the marker of the next page */
  add({ Clusters, Marker }: Pick<ListClustersCommandOutput, 'Clusters' | 'Marker'>): string | undefined {
    if (Clusters === undefined) this.problems.push('Clusters was missing, expected a list');
    for (const listed of (Clusters ?? []).map(listedOf)) {
      if (typeof listed === 'string') this.problems.push(listed);
      else this.found.set(listed.emrClusterId, listed);
    }
    // An empty marker ends the list too.
    if (Marker === undefined || Marker === '') return undefined;
    if (this.#markers.has(Marker) || this.#markers.size + 1 >= MOST_PAGES) {
      this.problems.push(`pages do not end (${this.#markers.size + 1} so far)`);
    }
    this.#markers.add(Marker);
    return Marker;
  }
}

/** {@link ClusterDirectory} by ListClusters and DescribeCluster. */
export class EmrClusterDirectory implements ClusterDirectory {
  readonly #client: EMRClient;
  readonly #listMilliseconds: number;
  readonly #callMilliseconds: number;

  constructor(client: EMRClient, settings: EmrClusterDirectorySettings = {}) {
    this.#client = client;
    this.#listMilliseconds = settings.listMilliseconds ?? LIST_MILLISECONDS;
    this.#callMilliseconds = settings.callMilliseconds ?? CALL_MILLISECONDS;
  }

  /** An answer that cannot be meant is no list: a cluster that is missing in it would be taken for gone. */
  async list(): Promise<readonly ListedCluster[]> {
    const doing = 'ListClusters';
    try {
      return await within(this.#listMilliseconds, (signal) => this.#pages(signal, doing));
    } catch (error) {
      throw fleetErrorOf(error, doing);
    }
  }

  async describe(emrClusterId: string): Promise<DescribedCluster | undefined> {
    const doing = `DescribeCluster of cluster ${emrClusterId}`;
    try {
      const command = new DescribeClusterCommand({ ClusterId: emrClusterId });
      const { Cluster } = await within(this.#callMilliseconds, (signal) =>
        this.#client.send(command, { abortSignal: signal }),
      );
      if (Cluster?.Id !== emrClusterId) throw answerError(doing, [`Id was ${Cluster?.Id}, expected ${emrClusterId}`]);
      return describedOf(Cluster);
    } catch (error) {
      const failure = fleetErrorOf(error, doing);
      if (failure.fault === 'denied' || failure.fault === 'not-found') return undefined;
      throw failure;
    }
  }

  async #pages(signal: AbortSignal, doing: string): Promise<readonly ListedCluster[]> {
    const reading = new Reading();
    let marker: string | undefined;
    do {
      const command = new ListClustersCommand({ ClusterStates: [...STATES], Marker: marker });
      marker = reading.add(await this.#client.send(command, { abortSignal: signal }));
    } while (marker !== undefined && reading.problems.length === 0);
    if (reading.problems.length > 0) throw answerError(doing, reading.problems);
    return [...reading.found.values()];
  }
}
