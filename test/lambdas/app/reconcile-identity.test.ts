/** A tick of a name that stands for no cluster, for another one than before, or for one whose host is not known. */
import { type ReconcilePorts, reconcile } from '../../../lambdas/app/reconcile.ts';
import type { Identity } from '../../../lambdas/core/identity.ts';
import { FakeClusterStore } from '../../fakes/cluster-store.ts';
import { FakeInbox } from '../../fakes/inbox.ts';
import { FakeJournal } from '../../fakes/journal.ts';
import { FakeTable } from '../../fakes/memory-table.ts';
import { FakeCallTokens } from '../../fakes/tokens.ts';
import { at, codesOf, sample } from '../core/builders.ts';
import { CLUSTER, LOCATED, LOOP_POLICY, Loop } from './loop.ts';

const benchOf = async (identity: Identity | undefined, queries = 10) => {
  const table = new FakeTable();
  const kept = {
    inbox: new FakeInbox(table),
    store: new FakeClusterStore(table, CLUSTER),
    journal: new FakeJournal(table, CLUSTER, 30, { now: () => at(0) }),
    tokens: new FakeCallTokens(),
  };
  await kept.inbox.putPolicy(CLUSTER, LOOP_POLICY, 'ann', at(0));
  if (identity !== undefined) await kept.inbox.putIdentity(CLUSTER, identity);
  const asked: string[] = [];
  const watched = (ports: ReconcilePorts): ReconcilePorts => ({
    ...ports,
    emr: (emrClusterId) => {
      asked.push(emrClusterId);
      return ports.emr(emrClusterId);
    },
  });
  const loop = new Loop({ kept, queries: () => queries, through: watched });
  return { loop, asked, inbox: kept.inbox, saved: () => table.cluster(CLUSTER).fence };
};

const withProblem = (problem: NonNullable<Identity['problem']>): Identity => ({ ...LOCATED, problem });

test.each<[string, Identity | undefined, string]>([
  ['nobody has looked yet', undefined, 'not-located'],
  ['the settings look for something else by now', { ...LOCATED, lookedFor: 'the name old' }, 'not-located'],
  ['none fits', { at: at(0), lookedFor: LOCATED.lookedFor, problem: 'absent' }, 'absent'],
  ['it ends', withProblem('terminating'), 'terminating'],
  ['it has instance groups', withProblem('instance-groups'), 'instance-groups'],
  ['it has no tag', withProblem('not-tagged'), 'not-tagged'],
  ['it is another name’s', { ...withProblem('taken'), takenBy: 'other' }, 'taken'],
  ['it could not be described', withProblem('undescribed'), 'undescribed'],
])('%s → the tick does nothing: no call to EMR, nothing saved', async (_, identity, problem) => {
  const { loop, asked, saved } = await benchOf(identity, 40);
  await expect(loop.tick(0)).resolves.toEqual({ kind: 'unlocated', problem });
  expect([asked, saved(), loop.finder.asked, loop.fleet.modified]).toEqual([[], 0, 0, []]);
});

test('a problem ends → the next tick goes on where the last one was', async () => {
  const { loop, inbox } = await benchOf(LOCATED);
  await loop.tick(0);
  await inbox.putIdentity(CLUSTER, withProblem('undescribed'));
  await expect(loop.tick(1)).resolves.toMatchObject({ kind: 'unlocated' });
  await inbox.putIdentity(CLUSTER, LOCATED);
  await expect(loop.tick(2)).resolves.toMatchObject({ kind: 'decided', decided: { memory: { tick: 2 } } });
});

test('replaced under its name → the ports of the new cluster, and what was commanded to the old one is forgotten', async () => {
  const { loop, inbox, asked } = await benchOf(LOCATED, 40);
  await loop.tick(0);
  expect(loop.memory?.command?.targets.spotUnits).toBe(40);
  await inbox.putIdentity(CLUSTER, { ...LOCATED, emrClusterId: 'j-2' });
  const after = await loop.tick(1);
  expect(asked).toEqual(['j-1', 'j-2']);
  expect(loop.memory?.emrClusterId).toBe('j-2');
  // The fake fleet shows 40 as what it was told: that is now somebody's, not an unconfirmed command of ours.
  expect(after.kind === 'decided' && after.decided.decision.before).toEqual({ onDemandUnits: 0, spotUnits: 40 });
});

describe('a sample that is read at the primary node', () => {
  const hostOf = async (identity: Identity) => {
    const { loop } = await benchOf(identity);
    const hosts: (string | undefined)[] = [];
    const workload: ReconcilePorts['workload'] = (host) => {
      hosts.push(host);
      return host === undefined ? undefined : { name: host, sample: async () => sample({ takenAt: at(0) }) };
    };
    const result = await reconcile({ ...loop.ports, workload });
    return { hosts, codes: result.kind === 'decided' ? codesOf(result.decided.decision) : [] };
  };

  test('its host is known → read there', async () => {
    const { hosts, codes } = await hostOf({ ...LOCATED, primaryHost: 'ip-1' });
    expect(hosts).toEqual(['ip-1']);
    expect(codes).not.toContain('signal-missing');
  });

  test('its host is not known yet → no sample, and not the pushed one', async () => {
    const { hosts, codes } = await hostOf(LOCATED);
    expect(hosts).toEqual([undefined]);
    expect(codes).toContain('signal-missing');
  });
});
