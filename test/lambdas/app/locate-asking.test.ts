/** What finding clusters asks of EMR, and what becomes of it when EMR does not answer. */
import { canBeScaled } from '../../../lambdas/core/identity.ts';
import type { AccountCluster } from '../../fakes/cluster-directory.ts';
import { at } from '../core/builders.ts';
import { BY_NAME, BY_TAGS, entry, GOLD, Minutes } from './minutes.ts';

describe('what it costs', () => {
  test('a quiet hour → one list a minute, and a description at the start and every half hour', async () => {
    const minutes = new Minutes([BY_NAME], [{ id: 'j-A' }, ...others(30)]);
    for (let minute = 0; minute < 60; minute += 1) await minutes.run();
    expect(minutes.directory.lists).toBe(60);
    expect(minutes.directory.described).toEqual(['j-A', 'j-A']);
    expect(minutes.taken.filter((asked) => asked.includes('ListClusters'))).toHaveLength(60);
    expect(minutes.taken.filter((asked) => asked.includes('DescribeCluster'))).toHaveLength(2);
  });

  test('a process that begins anew each minute → the same, for what it needs is in the table', async () => {
    const minutes = new Minutes([BY_NAME], [{ id: 'j-A' }, ...others(30)]);
    for (let minute = 0; minute < 20; minute += 1) {
      minutes.startAnew();
      await minutes.run();
    }
    expect(minutes.directory.described).toEqual(['j-A']);
  });

  const others = (count: number): AccountCluster[] =>
    Array.from({ length: count }, (_, index) => ({ id: `j-${index}`, name: 'etl', createdAt: index }));

  test('by tags among 30 others → five descriptions a run until it is found', async () => {
    const minutes = new Minutes([BY_TAGS], [...others(30), { id: 'j-A', tags: GOLD, createdAt: -9000 }]);
    const runs: (string | undefined)[] = [];
    for (let minute = 0; minute < 8; minute += 1) {
      const before = minutes.directory.described.length;
      runs.push((await minutes.identity())?.problem);
      expect(minutes.directory.described.length - before).toBeLessThanOrEqual(5);
    }
    expect(runs).toEqual([...Array.from({ length: 6 }, () => 'undescribed'), undefined, undefined]);
  });

  test('the primary node starts still → asked every minute until it has a name, then no more', async () => {
    const starting: AccountCluster = { id: 'j-A', state: 'STARTING', host: null };
    const minutes = new Minutes([BY_NAME], [starting]);
    expect((await minutes.identity())?.primaryHost).toBeUndefined();
    await minutes.run();
    expect((await minutes.identity([{ ...starting, state: 'RUNNING', host: 'ip-1' }]))?.primaryHost).toBe('ip-1');
    await minutes.run();
    expect(minutes.directory.described).toHaveLength(3);
  });

  test('a primary node is replaced → its new name within half an hour', async () => {
    const minutes = new Minutes([BY_NAME], [{ id: 'j-A', host: 'ip-1' }]);
    await minutes.run();
    minutes.directory.clusters = [{ id: 'j-A', host: 'ip-2' }];
    for (let minute = 0; minute < 30; minute += 1) await minutes.run();
    expect(minutes.last.get('adhoc')?.primaryHost).toBe('ip-2');
  });
});

describe('EMR does not answer', () => {
  const known = async (): Promise<Minutes> => {
    const minutes = new Minutes([BY_NAME], [{ id: 'j-A' }]);
    await minutes.run();
    return minutes;
  };

  test.each([
    ['throttled', false],
    ['unavailable', false],
    ['denied', true],
    ['refused', true],
  ] as const)('the list fails: %s → all stays, it is told; people are needed: %s', async (fault, needsPeople) => {
    const minutes = await known();
    const before = minutes.last;
    minutes.directory.listFault = fault;
    const { identities, notices, failure } = await minutes.run([]);
    expect(identities).toEqual(before);
    expect(notices).toEqual([expect.stringContaining(`ListClusters: ${fault}`)]);
    expect(failure !== undefined).toBe(needsPeople);
  });

  test('the list lacks a cluster that is there, as when pages move → asked for by itself, and kept', async () => {
    const minutes = await known();
    const identity = await minutes.identity([{ id: 'j-A', unlisted: true }]);
    expect(identity).toMatchObject({ at: at(60), emrClusterId: 'j-A' });
    expect(minutes.directory.described).toEqual(['j-A', 'j-A']);
    expect((await minutes.identity([{ id: 'j-A', unlisted: true, state: 'TERMINATING' }]))?.problem).toBe('absent');
  });

  test('the list lacks a cluster, and it cannot be asked for → it stays what it was, and that is told', async () => {
    const minutes = await known();
    minutes.directory.describeFault = 'throttled';
    const { identities, notices } = await minutes.run([]);
    expect(canBeScaled(identities.get('adhoc'))).toBe(true);
    expect(notices).toHaveLength(1);
  });

  test('no tokens for the list → EMR is not called, all stays', async () => {
    const minutes = await known();
    const before = minutes.last;
    minutes.refused = 'ListClusters';
    const { identities, notices } = await minutes.run([]);
    expect([identities, minutes.directory.lists]).toEqual([before, 1]);
    expect(notices).toEqual([expect.stringContaining('budget of ListClusters')]);
  });

  test.each([
    ['it fails', (minutes: Minutes) => Object.assign(minutes.directory, { describeFault: 'unavailable' })],
    ['no tokens', (minutes: Minutes) => Object.assign(minutes, { refused: 'DescribeCluster' })],
  ])(
    'a new cluster cannot be described: %s → undescribed, asked once, and again in the next run',
    async (_, break_) => {
      const minutes = new Minutes(
        [BY_NAME, entry('two', { name: 'etl' })],
        [{ id: 'j-A' }, { id: 'j-B', name: 'etl' }],
      );
      break_(minutes);
      const { identities, notices } = await minutes.run();
      expect([...identities.values()].map(({ problem }) => problem)).toEqual(['undescribed', 'undescribed']);
      expect(notices).toHaveLength(1);
      Object.assign(minutes, { refused: undefined });
      minutes.directory.describeFault = undefined;
      const later = await minutes.run();
      expect([...later.identities.values()].every(canBeScaled)).toBe(true);
    },
  );

  test('a cluster that is scaled cannot be described again → it stays what it was', async () => {
    const minutes = await known();
    minutes.directory.describeFault = 'throttled';
    for (let minute = 0; minute < 40; minute += 1) await minutes.run();
    expect(minutes.last.get('adhoc')).toMatchObject({ emrClusterId: 'j-A', primaryHost: 'ip-j-A.internal' });
    expect(canBeScaled(minutes.last.get('adhoc'))).toBe(true);
  });

  test('something else than a failure of EMR → thrown', async () => {
    const minutes = new Minutes([BY_NAME], [{ id: 'j-A' }]);
    minutes.directory.list = async () => {
      throw new TypeError('a mistake of ours');
    };
    await expect(minutes.run()).rejects.toThrow('a mistake of ours');
  });
});
