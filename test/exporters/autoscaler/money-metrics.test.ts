/** Money as metrics: what is not known has no series. */
import { autoscalerFamilies } from '../../../exporters/autoscaler/autoscaler-metrics.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import type { AutoscalerView } from '../../../lambdas/ports/autoscaler-state.ts';
import { Accounts, byType, byUnit, MIDNIGHT, pools, type Seen, there } from '../../lambdas/core/accounting.ts';
import { facts, NOON, policyWith } from '../../lambdas/core/builders.ts';

const HOUR = 3600;

/** An hour of 2 units on-demand and 10 on spot. */
const hour = (seen: Partial<Seen> = {}, from = NOON): Accounts => {
  const accounts = new Accounts().tick({ now: from, fleet: there(2, 10), ...seen });
  for (let now = from + 60; now <= from + HOUR; now += 60)
    accounts.tick({ now, ...(seen.facts ? { facts: seen.facts } : {}) });
  return accounts;
};

const toldOf = ({ memory }: Accounts, now: number): Record<string, number> => {
  const view: AutoscalerView = { memory, policy: { policy: policyWith(), version: 1 }, holds: [] };
  const money = autoscalerFamilies(view, epochSeconds(now)).filter(({ name }) => /cost_today_|unit_hours/.test(name));
  return Object.fromEntries(
    money.flatMap(({ name, values }) =>
      values.map(({ labels, value }) => [
        [name.replace('prestoscale_autoscaler_', ''), ...Object.values(labels)].join(' '),
        Math.round(value * 1000) / 1000,
      ]),
    ),
  );
};

test('an hour priced by the unit → by market, and what it would have cost otherwise; the fee cannot be told', () => {
  expect(toldOf(hour(), NOON + HOUR)).toEqual({
    'cost_today_by_market_usd on_demand': 2,
    'cost_today_by_market_usd spot': 4,
    'unit_hours_today on_demand': 2,
    'unit_hours_today spot': 10,
    'cost_today_instead_usd on_demand': 12,
    'cost_today_instead_usd fixed_size': 100,
    cost_today_priced_ratio: 1,
  });
});

test('priced by type → the fee too', () => {
  const read = pools(['r5.4xlarge', 'onDemand', 2], ['r5.4xlarge', 'spot', 10]);
  expect(toldOf(hour({ facts: byType, pools: read }), NOON + HOUR)).toMatchObject({
    cost_today_emr_fee_usd: 12 * 0.252,
    'cost_today_by_market_usd spot': 6.02,
  });
});

test('no price is known → hours, and no dollars', () => {
  expect(toldOf(hour({ facts: facts() }), NOON + HOUR)).toEqual({
    'unit_hours_today on_demand': 2,
    'unit_hours_today spot': 10,
    cost_today_priced_ratio: 0,
  });
});

test('the loop has stood since yesterday → nothing of today', () => {
  expect(toldOf(hour({ facts: byUnit }, MIDNIGHT + 82_000), MIDNIGHT + 86_400 + 60)).toEqual({});
});

test('nothing was ever accounted → no series', () => {
  const accounts = new Accounts();
  expect(toldOf(accounts, NOON)).toEqual({});
});
