/** Times with and without spot, drawn from recorded statistics: they must look like what was recorded. */

import { Agenda } from '../../../../simulator/world/fleet/agenda.ts';
import type { FleetContext } from '../../../../simulator/world/fleet/context.ts';
import { type PoolOutage, planPoolOutages } from '../../../../simulator/world/fleet/pool-outages.ts';
import { downSeconds, upSeconds } from '../../../../simulator/world/fleet/recorded-spells.ts';
import { Roster } from '../../../../simulator/world/fleet/roster.ts';
import type { FleetKnobs } from '../../../../simulator/world/knobs.ts';
import { RECORDED_SPELLS, type RecordedSpells } from '../../../../simulator/world/knobs.ts';
import { Bench, knobsWith, poolOf } from './bench.ts';

const DAY = 86_400;

/** What begins until a time, in order. */
const outagesOf = (knobs: FleetKnobs, seed: number, untilSeconds: number): readonly PoolOutage[] => {
  const agenda = new Agenda();
  const context: FleetContext = {
    knobs,
    seed,
    host: new Bench(knobs).engine,
    agenda,
    roster: new Roster(),
    emit: () => undefined,
  };
  const began: PoolOutage[] = [];
  planPoolOutages(context, { foretold: () => undefined, began: (outage) => began.push(outage) });
  for (let next = agenda.nextAt(); next !== undefined && next < untilSeconds; next = agenda.nextAt()) {
    agenda.moveTo(next);
    agenda.runDue();
  }
  return began;
};

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(share * values.length)] ?? Number.NaN;

const draws = (draw: typeof upSeconds, spells: RecordedSpells): readonly number[] =>
  Array.from({ length: 4000 }, (_, n) => draw(spells, 11, 'pool', `spell ${n}`));

describe('recorded spells', () => {
  test.each([
    ['us-east-1b', 1496, 17_714, 442, 3808, 0.8505],
    ['us-east-1c', 986, 6154, 544, 2788, 0.6393],
    ['us-east-1d', 16_184, 52_462, 544, 3706, 0.94],
  ] as const)(
    '%s → medians, 90th percentiles and the share of time with spot as recorded',
    (spells, upMedian, upP90, downMedian, downP90, shareUp) => {
      const up = draws(upSeconds, spells);
      const down = draws(downSeconds, spells);
      for (const [values, share, expected] of [
        [up, 0.5, upMedian],
        [up, 0.9, upP90],
        [down, 0.5, downMedian],
        [down, 0.9, downP90],
      ] as const) {
        expect(quantile(values, share) / expected).toBeGreaterThan(0.85);
        expect(quantile(values, share) / expected).toBeLessThan(1.15);
      }
      const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
      expect(sum(up) / (sum(up) + sum(down))).toBeGreaterThan(shareUp - 0.07);
      expect(sum(up) / (sum(up) + sum(down))).toBeLessThan(shareUp + 0.07);
    },
  );

  test.each([
    ['advisor-under-5', 0.025],
    ['advisor-15-to-20', 0.175],
    ['advisor-over-20', 0.3],
  ] as const)('%s → %d of the pools are interrupted in a month', (spells, share) => {
    const up = draws(upSeconds, spells);
    const interrupted = up.filter((seconds) => seconds < 30 * DAY).length / up.length;
    expect(Math.abs(interrupted - share)).toBeLessThan(0.02);
  });

  test('gcp-2019 → half of the machines live for less than 1.86 hours', () => {
    expect(quantile(draws(upSeconds, 'gcp-2019'), 0.5) / (1.86 * 3600)).toBeCloseTo(1, 0);
  });

  test.each(RECORDED_SPELLS.map((spells) => [spells]))('%s → every length is positive and finite', (spells) => {
    const all = [...draws(upSeconds, spells), ...draws(downSeconds, spells)];
    expect(all.filter((seconds) => !(seconds > 0 && seconds < Number.POSITIVE_INFINITY))).toEqual([]);
  });

  test('one pool in a fleet → outages follow one another, each after a time with spot', () => {
    const own = outagesOf(knobsWith({ pools: [poolOf('a', { spells: 'us-east-1c' })] }), 3, 6 * DAY);
    expect(own.length).toBeGreaterThan(50);
    for (const [index, outage] of own.entries()) {
      expect(outage.endSeconds).toBeGreaterThan(outage.startSeconds);
      expect(outage.startSeconds).toBeGreaterThanOrEqual(own[index - 1]?.endSeconds ?? 0);
    }
  });

  test('spells null → no outages', () => {
    expect(outagesOf(knobsWith({ pools: [poolOf('a')] }), 3, 30 * DAY)).toEqual([]);
  });
});

describe('outages that spread', () => {
  const pools = ['a', 'b', 'c', 'd', 'e'].map((type) => poolOf(type, { spells: 'us-east-1c' }));
  test.each([
    ['outageSpread 0 → never two at once', 0, 1, 1],
    ['outageSpread 1 → always all five', 1, 5, 5],
    ['outageSpread 0.3 → 2.2 pools on average', 0.3, 2, 2.4],
  ])('%s', (_, outageSpread, atLeast, atMost) => {
    const outages = outagesOf(knobsWith({ pools, outageSpread }), 7, 30 * DAY);
    const mean = outages.length / new Set(outages.map(({ startSeconds }) => startSeconds)).size;
    expect(mean).toBeGreaterThanOrEqual(atLeast);
    expect(mean).toBeLessThanOrEqual(atMost);
  });

  test('a pool has about as many outages at 0.5 as at 0', () => {
    const count = (outageSpread: number): number => outagesOf(knobsWith({ pools, outageSpread }), 7, 60 * DAY).length;
    expect(count(0.5) / count(0)).toBeGreaterThan(0.75);
    expect(count(0.5) / count(0)).toBeLessThan(1.3);
  });

  test('pools of another price, another fleet size → the same outages', () => {
    const plain = knobsWith({ pools, outageSpread: 0.3 });
    const dearer = knobsWith({ pools: pools.map((pool) => ({ ...pool, spotPriceShare: 0.9 })), outageSpread: 0.3 });
    const times = (knobs: FleetKnobs) =>
      outagesOf(knobs, 5, 3 * DAY).map(({ pool, startSeconds, endSeconds }) => [
        pool.instanceType,
        startSeconds,
        endSeconds,
      ]);
    expect(times(dearer)).toEqual(times(plain));
  });

  test('a reclaim by chance in one pool, spread 1 → instances of both pools are taken', () => {
    const knobs = knobsWith({
      pools: [poolOf('a'), poolOf('b')],
      outageSpread: 1,
      poolReclaimMeanSeconds: 3600,
      poolReclaimShare: 1,
      poolOutageMeanSeconds: 1e9,
    });
    const bench = new Bench(knobs).start(0, 10);
    for (let at = 0; bench.of('interruptionNotice').length === 0 && at < 10 * DAY; at += 60) bench.to(at);
    const until = (bench.of('interruptionNotice')[0]?.at ?? 0) + 180;
    expect(bench.to(until).of('interruptionNotice')).toHaveLength(10);
  });
});
