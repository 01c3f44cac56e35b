/** The run behind the page of a real engine, over an engine of which only the fleet is not made up. */
import type { ConsoleUpdate } from '../../../console/protocol.ts';
import type { Reconciled } from '../../../lambdas/app/reconcile.ts';
import type { Decision } from '../../../lambdas/core/decision.ts';
import { emptyMemory } from '../../../lambdas/core/memory.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { EngineLive } from '../../../local/live/engine-live.ts';
import { CLUSTER } from '../../../local/system.ts';
import { LIMITS, POOL, policyOf, START, sampleAt, stage } from './engine-stage.ts';

const decided = (decision: Partial<Decision>): Reconciled =>
  ({
    kind: 'decided',
    decided: { decision: { at: epochSeconds(START), reasons: [], ...decision }, memory: emptyMemory() },
  }) as unknown as Reconciled;

beforeEach(() => {
  jest.useFakeTimers({ now: START * 1000 });
});
afterEach(() => {
  jest.useRealTimers();
});

describe('before it runs', () => {
  test('the page is there: limits, time of the wall, one speed, and nothing can be done', async () => {
    const { live } = stage();
    const { facts, controls, points } = live.state();
    expect(facts).toMatchObject({ ...LIMITS, time: 'wall', fixedCluster: '3 on-demand workers, the maximum' });
    expect([controls.speed, controls.speeds, points]).toEqual([1, [1], []]);
    await expect(live.act({ action: 'burst', queries: 1 })).rejects.toThrow('the engine is not running yet');
  });

  test('how far it is → told on the terminal and on the page', async () => {
    const { live, told, events } = stage();
    await live.start();
    expect(told).toEqual(['fetching jars']);
    expect(events()).toEqual(['info start: Fetching jars.']);
    await live.close();
  });

  test('it does not start → the reason is thrown, and closing ends what there is', async () => {
    let signal: AbortSignal | undefined;
    const live = new EngineLive({
      title: '',
      policy: policyOf(),
      pool: POOL,
      start: async (hooks) => {
        signal = hooks.signal;
        throw new Error('no JDK');
      },
      load: () => {
        throw new Error('nothing runs');
      },
      onProgress: () => {},
    });
    await expect(live.start()).rejects.toThrow('no JDK');
    await live.close();
    expect(signal?.aborted).toBe(true);
  });

  test('it is stopped while it starts → the start is told at once', () => {
    let signal: AbortSignal | undefined;
    const live = new EngineLive({
      title: '',
      policy: policyOf(),
      pool: POOL,
      start: (hooks) => {
        signal = hooks.signal;
        return new Promise(() => {});
      },
      load: () => ({ send: () => new Promise(() => {}), close: async () => {} }),
      onProgress: () => {},
    });
    void live.start();
    expect(signal?.aborted).toBe(false);
    live.end();
    expect(signal?.aborted).toBe(true);
  });
});

describe('points', () => {
  test('a sample, a decision → what is ready, wanted, waits and costs, in the time of the wall', async () => {
    const { live, engine, hooks, wait, last } = stage();
    await live.start();
    engine().sample = sampleAt(3598, 1);
    hooks().onTick(decided({ verdict: 'steady', terms: { wantedUnits: 2 } as Decision['terms'] }));
    await wait(3600);
    engine().sample = sampleAt(3602, 2);
    await wait(2);
    expect(last()).toMatchObject({
      at: START + 3602,
      wantedUnits: 2,
      targetUnits: 1,
      readyUnits: 2,
      arrivingUnits: 0,
      drainingUnits: 0,
      runningQueries: 2,
      waitingQueries: 1,
      endedQueries: 0,
      lateQueries: null,
      delayP95Seconds: null,
    });
    // One spot worker for an hour, and three on demand.
    expect(last()?.usd).toBeCloseTo(0.096 * 0.35 + 0.024, 3);
    expect(last()?.fixedUsd).toBeCloseTo(3, 1);
    await live.close();
  });

  test('the engine falls silent → what it said is not drawn on: unknown, not 0', async () => {
    const { live, engine, wait, last } = stage();
    await live.start();
    engine().sample = sampleAt(0, 1);
    await wait(10);
    expect(last()?.readyUnits).toBe(1);
    await wait(10);
    expect(last()).toMatchObject({ targetUnits: 1, readyUnits: null, arrivingUnits: null, runningQueries: null });
    await live.close();
  });

  test('whoever listens hears of every point once, without asking', async () => {
    const { live, wait } = stage();
    await live.start();
    const updates: ConsoleUpdate[] = [];
    live.state();
    live.subscribe((update) => updates.push(update));
    await wait(10);
    expect(updates.flatMap(({ points }) => points.map(({ at }) => at - START))).toEqual([2, 4, 6, 8, 10]);
    await live.close();
  });
});

