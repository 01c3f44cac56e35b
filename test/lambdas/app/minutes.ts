/** Minutes of one environment: each run of locate sees what the run before left. */
import { Descriptions } from '../../../lambdas/app/describing.ts';
import { type Located, locate } from '../../../lambdas/app/locate.ts';
import type { Identity } from '../../../lambdas/core/identity.ts';
import type { EmrOperation } from '../../../lambdas/ports/tokens.ts';
import type { ClusterCriterion, ClusterEntry } from '../../../lambdas/settings/settings.ts';
import { type AccountCluster, FakeClusterDirectory } from '../../fakes/cluster-directory.ts';
import { at } from '../core/builders.ts';

export const entry = (name: string, find: ClusterCriterion): ClusterEntry => ({
  name,
  find,
  sample: { from: 'push' },
  policy: {},
});

export const BY_NAME = entry('adhoc', { name: 'sql' });
export const BY_ID = entry('adhoc', { id: 'j-A' });
export const BY_TAGS = entry('adhoc', { tags: { team: 'bi', tier: 'gold' } });
export const GOLD = { team: 'bi', tier: 'gold', owner: 'ann' };

export class Minutes {
  readonly directory: FakeClusterDirectory;
  readonly taken: (readonly EmrOperation[])[] = [];
  refused: EmrOperation | undefined;
  last: ReadonlyMap<string, Identity> = new Map();
  seconds = 0;
  #descriptions = new Descriptions();
  readonly #entries: readonly ClusterEntry[];

  constructor(entries: readonly ClusterEntry[], clusters: readonly AccountCluster[]) {
    this.#entries = entries;
    this.directory = new FakeClusterDirectory(clusters);
  }

  /** A function's process ends, and with it what it knew. */
  startAnew(): void {
    this.#descriptions = new Descriptions();
  }

  async run(clusters = this.directory.clusters, entries = this.#entries): Promise<Located> {
    this.directory.clusters = clusters;
    const tokens = {
      take: async (operations: readonly EmrOperation[]) => {
        this.taken.push(operations);
        return this.refused === undefined || !operations.includes(this.refused);
      },
    };
    const ports = { directory: this.directory, tokens, descriptions: this.#descriptions };
    const located = await locate(ports, 'prod', entries, this.last, at(this.seconds));
    this.last = located.identities;
    this.seconds += 60;
    return located;
  }

  async identity(clusters?: readonly AccountCluster[], name = 'adhoc'): Promise<Identity | undefined> {
    return (await this.run(clusters)).identities.get(name);
  }
}
