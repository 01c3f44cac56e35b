/** What every {@link Markers} does, whatever stands behind it. */
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import type { Markers } from '../../../lambdas/ports/markers.ts';

const NOW = 1_772_452_800;
const DAY = 86_400;
const at = (seconds: number) => epochSeconds(NOW + seconds);

export const markersContract = (name: string, make: () => Promise<Markers>): void => {
  describe(`signs of life: ${name}`, () => {
    let markers: Markers;

    beforeEach(async () => {
      markers = await make();
    });

    test('nobody came by → undefined', async () => {
      expect(await markers.last('dispatch', at(0))).toBeUndefined();
    });

    test('left with a marker, and without one → told as left', async () => {
      await markers.leave('route', { at: at(0.25), marker: 'n-"1" ü' });
      await markers.leave('dispatch', { at: at(1) });
      expect(await markers.last('route', at(1))).toEqual({ at: at(0.25), marker: 'n-"1" ü' });
      expect(await markers.last('dispatch', at(1))).toEqual({ at: at(1) });
    });

    test('left again → the newer one, and nothing of the one before', async () => {
      await markers.leave('alarm', { at: at(0), marker: 'first' });
      await markers.leave('alarm', { at: at(5) });
      expect(await markers.last('alarm', at(6))).toEqual({ at: at(5) });
    });

    test('ticks of two networks → each its own', async () => {
      await markers.leave('tick:-', { at: at(0), marker: 'outside' });
      await markers.leave('tick:vpc', { at: at(0), marker: 'inside' });
      expect(await markers.last('tick:-', at(1))).toMatchObject({ marker: 'outside' });
      expect(await markers.last('tick:vpc', at(1))).toMatchObject({ marker: 'inside' });
    });

    test.each([
      ['a second less than a day ago', DAY - 1, true],
      ['a day ago', DAY, false],
    ])('left %s → %s', async (_, later, isTold) => {
      await markers.leave('route', { at: at(0) });
      expect((await markers.last('route', at(later))) !== undefined).toBe(isTold);
    });
  });
};