describe('buttons', () => {
  test('a burst of five → five real queries, told with what they are', async () => {
    const { live, queries, events } = stage();
    await live.start();
    await live.act({ action: 'burst', queries: 5 });
    expect(queries.map(({ settings }) => settings.source)).toEqual(Array(5).fill('page'));
    expect(events().at(-1)).toMatch(/^info burst: A burst of 5 queries arrived: each adds up the lines/);
    await live.close();
  });

  test('a burst of 101 → refused with the most that is taken, and nothing is sent or told', async () => {
    const { live, queries, events } = stage();
    await live.start();
    await expect(live.act({ action: 'burst', queries: 101 })).rejects.toThrow('100 at most; given 101');
    expect(queries).toEqual([]);
    expect(events()).toEqual(['info start: Fetching jars.']);
    await live.close();
  });

  test('spot away → the workers get their notice, and are gone two minutes later; back → said', async () => {
    const { live, engine, wait, events } = stage();
    await live.start();
    await wait(20);
    await live.act({ action: 'spot', gone: true });
    expect(live.state().controls.spotGone).toBe(true);
    await wait(130);
    expect(engine().fleet.read().spot.provisionedUnits).toBe(0);
    expect(events().join('\n')).toMatch(/warning interruptionNotice: .*two minutes/);
    await live.act({ action: 'spot', gone: false });
    expect(live.state().controls.spotGone).toBe(false);
    await live.close();
  });

  test('the largest pool away → the only one, so no spot can be had; back, and once more → refused', async () => {
    const { live } = stage();
    await live.start();
    await live.act({ action: 'largestPool' });
    const { controls, story } = live.state();
    expect(controls.spotGone).toBe(true);
    expect(story.map(({ kind }) => kind)).toEqual(['taken', 'loss']);
    await live.act({ action: 'spot', gone: false });
    expect(live.state().controls.spotGone).toBe(false);
    await expect(live.act({ action: 'spot', gone: false })).rejects.toThrow('no spot is gone');
    await live.close();
  });

  test('pause and resume → the policy is written as paused, and again as it was', async () => {
    const { live, engine } = stage();
    await live.start();
    await live.act({ action: 'pause', paused: true });
    await live.act({ action: 'pause', paused: false });
    expect(engine().policies.map(({ mode }) => mode)).toEqual(['paused', 'act']);
    await live.close();
  });

  test('a hold and its release → sent as events, the hold ends in the time of the wall', async () => {
    const { live, engine } = stage();
    await live.start();
    await live.act({ action: 'hold', units: 2, minutes: 30 });
    expect(live.state().controls.hold).toEqual({ units: 2, until: START + 1800 });
    await live.act({ action: 'releaseHold' });
    expect(engine().sent).toMatchObject([
      { type: 'Prestoscale Hold Requested', detail: { cluster: CLUSTER, units: 2, until: START + 1800 } },
      { type: 'Prestoscale Hold Released', detail: { cluster: CLUSTER } },
    ]);
    await live.close();
  });

  test('another speed → refused: time cannot be hurried', async () => {
    const { live } = stage();
    await live.start();
    await expect(live.act({ action: 'speed', speed: 60 })).rejects.toThrow('the speed must be one of 1; given 60');
    await live.close();
  });
});

describe('what goes wrong', () => {
  test('a query fails → counted, late, and told with its cause and without its text', async () => {
    const { live, queries, wait, last, events } = stage();
    await live.start();
    await live.act({ action: 'burst', queries: 1 });
    queries[0]?.end('REMOTE_HOST_GONE: a worker is gone\n at somewhere');
    await wait(2);
    expect(last()).toMatchObject({ endedQueries: 1, failedQueries: 1, lateQueries: 1 });
    expect(events().at(-1)).toBe('error query: A query of page failed: REMOTE_HOST_GONE: a worker is gone');
    await live.close();
  });

  test('a handler fails → told', async () => {
    const { live, hooks, events } = stage();
    await live.start();
    hooks().onFailure('reconcile', new Error('no table'));
    expect(events().at(-1)).toBe('error failure: reconcile failed: no table');
    await live.close();
  });

  test('the coordinator ends → the run is over, and it is said', async () => {
    const { live, engine, events } = stage();
    await live.start();
    engine().coordinatorEnds();
    await jest.advanceTimersByTimeAsync(0);
    expect(live.state().controls.ended).toBe(true);
    expect(events().at(-1)).toMatch(/^error coordinator: The coordinator has ended/);
    await live.close();
  });
});

test('closed → queries first, then the engine, nothing is sent or drawn any more, and what ends then is no failure', async () => {
  const { live, engine, hooks, queries, wait, events } = stage();
  await live.start();
  await wait(60);
  const before = queries.length;
  expect(before).toBeGreaterThan(0);
  const points = live.state().points.length;
  await live.close();
  expect(engine().done).toEqual(['queries cancelled', 'engine closed']);
  expect(hooks().signal.aborted).toBe(true);
  engine().coordinatorEnds();
  hooks().onFailure('the run', new Error('the coordinator does not answer'));
  for (const query of queries) query.end('CLIENT: aborted');
  await wait(120);
  expect([queries.length, live.state().points.length]).toEqual([before, points]);
  expect(events()).toEqual(['info start: Fetching jars.']);
  await expect(live.act({ action: 'pause', paused: true })).rejects.toThrow('no longer');
});
