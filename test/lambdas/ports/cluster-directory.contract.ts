/** What every directory of clusters does, whatever it is made of. */
import { ENVIRONMENT_TAG } from '../../../lambdas/contract.ts';
import type { ClusterDirectory } from '../../../lambdas/ports/cluster-directory.ts';
import type { AccountCluster } from '../../fakes/cluster-directory.ts';
import { at } from '../core/builders.ts';

export interface DirectoryWorld {
  readonly directory: ClusterDirectory;
  close(): Promise<void>;
}

const ids = async ({ directory }: DirectoryWorld): Promise<string[]> =>
  (await directory.list()).map(({ emrClusterId }) => emrClusterId).toSorted();

export const clusterDirectoryContract = (
  name: string,
  make: (clusters: readonly AccountCluster[]) => Promise<DirectoryWorld>,
): void => {
  describe(`a directory of clusters: ${name}`, () => {
    let world: DirectoryWorld;
    const withClusters = async (...clusters: readonly AccountCluster[]): Promise<DirectoryWorld> => {
      world = await make(clusters);
      return world;
    };

    afterEach(() => world.close());

    test('no cluster → an empty list', async () => {
      expect(await ids(await withClusters())).toEqual([]);
    });

    test('a cluster → its id, name, state and when it was created', async () => {
      const { directory } = await withClusters({ id: 'j-A', name: 'größe #1', state: 'RUNNING', createdAt: -90.5 });
      expect(await directory.list()).toEqual([
        { emrClusterId: 'j-A', name: 'größe #1', state: 'RUNNING', createdAt: at(-90.5) },
      ]);
    });

    test('every state but those that have ended', async () => {
      const states = ['STARTING', 'BOOTSTRAPPING', 'RUNNING', 'WAITING', 'TERMINATING'] as const;
      const { directory } = await withClusters(...states.map((state) => ({ id: `j-${state}`, state })));
      expect((await directory.list()).map(({ state }) => state).toSorted()).toEqual([...states].toSorted());
    });

    test('120 clusters, more than a page → each once', async () => {
      const many = Array.from({ length: 120 }, (_, index) => ({ id: `j-${index}`, createdAt: -index }));
      expect(await ids(await withClusters(...many))).toEqual(many.map(({ id }) => id).toSorted());
    });

    test('described → tags, the environment by its tag, the host, what it is made of', async () => {
      const { directory } = await withClusters({ id: 'j-A', tags: { team: 'bi', empty: '' }, host: 'ip-1' });
      expect(await directory.describe('j-A')).toEqual({
        tags: { team: 'bi', empty: '', [ENVIRONMENT_TAG]: 'prod' },
        environment: 'prod',
        primaryHost: 'ip-1',
        instances: 'fleets',
        ended: false,
      });
    });

    test('described: no tags, no host yet, instance groups → absent is absent', async () => {
      const { directory } = await withClusters({ id: 'j-A', environment: null, host: null, instances: 'groups' });
      expect(await directory.describe('j-A')).toEqual({ tags: {}, instances: 'groups', ended: false });
    });

    test('one that is ending → said to end', async () => {
      const { directory } = await withClusters({ id: 'j-A', state: 'TERMINATING' });
      expect((await directory.describe('j-A'))?.ended).toBe(true);
    });

    test('one that nobody has, or that this environment may not look at → undefined', async () => {
      const { directory } = await withClusters({ id: 'j-A', denied: true });
      expect(await directory.describe('j-404')).toBeUndefined();
      expect(await directory.describe('j-A')).toBeUndefined();
    });
  });
};
