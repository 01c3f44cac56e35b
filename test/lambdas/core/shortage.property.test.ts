/** Whatever the markets do: caps and limits hold, nothing is bought twice for one loss, and there is no ping-pong. */
import fc from 'fast-check';
import { type Decided, decide } from '../../../lambdas/core/decide.ts';
import { wantsFleetRead } from '../../../lambdas/core/fleet-view.ts';
import { lastLossAt } from '../../../lambdas/core/losses.ts';
import { emptyMemory, type Memory } from '../../../lambdas/core/memory.ts';
import type { Observation } from '../../../lambdas/core/model.ts';
import type { Policy } from '../../../lambdas/core/policy/schema.ts';
import type { ReasonCode } from '../../../lambdas/core/reasons.ts';
import { settleCommand } from '../../../lambdas/core/settle.ts';
import { at, codesOf, facts, numbersOf, policyWith, sample } from './builders.ts';
import { type MarketKnobs, ModelMarket, type Weather } from './model-market.ts';

const HOUR = 3600;
const TICK = 15;
const FALLBACK = 900;
const ABUNDANT = { spot: 1000, onDemand: 1000 };

interface Storm {
  readonly knobs: MarketKnobs;
  /** Outstanding queries, a unit each, from a moment on. */
  readonly load: readonly { readonly seconds: number; readonly queries: number }[];
  readonly maximumUnits: number;
  readonly fallbackUnits: number;
  readonly usdPerHour: number | undefined;
  /** Share of calls that fail. */
  readonly callFailures: number;
  readonly seconds: number;
}

interface Lived extends Decided {
  readonly seconds: number;
  readonly queries: number;
  readonly ready: number;
  readonly onDemandBefore: number;
  /** On-demand units that EMR has. */
  readonly onDemandThere: number;
  readonly before: Memory;
}

const policyOf = ({ maximumUnits, fallbackUnits, usdPerHour }: Storm): Policy =>
  policyWith({
    capacity: { maximumUnits, minimumUnits: 4 },
    markets: { fallbackMaximumUnits: fallbackUnits, fallbackAfterSeconds: FALLBACK },
    ...(usdPerHour === undefined ? {} : { budget: { usdPerHour } }),
    scaleIn: { mode: 'retried', holdSeconds: 600 },
  });

const PRICED = facts({ usdPerUnitHour: { onDemand: 1, spot: 0.4 }, minimumWorkerAgeSeconds: 0 });

/** A number in [0, 1) that depends on nothing but the count. */
const drawn = (count: number): number => (Math.imul(count + 7, 2_246_822_519) >>> 0) / 2 ** 32;

const live = (storm: Storm): { readonly lived: Lived[]; readonly market: ModelMarket } => {
  const market = new ModelMarket(20, storm.knobs);
  const policy = policyOf(storm);
  const lived: Lived[] = [];
  let memory: Memory = emptyMemory();
  let failed = false;
  for (let seconds = 0; seconds <= storm.seconds; seconds += TICK) {
    market.advance(seconds);
    const queries = storm.load.findLast((one) => one.seconds <= seconds)?.queries ?? 0;
    const ready = market.ready(seconds);
    const onDemandBefore = market.onDemandTarget;
    const onDemandThere = market.count('onDemand');
    const losses = market.losses.filter((loss) => at(seconds) - loss.at < 900);
    const seen = sample({ takenAt: at(seconds), runningQueries: queries, readyWorkers: ready, readyCores: ready * 16 });
    memory = settleCommand(memory, failed ? 'failed' : 'accepted');
    const reads = wantsFleetRead(memory, policy, seen, lastLossAt(losses), at(seconds));
    const plain: Observation = { sample: seen, facts: PRICED, holds: [], alarms: [], losses };
    const read = { ...plain, fleet: market.read(seconds) };
    const before = memory;
    let decided = decide(reads ? read : plain, policy, before, at(seconds));
    if (!reads && decided.decision.needsFleetRead) decided = decide(read, policy, before, at(seconds));
    memory = decided.memory;
    const { command } = decided.decision;
    lived.push({ ...decided, seconds, queries, ready, onDemandBefore, onDemandThere, before });
    failed = command !== undefined && drawn(seconds) < storm.callFailures;
    if (command !== undefined && !failed) market.modify(command, seconds);
  }
  return { lived, market };
};

