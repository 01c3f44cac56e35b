/** Which EMR cluster a name stands for, minute by minute, in an account that changes. */
import { canBeScaled, type Identity } from '../../../lambdas/core/identity.ts';
import type { ClusterCriterion, ClusterEntry } from '../../../lambdas/settings/settings.ts';
import type { AccountCluster } from '../../fakes/cluster-directory.ts';
import { at } from '../core/builders.ts';
import { BY_ID, BY_NAME, BY_TAGS, entry, GOLD, Minutes } from './minutes.ts';

const first = async (find: ClusterEntry, clusters: readonly AccountCluster[]): Promise<Identity | undefined> =>
  new Minutes([find], clusters).identity();

describe('a name that has no cluster yet', () => {
  test.each<[string, ClusterEntry, AccountCluster[], Partial<Identity>]>([
    ['one fits by name', BY_NAME, [{ id: 'j-A' }, { id: 'j-Z', name: 'other' }], { emrClusterId: 'j-A' }],
    ['one fits by id', BY_ID, [{ id: 'j-Z' }, { id: 'j-A', name: 'whatever' }], { emrClusterId: 'j-A' }],
    ['one fits by tags', BY_TAGS, [{ id: 'j-Z' }, { id: 'j-A', tags: GOLD }], { emrClusterId: 'j-A' }],
    ['a tag has another value', BY_TAGS, [{ id: 'j-A', tags: { ...GOLD, tier: 'iron' } }], { problem: 'absent' }],
    ['a name in other letters', BY_NAME, [{ id: 'j-A', name: 'SQL' }], { problem: 'absent' }],
    [
      'two fit → the newer',
      BY_NAME,
      [
        { id: 'j-A', createdAt: -60 },
        { id: 'j-B', createdAt: -3600 },
      ],
      { emrClusterId: 'j-A', alsoFit: ['j-B'] },
    ],
    [
      'the newer one starts still → the one that runs',
      BY_NAME,
      [
        { id: 'j-A', createdAt: -60, state: 'STARTING' },
        { id: 'j-B', state: 'RUNNING' },
      ],
      { emrClusterId: 'j-B', alsoFit: ['j-A'] },
    ],
    [
      'only one that bootstraps → that one, without a host yet',
      BY_NAME,
      [{ id: 'j-A', state: 'BOOTSTRAPPING', host: null }],
      { emrClusterId: 'j-A' },
    ],
    [
      'one ends, one starts → the one that starts',
      BY_NAME,
      [
        { id: 'j-A', state: 'TERMINATING' },
        { id: 'j-B', state: 'STARTING' },
      ],
      { emrClusterId: 'j-B' },
    ],
    ['none', BY_NAME, [], { problem: 'absent' }],
    [
      'only one that ends',
      BY_NAME,
      [{ id: 'j-A', state: 'TERMINATING' }],
      { emrClusterId: 'j-A', problem: 'terminating' },
    ],
    [
      'it has instance groups',
      BY_NAME,
      [{ id: 'j-A', instances: 'groups' }],
      { emrClusterId: 'j-A', problem: 'instance-groups' },
    ],
    ['it has no tag', BY_NAME, [{ id: 'j-A', environment: null }], { emrClusterId: 'j-A', problem: 'not-tagged' }],
    [
      'it is another environment’s',
      BY_ID,
      [{ id: 'j-A', environment: 'test' }],
      { emrClusterId: 'j-A', problem: 'not-tagged' },
    ],
    ['it may not be looked at', BY_NAME, [{ id: 'j-A', denied: true }], { emrClusterId: 'j-A', problem: 'not-tagged' }],
    [
      'the newer one of that name is another environment’s → ours',
      BY_NAME,
      [{ id: 'j-A', createdAt: -60, environment: 'test' }, { id: 'j-B' }],
      { emrClusterId: 'j-B' },
    ],
    [
      'one that cannot be scaled, and one that may → the latter',
      BY_NAME,
      [{ id: 'j-A', createdAt: -60, instances: 'groups' }, { id: 'j-B' }],
      { emrClusterId: 'j-B', alsoFit: ['j-A'] },
    ],
    ['what it is made of is not told', BY_NAME, [{ id: 'j-A', instances: 'unknown' }], { emrClusterId: 'j-A' }],
  ])('%s', async (_, find, clusters, expected) => {
    const identity = await first(find, clusters);
    expect(identity).toMatchObject({ at: at(0), ...expected });
    expect(identity?.problem).toBe(expected.problem);
    expect(identity?.emrClusterId).toBe(expected.emrClusterId);
    expect(identity?.alsoFit).toEqual(expected.alsoFit);
  });

  test('found → with the host of its primary node', async () => {
    expect((await first(BY_NAME, [{ id: 'j-A' }]))?.primaryHost).toBe('ip-j-A.internal');
  });
});

