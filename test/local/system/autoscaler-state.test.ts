/** A run over the wire: what the exporter tells of the autoscaler agrees with what each tick decided. */
import { AutoscalerCollector } from '../../../exporters/autoscaler/autoscaler-collector.ts';
import { DynamoAutoscalerState } from '../../../lambdas/adapters/dynamo/autoscaler-state.ts';
import type { Decision } from '../../../lambdas/core/decision.ts';
import { units } from '../../../lambdas/core/quantities.ts';
import { CLUSTER } from '../../../local/system.ts';
import { linesOf } from '../../exporters/autoscaler/bench.ts';
import { Bench } from './bench.ts';
import { BURST_AT, QUERIES } from './scenario.ts';

const UNIT_TERM = /^(\w+)Units$/;
const roundedTo3 = (value: number): number => Number(value.toFixed(3));

/** What a decision must be told as. */
const expectedOf = ({ verdict, targets, terms, reasons }: Decision): Record<string, number> => ({
  [`last_verdict{verdict="${verdict}"}`]: 1,
  ...(targets && {
    'target_units{market="on_demand"}': targets.onDemandUnits,
    'target_units{market="spot"}': targets.spotUnits,
  }),
  ...Object.fromEntries(
    Object.entries(terms).flatMap(([name, value]) => {
      const term = UNIT_TERM.exec(name)?.[1];
      return term === undefined ? [] : [[`term_units{term="${term}"}`, roundedTo3(value)]];
    }),
  ),
  ...Object.fromEntries(reasons.map(({ code }) => [`last_reason{code="${code}"}`, 1])),
});

test.each(['push', 'scrape'] as const)(
  'steady, a burst, and the way down (%s) → every tick is told as it was decided',
  async (sample) => {
    const bench = await Bench.start({ queries: QUERIES, sample, collectSeconds: 5 });
    try {
      const { system } = bench;
      const state = new DynamoAutoscalerState(system.table.table, CLUSTER);
      const collector = new AutoscalerCollector({ state, now: () => system.time });
      await system.inbox.putHold(CLUSTER, {
        key: 'night',
        kind: 'total',
        units: units(6),
        until: (system.time + 3600) as typeof system.time,
        owner: 'ann',
        reason: 'load',
      });
      const verdicts = new Set<string>();
      let arriving = 0;
      let reads = 0;
      for (let seconds = 60; seconds <= BURST_AT + 420; seconds += 5) {
        await bench.to(seconds);
        await collector.collect();
        const told = await linesOf(collector.families(system.time));
        const decision = bench.ticks.findLast(({ end }) => end === 'decided')?.decision;
        if (decision === undefined) throw new Error('nothing was decided');
        expect(told).toMatchObject(expectedOf(decision));
        const count = (start: string) => Object.keys(told).filter((name) => name.startsWith(start)).length;
        expect(count('last_reason')).toBe(new Set(decision.reasons.map(({ code }) => code)).size);
        expect(count('term_units')).toBe(Object.keys(decision.terms).filter((name) => UNIT_TERM.test(name)).length);
        expect(told['up']).toBe(1);
        expect(told['tick_age_seconds']).toBeLessThanOrEqual(15);
        expect(told['sample_age_seconds']).toBeLessThanOrEqual(30);
        expect(told['hold_units{kind="total"}']).toBe(6);
        const { readyCores } = decision.terms;
        if (readyCores !== undefined) expect(told['ready_units']).toBe(roundedTo3(readyCores) / 16);
        if (told['fleet_age_seconds'] === 0) {
          reads += 1;
          const { spot } = bench.world.fleet.read();
          expect(told['provisioned_units{market="spot"}']).toBe(spot.provisionedUnits);
        }
        verdicts.add(decision.verdict);
        arriving = Math.max(arriving, told['arriving_units{market="spot"}'] ?? 0);
      }
      expect([...verdicts].toSorted()).toEqual(['grow', 'shrink', 'steady']);
      expect(arriving).toBeGreaterThan(0);
      expect(reads).toBeGreaterThan(5);
    } finally {
      await bench.close();
    }
  },
  120_000,
);
