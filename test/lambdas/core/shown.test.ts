/** What memory keeps for those who watch says what was decided, whatever happened. */
import fc from 'fast-check';
import { emptyMemory } from '../../../lambdas/core/memory.ts';
import { signedOf } from '../../../lambdas/core/record.ts';
import { facts, memory, queryClass } from './builders.ts';
import { drive, tickAt } from './drive.ts';
import { histories, live } from './histories.ts';

const THREE_DECIMALS = 0.0005 + 1e-9;

test('any history → verdict, targets, reasons and every term of each decision', () => {
  fc.assert(
    fc.property(histories, (history) => {
      for (const { decision, memory: after, observation } of live(history)) {
        const { verdict, targets, terms, reasons } = decision;
        expect(signedOf(after)).toEqual({
          verdict,
          ...(targets === undefined ? {} : { targets }),
          codes: reasons.map(({ code }) => code),
        });
        // Terms leave out what is about to go; those who watch see what the engine says.
        const counted = terms.readyCores === undefined ? {} : { readyCores: Number(observation.sample?.readyCores) };
        for (const [name, value] of Object.entries({ ...terms, ...counted })) {
          const shown = after.shown?.[name as keyof typeof terms] ?? Number.NaN;
          expect(Math.abs(shown - value)).toBeLessThanOrEqual(THREE_DECIMALS);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('nothing was decided yet, or another program wrote the signature → nothing is made up', () => {
  expect(signedOf(emptyMemory())).toBeUndefined();
  expect(signedOf(memory({ record: { sinceFull: 0, signature: 'hover 1+2 steady' } }))).toBeUndefined();
});

test('a reason that this program does not know → left out, the others stay', () => {
  const after = memory({ record: { sinceFull: 0, signature: 'grow 1+2 grow-wanted of-tomorrow shadow' } });
  expect(signedOf(after)).toEqual({
    verdict: 'grow',
    targets: { onDemandUnits: 1, spotUnits: 2 },
    codes: ['grow-wanted', 'shadow'],
  });
});

describe('numbers beside the terms', () => {
  const priced = { facts: facts({ usdPerUnitHour: { onDemand: 1, spot: 0.4 } }) };

  test('ten spot units at 0.4 dollars, and twenty after a growth → dollars an hour of the targets in force', () => {
    const sample = ({ ready, seconds }: { ready: object; seconds: number }) =>
      ({ ...ready, runningQueries: seconds < 60 ? 10 : 20 }) as never;
    const ticks = drive({ ...priced, seconds: 60, sample });
    expect(tickAt(ticks, 45).memory.shown).toMatchObject({ usdPerHour: 4, wantedUnits: 10 });
    expect(tickAt(ticks, 60).memory.shown).toMatchObject({ usdPerHour: 8, wantedUnits: 20 });
  });

  test('no price, no sample → neither dollars nor cores', () => {
    const [tick] = drive({ seconds: 0, sample: () => undefined });
    for (const name of ['usdPerHour', 'readyCores', 'drainingCores'])
      expect(tick?.memory.shown).not.toHaveProperty(name);
  });

  test('demand from counts, two workers draining → the cores of both kinds all the same', () => {
    const [tick] = drive({ seconds: 0, sample: ({ ready }) => ({ ...ready, drainingCores: 32 }) as never });
    expect(tick?.decision.terms).not.toHaveProperty('readyCores');
    expect(tick?.memory.shown).toMatchObject({ readyCores: 160, drainingCores: 32 });
  });

  test('a sum with many digits → three decimals, so that memory stays small', () => {
    const [tick] = drive({
      seconds: 0,
      sample: ({ ready }) =>
        ({
          ...ready,
          runningQueries: 3,
          cpuSecondsTotal: 1,
          classes: [queryClass({ live: 3, parallelismCores: 100 / 3 })],
        }) as never,
    });
    expect(String(tick?.memory.shown?.workUnits)).toMatch(/^\d+(\.\d{1,3})?$/);
  });
});
