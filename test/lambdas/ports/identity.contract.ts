/** What every Inbox does with identities; a part of its contract. */
import type { Identity } from '../../../lambdas/core/identity.ts';
import type { PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import type { ClusterView } from '../../../lambdas/ports/cluster-store.ts';
import type { Inbox } from '../../../lambdas/ports/inbox.ts';
import { at } from '../core/builders.ts';

const NAME = 'j-1';

const ONE_ALARM: PolicyInput = { alarms: [{ name: 'queue', direction: 'up', stepUnits: 1 }] };

/** @param made the inbox of the test, in which j-1 has a policy, and how j-1 is loaded */
export const identityContract = (
  made: () => { readonly inbox: Inbox; readonly load: () => Promise<ClusterView> },
): void => {
  describe('which EMR cluster a cluster is', () => {
    const identity = (given: Partial<Identity> = {}): Identity => ({
      at: at(0),
      lookedFor: 'the name sql',
      emrClusterId: 'j-A',
      primaryHost: 'ip-10-0-0-1.ec2.internal',
      describedAt: at(-5),
      alsoFit: ['j-B'],
      ...given,
    });
    const gone: Identity = { at: at(60), lookedFor: 'the name sql', problem: 'absent' };

    test('written → in the view of a tick, in the list, and found by EMR’s id, as it was', async () => {
      await made().inbox.putIdentity(NAME, identity());
      expect((await made().load()).identity).toEqual(identity());
      expect(await made().inbox.registered()).toEqual([
        { cluster: NAME, hasPolicy: true, alarms: [], identity: identity() },
      ]);
      await expect(made().inbox.clusterOfEmr('j-A')).resolves.toBe(NAME);
      await expect(made().inbox.clusterOfEmr('j-B')).resolves.toBeUndefined();
    });

    test('before there is a policy → in the list, without one; a policy written later leaves it as it is', async () => {
      await made().inbox.putIdentity('new', identity());
      const before = (await made().inbox.registered()).find(({ cluster }) => cluster === 'new');
      expect(before).toEqual({ cluster: 'new', hasPolicy: false, alarms: [], identity: identity() });
      await expect(made().inbox.clusters()).resolves.toEqual([NAME]);
      await made().inbox.putPolicy('new', ONE_ALARM, 'ann', at(1));
      const after = (await made().inbox.registered()).find(({ cluster }) => cluster === 'new');
      expect(after).toEqual({ cluster: 'new', hasPolicy: true, alarms: ['queue'], identity: identity() });
    });

    test('replaced by another cluster → the old id leads nowhere, the new one here', async () => {
      await made().inbox.putIdentity(NAME, identity());
      await made().inbox.putIdentity(NAME, identity({ emrClusterId: 'j-B' }));
      await expect(made().inbox.clusterOfEmr('j-A')).resolves.toBeUndefined();
      await expect(made().inbox.clusterOfEmr('j-B')).resolves.toBe(NAME);
    });

    test.each<[string, Identity]>([
      ['gone', gone],
      ['terminating', identity({ problem: 'terminating' })],
    ])('%s → its id leads nowhere; found again → here', async (_, problem) => {
      await made().inbox.putIdentity(NAME, identity());
      await made().inbox.putIdentity(NAME, problem);
      await expect(made().inbox.clusterOfEmr('j-A')).resolves.toBeUndefined();
      expect((await made().load()).identity).toEqual(problem);
      await made().inbox.putIdentity(NAME, identity());
      await expect(made().inbox.clusterOfEmr('j-A')).resolves.toBe(NAME);
    });

    test('another name has taken the id over → removing the first one’s does not take it away', async () => {
      await made().inbox.putIdentity(NAME, identity());
      await made().inbox.putIdentity('j-2', identity());
      await made().inbox.putIdentity(NAME, { ...gone, problem: 'taken', emrClusterId: 'j-A', takenBy: 'j-2' });
      await expect(made().inbox.clusterOfEmr('j-A')).resolves.toBe('j-2');
    });

    test('one that wanted a taken cluster gets it → the id leads to it', async () => {
      await made().inbox.putIdentity(NAME, identity());
      await made().inbox.putIdentity('j-2', identity({ problem: 'taken', takenBy: NAME }));
      await made().inbox.putIdentity(NAME, gone);
      await made().inbox.putIdentity('j-2', identity());
      await expect(made().inbox.clusterOfEmr('j-A')).resolves.toBe('j-2');
    });
  });
};
