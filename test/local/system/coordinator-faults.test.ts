/** The engine's coordinator goes wrong for five minutes, in which a shrink comes due and a burst arrives. */

import { type CoordinatorEndpoint, startCoordinatorEndpoint } from '../../../local/coordinator/endpoint.ts';
import type { AnswerFault } from '../../../local/coordinator/faults.ts';
import { WorldCoordinator } from '../../../local/coordinator/world-backend.ts';
import { START_OF_RUN } from '../../../simulator/run/start-of-run.ts';
import type { Bench, Tick } from './bench.ts';
import {
  codesOf,
  during,
  expectNoSlotMissed,
  expectNothingForbidden,
  expectRecovered,
  FAULT_FROM,
  type Fault,
  runThrough,
  SHRINK_DUE,
} from './scenario.ts';

jest.setTimeout(60_000);

const DISBELIEF = ['signal-missing', 'signal-stale', 'signal-contradictory', 'signal-partial'];

const faultOf = (answer: AnswerFault): Fault => ({
  arm: ({ system }) => system.coordinator.setFault(answer),
  end: ({ system }) => system.coordinator.setFault(undefined),
});

const WHY_HELD = [...DISBELIEF, 'shrink-held', 'shrink-unproven'];

const has = (tick: Tick, codes: readonly string[]): boolean => codesOf(tick).some((code) => codes.includes(code));

/** Nothing is sent, and every tick says why. */
const expectHeld = (bench: Bench): void => {
  const ticks = during(bench);
  expect(ticks.map((tick) => [tick.at, tick.end, has(tick, WHY_HELD)])).toEqual(
    ticks.map(({ at }) => [at, 'decided', true]),
  );
  expect(ticks.filter(({ decision, modifyCalls }) => decision?.command !== undefined || modifyCalls > 0)).toEqual([]);
  // An empty list of queries has no numbers to be wrong; at these moments it has one.
  const withQuery = ticks.filter(({ at }) => at % 60 === 0);
  expect(withQuery.map(({ at }) => at)).toContain(SHRINK_DUE);
  expect(withQuery.filter((tick) => !has(tick, DISBELIEF))).toEqual([]);
};

/** Connections are refused; in the end another one listens at the same port. */
const down = (): Fault & { close(): Promise<void> } => {
  let again: CoordinatorEndpoint | undefined;
  return {
    arm: ({ system }) => system.coordinator.close(),
    end: async ({ system, world }) => {
      const port = Number(new URL(system.coordinator.url).port);
      again = await startCoordinatorEndpoint(new WorldCoordinator(() => world, START_OF_RUN), { port });
    },
    close: async () => again?.close(),
  };
};

test.each<readonly [string, AnswerFault]>([
  ['a page of HTML', { kind: 'html' }],
  ['HTTP 503', { kind: 'status', status: 503 }],
  ['negative numbers', { kind: 'nonsense', value: 'negative' }],
  ['NaN', { kind: 'nonsense', value: 'NaN' }],
  ['null for every number', { kind: 'nonsense', value: 'null' }],
])('the coordinator answers %s → every tick holds with a reason, two slots later all is well', async (_, answer) => {
  const bench = await runThrough(faultOf(answer));
  expectHeld(bench);
  expectNoSlotMissed(bench);
  expectNothingForbidden(bench);
  expectRecovered(bench);
});

test('the coordinator is down and comes back → every tick holds with a reason, two slots later all is well', async () => {
  const fault = down();
  const bench = await runThrough(fault).finally(() => fault.close());
  expectHeld(bench);
  expectNoSlotMissed(bench);
  expectNothingForbidden(bench);
  expectRecovered(bench);
});

test('the coordinator is down and samples are pushed → the last one goes stale and nothing shrinks on it', async () => {
  const fault = down();
  const bench = await runThrough(fault, { sample: 'push', collectSeconds: 5 }).finally(() => fault.close());
  const stale = during(bench).filter((tick) => codesOf(tick).includes('signal-stale'));
  // The limit is 90 s, and the last sample was taken at the fault's beginning.
  expect(stale.map(({ at }) => at)).toEqual(during(bench, { from: FAULT_FROM + 90 }).map(({ at }) => at));
  expect(stale.filter(({ modifyCalls }) => modifyCalls > 0)).toEqual([]);
  expectNoSlotMissed(bench);
  expectNothingForbidden(bench);
  expectRecovered(bench);
});

test('the coordinator is too slow just when a shrink is due → that tick holds, the next ones decide', async () => {
  const fault: Fault = {
    ...faultOf({ kind: 'slow', milliseconds: 3_300 }),
    from: SHRINK_DUE - 1,
    to: SHRINK_DUE + 1,
  };
  const bench = await runThrough(fault);
  const ticks = during(bench, fault);
  expect(ticks.map((tick) => [tick.at, tick.end, has(tick, DISBELIEF)])).toEqual([[SHRINK_DUE, 'decided', true]]);
  const next = bench.between(SHRINK_DUE, SHRINK_DUE + 30);
  expect(next.map((tick) => [tick.end, has(tick, DISBELIEF)])).toEqual([
    ['decided', false],
    ['decided', false],
  ]);
  expectNoSlotMissed(bench);
  expectNothingForbidden(bench);
});