const amounts = fc.constantFrom(0, 0, 3, 10, 25, 1000, 1000);

const weather = (hours: number): fc.Arbitrary<Weather[]> =>
  fc
    .array(
      fc.record({
        minutes: fc.integer({ min: 1, max: 50 }),
        spot: amounts,
        onDemand: fc.constantFrom(0, 5, 1000, 1000, 1000),
      }),
      {
        minLength: 2,
        maxLength: 14,
      },
    )
    .map((spells) => {
      let seconds = 0;
      const all: Weather[] = [{ seconds: 0, ...ABUNDANT }];
      for (const { minutes, spot, onDemand } of spells) {
        seconds += minutes * 60;
        if (seconds < hours * HOUR) all.push({ seconds, spot, onDemand });
      }
      return all;
    });

const storms = (hours: number, calmHours = 0): fc.Arbitrary<Storm> =>
  fc
    .record({
      weather: weather(hours),
      overrides: fc.boolean(),
      failures: fc.constantFrom(0, 0, 0.3),
      staleSeconds: fc.constantFrom(0, 15, 60),
      notices: fc.boolean(),
      load: fc.array(
        fc.record({ minutes: fc.integer({ min: 5, max: 60 }), queries: fc.constantFrom(4, 15, 20, 30, 44, 60) }),
        { maxLength: 4 },
      ),
      maximumUnits: fc.constantFrom(30, 44, 80),
      fallbackUnits: fc.constantFrom(0, 8, 20, 100),
      usdPerHour: fc.constantFrom(undefined, undefined, 22),
      callFailures: fc.constantFrom(0, 0, 0.2),
    })
    .map(({ weather: spells, overrides, failures, staleSeconds, notices, load, ...rest }) => {
      let seconds = 0;
      const steps = [{ seconds: 0, queries: 20 }];
      for (const { minutes, queries } of load) {
        seconds += minutes * 60;
        if (seconds < hours * HOUR) steps.push({ seconds, queries });
      }
      const calm = calmHours === 0 ? [] : [{ seconds: hours * HOUR, ...ABUNDANT }];
      const knobs = { weather: [...spells, ...calm], overrides, failures, staleSeconds, notices };
      return { ...rest, knobs, load: steps, seconds: (hours + calmHours) * HOUR };
    });

/** Each storm is lived through once, and looked at by every test. To hunt, take more of them and another seed. */
const STORMS = 24;
const SEED = 11;
const known = new Map<string, { readonly storm: Storm; readonly run: ReturnType<typeof live> }[]>();

const lifetimes = (hours: number, calmHours: number) => {
  const key = `${hours} ${calmHours}`;
  const found =
    known.get(key) ??
    fc
      .sample(storms(hours, calmHours), { numRuns: calmHours === 0 ? STORMS : STORMS / 3, seed: SEED })
      .map((storm) => ({ storm, run: live(storm) }));
  known.set(key, found);
  return found;
};

const always = (hours: number, calmHours: number, holds: (run: ReturnType<typeof live>, storm: Storm) => void) => {
  for (const { storm, run } of lifetimes(hours, calmHours)) {
    try {
      holds(run, storm);
    } catch (error) {
      throw new Error(`${String(error)}\nin ${JSON.stringify(storm)}`, { cause: error });
    }
  }
};

const unitsTold = (tick: Lived, code: ReasonCode): number =>
  codesOf(tick.decision).includes(code) && tick.decision.command !== undefined
    ? Number(numbersOf(tick.decision, code)['units'])
    : 0;

