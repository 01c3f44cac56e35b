import { exponential } from '../../../../simulator/random.ts';
import { Agenda } from '../../../../simulator/world/fleet/agenda.ts';
import type { FleetContext } from '../../../../simulator/world/fleet/context.ts';
import { SpotMarket } from '../../../../simulator/world/fleet/market.ts';
import { Roster } from '../../../../simulator/world/fleet/roster.ts';
import { Bench, knobsWith, poolOf } from './bench.ts';

const nothing = (): void => undefined;
const deaf = { reclaimForetold: nothing, reclaimed: nothing, outageForetold: nothing, outageBegan: nothing };
const pool = poolOf('a');
const SEED = 7;

describe('a pool reclaimed again and again', () => {
  const knobs = knobsWith({ pools: [pool], poolReclaimMeanSeconds: 500, poolOutageMeanSeconds: 800 });

  /** The renewal process, drawn independently: reclaims and when the pool would give again. */
  const outages = (): readonly (readonly [number, number])[] => {
    let at = 0;
    return Array.from({ length: 40 }, (_, index) => {
      at += exponential(SEED, 'pool/a', `reclaim ${index + 1}`, 500);
      return [at, at + exponential(SEED, 'pool/a', `outage ${index + 1}`, 800)] as const;
    });
  };

  test('outages overlap → empty while any of them lasts, and only then', () => {
    const agenda = new Agenda();
    const host = new Bench(knobs).engine;
    const context: FleetContext = { knobs, seed: SEED, host, agenda, roster: new Roster(), emit: nothing };
    const market = new SpotMarket(context, deaf);
    const seen: boolean[] = [];
    const expected: boolean[] = [];
    for (let at = 0; at < 10_000; at += 10) {
      for (let next = agenda.nextAt(); next !== undefined && next <= at; next = agenda.nextAt()) {
        agenda.moveTo(next);
        agenda.runDue();
      }
      agenda.moveTo(at);
      seen.push(market.freeInstances(pool) === 0);
      expected.push(outages().some(([from, until]) => from <= at && at < until));
    }
    expect(new Set(expected).size).toBe(2);
    expect(seen).toEqual(expected);
  });
});
