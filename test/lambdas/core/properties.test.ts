import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { decide } from '../../../lambdas/core/decide.ts';
import { worstUsdPerHour } from '../../../lambdas/core/money.ts';
import { sentenceOf } from '../../../lambdas/core/reasons.ts';
import { holdSeconds } from '../../../lambdas/core/scale-in.ts';
import { commandedUnits, stored, without } from './builders.ts';
import { histories, type Lived, live, longHistories } from './histories.ts';

/** The same histories in every run. To hunt, raise the number and drop the seed. */
const RUNS = { numRuns: 30, seed: 7 };
const inForce = ({ decision }: Lived): number =>
  decision.before === undefined ? 0 : decision.before.onDemandUnits + decision.before.spotUnits;
/** A probe of the spot market may be taken back at any time: its units never came, or count as load. */
const load = (tick: Lived): number => inForce(tick) - (tick.before.spot?.probe?.units ?? 0);
const lowers = (tick: Lived): boolean => (commandedUnits(tick) ?? Number.POSITIVE_INFINITY) < load(tick);

/** Jest's own comparison is slow; it is asked only for the message. */
const sameBits = <Value>(found: Value, expected: Value): void => {
  if (!isDeepStrictEqual(found, expected)) expect(found).toStrictEqual(expected);
};

const always = (holds: (lived: readonly Lived[]) => void) =>
  fc.assert(
    fc.property(histories, (history) => holds(live(history))),
    RUNS,
  );

test('whatever happens, what is commanded is whole, not negative and inside the limits', () =>
  always((lived) => {
    for (const tick of lived) {
      const { command } = tick.decision;
      if (command === undefined) continue;
      const { onDemandUnits, spotUnits } = command.targets;
      expect([Number.isInteger(onDemandUnits), Number.isInteger(spotUnits)]).toEqual([true, true]);
      expect(Math.min(onDemandUnits, spotUnits)).toBeGreaterThanOrEqual(0);
      expect(onDemandUnits + spotUnits).toBeGreaterThanOrEqual(tick.policy.capacity.minimumUnits);
      expect(onDemandUnits + spotUnits).toBeLessThanOrEqual(tick.policy.capacity.maximumUnits);
    }
  }));

test('whatever happens, a growing command costs no more than the budget, overshoot included, or stays at the minimum', () =>
  always((lived) => {
    for (const tick of lived) {
      const { command } = tick.decision;
      const { usdPerHour } = tick.policy.budget;
      const total = commandedUnits(tick) ?? 0;
      if (command === undefined || usdPerHour === undefined || total <= inForce(tick)) continue;
      if (total <= tick.policy.capacity.minimumUnits) continue;
      const price = tick.observation.facts.usdPerUnitHour;
      const weight = tick.memory.fleet?.largestWeightUnits ?? 1;
      if (price === undefined) throw new Error('grew on an unknown price');
      expect(worstUsdPerHour(command.targets, price, weight)).toBeLessThanOrEqual(usdPerHour + 1e-6);
    }
  }));

test('whatever happens, nothing shrinks without a fresh, whole, believable sample', () =>
  always((lived) => {
    for (const tick of lived.filter((one) => lowers(one) && one.policy.signal.source === 'sample')) {
      const codes = tick.decision.reasons.map(({ code }) => code);
      expect(tick.observation.sample).toBeDefined();
      expect(codes.filter((code) => code.startsWith('signal-'))).toEqual([]);
    }
  }));

test('whatever happens, the sample of a shrink less any field that proves it → no shrink', () =>
  always((lived) => {
    for (const { observation, policy, before, now } of lived.filter(lowers)) {
      if (policy.signal.source === 'alarms' || observation.sample === undefined) continue;
      const whole = observation.sample;
      const broken = [
        without(observation, 'sample'),
        { ...observation, sample: without(whole, 'runningQueries') },
        { ...observation, sample: without(whole, 'queuedQueries') },
        { ...observation, sample: without(whole, 'readyCores') },
        { ...observation, sample: { ...whole, takenAt: (now - policy.signal.staleAfterSeconds - 1) as never } },
      ];
      for (const seen of broken) {
        const again = { ...decide(seen, policy, before, now), now, observation: seen, policy, before };
        expect(lowers(again)).toBe(false);
      }
    }
  }));

test('whatever happens, no shrink goes below the most that was wanted in the hold', () =>
  always((lived) => {
    for (const [index, tick] of lived.entries()) {
      if (!lowers(tick)) continue;
      const hold = holdSeconds(tick.policy, tick.observation.facts, tick.memory);
      const wanted = lived
        .slice(0, index + 1)
        .filter((one) => one.now >= tick.now - hold && one.now <= tick.now)
        .map((one) => one.decision.terms.wantedUnits);
      expect(commandedUnits(tick)).toBeGreaterThanOrEqual(Math.min(Math.max(...wanted), load(tick)));
    }
  }));

test('whatever happens, a shrink leaves as many provisioned units as were wanted in the hold, or all there are', () =>
  always((lived) => {
    for (const tick of lived.filter(lowers)) {
      const { fleet } = tick.memory;
      const targets = tick.decision.command?.targets;
      if (fleet === undefined || targets === undefined) throw new Error('shrank an unread fleet');
      const { provisionedUnits: onDemand } = fleet.onDemand;
      const { provisionedUnits: spot } = fleet.spot;
      const left = Math.min(onDemand, targets.onDemandUnits) + Math.min(spot, targets.spotUnits);
      expect(left).toBeGreaterThanOrEqual(Math.min(onDemand + spot, Number(tick.decision.terms.heldUnits)));
    }
  }));

test('whatever happens, every tick replays from its record bit for bit', () =>
  always((lived) => {
    for (const { observation, policy, before, now, decision, memory, spent } of lived) {
      const given = { decision, memory, ...(spent === undefined ? {} : { spent }) };
      sameBits(decide(stored(observation), stored(policy), stored(before), now), given);
    }
  }));

test('whatever happens, decisions and memory survive JSON unchanged: no NaN, no Infinity, nothing undefined', () =>
  always((lived) => {
    for (const { decision, memory } of lived) {
      sameBits(stored({ decision, memory }), { decision, memory });
    }
  }));

test('whatever happens, the sentences of the reasons are complete', () =>
  always((lived) => {
    const sentences = lived.flatMap(({ decision }) => decision.reasons.map(sentenceOf));
    expect(sentences.length).toBeGreaterThanOrEqual(lived.length);
    expect(sentences.filter((sentence) => /[?{}]|NaN|Infinity/.test(sentence))).toEqual([]);
  }));

test('two thousand ticks of anything with up to 16 classes → memory stays under 8 KB (typically 2 to 6)', () => {
  fc.assert(
    fc.property(longHistories, (history) => {
      const sizes = live(history).map(({ memory }) => JSON.stringify(memory).length);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(8192);
    }),
    { ...RUNS, numRuns: 4 },
  );
});
