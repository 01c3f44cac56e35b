/** A price that moves a little does not turn the mix over. */

import type { Catalogue } from '../../../planning/catalogue/model.ts';
import { shippedCatalogue } from '../../../planning/catalogue/shipped.ts';
import { OBJECTIVES, type Plan } from '../../../planning/portfolio/model.ts';
import { movedShare, sharesOf } from '../../../planning/portfolio/replan.ts';
import { planned } from './made-up.ts';

const WORKLOADS = {
  'memory heavy': 'memory-per-vcpu>=7',
  'compute heavy': 'memory-per-vcpu=1.9..4',
  'arm only': 'arch=arm64 memory-per-vcpu>=4',
};

/** The most of the capacity that one price moved by 1 % may move: a type that enters with the smallest share, and a bit. */
const MOST_MOVED = 0.03;

const withPrice = (catalogue: Catalogue, name: string, factor: number): Catalogue => ({
  ...catalogue,
  types: catalogue.types.map((type) =>
    type.name === name ? { ...type, spotUsdPerHour: (type.spotUsdPerHour ?? 0) * factor } : type,
  ),
});

const NEAREST = 8;

/** Types that could come or go: the chosen, and those that cost least of the others. */
const names = (plan: Plan): readonly string[] => [
  ...plan.chosen.map((one) => one.type.name),
  ...plan.left
    .filter((one) => one.reasons.every(({ code }) => code !== 'filtered' && !code.startsWith('weight-')))
    .flatMap((one) => one.rated ?? [])
    .toSorted((a, b) => a.spotUsdPerWorkHour - b.spotUsdPerWorkHour)
    .slice(0, NEAREST)
    .map((rated) => rated.type.name),
];

const moves = (filter: string, objective: (typeof OBJECTIVES)[number], factor: number): readonly number[] => {
  const catalogue = shippedCatalogue();
  const before = planned(catalogue, { filter, objective });
  return names(before).map((name) =>
    movedShare(sharesOf(before), sharesOf(planned(withPrice(catalogue, name, factor), { filter, objective }))),
  );
};

const cases = Object.entries(WORKLOADS).flatMap(([workload, filter]) =>
  OBJECTIVES.map((objective) => ({ workload, filter, objective })),
);

test.each(cases)('$workload, $objective, each price by 1 % up and down → at most 3 % changes hands', (one) => {
  const moved = [...moves(one.filter, one.objective, 0.99), ...moves(one.filter, one.objective, 1.01)];
  const mean = moved.reduce((sum, share) => sum + share, 0) / moved.length;
  expect(moved.length).toBeGreaterThan(30);
  expect(Math.max(...moved)).toBeLessThan(MOST_MOVED);
  expect(mean).toBeLessThan(0.005);
});

test('all prices a half higher → the same mix', () => {
  const catalogue = shippedCatalogue();
  const dearer = {
    ...catalogue,
    types: catalogue.types.map((type) => ({
      ...type,
      spotUsdPerHour: (type.spotUsdPerHour ?? 0) * 1.5,
      onDemandUsdPerHour: (type.onDemandUsdPerHour ?? 0) * 1.5,
      emrUsdPerHour: (type.emrUsdPerHour ?? 0) * 1.5,
    })),
  };
  for (const objective of OBJECTIVES) {
    const filter = WORKLOADS['memory heavy'];
    const before = sharesOf(planned(catalogue, { filter, objective }));
    expect(movedShare(before, sharesOf(planned(dearer, { filter, objective })))).toBeLessThan(0.01);
  }
});

test('a price that falls to a tenth → the type comes in', () => {
  const catalogue = shippedCatalogue();
  const filter = WORKLOADS['memory heavy'];
  const before = planned(catalogue, { filter });
  const out = 'r6i.4xlarge';
  expect(sharesOf(before).has(out)).toBe(false);
  const after = planned(withPrice(catalogue, out, 0.1), { filter });
  expect(sharesOf(after).get(out) ?? 0).toBeGreaterThan(0.02);
});
