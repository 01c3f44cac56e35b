/**
 * A tick that fails or dies at any await. Each call of a run to a port is broken once, in each way: nothing is done
 * twice for one decision, nothing shrinks that should not, and two ticks later all is as if nothing had been.
 */
import { randomUUID } from 'node:crypto';
import { DynamoClusterStore } from '../../../lambdas/adapters/dynamo/cluster-store.ts';
import { DynamoInbox } from '../../../lambdas/adapters/dynamo/inbox.ts';
import { DynamoJournal } from '../../../lambdas/adapters/dynamo/journal.ts';
import { DynamoCallTokens } from '../../../lambdas/adapters/dynamo/tokens.ts';
import { type Reconciled, reconcile } from '../../../lambdas/app/reconcile.ts';
import { FakeClusterStore } from '../../fakes/cluster-store.ts';
import { FakeInbox } from '../../fakes/inbox.ts';
import { FakeJournal } from '../../fakes/journal.ts';
import { FakeTable } from '../../fakes/memory-table.ts';
import { FakeCallTokens } from '../../fakes/tokens.ts';
import { LocalTables } from '../adapters/dynamo/local-table.ts';
import { at } from '../core/builders.ts';
import { FaultyPorts, PORT_FAULTS, type PortFault } from './faulty-ports.ts';
import { CLUSTER, type Kept, LOCATED, LOOP_POLICY, Loop, type LoopOptions } from './loop.ts';

const clock = { now: () => at(0) };

const inMemory = async (): Promise<Kept> => {
  const table = new FakeTable();
  return {
    inbox: new FakeInbox(table),
    store: new FakeClusterStore(table, CLUSTER),
    journal: new FakeJournal(table, CLUSTER, 30, clock),
    tokens: new FakeCallTokens(),
  };
};

/** 10 queries, then 30, then 12. */
const queries = (seconds: number): number => (seconds < 45 ? 10 : seconds < 150 ? 30 : 12);

interface Run {
  readonly loop: Loop;
  readonly faulty: FaultyPorts;
  /** Total target after each tick. */
  readonly targets: readonly number[];
  readonly ends: readonly (Reconciled['kind'] | 'failed' | 'killed')[];
  /** The tick in which something was broken. */
  readonly brokenAt: number;
  /** The tick went on without what it had asked for, and remembers that it failed. */
  readonly noted: boolean;
  /** Calls of all ticks but the last three: what is broken among them has time to recover. */
  readonly breakable: number;
}

const endOf = async (ticking: Promise<Reconciled>, faulty: FaultyPorts): Promise<Run['ends'][number]> => {
  const ended = ticking.then(
    ({ kind }) => kind,
    () => 'failed' as const,
  );
  return Promise.race([ended, faulty.killed]);
};

const run = async (
  kept: Kept,
  ticks: number,
  broken: number,
  fault?: PortFault,
  options: Partial<LoopOptions> = {},
): Promise<Run> => {
  await kept.inbox.putPolicy(CLUSTER, LOOP_POLICY, 'ann', at(0));
  await kept.inbox.putIdentity(CLUSTER, LOCATED);
  const faulty = new FaultyPorts(broken, fault);
  const loop = new Loop({ kept, queries, through: (ports) => faulty.wrap(ports), ...options });
  const targets: number[] = [];
  const ends: Run['ends'][number][] = [];
  let brokenAt = -1;
  let noted = false;
  let breakable = 0;
  for (let tick = 0; tick < ticks; tick += 1) {
    const before = faulty.calls.length;
    const ticking = loop.tick(tick);
    // A killed process stays dead, the next tick is another one's: only the tick that was broken can be killed.
    ends.push(brokenAt < 0 ? await endOf(ticking, faulty) : (await ticking).kind);
    if (before <= broken && broken < faulty.calls.length) {
      brokenAt = tick;
      noted = loop.memory?.found?.failed !== undefined;
    }
    if (tick === ticks - 4) breakable = faulty.calls.length;
    targets.push(loop.fleet.world.target);
  }
  return { loop, faulty, targets, ends, brokenAt, noted, breakable };
};

/** Calls that set the targets to what they were. */
const repeated = ({ loop }: Run): readonly unknown[] =>
  loop.fleet.modified.filter(({ targets }, index, all) => {
    const before = all[index - 1]?.targets;
    return before?.spotUnits === targets.spotUnits && before.onDemandUnits === targets.onDemandUnits;
  });

/**
 * Ticks after which the target is not what it is without faults, then or up to two ticks before; or one tick later: what
 * a broken tick has not seen cannot prolong a hold, so a shrink may come so much sooner.
 */
const astray = (faulted: Run, sound: Run): number[] =>
  faulted.targets.flatMap((target, tick) =>
    sound.targets.slice(Math.max(0, tick - 2), tick + 2).includes(target) ? [] : [tick],
  );

/** What is wrong with a run of which one call was broken. */
const faultsOf = (faulted: Run, sound: Run): string[] => {
  const { ends, brokenAt, noted, loop } = faulted;
  const wrong = {
    'acted twice': repeated(faulted).length > 0,
    'went astray': astray(faulted, sound).length > 0,
    'ended elsewhere': faulted.targets.at(-1) !== sound.targets.at(-1),
    'hid the fault': !noted && !['failed', 'killed'].includes(ends[brokenAt] ?? ''),
    'did not recover in two ticks': ends.slice(brokenAt + 2).some((end) => end !== 'decided'),
  };
  const told = `targets ${faulted.targets.join(' ')}, modified ${loop.fleet.modified.length} times, ends ${ends.join(' ')}`;
  return Object.entries(wrong).flatMap(([what, is]) => (is ? [`${what}: ${told}`] : []));
};

