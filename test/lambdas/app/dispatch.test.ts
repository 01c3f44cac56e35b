/** A minute of dispatch: whom it wakes, what it writes, and what becomes of it when something is broken. */
import { Descriptions } from '../../../lambdas/app/describing.ts';
import { type DispatchPorts, dispatch, PartlyDispatchedError } from '../../../lambdas/app/dispatch.ts';
import { offsetOf } from '../../../lambdas/app/slots.ts';
import type { PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import type { WakeUp } from '../../../lambdas/ports/wakeups.ts';
import type { ClusterEntry } from '../../../lambdas/settings/settings.ts';
import { type AccountCluster, FakeClusterDirectory } from '../../fakes/cluster-directory.ts';
import { FakeInbox } from '../../fakes/inbox.ts';
import { FakeTable } from '../../fakes/memory-table.ts';
import { NOON } from '../core/builders.ts';

const naming = (...names: readonly string[]): PolicyInput => ({
  alarms: names.map((name) => ({ name, direction: 'up', stepUnits: 1 })),
});

const entry = (name: string, policy: PolicyInput = {}): ClusterEntry => ({
  name,
  find: { name },
  sample: { from: 'push' },
  policy,
});

/** An account with a cluster for each name, and everything that a dispatch is told and does. */
class Bench {
  readonly table = new FakeTable();
  readonly inbox = new FakeInbox(this.table);
  readonly directory: FakeClusterDirectory;
  readonly sent: WakeUp[] = [];
  /** What was done, in order. */
  readonly done: string[] = [];
  readonly alarmReads: (readonly string[])[] = [];
  alarmsFail = false;
  now = NOON;
  /** Replaces ports. */
  broken: Partial<DispatchPorts> = {};
  entries: readonly ClusterEntry[];
  readonly #descriptions = new Descriptions();

  constructor(entries: readonly ClusterEntry[], clusters?: readonly AccountCluster[]) {
    this.entries = entries;
    this.directory = new FakeClusterDirectory(clusters ?? entries.map(({ name }) => ({ id: `j-${name}`, name })));
  }

  get ports(): DispatchPorts {
    const { inbox, directory } = this;
    return {
      clock: { now: () => epochSeconds(this.now) },
      inbox: {
        registered: () => inbox.registered(),
        seedPolicy: (...given) => inbox.seedPolicy(...given),
        putAlarms: (...given) => inbox.putAlarms(...given),
        putIdentity: (cluster, identity) => {
          this.done.push(`identity ${cluster}`);
          return inbox.putIdentity(cluster, identity);
        },
      },
      wakeUps: {
        send: async (wakeUps) => {
          this.done.push(`wake ${[...new Set(wakeUps.map(({ cluster }) => cluster))].join(' ')}`);
          this.sent.push(...wakeUps);
        },
      },
      alarms: {
        read: async (names) => {
          this.alarmReads.push(names);
          if (this.alarmsFail) throw new Error('CloudWatch is away');
          return names
            .filter((name) => name !== 'gone')
            .map((name) => ({ name, state: 'OK' as const, since: epochSeconds(this.now) }));
        },
      },
      directory: {
        list: () => {
          this.done.push('list');
          return directory.list();
        },
        describe: (id) => directory.describe(id),
      },
      tokens: { take: async () => true },
      descriptions: this.#descriptions,
      ...this.broken,
    };
  }

  async run(catchUp = false) {
    const settings = { environment: 'prod', slotSeconds: 15, clusters: this.entries };
    const ended = dispatch(this.ports, settings, catchUp).finally(() => {
      this.now += 60;
    });
    return ended;
  }

  /** A dispatch that has to fail; gives the error. */
  async fail(): Promise<PartlyDispatchedError> {
    const error: unknown = await this.run().catch((caught: unknown) => caught);
    if (error instanceof PartlyDispatchedError) return error;
    throw new Error(`a PartlyDispatchedError was expected, given ${String(error)}`);
  }

  wokenIn(from: number): string[] {
    return [...new Set(this.sent.slice(from).map(({ cluster }) => cluster))];
  }
}

describe('the first minute of an environment', () => {
  test('two clusters → policies are written by deploy, both are found, and woken for the next minute', async () => {
    const bench = new Bench([entry('a'), entry('b', { mode: 'shadow' })]);
    await expect(bench.run()).resolves.toEqual({
      clusters: 2,
      scaled: 2,
      wakeUps: 8,
      alarms: 0,
      seeded: 2,
      problems: [],
      notices: [],
    });
    expect(offsetOf('b', 15)).not.toBe(offsetOf('a', 15));
    expect(bench.sent.filter(({ cluster }) => cluster === 'b').map(({ slot }) => slot - NOON)).toEqual(
      [60, 75, 90, 105].map((slot) => slot + offsetOf('b', 15)),
    );
    expect(await bench.inbox.clusterOfEmr('j-a')).toBe('a');
    expect(bench.table.cluster('b').policy?.text).toContain('shadow');
  });

  test('after a dispatch that sent nothing → also what is left of this minute, and as many are told', async () => {
    const bench = new Bench([entry('a'), entry('b')]);
    bench.now = NOON + 20;
    const { wakeUps } = await bench.run(true);
    expect(wakeUps).toBe(bench.sent.length);
    for (const { slot } of bench.sent) expect(slot).toBeGreaterThanOrEqual(NOON + 20);
    expect(bench.sent.filter(({ slot }) => slot < NOON + 60).length).toBeGreaterThanOrEqual(4);
    expect(bench.sent.filter(({ slot }) => slot >= NOON + 60)).toHaveLength(8);
  });

  test('the next minutes → nothing is written but every ten minutes, and the wake-ups go out before EMR is asked', async () => {
    const bench = new Bench([entry('a')]);
    await bench.run();
    bench.done.length = 0;
    for (let minute = 0; minute < 10; minute += 1) {
      await expect(bench.run()).resolves.toMatchObject({ seeded: 0, wakeUps: 4 });
    }
    expect(bench.done.slice(0, 2)).toEqual(['wake a', 'list']);
    expect(bench.done.filter((what) => what === 'identity a')).toHaveLength(1);
    expect(bench.done.filter((what) => what === 'list')).toHaveLength(10);
  });
});

describe('clusters of the table and of the settings', () => {
  test('one in the table that is not in the settings → left alone', async () => {
    const bench = new Bench([entry('a')]);
    await bench.inbox.putPolicy('old', naming('queue'), 'ann', epochSeconds(NOON));
    await bench.inbox.putIdentity('old', { at: epochSeconds(NOON), lookedFor: 'the name old', emrClusterId: 'j-old' });
    await expect(bench.run()).resolves.toMatchObject({ clusters: 1, alarms: 0 });
    expect(bench.wokenIn(0)).toEqual(['a']);
    expect(bench.table.cluster('old').identity?.emrClusterId).toBe('j-old');
  });

  test('its owner has a policy already → it stays', async () => {
    const bench = new Bench([entry('a', { mode: 'paused' })]);
    await bench.inbox.putPolicy('a', { mode: 'act' }, 'ann', epochSeconds(NOON));
    await expect(bench.run()).resolves.toMatchObject({ seeded: 0 });
    expect(bench.table.cluster('a').policy).toEqual({ version: 1, text: '{"mode":"act"}' });
  });

  test('the settings look for another cluster from now on → the old one is not woken any more', async () => {
    const bench = new Bench([entry('a')]);
    await bench.run();
    bench.entries = [{ ...entry('a'), find: { name: 'renamed' } }];
    const from = bench.sent.length;
    await expect(bench.run()).resolves.toMatchObject({ scaled: 0, wakeUps: 0, problems: [{ problem: 'absent' }] });
    expect(bench.wokenIn(from)).toEqual([]);
  });
});

describe('clusters that cannot be scaled', () => {
  test.each<[string, AccountCluster[], string, RegExp]>([
    ['gone', [], 'absent', /no cluster .* fits the name b: start one/],
    ['ending', [{ id: 'j-b', name: 'b', state: 'TERMINATING' }], 'terminating', /j-b is terminating/],
    ['instance groups', [{ id: 'j-b', name: 'b', instances: 'groups' }], 'instance-groups', /create the cluster anew/],
    ['no tag', [{ id: 'j-b', name: 'b', environment: null }], 'not-tagged', /does not carry the tag/],
  ])('%s → told with what to do, and the others go on', async (_, clusters, problem, words) => {
    const bench = new Bench([entry('b'), entry('a')], [...clusters, { id: 'j-a', name: 'a' }]);
    const { problems, scaled } = await bench.run();
    expect(problems).toEqual([{ cluster: 'b', problem, told: expect.stringMatching(words) }]);
    expect(scaled).toBe(1);
    expect(bench.wokenIn(0)).toEqual(['a']);
  });

  test('a seed that cannot be used → told as a problem, the cluster is not woken, the others go on', async () => {
    const bench = new Bench([entry('a', { mode: 'fast' } as unknown as PolicyInput), entry('b')]);
    const { problems } = await bench.run();
    expect(problems).toEqual([{ cluster: 'a', problem: 'policy-refused', told: expect.stringContaining('mode') }]);
    expect(bench.wokenIn(0)).toEqual(['b']);
  });

  test('a cluster that fits comes beside the one that is scaled → a notice', async () => {
    const bench = new Bench([entry('a')]);
    await bench.run();
    bench.directory.clusters = [...bench.directory.clusters, { id: 'j-new', name: 'a', createdAt: 0 }];
    const { notices, problems } = await bench.run();
    expect([notices, problems]).toEqual([['cluster a is j-a and stays it; j-new would fit as well'], []]);
  });
});

describe('alarms', () => {
  test('of three clusters, one shared → read once for all, each cluster given its own', async () => {
    const bench = new Bench([entry('a', naming('cpu', 'queue')), entry('b', naming('queue', 'gone')), entry('c')]);
    await bench.run();
    await expect(bench.run()).resolves.toMatchObject({ alarms: 2 });
    expect(bench.alarmReads).toEqual([['cpu', 'queue', 'gone']]);
    expect([...bench.table.cluster('a').alarms.keys()]).toEqual(['cpu', 'queue']);
    expect([...bench.table.cluster('b').alarms.keys()]).toEqual(['queue']);
  });

  test('none in any policy → CloudWatch is not asked', async () => {
    const bench = new Bench([entry('a')]);
    await bench.run();
    await bench.run();
    expect(bench.alarmReads).toEqual([]);
  });
});

describe('something is broken', () => {
  const known = async (): Promise<Bench> => {
    const bench = new Bench([entry('a', naming('cpu')), entry('b')]);
    await bench.run();
    return bench;
  };

  test('CloudWatch is away → thrown at the end, after everything else', async () => {
    const bench = await known();
    bench.alarmsFail = true;
    const { message, dispatched } = await bench.fail();
    expect(message).toContain('CloudWatch is away');
    expect(dispatched).toMatchObject({ wakeUps: 8, scaled: 2, alarms: 0 });
  });

  test('EMR is slow or away → the wake-ups are out before, identities stay, it is told and nothing is thrown', async () => {
    const bench = await known();
    bench.directory.listFault = 'unavailable';
    bench.done.length = 0;
    const { notices, scaled } = await bench.run();
    expect([notices.length, scaled, bench.done]).toEqual([1, 2, ['wake a b', 'list']]);
  });

  test('EMR refuses the list → the same, and thrown: people have to do something', async () => {
    const bench = await known();
    bench.directory.listFault = 'denied';
    const { dispatched, errors } = await bench.fail();
    expect([dispatched.wakeUps, dispatched.scaled, errors.length]).toEqual([8, 2, 1]);
  });

  test('the queue refuses → everything else is done, and it is thrown', async () => {
    const bench = await known();
    bench.broken = {
      wakeUps: {
        send: async () => {
          throw new Error('no such queue');
        },
      },
    };
    const { dispatched, message } = await bench.fail();
    expect(message).toContain('no such queue');
    expect(dispatched).toMatchObject({ wakeUps: 0, alarms: 1 });
  });

  test('one cluster cannot be written → the others are, and it is thrown', async () => {
    const bench = new Bench([entry('a'), entry('b'), entry('c')]);
    const { inbox } = bench.ports;
    bench.broken = {
      inbox: {
        ...inbox,
        putIdentity: async (cluster, identity) => {
          if (cluster === 'a') throw new Error('the table throttles');
          await inbox.putIdentity(cluster, identity);
        },
        seedPolicy: async (cluster, ...rest) => {
          if (cluster === 'b') throw new Error('the table throttles');
          return inbox.seedPolicy(cluster, ...rest);
        },
      },
    };
    const { errors, dispatched } = await bench.fail();
    expect([errors.length, dispatched.seeded]).toEqual([2, 2]);
    expect(bench.table.cluster('c').identity?.emrClusterId).toBe('j-c');
    expect(bench.wokenIn(0)).toEqual(['a', 'c']);
  });

  test('the table cannot be read → nothing can be done, and that is thrown', async () => {
    const bench = await known();
    bench.broken = {
      inbox: {
        ...bench.ports.inbox,
        registered: async () => {
          throw new Error('the table is gone');
        },
      },
    };
    await expect(bench.run()).rejects.toThrow('the table is gone');
  });
});
