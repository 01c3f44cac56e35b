/** What every plan keeps, whatever the catalogue and the question. */
import fc from 'fast-check';
import { familyOf } from '../../../planning/catalogue/model.ts';
import { OBJECTIVES, type Plan, type PlanQuestion } from '../../../planning/portfolio/model.ts';
import { planSentence } from '../../../planning/portfolio/reasons.ts';
import { catalogueOf, madeUp, planned, R5, typeOf } from './made-up.ts';

const catalogues = fc.record({ types: fc.integer({ min: 5, max: 120 }), seed: fc.nat({ max: 10_000 }) }).map(madeUp);
const questions = fc.record({
  objective: fc.constantFrom(...OBJECTIVES),
  coresPerUnit: fc.constantFrom(8, 16, 32),
  maximumUnits: fc.constantFrom(40, 100, 400),
  largestShare: fc.double({ min: 0.05, max: 0.5, noNaN: true }),
  largestFamilyShare: fc.double({ min: 0.1, max: 1, noNaN: true }),
  typesAtLeast: fc.integer({ min: 1, max: 15 }),
  typesAtMost: fc.integer({ min: 20, max: 30 }),
});

const codes = (plan: Plan): readonly string[] => plan.notices.map((notice) => notice.code);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const keepsLimits = (plan: Plan, question: Partial<PlanQuestion>): void => {
  const { chosen, left } = plan;
  const {
    typesAtMost = 30,
    largestShare = 1,
    largestFamilyShare = 1,
    coresPerUnit = 16,
    maximumUnits = 100,
  } = question;
  expect(sum(chosen.map((one) => one.share))).toBeCloseTo(1, 6);
  expect(sum(chosen.map((one) => one.shareOfUnits))).toBeCloseTo(1, 6);
  expect(chosen.length).toBeLessThanOrEqual(typesAtMost);
  const families = Math.max(...plan.familyShares.map((one) => one.share));
  if (!codes(plan).includes('type-share-raised'))
    expect(plan.largestPoolShare).toBeLessThanOrEqual(largestShare + 1e-6);
  if (!codes(plan).includes('family-share-raised')) {
    expect(families).toBeLessThanOrEqual(Math.max(largestFamilyShare, largestShare) + 1e-6);
  }
  const memory = chosen.map(({ type }) => type.memoryGib / type.vcpu);
  expect(Math.max(...memory) / Math.min(...memory)).toBeLessThanOrEqual(1.25 + 1e-9);
  for (const { type, weightUnits } of chosen) {
    expect(weightUnits).toBe(type.vcpu / coresPerUnit);
    expect(Number.isInteger(weightUnits) && weightUnits >= 1 && weightUnits <= 0.05 * maximumUnits).toBe(true);
  }
  expect(chosen.length + left.length).toBe(new Set([...chosen, ...left].map((one) => one.type.name)).size);
  expect([...chosen, ...left].every((one) => one.reasons.length > 0)).toBe(true);
};

test('any catalogue, any question → a plan within its limits, a reason for every type', () => {
  fc.assert(
    fc.property(catalogues, questions, (catalogue, question) => {
      const plan = planned(catalogue, question);
      keepsLimits(plan, question);
      expect(plan.chosen.length + plan.left.length).toBe(catalogue.types.length);
    }),
  );
});

test('as many types as are wanted, where that many have the same memory', () => {
  fc.assert(
    fc.property(catalogues, questions, (catalogue, question) => {
      const plan = planned(catalogue, question);
      const groups = new Map<number, number>();
      for (const { type, reasons } of [...plan.chosen, ...plan.left]) {
        if (reasons.some((reason) => reason.code.startsWith('weight-'))) continue;
        const memory = type.memoryGib / type.vcpu;
        groups.set(memory, (groups.get(memory) ?? 0) + 1);
      }
      // A family may be too small a part of what there is for more of its types.
      const perFamily = Math.floor(Math.max(question.largestFamilyShare, question.largestShare) / 0.02);
      const wanted = Math.min(question.typesAtLeast, Math.max(...groups.values()), perFamily);
      expect(plan.chosen.length).toBeGreaterThanOrEqual(wanted);
    }),
  );
});

test('no sentence of a plan lacks a number', () => {
  fc.assert(
    fc.property(catalogues, questions, (catalogue, question) => {
      const plan = planned(catalogue, question);
      const reasons = [...plan.chosen, ...plan.left].flatMap((one) => one.reasons);
      for (const reason of [...reasons, ...plan.notices])
        expect(planSentence(reason)).not.toMatch(/[?{}]|NaN|Infinity/);
    }),
    { numRuns: 30 },
  );
});

test('the order of the catalogue does not matter; the same input, the same plan', () => {
  fc.assert(
    fc.property(catalogues, questions, (catalogue, question) => {
      const first = planned(catalogue, question);
      expect(planned(catalogue, question)).toEqual(first);
      const turned = planned({ ...catalogue, types: catalogue.types.toReversed() }, question);
      expect(turned.chosen.map((one) => one.type.name)).toEqual(first.chosen.map((one) => one.type.name));
      expect(turned.spotUsdPerWorkHour).toBeCloseTo(first.spotUsdPerWorkHour, 9);
    }),
    { numRuns: 30 },
  );
});