const growthOf = ({ load }: Storm): number =>
  load.reduce((sum, step, index) => sum + Math.max(0, step.queries - (load[index - 1]?.queries ?? 0)), 0);

test('whatever the markets do, limits and the caps in units and in dollars hold', () =>
  always(5, 0, ({ lived }, { maximumUnits, fallbackUnits, usdPerHour = Number.POSITIVE_INFINITY }) => {
    for (const { decision } of lived) {
      if (decision.command === undefined) continue;
      const { onDemandUnits, spotUnits } = decision.command.targets;
      expect(onDemandUnits + spotUnits).toBeLessThanOrEqual(maximumUnits);
      expect(Math.min(onDemandUnits, spotUnits)).toBeGreaterThanOrEqual(0);
      // The mix is all spot: on-demand is nothing but stand-ins.
      expect(onDemandUnits).toBeLessThanOrEqual(fallbackUnits);
      const rises = onDemandUnits > Number(decision.before?.onDemandUnits) || decision.verdict === 'grow';
      if (rises) expect(onDemandUnits + 0.4 * spotUnits).toBeLessThanOrEqual(usdPerHour + 1e-9);
    }
  }));

test('whatever the markets do, bought ≤ lost + growth + failed starts + probes: nothing is bought twice for one loss', () =>
  always(5, 0, ({ lived, market }, storm) => {
    const probes = lived.reduce((sum, tick) => sum + unitsTold(tick, 'fallback-probe'), 0);
    // A worker that makes room for spot is bought back if spot does not come.
    const swaps = lived.reduce((sum, tick) => sum + 2 * unitsTold(tick, 'fallback-swap'), 0);
    expect(market.bought).toBeLessThanOrEqual(market.lost + growthOf(storm) + market.failedStarts + probes + swaps);
  }));

test('whatever the markets do, a fallback comes no sooner than its time after stand-ins were given back, nor a return after a fallback', () =>
  always(5, 0, ({ lived }) => {
    let givenBack = Number.NEGATIVE_INFINITY;
    let fallen = Number.NEGATIVE_INFINITY;
    for (const tick of lived) {
      const { seconds, decision, onDemandBefore } = tick;
      const onDemand: number = decision.command?.targets.onDemandUnits ?? onDemandBefore;
      const codes = codesOf(decision);
      if (codes.includes('fallback-on-demand') && onDemand > onDemandBefore) {
        expect(seconds - givenBack).toBeGreaterThanOrEqual(FALLBACK);
        fallen = seconds;
      }
      if (codes.includes('fallback-probe') && decision.command !== undefined) {
        expect(seconds - fallen).toBeGreaterThanOrEqual(300);
      }
      if (onDemand < onDemandBefore) givenBack = seconds;
    }
  }));

test('whatever the markets do, a return gives on-demand back only when what is left serves all that is wanted', () =>
  always(5, 0, ({ lived }) => {
    for (const { decision, ready, onDemandBefore, onDemandThere, before } of lived) {
      const onDemand = decision.command?.targets.onDemandUnits;
      if (onDemand === undefined || onDemand >= onDemandBefore || codesOf(decision).includes('fallback-swap')) continue;
      expect(codesOf(decision)).toContain('shrink-wanted');
      const removed = Math.max(0, onDemandThere - onDemand);
      if (before.spot?.cameUnits === undefined || removed === 0) continue;
      expect(ready - removed).toBeGreaterThanOrEqual(decision.terms.wantedUnits);
    }
  }));

test('whatever the markets did, five calm hours later all of it is spot again and serves what is wanted', () =>
  always(3, 5, ({ lived, market }, storm) => {
    const last = lived.at(-1);
    const queries = Math.min(storm.maximumUnits, last?.queries ?? 0, storm.usdPerHour === undefined ? 1000 : 55);
    expect(last?.decision.targets).toMatchObject({ onDemandUnits: 0 });
    expect(market.ready(storm.seconds)).toBeGreaterThanOrEqual(queries);
    expect(last?.memory.spot).toBeUndefined();
  }));