/** Breaks each call of a run once. */
const sweep = async (
  make: () => Promise<Kept>,
  ticks: number,
  fault: PortFault,
  options: Partial<LoopOptions> = {},
): Promise<{ readonly runs: number; readonly wrong: readonly string[] }> => {
  const sound = await run(await make(), ticks, -1, undefined, options);
  const wrong: string[] = [];
  for (let index = 0; index < sound.breakable; index += 1) {
    const faulted = await run(await make(), ticks, index, fault, options);
    const where = `call ${index} (${sound.faulty.calls[index]}) in tick ${faulted.brokenAt}`;
    wrong.push(...faultsOf(faulted, sound).map((what) => `${where} ${what}`));
  }
  return { runs: sound.breakable, wrong };
};

describe('in memory, a day that grows and shrinks', () => {
  const TICKS = 22;
  let sound: Run;

  beforeAll(async () => {
    sound = await run(await inMemory(), TICKS, -1);
  });

  test('without faults → one growth, one shrink, every tick decided', () => {
    expect(sound.loop.fleet.modified.map(({ targets }) => targets.spotUnits)).toEqual([30, 12]);
    expect([...new Set(sound.ends)]).toEqual(['decided']);
  });

  test.each(PORT_FAULTS)(
    'each call once %s → never twice, and as if nothing had been two ticks later',
    async (fault) => {
      const { runs, wrong } = await sweep(inMemory, TICKS, fault);
      expect(runs).toBeGreaterThan(60);
      expect(wrong).toEqual([]);
    },
    60_000,
  );
});

describe('over the table, a growth', () => {
  const TICKS = 7;
  let tables: LocalTables;

  beforeAll(async () => {
    tables = await LocalTables.start();
  });

  afterAll(() => tables.stop());

  const overTable = async (): Promise<Kept> => {
    const table = await tables.make();
    return {
      inbox: new DynamoInbox(table),
      store: new DynamoClusterStore(table, CLUSTER, randomUUID),
      journal: new DynamoJournal(table, { cluster: CLUSTER, retentionDays: 1, clock, pause: async () => undefined }),
      tokens: new DynamoCallTokens(table),
    };
  };

  test.each(PORT_FAULTS)(
    'each call once %s → never twice, and as if nothing had been two ticks later',
    async (fault) => {
      const { runs, wrong } = await sweep(overTable, TICKS, fault);
      expect(runs).toBeGreaterThan(15);
      expect(wrong).toEqual([]);
    },
    60_000,
  );
});

describe('EMR shows for a while what was before the call', () => {
  test.each(PORT_FAULTS)('each call once %s → a call that is repeated sets the same targets', async (fault) => {
    const options = { lags: { staleSeconds: 25 } };
    const { wrong } = await sweep(inMemory, 22, fault, options);
    // Nobody said how the call ended, and EMR shows the targets from before: it cannot be known that the call came through.
    expect(wrong.filter((what) => !/\((modify|write)\) in tick \d+ acted twice/.test(what))).toEqual([]);
  });
});

describe('two ticks at once', () => {
  /** The first tick stops before its nth call until the second has run to its end. */
  const interleaved = async (calls: number) => {
    const kept = await inMemory();
    await kept.inbox.putPolicy(CLUSTER, LOOP_POLICY, 'ann', at(0));
    await kept.inbox.putIdentity(CLUSTER, LOCATED);
    const loop = new Loop({ kept, queries: () => 30 });
    const faulty = new FaultyPorts(-1);
    const pausing = faulty.wrap(loop.ports);
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const first = reconcile({
      ...pausing,
      store: gated(pausing.store, faulty, calls, gate),
      emr: (emrClusterId) => {
        const { fleet, finder } = pausing.emr(emrClusterId);
        return { fleet: gated(fleet, faulty, calls, gate), finder: gated(finder, faulty, calls, gate) };
      },
      tokens: gated(pausing.tokens, faulty, calls, gate),
      journal: gated(pausing.journal, faulty, calls, gate),
    });
    await reached(faulty, calls);
    const second = await reconcile(loop.ports);
    go();
    return { kinds: [(await first).kind, second.kind], modified: loop.fleet.modified.length };
  };

  /** Waits at the gate before the call that would be the nth. */
  const gated = <Port extends object>(port: Port, faulty: FaultyPorts, calls: number, gate: Promise<void>): Port =>
    new Proxy(port, {
      get: (target, key) => {
        const member: unknown = Reflect.get(target, key);
        if (typeof member !== 'function' || key === 'facts') return member;
        return async (...given: unknown[]) => {
          if (faulty.calls.length === calls) await gate;
          return (member as (...args: unknown[]) => unknown).apply(target, given);
        };
      },
    });

  const reached = async (faulty: FaultyPorts, calls: number): Promise<void> => {
    while (faulty.calls.length < calls) await new Promise(setImmediate);
    await new Promise(setImmediate);
  };

  test.each([
    ['load', 0, 'decided', 'decided'],
    ['take', 2, 'overtaken', 'decided'],
    ['read', 3, 'overtaken', 'decided'],
    ['take for finding', 4, 'overtaken', 'decided'],
    ['find', 5, 'overtaken', 'decided'],
    ['take for the modify', 6, 'overtaken', 'decided'],
    ['save', 7, 'overtaken', 'decided'],
    ['modify', 8, 'decided', 'claimed'],
    ['write', 9, 'decided', 'claimed'],
  ])('the first waits before its %s while the second runs → EMR is called once', async (_, calls, first, second) => {
    await expect(interleaved(calls)).resolves.toEqual({ kinds: [first, second], modified: 1 });
  });
});
