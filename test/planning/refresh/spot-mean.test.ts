import fc from 'fast-check';
import type { PricePoint } from '../../../planning/refresh/ports.ts';
import { priceListOf } from '../../../planning/refresh/product.ts';
import { newestReleases } from '../../../planning/refresh/releases.ts';
import { meanOverTime, meanSpotPrices } from '../../../planning/refresh/spot-mean.ts';
import { productText } from './aws-endpoint.ts';

const point = (at: number, usdPerHour: number, zone = 'a', type = 'r5.xlarge'): PricePoint => ({
  type,
  zone,
  usdPerHour,
  at,
});
const span = { from: 1000, to: 2000 };

describe('one price of a day', () => {
  test.each([
    ['one price before the span', [point(500, 0.3)], 0.3],
    ['a change in the middle', [point(500, 0.2), point(1500, 0.4)], 0.3],
    ['a change at a quarter', [point(500, 0.2), point(1250, 0.6)], 0.5],
    ['points in any order', [point(1250, 0.6), point(500, 0.2)], 0.5],
    ['nothing before the span → from the first point on', [point(1600, 0.8), point(1800, 0.4)], 0.6],
    ['two points before the span → the later holds', [point(100, 9), point(900, 0.1)], 0.1],
    ['a point after the span', [point(500, 0.2), point(2500, 9)], 0.2],
    ['a change at the very end', [point(500, 0.2), point(2000, 9)], 0.2],
    ['only later', [point(2500, 9)], undefined],
    ['none', [], undefined],
  ])('%s', (_, points, expected) => {
    const mean = meanOverTime(points, span);
    if (expected === undefined) expect(mean).toBeUndefined();
    else expect(mean).toBeCloseTo(expected, 9);
  });

  test('whatever the points are → between the lowest and the highest', () => {
    const any = fc.array(fc.tuple(fc.integer({ min: 0, max: 1999 }), fc.double({ min: 0.01, max: 10, noNaN: true })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(any, (pairs) => {
        const prices = pairs.map(([, usd]) => usd);
        const mean =
          meanOverTime(
            pairs.map(([at, usd]) => point(at, usd)),
            span,
          ) ?? Number.NaN;
        expect(mean).toBeGreaterThanOrEqual(Math.min(...prices) - 1e-9);
        expect(mean).toBeLessThanOrEqual(Math.max(...prices) + 1e-9);
      }),
    );
  });

  test('several zones → every zone counts alike, however often its price changed', () => {
    const points = [point(0, 0.2), point(1200, 0.2), point(1400, 0.2), point(0, 0.6, 'b'), point(5000, 1, 'c')];
    expect(meanSpotPrices(points, span)).toEqual(new Map([['r5.xlarge', 0.4]]));
  });

  test('a type that has no price within the span → not there', () => {
    expect(meanSpotPrices([point(5000, 1)], span)).toEqual(new Map());
  });
});

describe('a price list', () => {
  test('prices by type', () => {
    const { prices, notices } = priceListOf('Price', [
      productText('r5.xlarge', '0.2520000000'),
      productText('m5.xlarge', '0.1920000000', 'Hours'),
    ]);
    expect(prices).toEqual(
      new Map([
        ['r5.xlarge', 0.252],
        ['m5.xlarge', 0.192],
      ]),
    );
    expect(notices).toEqual([]);
  });

  test('two prices → the higher, and told', () => {
    const { prices, notices } = priceListOf('EMR fee', [
      productText('r5.xlarge', '0.07'),
      productText('r5.xlarge', '0.06'),
    ]);
    expect(prices.get('r5.xlarge')).toBe(0.07);
    expect(notices).toEqual(['EMR fee of r5.xlarge: the price list has 0.07 and 0.06; the higher is taken.']);
  });

  test.each([
    ['of nothing (a reservation)', productText('r5.xlarge', '0.0000000000'), 0],
    ['a month', productText('r5.xlarge', '100', 'Quantity'), 0],
    ['in another currency', productText('r5.xlarge', '1').replace('USD', 'CNY'), 0],
    ['that is torn', '{"product": ', 1],
    ['of no type', '{"product":{"attributes":{}}}', 1],
  ])('a price %s → unknown', (_, text, unread) => {
    const { prices, notices } = priceListOf('Price', [text]);
    expect(prices.size).toBe(0);
    expect(notices).toHaveLength(unread);
  });
});

test('releases → the newest first, by number and not by letter; others are left out', () => {
  const labels = ['emr-7.2.0', 'emr-7.10.0', 'emr-6.15.0', 'emr-spark-8.0.0', 'emr-6.0.0-beta', 'emr-7.10.1'];
  expect(newestReleases(labels)).toEqual(['emr-7.10.1', 'emr-7.10.0', 'emr-7.2.0', 'emr-6.15.0']);
});