test('cheapest costs least, steadiest loses least and keeps its bound', () => {
  fc.assert(
    fc.property(catalogues, (catalogue) => {
      const [cheapest, balanced, steadiest] = OBJECTIVES.map((objective) => planned(catalogue, { objective }));
      if (cheapest === undefined || balanced === undefined || steadiest === undefined)
        throw new Error('three objectives');
      expect(cheapest.spotUsdPerWorkHour).toBeLessThanOrEqual(balanced.spotUsdPerWorkHour * 1.01);
      expect(steadiest.spotUsdPerWorkHour).toBeLessThanOrEqual(cheapest.spotUsdPerWorkHour * 1.25 + 1e-9);
      expect(steadiest.lossesPerMonth).toBeLessThanOrEqual(cheapest.lossesPerMonth + 0.02);
    }),
    { numRuns: 50 },
  );
});

describe('figures', () => {
  test('r5.4xlarge alone → speed 1, its own price with the fee', () => {
    const plan = planned(catalogueOf([R5]), { loadUnits: 40 });
    expect(plan.chosen).toHaveLength(1);
    expect(plan.chosen[0]).toMatchObject({ share: 1, relativeSpeed: 1, weightUnits: 1 });
    expect(plan.spotUsdPerHour).toBeCloseTo(40 * (0.353 + 0.252), 9);
    expect(plan.onDemandUsdPerHour).toBeCloseTo(40 * (1.008 + 0.252), 9);
    expect(plan.referenceUsdPerWorkHour).toBeCloseTo(0.605, 9);
    expect(plan.unitsForLoad).toBeCloseTo(40, 9);
    expect(codes(plan)).toEqual(
      expect.arrayContaining(['few-types', 'one-architecture', 'type-share-raised', 'family-share-raised']),
    );
  });

  test('a type twice as fast at the same price → half the units, half the price of work', () => {
    const fast = typeOf({ name: 'r9g.4xlarge', scores: { coremark: 504_000 } });
    const plan = planned(catalogueOf([R5, fast]), { filter: 'family=r9g', loadUnits: 40 });
    expect(plan.unitsForLoad).toBeCloseTo(20, 9);
    expect(plan.spotUsdPerWorkHour).toBeCloseTo(0.605 / 2, 9);
    expect(plan.referenceUsdPerWorkHour).toBeCloseTo(0.605, 9);
  });

  test('the fee is as high on spot: a dear fee on a cheap spot price loses', () => {
    const cheapSpot = typeOf({ name: 'a9.4xlarge', spotUsdPerHour: 0.2, emrUsdPerHour: 0.5 });
    const cheapFee = typeOf({ name: 'b9.4xlarge', spotUsdPerHour: 0.3, emrUsdPerHour: 0.1 });
    const plan = planned(catalogueOf([cheapSpot, cheapFee, R5]), {
      objective: 'cheapest',
      largestShare: 0.9,
      largestFamilyShare: 1,
      typesAtLeast: 1,
    });
    expect(plan.chosen[0]?.type.name).toBe('b9.4xlarge');
  });

  test('an unknown band counts as the worst and is told', () => {
    const { interruptionBand: _, ...unknown } = typeOf({ name: 'r6i.4xlarge' });
    const plan = planned(catalogueOf([unknown]));
    expect(plan.lossesPerMonth).toBeCloseTo(0.3, 9);
    expect(plan.chosen[0]?.reasons.map((reason) => reason.code)).toContain('band-unknown');
    expect(codes(plan)).toContain('bands-unknown');
  });

  test('no r5.4xlarge → measured against the middle type, and told', () => {
    const types = [1, 2, 3].map((speed) =>
      typeOf({ name: `r${speed + 5}i.4xlarge`, scores: { coremark: speed * 100_000 } }),
    );
    const plan = planned(catalogueOf(types));
    expect(plan.referenceUsdPerWorkHour).toBeUndefined();
    expect(codes(plan)).toContain('reference-missing');
    expect(plan.chosen.find((one) => one.type.name === 'r7i.4xlarge')?.relativeSpeed).toBe(1);
  });

  test('losses that cost much → balanced buys fewer of them', () => {
    const catalogue = madeUp({ types: 80, seed: 3 });
    const { losses } = planned(catalogue).question;
    const dear = { ...losses, worth: 3000 };
    expect(planned(catalogue, { losses: dear }).lossesPerMonth).toBeLessThan(planned(catalogue).lossesPerMonth - 0.02);
  });

  test('types of two memories → workers of one, the other is told why', () => {
    const lean = Array.from({ length: 12 }, (_, index) =>
      typeOf({ name: `c${index + 5}x.4xlarge`, memoryGib: 32, spotUsdPerHour: 0.1 }),
    );
    const plan = planned(catalogueOf([R5, ...lean]));
    expect(plan.memoryPerVcpuGib).toEqual([2, 2]);
    expect(plan.left.map((one) => [one.type.name, one.reasons[0]?.code])).toEqual([['r5.4xlarge', 'other-memory']]);
    expect(codes(plan)).toContain('less-memory');
  });

  test('one family much cheaper → no more than its limit of it', () => {
    const many = Array.from({ length: 12 }, (_, index) => typeOf({ name: `r${index + 5}i.4xlarge` }));
    const cheap = [16, 32, 48, 64, 80].map((vcpu) =>
      typeOf({
        name: `x1.${vcpu / 4}xlarge`,
        vcpu,
        memoryGib: vcpu * 8,
        spotUsdPerHour: 0.01 * vcpu,
        scores: { coremark: 15_750 * vcpu },
      }),
    );
    const plan = planned(catalogueOf([...many, ...cheap]));
    expect(plan.familyShares[0]).toEqual({ family: 'x1', share: expect.closeTo(0.4, 6) });
    expect(
      plan.chosen
        .filter((one) => familyOf(one.type.name) === 'x1')
        .every((one) => one.reasons.some(({ code }) => code === 'at-family-limit')),
    ).toBe(true);
  });
});
