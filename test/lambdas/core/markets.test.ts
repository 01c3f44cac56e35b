import { approach, splitOf } from '../../../lambdas/core/markets.ts';
import { units } from '../../../lambdas/core/quantities.ts';
import { policyWith, targets } from './builders.ts';

describe('base and share of on-demand', () => {
  test.each([
    ['nothing of it → all spot', 0, 0, 20, 0],
    ['a base of 4 → 4 on-demand', 4, 0, 20, 4],
    ['a base larger than the total → all on-demand', 30, 0, 20, 20],
    ['a share of all → all on-demand', 0, 1, 20, 20],
    ['a share of 0.25 of 20 → 5', 0, 0.25, 20, 5],
    ['a share of 0.25 of 21 → 5.25, rounded up', 0, 0.25, 21, 6],
    ['a base of 4 and 0.25 of the 16 above → 8', 4, 0.25, 20, 8],
    ['a share of 0.1 of 30 → 3, not 4 by the dust of 3.0000000000000004', 0, 0.1, 30, 3],
    ['a share of 0.7 of 10 → 7, not 8 by dust', 0, 0.7, 10, 7],
    ['any share of one unit → that unit', 0, 0.01, 1, 1],
    ['nothing at all → nothing', 4, 0.5, 0, 0],
  ])('%s', (_, onDemandBaseUnits, onDemandShare, total, onDemand) => {
    const policy = policyWith({ markets: { onDemandBaseUnits, onDemandShare } });
    expect(splitOf(units(total), policy)).toEqual({ onDemandUnits: onDemand, spotUnits: total - onDemand });
  });

  test.each([
    ['on top of the share', 5, 10],
    ['never more than the total', 50, 20],
  ])('stand-ins for spot: %s', (_, standIn, onDemand) => {
    const policy = policyWith({ markets: { onDemandShare: 0.25 } });
    expect(splitOf(units(20), policy, standIn).onDemandUnits).toBe(onDemand);
  });
});

describe('towards the mix without lowering a market that need not be lowered', () => {
  const ways: [string, [number, number], [number, number], number, [number, number]][] = [
    ['growth goes to what the mix lacks', [5, 25], [2, 18], 18, [5, 25]],
    ['growth keeps on-demand that the mix would not have', [0, 30], [10, 10], 10, [10, 20]],
    ['growth keeps spot that the mix would not have', [30, 0], [0, 20], 20, [10, 20]],
    ['a shrink takes from what the mix has too much of', [5, 5], [15, 5], 5, [5, 5]],
    ['a shrink adds to neither', [10, 0], [0, 20], 20, [0, 10]],
    ['the same total → the mix is not worth a resize of its own', [20, 0], [0, 20], 20, [0, 20]],
    ['spot that is missing may be replaced under the same total', [8, 12], [0, 20], 12, [8, 12]],
    ['… down to what is provisioned of it, no further', [15, 5], [0, 20], 12, [8, 12]],
  ];
  test.each([
    ['all of spot is there → on-demand goes first', 20, [0, 15]],
    ['10 of 20 spot are there → 5 on-demand stay in their place', 10, [5, 10]],
    ['no spot is there → what runs is on-demand: it stays', 0, [15, 0]],
    ['more spot than was asked for → no more than was asked for counts', 99, [0, 15]],
  ] as [string, number, [number, number]][])('a shrink from 20 + 20 to 15 of spot: %s', (_, there, expected) => {
    expect(approach(targets(0, 15), targets(20, 20), units(20), units(there))).toEqual(targets(...expected));
  });

  test.each(ways)('%s', (_, mix, inForce, spotFloor, expected) => {
    expect(approach(targets(...mix), targets(...inForce), units(spotFloor))).toEqual(targets(...expected));
  });
});
