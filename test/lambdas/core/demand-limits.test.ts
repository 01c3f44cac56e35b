import { decide } from '../../../lambdas/core/decide.ts';
import type { PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import { sentenceOf } from '../../../lambdas/core/reasons.ts';
import { codesOf, numbersOf, policyWith, queryClass, without } from './builders.ts';
import { commandsOf, drive, type Moment, tickAt } from './drive.ts';

/** A thousand queries queue; five run and keep `busyShare` of 160 cores busy. */
const queueing =
  (busyShare: number, given: object = {}) =>
  ({ seconds, ready }: Moment) => ({
    ...ready,
    readyCores: 160 as never,
    runningQueries: 5,
    queuedQueries: 1000,
    cpuSecondsTotal: busyShare * 160 * seconds,
    classes: [
      queryClass({
        live: 1005,
        parallelismCores: 1005 * 16,
        cpuSecondsUsed: busyShare * 160 * seconds,
        finishedQueries: 100,
        finishedCpuSeconds: 100_000,
      }),
    ],
    ...given,
  });

const LARGE: PolicyInput = { capacity: { maximumUnits: 5000 } };
const wanted = (ticks: ReturnType<typeof drive>, seconds: number) => tickAt(ticks, seconds).decision.terms.wantedUnits;
const told = (ticks: ReturnType<typeof drive>) =>
  ticks.filter(({ decision }) => codesOf(decision).includes('concurrency-limit')).map(({ seconds }) => seconds);

test('a queue while 31 % of the ready cores are busy → after 60 s the queue is left out, and a notice says why', () => {
  const ticks = drive({ seconds: 300, policy: policyWith(LARGE), sample: queueing(0.31) });
  expect(told(ticks).slice(0, 2)).toEqual([75, 90]);
  expect(wanted(ticks, 60)).toBeGreaterThan(200);
  expect(wanted(ticks, 75)).toBeLessThan(20);
  expect(numbersOf(tickAt(ticks, 75).decision, 'concurrency-limit')['busyShare']).toBeCloseTo(0.31, 9);
});

test.each<[string, number, object]>([
  ['71 % of the cores are busy', 0.71, {}],
  ['nothing queues', 0.3, { queuedQueries: 0 }],
  ['queries wait for workers', 0.3, { waitingForWorkersQueries: 1 }],
  ['queries are blocked on memory', 0.3, { blockedOnMemoryQueries: 1 }],
])('%s → a queue is a queue', (_, share, given) => {
  const ticks = drive({ seconds: 300, policy: policyWith(LARGE), sample: queueing(share, given) });
  expect(told(ticks)).toEqual([]);
});

test('the cores idle for 45 s only, then they are busy → not left out', () => {
  const busy = (seconds: number) => (seconds <= 60 ? 0.3 * seconds : 18 + 0.9 * (seconds - 60));
  const ticks = drive({
    seconds: 300,
    policy: policyWith(LARGE),
    sample: (moment) => ({ ...queueing(0)(moment), cpuSecondsTotal: 160 * busy(moment.seconds) }),
  });
  expect(told(ticks)).toEqual([]);
});

test('the limit is lifted and the cores get busy → the queue counts again at once', () => {
  const busy = (seconds: number) => 0.3 * Math.min(150, seconds) + 0.95 * Math.max(0, seconds - 150);
  const ticks = drive({
    seconds: 300,
    policy: policyWith(LARGE),
    sample: (moment) => ({ ...queueing(0)(moment), cpuSecondsTotal: 160 * busy(moment.seconds) }),
  });
  expect(told(ticks)).toEqual([75, 90, 105, 120, 135, 150]);
});

test('a sample every 60 s and a tick every 15 s → the limit is seen all the same', () => {
  const ticks = drive({
    seconds: 600,
    policy: policyWith(LARGE),
    sample: (moment) => {
      const seconds = 60 * Math.floor(moment.seconds / 60);
      return { ...queueing(0.31)({ ...moment, seconds }), takenAt: (moment.now - (moment.seconds - seconds)) as never };
    },
  });
  expect(told(ticks)[0]).toBe(120);
  expect(told(ticks)).toHaveLength((600 - 120) / 15 + 1);
  expect(numbersOf(tickAt(ticks, 135).decision, 'concurrency-limit')['busyShare']).toBeLessThan(0.7);
});

test('the engine restarts during the burst → one odd tick proves no limit', () => {
  const ticks = drive({
    seconds: 240,
    policy: policyWith(LARGE),
    sample: (moment) => ({
      ...queueing(0)(moment),
      cpuSecondsTotal: 160 * 0.95 * (moment.seconds < 120 ? moment.seconds : moment.seconds - 120),
    }),
  });
  expect(told(ticks)).toEqual([]);
});

test('only counts can be read, and cores idle → the queue is left out of the counts too', () => {
  const ticks = drive({
    seconds: 300,
    policy: policyWith(LARGE),
    sample: (moment) => without(queueing(0.31)(moment), 'classes'),
  });
  expect(wanted(ticks, 60)).toBe(1005);
  expect(wanted(ticks, 75)).toBe(5);
});

test('a thousand queries are submitted to a group that runs one at a time → they buy nothing', () => {
  const ticks = drive({
    seconds: 600,
    policy: policyWith(LARGE),
    sample: ({ seconds, ready }) => {
      const held = seconds >= 150 ? 1000 : 0;
      const done = Math.floor(seconds / 15);
      return {
        ...ready,
        runningQueries: 1,
        groupHeldQueries: held,
        cpuSecondsTotal: 16 * seconds,
        classes: [
          queryClass({ live: 1, held, parallelismCores: 16, finishedQueries: done, finishedCpuSeconds: 240 * done }),
        ],
      };
    },
  });
  expect(commandsOf(ticks)).toEqual([]);
  expect(codesOf(tickAt(ticks, 150).decision)).toContain('group-limit');
});

test('held queries do not thin out what was learned of the busy cores of a query', () => {
  const ticks = drive({
    seconds: 600,
    sample: ({ seconds, ready }) => ({
      ...ready,
      runningQueries: 2,
      groupHeldQueries: 500,
      cpuSecondsTotal: 8 * seconds,
      classes: [queryClass({ live: 2, held: 500, parallelismCores: 64, cpuSecondsUsed: 8 * seconds })],
    }),
  });
  const bi = tickAt(ticks, 600).memory.classes['bi'];
  expect((bi?.busyCpuDecayed ?? 0) / (bi?.busyLiveDecayed ?? 1)).toBeCloseTo(4, 3);
});

describe('a burst that will be over before help arrives', () => {
  /** Ten cores idle; at 600 s twenty queries of 100 core-seconds come at once and are done in 200 s. */
  const burst =
    (queries: number, pastQueries: number) =>
    ({ seconds, ready, fleet }: Moment) => {
      const worked = Math.min(100 * queries, Math.max(0, 10 * (seconds - 600)));
      const done = Math.floor(worked / 100);
      const live = seconds < 600 ? 0 : queries - done;
      return {
        ...ready,
        readyCores: fleet.ready as never,
        runningQueries: live,
        cpuSecondsTotal: worked,
        classes: [
          queryClass({
            live,
            parallelismCores: 4 * live,
            cpuSecondsUsed: live === 0 ? 0 : worked - 100 * done,
            finishedQueries: pastQueries + done,
            finishedCpuSeconds: 100 * (pastQueries + done),
          }),
        ],
      };
    };
  const policy = policyWith({ capacity: { coresPerUnit: 1, minimumUnits: 10, maximumUnits: 1000 } });

  test('20 queries of 100 core-seconds of a class never seen on 10 idle cores → nothing is bought', () => {
    expect(commandsOf(drive({ seconds: 1500, policy, sample: burst(20, 0) }))).toEqual([]);
  });

  test('2,000 of them on the same cores → they would wait for hours, and help is bought', () => {
    expect(commandsOf(drive({ seconds: 700, policy, sample: burst(2000, 0) })).length).toBeGreaterThan(0);
  });
});

test('60 % of the memory is reserved and the load wants 4 units of 40 → the shrink stops where memory is at 75 %', () => {
  const ticks = drive({
    units: 40,
    seconds: 3600,
    sample: ({ ready, fleet }) => ({
      ...ready,
      runningQueries: 4,
      reservedMemoryBytes: 24e9,
      totalMemoryBytes: fleet.ready * 1e9,
    }),
  });
  expect(commandsOf(ticks)).toEqual([[900, 32]]);
});

test('a tick on the same memory asks twice → the same answer, the core keeps nothing to itself', () => {
  const [first] = drive({ seconds: 0, sample: queueing(0.31) });
  if (first === undefined) throw new Error('no tick');
  expect(decide(first.observation, first.policy, first.before, first.now)).toEqual({
    decision: first.decision,
    memory: first.memory,
  });
});

describe('where only counts can be read', () => {
  const sentences = (ticks: ReturnType<typeof drive>, seconds: number) =>
    tickAt(ticks, seconds).decision.reasons.map(sentenceOf).join('\n');

  test('PrestoDB holds 500 queries at a group’s limit and queues none → nothing is bought, and the notice says why', () => {
    const ticks = drive({
      seconds: 600,
      units: 4,
      sample: ({ ready }) => ({ ...ready, runningQueries: 3, groupHeldQueries: 500 }),
    });
    expect(commandsOf(ticks)).toEqual([]);
    expect(sentences(ticks, 600)).toContain('a concurrency limit, not capacity');
  });

  test('held and queued ones together → the queued ones buy, the held ones do not', () => {
    const ticks = drive({
      seconds: 60,
      units: 4,
      sample: ({ ready }) => ({ ...ready, runningQueries: 3, queuedQueries: 5, groupHeldQueries: 500 }),
    });
    expect(commandsOf(ticks)).toEqual([[0, 8]]);
  });

  test('a queue of unknown cause while a tenth of the cores is busy → nothing more is bought after a minute, and why', () => {
    const queued = ({ seconds, ready }: Moment) => ({
      ...ready,
      runningQueries: 4,
      queuedQueries: Math.max(0, Math.floor(seconds / 15)),
      cpuSecondsTotal: 0.1 * (ready.readyCores ?? 0) * seconds,
    });
    const ticks = drive({ seconds: 885, units: 10, sample: queued });
    expect(commandsOf(ticks)).toEqual([]);
    expect(sentences(ticks, 120)).toContain('a concurrency limit, not capacity');
    expect(tickAt(ticks, 885).decision.terms.wantedUnits).toBe(4);
  });

  test('the same queue, and nobody tells what the cores do → unknown is not idle: it is a queue', () => {
    const ticks = drive({
      seconds: 300,
      units: 10,
      sample: ({ ready }) => ({ ...ready, runningQueries: 4, queuedQueries: 40 }),
    });
    expect(commandsOf(ticks)).toEqual([[0, 44]]);
  });
});
