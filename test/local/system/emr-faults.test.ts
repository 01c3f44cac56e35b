/** EMR's endpoint goes wrong for five minutes, in which a shrink comes due and a burst arrives. */
import type { Bench } from './bench.ts';
import {
  BURST_AT,
  during,
  expectNoSlotMissed,
  expectNothingForbidden,
  expectRecovered,
  FAULT_FROM,
  FAULT_TO,
  type Fault,
  runThrough,
  SHRINK_DUE,
} from './scenario.ts';

jest.setTimeout(60_000);

const FOREVER = Number.POSITIVE_INFINITY;

const clear = ({ system }: Bench): void => {
  system.emr.faults.clear();
  system.emr.faults.release();
};

type Arm = (faults: Bench['system']['emr']['faults']) => void;

const faultOf = (arm: Arm): Fault => ({ arm: ({ system }) => arm(system.emr.faults), end: clear });

const appliedIn = (bench: Bench) => bench.applied.filter(({ at }) => at > FAULT_FROM && at <= FAULT_TO);

test('nothing is broken → in those five minutes a shrink is sent, and a growth for the burst', async () => {
  const bench = await runThrough({ arm: () => {}, end: () => {} });
  const verdicts = during(bench).map(({ at, decision }) => [at, decision?.verdict]);
  expect(verdicts).toContainEqual([SHRINK_DUE, 'shrink']);
  expect(verdicts).toContainEqual([BURST_AT + 5, 'grow']);
  expectNoSlotMissed(bench);
  expectNothingForbidden(bench);
  expectRecovered(bench);
});

describe('no call takes effect', () => {
  const cases: readonly (readonly [string, Arm, RegExp])[] = [
    ['throttles', (faults) => faults.arm('throttle', FOREVER), /ListInstanceFleets.*ThrottlingException/],
    ['answers HTML 503', (faults) => faults.arm('html', FOREVER), /ListInstanceFleets.*503/],
    ['lists nothing', (faults) => faults.arm('emptyPage', FOREVER), /ListInstanceFleets.*instance fleets were none/],
    ['drops connections unheard', (faults) => faults.arm('drop', FOREVER), /ListInstanceFleets/],
    [
      'reads well and throttles what changes',
      (faults) => faults.arm('throttle', FOREVER, 'ModifyInstanceFleet'),
      /ModifyInstanceFleet.*ThrottlingException/,
    ],
  ];

  test.each(cases)('EMR %s → ticks that need it fail and say why; two slots later all is well', async (_, arm, why) => {
    const bench = await runThrough(faultOf(arm));
    const failed = during(bench).filter(({ end }) => end !== 'decided');
    expect(failed.map(({ at }) => at)).toEqual(expect.arrayContaining([SHRINK_DUE, BURST_AT + 5]));
    for (const { what, error } of failed)
      expect([what, error?.message]).toEqual(['reconcile', expect.stringMatching(why)]);
    expect(appliedIn(bench)).toEqual([]);
    expectNoSlotMissed(bench);
    expectNothingForbidden(bench);
    expectRecovered(bench);
  });
});

describe('calls take effect and nobody hears of it', () => {
  test('EMR drops the connection after every modify → each such tick fails, nothing is sent twice, all is well after', async () => {
    const bench = await runThrough(faultOf((faults) => faults.arm('dropAfter', FOREVER, 'ModifyInstanceFleet')));
    const failed = during(bench).filter(({ end }) => end !== 'decided');
    // One tick failed for each modify that took effect, and none besides.
    expect(failed.map(({ at }) => at)).toEqual(appliedIn(bench).map(({ at }) => at));
    const sent = appliedIn(bench).map(({ units }) => units);
    expect(new Set(sent).size).toBe(sent.length);
    expect(sent.at(-1)).toBe(60);
    expectNoSlotMissed(bench);
    expectNothingForbidden(bench);
    expectRecovered(bench);
  });

  test('EMR hangs at a read, then after a modify → both ticks fail within their bound, the modify is not repeated', async () => {
    const bench = await runThrough(
      faultOf((faults) => {
        faults.arm('hang', 1, 'ListInstanceFleets');
        faults.arm('hangAfter', 1, 'ModifyInstanceFleet');
      }),
    );
    const failed = during(bench).filter(({ end }) => end !== 'decided');
    expect(failed.map(({ error }) => error?.message)).toEqual([
      expect.stringMatching(/^ListInstanceFleets/),
      expect.stringMatching(/^ModifyInstanceFleet/),
    ]);
    const [, unheard] = failed;
    const shrunk = bench.applied.filter(({ at }) => at === unheard?.at);
    expect(shrunk).toHaveLength(1);
    expect(bench.applied.filter(({ units }) => units === shrunk[0]?.units)).toHaveLength(1);
    expectNoSlotMissed(bench);
    expectNothingForbidden(bench);
    expectRecovered(bench);
  });
});

test('EMR shows yesterday’s state for five minutes → the own command is trusted, no target is sent twice', async () => {
  const bench = await runThrough(faultOf((faults) => faults.arm('stale', FOREVER)));
  const sent = appliedIn(bench).map(({ units }) => units);
  expect(sent.length).toBeGreaterThan(0);
  expect(new Set(sent).size).toBe(sent.length);
  const behind = during(bench).filter(({ decision }) =>
    decision?.reasons.some(({ code }) => code === 'resize-in-flight'),
  );
  expect(behind.length).toBeGreaterThan(0);
  expectNoSlotMissed(bench);
  expectNothingForbidden(bench);
  expectRecovered(bench);
});
