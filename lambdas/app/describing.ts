/** Asking what clusters are, a few in each run, and remembering the answers for a while. */
import type { EpochSeconds } from '../core/quantities.ts';
import type { ClusterDirectory, DescribedCluster } from '../ports/cluster-directory.ts';
import { FleetError } from '../ports/fleets.ts';
import type { CallTokens } from '../ports/tokens.ts';

/** DescribeCluster bears 60 a minute for the whole account; a run is once a minute. */
const MOST_A_RUN = 5;

/** What EMR said of a cluster. */
export interface Description {
  readonly at: EpochSeconds;
  /** Absent: this environment may not look at it. */
  readonly cluster?: DescribedCluster;
}

/** Descriptions that outlive a run; a process that begins anew asks again. */
export class Descriptions {
  readonly #known = new Map<string, Description>();

  /** @param mostAge seconds; one that is older is not given */
  get(emrClusterId: string, now: EpochSeconds, mostAge: number): Description | undefined {
    const known = this.#known.get(emrClusterId);
    return known !== undefined && now - known.at < mostAge ? known : undefined;
  }

  keep(emrClusterId: string, description: Description): void {
    this.#known.set(emrClusterId, description);
  }

  /** Forgets clusters that have ended. */
  keepOnly(emrClusterIds: ReadonlySet<string>): void {
    for (const id of this.#known.keys()) if (!emrClusterIds.has(id)) this.#known.delete(id);
  }
}

export interface DescribingPorts {
  readonly directory: Pick<ClusterDirectory, 'describe'>;
  readonly tokens: CallTokens;
  readonly descriptions: Descriptions;
}

/** The questions of one run. After a failure, or without tokens, none is asked any more. */
export class Describing {
  /** Why questions were not asked or not answered. */
  readonly notices: string[] = [];
  readonly #ports: DescribingPorts;
  readonly #now: EpochSeconds;
  #left = MOST_A_RUN;

  constructor(ports: DescribingPorts, now: EpochSeconds) {
    this.#ports = ports;
    this.#now = now;
  }

  /** What is known already, asking nobody. */
  known(emrClusterId: string, mostAge: number): Description | undefined {
    return this.#ports.descriptions.get(emrClusterId, this.#now, mostAge);
  }

  /**
   * @param mostAge seconds up to which an earlier answer will do
   * @returns undefined when it cannot be known in this run
   */
  async ask(emrClusterId: string, mostAge: number): Promise<Description | undefined> {
    const known = this.known(emrClusterId, mostAge);
    if (known !== undefined) return known;
    if (!(await this.#mayAsk())) return undefined;
    try {
      const cluster = await this.#ports.directory.describe(emrClusterId);
      const description = { at: this.#now, ...(cluster === undefined ? {} : { cluster }) };
      this.#ports.descriptions.keep(emrClusterId, description);
      return description;
    } catch (error) {
      if (!(error instanceof FleetError)) throw error;
      this.#stop(error.message);
      return undefined;
    }
  }

  async #mayAsk(): Promise<boolean> {
    if (this.#left === 0) return false;
    this.#left -= 1;
    if (await this.#ports.tokens.take(['DescribeCluster'], 'routine', this.#now)) return true;
    this.#stop('the budget of DescribeCluster is spent: the next dispatch asks again');
    return false;
  }

  #stop(why: string): void {
    this.#left = 0;
    this.notices.push(why);
  }
}
