/** What every Ledger does, whatever it is made of. */
import type { DayPart } from '../../../lambdas/core/ledger-record.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import type { Ledger } from '../../../lambdas/ports/ledger.ts';

const DAY = 20_514;
const SECONDS = 86_400;

/** A part that begins so many hours into a day and ends so many hours later. */
export const partOf = (day: number, fromHour = 0, hours = 1, given: Partial<DayPart> = {}): DayPart => {
  const from = epochSeconds(day * SECONDS + fromHour * 3600);
  return {
    version: 1,
    day,
    from,
    until: epochSeconds(from + hours * 3600),
    emrClusterId: 'j-1',
    knownSeconds: hours * 3600,
    gapSeconds: 0,
    usd: 0.1 + 0.2,
    unitHours: 10 * hours,
    unpricedUnitHours: 0,
    flatUnitHours: 0,
    emrUsd: 0.05,
    onDemandUsd: 1 / 3,
    fixedUnitHours: 100 * hours,
    fixedUsd: 42,
    types: [{ type: 'r5.4xlarge', market: 'spot', unitHours: 10 * hours, usd: 0.1 + 0.2 }],
    groups: [{ source: 'größe "🜂"', group: 'a.b', usd: 0.1 }],
    idleUsd: 0.1,
    unattributedUsd: 0.1,
    queries: 7,
    ...given,
  };
};

/** @param make gives ledgers by cluster, all of one place */
export const ledgerContract = (name: string, make: () => Promise<(cluster: string) => Ledger>): void => {
  describe(`a ledger: ${name}`, () => {
    let ledgers: (cluster: string) => Ledger;
    let ledger: Ledger;

    beforeEach(async () => {
      ledgers = await make();
      ledger = ledgers('j-1');
    });

    const startsOf = async (first: number, last: number): Promise<number[]> =>
      (await ledger.read(first, last)).map(({ from }) => (from - DAY * SECONDS) / 3600);

    test('a part comes back to the last bit', async () => {
      await ledger.put(partOf(DAY));
      await expect(ledgers('j-1').read(DAY, DAY)).resolves.toEqual([partOf(DAY)]);
    });

    test('read → by time, whatever the order of writing; both ends belong to the span', async () => {
      for (const [day, hour] of [
        [1, 5],
        [0, 23],
        [2, 0],
        [0, 1.5],
        [9, 0],
        [10, 0],
        [0, 0],
      ] as const)
        await ledger.put(partOf(DAY + day, hour));
      await expect(startsOf(DAY, DAY + 10)).resolves.toEqual([0, 1.5, 23, 29, 48, 216, 240]);
      await expect(startsOf(DAY + 1, DAY + 2)).resolves.toEqual([29, 48]);
      await expect(startsOf(DAY + 3, DAY + 8)).resolves.toEqual([]);
      await expect(startsOf(DAY + 2, DAY + 1)).resolves.toEqual([]);
    });

    test('the same part with more in it → replaced; one that comes late with less → not', async () => {
      await ledger.put(partOf(DAY, 0, 1));
      await ledger.put(partOf(DAY, 0, 3, { usd: 3 }));
      await ledger.put(partOf(DAY, 0, 2, { usd: 2 }));
      await expect(ledger.read(DAY, DAY)).resolves.toEqual([partOf(DAY, 0, 3, { usd: 3 })]);
    });

    test('the same part twice → once', async () => {
      for (let times = 0; times < 3; times += 1) await ledger.put(partOf(DAY));
      await expect(ledger.read(DAY, DAY)).resolves.toHaveLength(1);
    });

    test('another cluster’s, of a name that begins alike, are not read', async () => {
      await ledgers('j-1#').put(partOf(DAY));
      await ledgers('j-10').put(partOf(DAY));
      await expect(ledger.read(0, 99_999)).resolves.toEqual([]);
    });
  });
};