describe('a name that has a cluster', () => {
  const withA = async (find = BY_NAME): Promise<Minutes> => {
    const minutes = new Minutes([find], [{ id: 'j-A', tags: GOLD }]);
    await minutes.run();
    return minutes;
  };

  test('a newer one that fits comes → it keeps its own, and tells of the other', async () => {
    const minutes = await withA();
    const both = [{ id: 'j-A' }, { id: 'j-B', createdAt: 30 }];
    expect(await minutes.identity(both)).toMatchObject({ emrClusterId: 'j-A', alsoFit: ['j-B'] });
    expect((await minutes.identity([{ id: 'j-A' }]))?.alsoFit).toBeUndefined();
  });

  test('another environment’s cluster of the same name comes → nothing is told of it', async () => {
    const minutes = await withA();
    const identity = await minutes.identity([{ id: 'j-A' }, { id: 'j-B', environment: 'test' }]);
    expect(identity).toMatchObject({ emrClusterId: 'j-A' });
    expect(identity?.alsoFit).toBeUndefined();
  });

  test.each<[string, ClusterEntry]>([
    ['name', BY_NAME],
    ['tags', BY_TAGS],
  ])('it ends and is replaced, found by its %s → terminating, then the new one', async (_, find) => {
    const minutes = await withA(find);
    const ending: AccountCluster = { id: 'j-A', tags: GOLD, state: 'TERMINATING' };
    expect(await minutes.identity([ending])).toMatchObject({ emrClusterId: 'j-A', problem: 'terminating' });
    const both: AccountCluster[] = [ending, { id: 'j-B', tags: GOLD, state: 'STARTING', createdAt: 70 }];
    const successor = await minutes.identity(both);
    expect(successor).toMatchObject({ emrClusterId: 'j-B' });
    expect(successor?.problem).toBeUndefined();
    expect(await minutes.identity(both.slice(1))).toMatchObject({ emrClusterId: 'j-B' });
  });

  test('it is gone from the list and nothing else fits → absent, and the id of the dead is forgotten', async () => {
    const minutes = await withA();
    expect(await minutes.identity([])).toEqual({ at: at(60), lookedFor: 'the name sql', problem: 'absent' });
  });

  test('the settings look for something else from now on → judged anew', async () => {
    const minutes = await withA();
    const located = await minutes.run([{ id: 'j-A' }, { id: 'j-B', name: 'new' }], [entry('adhoc', { name: 'new' })]);
    expect(located.identities.get('adhoc')).toMatchObject({ emrClusterId: 'j-B', lookedFor: 'the name new' });
  });

  test('the same tags in another order → the same words, the same cluster, not described again', async () => {
    const minutes = await withA(BY_TAGS);
    const turned = entry('adhoc', { tags: { tier: 'gold', team: 'bi' } });
    const located = await minutes.run(undefined, [turned]);
    expect(located.identities.get('adhoc')?.emrClusterId).toBe('j-A');
    expect(minutes.directory.described).toEqual(['j-A']);
  });
});

describe('what may change by people', () => {
  test('the tag is put on → scaled within three minutes', async () => {
    const minutes = new Minutes([BY_NAME], [{ id: 'j-A', environment: null }]);
    expect((await minutes.identity())?.problem).toBe('not-tagged');
    minutes.directory.clusters = [{ id: 'j-A' }];
    for (let minute = 0; minute < 3; minute += 1) await minutes.run();
    expect(minutes.last.get('adhoc')?.problem).toBeUndefined();
  });

  test.each<[string, Partial<AccountCluster>, ClusterEntry, Partial<Identity>]>([
    ['the environment’s tag is taken off', { environment: null, tags: GOLD }, BY_NAME, { problem: 'not-tagged' }],
    ['nobody may look at it any more', { denied: true }, BY_NAME, { problem: 'not-tagged' }],
    ['a tag that it was found by is taken off', { tags: { team: 'bi' } }, BY_TAGS, { problem: 'absent' }],
  ])('%s → told within half an hour', async (_, change, find, expected) => {
    const minutes = new Minutes([find], [{ id: 'j-A', tags: GOLD }]);
    await minutes.run();
    minutes.directory.clusters = [{ id: 'j-A', ...change }];
    for (let minute = 0; minute < 30; minute += 1) await minutes.run();
    expect(minutes.last.get('adhoc')).toMatchObject(expected);
  });
});

describe('two names', () => {
  const two = (one: ClusterCriterion, other: ClusterCriterion) => [entry('one', one), entry('other', other)];

  test.each<[string, ClusterEntry[], string, string]>([
    ['both by the same name', two({ name: 'sql' }, { name: 'sql' }), 'one', 'other'],
    ['the second more exact → it has it', two({ name: 'sql' }, { id: 'j-A' }), 'other', 'one'],
    ['by tags and by name → by name', two({ tags: GOLD }, { name: 'sql' }), 'other', 'one'],
  ])('%s, one cluster → one has it, the other is told who', async (_, entries, holder, loser) => {
    const minutes = new Minutes(entries, [{ id: 'j-A', tags: GOLD }]);
    const { identities } = await minutes.run();
    expect(identities.get(holder)).toMatchObject({ emrClusterId: 'j-A' });
    expect(canBeScaled(identities.get(holder))).toBe(true);
    expect(identities.get(loser)).toMatchObject({ problem: 'taken', emrClusterId: 'j-A', takenBy: holder });
  });

  test('the same name, two clusters → one each', async () => {
    const minutes = new Minutes(two({ name: 'sql' }, { name: 'sql' }), [{ id: 'j-A' }, { id: 'j-B' }]);
    const { identities } = await minutes.run();
    expect([...identities.values()].map(({ emrClusterId }) => emrClusterId).toSorted()).toEqual(['j-A', 'j-B']);
  });

  test('a name that is more exact comes later → who has the cluster keeps it', async () => {
    const [one, other] = two({ name: 'sql' }, { id: 'j-A' }) as [ClusterEntry, ClusterEntry];
    const minutes = new Minutes([one], [{ id: 'j-A' }]);
    await minutes.run();
    const { identities } = await minutes.run(undefined, [one, other]);
    expect(identities.get('one')?.emrClusterId).toBe('j-A');
    expect(identities.get('other')).toMatchObject({ problem: 'taken', takenBy: 'one' });
  });
});
