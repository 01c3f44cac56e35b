/** What is bought must not be more than what was lost, grown or failed: the account itself, attacked with made-up histories. */
import type { Targets } from '../../../lambdas/core/model.ts';
import { units } from '../../../lambdas/core/quantities.ts';
import { Purchases } from '../../../simulator/storms/purchases.ts';
import type { FleetEvent, Removal } from '../../../simulator/world/fleet/fleet.ts';

const targets = (onDemand: number, spot: number): Targets => ({
  onDemandUnits: units(onDemand),
  spotUnits: units(spot),
});

type Step = (account: Purchases) => string | undefined;

const base = (market: 'onDemand' | 'spot', instanceId: string) => ({
  at: 0,
  instanceId,
  instanceType: 'a',
  market,
  units: 1,
});

const each = (count: number, event: (index: number) => FleetEvent): Step => {
  return (account) => {
    let told: string | undefined;
    for (let index = 0; index < count; index += 1) told = account.event(event(index)) ?? told;
    return told;
  };
};

const launch = (market: 'onDemand' | 'spot', count: number, name = 'new'): Step =>
  each(count, (index) => ({ kind: 'instance', state: 'provisioning', ...base(market, `${market}/${name}/${index}`) }));

const end = (market: 'onDemand' | 'spot', count: number, how: Removal, name = 'new'): Step =>
  each(count, (index) => ({ kind: 'terminated', how, ...base(market, `${market}/${name}/${index}`) }));

const call =
  (before: Targets, after: Targets, isFallback = false): Step =>
  (account) => {
    account.call(before, after, isFallback);
    return undefined;
  };

const resize: Step = (account) =>
  account.event({
    kind: 'resizeStarted',
    at: 0,
    cause: 'request',
    targetUnits: { onDemand: 0, spot: 0 },
    provisionedUnits: { onDemand: 0, spot: 0 },
  });

const play = (weight: number, steps: readonly Step[]): string | undefined => {
  const account = new Purchases(targets(0, 10), weight);
  return [launch('spot', 10, 'first'), ...steps].reduce<string | undefined>(
    (told, step) => step(account) ?? told,
    undefined,
  );
};

describe('the account of what is bought', () => {
  test.each<[string, number, readonly Step[]]>([
    ['nothing happens', 1, []],
    ['10 are lost and replaced', 1, [end('spot', 10, 'interrupted', 'first'), launch('spot', 10)]],
    ['10 are asked for on top and bought', 1, [call(targets(0, 10), targets(0, 20)), launch('spot', 10)]],
    [
      '10 are lost, spot cannot be had, on-demand is bought instead',
      1,
      [end('spot', 10, 'interrupted', 'first'), call(targets(0, 10), targets(10, 0), true), launch('onDemand', 10)],
    ],
    [
      '5 starts fail and are started anew',
      1,
      [
        call(targets(0, 10), targets(0, 15)),
        launch('spot', 5),
        end('spot', 5, 'failedStart'),
        launch('spot', 5, 'again'),
      ],
    ],
    ['weights of 4: a resize overshoots by 3', 4, [call(targets(0, 10), targets(0, 11)), resize, launch('spot', 4)]],
    [
      'a queued order is worked off: 10 spot come although the newest call asks for none',
      1,
      [
        end('spot', 10, 'interrupted', 'first'),
        call(targets(0, 10), targets(10, 0), true),
        launch('spot', 10),
        launch('onDemand', 10),
      ],
    ],
    [
      'a swap asks for 3 spot in place of 3 on-demand',
      1,
      [
        call(targets(0, 10), targets(3, 10)),
        launch('onDemand', 3),
        call(targets(3, 10), targets(0, 13)),
        launch('spot', 3, 'swapped'),
      ],
    ],
  ])('%s → nothing too much', (_, weight, steps) => {
    expect(play(weight, steps)).toBeUndefined();
  });

  test.each<[string, number, readonly Step[]]>([
    [
      '1 more than was asked for',
      1,
      [
        call(targets(0, 11), targets(0, 10)),
        call(targets(0, 10), targets(0, 10)),
        call(targets(0, 10), targets(1, 9), true),
        launch('onDemand', 1),
      ],
    ],
    [
      '10 are lost, replaced by EMR, and bought as on-demand as well',
      1,
      [
        end('spot', 10, 'interrupted', 'first'),
        launch('spot', 10),
        call(targets(0, 10), targets(10, 0), true),
        launch('onDemand', 10),
      ],
    ],
    [
      '10 are drained and bought again by a fallback',
      1,
      [end('spot', 10, 'drained', 'first'), call(targets(0, 10), targets(10, 0), true), launch('onDemand', 10)],
    ],
  ])('%s → told', (_, weight, steps) => {
    expect(play(weight, steps)).toMatch(/units bought/);
  });
});
