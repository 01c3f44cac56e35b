/** What every {@link WakeUps} does, whatever stands behind it. */
import { type EpochSeconds, epochSeconds } from '../../../lambdas/core/quantities.ts';
import type { WakeUp, WakeUps } from '../../../lambdas/ports/wakeups.ts';
import { NOON } from '../core/builders.ts';

/** A queue at {@link NOON}, and its other end. */
export interface QueueHarness {
  readonly wakeUps: WakeUps;
  /** Takes what is delivered until so many seconds after NOON, in order of delivery. */
  until(seconds: number): readonly WakeUp[];
  close(): Promise<void>;
}

const slot = (seconds: number): EpochSeconds => epochSeconds(NOON + seconds);
const inOrder = (wakeUps: readonly WakeUp[]): WakeUp[] =>
  wakeUps.toSorted((a, b) => a.slot - b.slot || a.cluster.localeCompare(b.cluster));

export const wakeUpsContract = (name: string, make: () => Promise<QueueHarness>): void => {
  describe(`a tick queue: ${name}`, () => {
    let harness: QueueHarness;

    beforeEach(async () => {
      harness = await make();
    });

    afterEach(() => harness.close());

    test('no wake-ups → nothing is delivered', async () => {
      await harness.wakeUps.send([]);
      expect(harness.until(900)).toEqual([]);
    });

    test.each([0, -1, -3600])('a slot %i s from now → delivered at once', async (seconds) => {
      await harness.wakeUps.send([{ cluster: 'j-1', slot: slot(seconds) }]);
      expect(harness.until(0)).toEqual([{ cluster: 'j-1', slot: slot(seconds) }]);
      expect(harness.until(900)).toEqual([]);
    });

    test.each([1, 0.25, 14.99, 60, 899.5, 900])(
      'a slot %d s ahead → not before it, and within a second',
      async (seconds) => {
        const wakeUp = { cluster: 'j-1', slot: slot(seconds) };
        await harness.wakeUps.send([wakeUp]);
        expect(harness.until(seconds - 0.01)).toEqual([]);
        expect(harness.until(seconds + 1)).toEqual([wakeUp]);
      },
    );

    test.each([1, 9, 10, 11, 25, 173])('%i wake-ups of many clusters → each once, with its own slot', async (count) => {
      const given = Array.from({ length: count }, (_, index) => ({
        cluster: `j-${index % 7}`,
        slot: slot(15 * Math.floor(index / 7)),
      }));
      await harness.wakeUps.send(given);
      expect(inOrder(harness.until(900))).toEqual(inOrder(given));
    });

    test('a name with quotes, umlauts and characters beyond the basic plane → as it was', async () => {
      const wakeUp = { cluster: 'j-1 "Zürich" \\ #🜂\n', slot: slot(0.125) };
      await harness.wakeUps.send([wakeUp]);
      expect(harness.until(2)).toEqual([wakeUp]);
    });
  });
};
