/** A plan against what runs. */
import fc from 'fast-check';
import { planSentence } from '../../../planning/portfolio/reasons.ts';
import { compareRunning, movedShare, type RunningType } from '../../../planning/portfolio/replan.ts';
import { catalogueOf, planned, R5, typeOf } from './made-up.ts';

const NEW = [6, 7, 8].map((number) =>
  typeOf({
    name: `r${number}g.4xlarge`,
    arch: 'arm64',
    spotUsdPerHour: 0.25,
    emrUsdPerHour: 0.2,
    scores: { coremark: 400_000 },
  }),
);
const CATALOGUE = catalogueOf([R5, ...NEW]);
const PLAN = planned(CATALOGUE, { filter: 'arch=arm64' });
const runs = (name: string, instances: number, market: RunningType['market'] = 'spot'): RunningType => ({
  name,
  instances,
  market,
});
const codes = (running: readonly RunningType[]): readonly string[] =>
  compareRunning(CATALOGUE, PLAN, running).reasons.map((reason) => reason.code);

test('r5.4xlarge runs, faster and cheaper types are planned → much better, with figures and how to change over', () => {
  const compared = compareRunning(CATALOGUE, PLAN, [runs('r5.4xlarge', 10)]);
  const planned = (0.45 / 400_000) * 252_000;
  expect(compared).toMatchObject({ muchBetter: true, goes: ['r5.4xlarge'], unknown: [] });
  expect(compared.movedShare).toBeCloseTo(1, 9);
  expect(compared.runningUsdPerWorkHour).toBeCloseTo(0.605, 9);
  expect(compared.plannedUsdPerWorkHour).toBeCloseTo(planned, 9);
  expect(compared.savedUsdPerHour).toBeCloseTo(10 * (0.605 - planned), 9);
  expect(compared.reasons.map((reason) => reason.code)).toEqual(['replan-much-better', 'replan-how']);
  for (const reason of compared.reasons) expect(planSentence(reason)).not.toMatch(/[?{}]|NaN/);
});

test('what is planned runs → nothing moves, nothing is saved', () => {
  const running = PLAN.chosen.map((one) => runs(one.type.name, 100 * one.share));
  const compared = compareRunning(CATALOGUE, PLAN, running);
  expect(compared).toMatchObject({ muchBetter: false, goes: [], comes: [] });
  expect(compared.savedShare).toBeCloseTo(0, 9);
  expect(compared.movedShare).toBeCloseTo(0, 9);
});

test('on-demand is compared with on-demand', () => {
  const compared = compareRunning(CATALOGUE, PLAN, [runs('r5.4xlarge', 1, 'on-demand'), runs('r5.4xlarge', 3)]);
  expect(compared.runningUsdPerWorkHour).toBeCloseTo(0.25 * 1.26 + 0.75 * 0.605, 9);
  const half = 0.25 * PLAN.onDemandUsdPerWorkHour + 0.75 * PLAN.spotUsdPerWorkHour;
  expect(compared.plannedUsdPerWorkHour).toBeCloseTo(half, 9);
});

test.each([
  ['nothing runs', [], ['replan-nothing-runs']],
  ['only types with no instances', [runs('r5.4xlarge', 0)], ['replan-nothing-runs']],
  ['a type that the catalogue does not have', [runs('z1d.4xlarge', 4)], ['replan-unknown']],
  ['a fifth unknown', [runs('r5.4xlarge', 8), runs('z1d.4xlarge', 2)], ['replan-unknown']],
  ['a twentieth unknown', [runs('r5.4xlarge', 19), runs('z1d.4xlarge', 1)], ['replan-much-better', 'replan-how']],
] as const)('%s → %j', (_, running, expected) => {
  expect(codes(running)).toEqual(expected);
});

const pricier = (factor: number) => ({
  ...CATALOGUE,
  types: CATALOGUE.types.map((type) =>
    type === R5 ? { ...type, spotUsdPerHour: 0.45 * 0.63 * factor - 0.1, emrUsdPerHour: 0.1 } : type,
  ),
});

test.each([
  [1.05, 'replan-not-worth', false],
  [1.1, 'replan-not-worth', false],
  [1.12, 'replan-much-better', true],
  [0.9, 'replan-dearer', false],
] as const)('what runs costs %d times the plan → %s', (factor, code, muchBetter) => {
  const compared = compareRunning(pricier(factor), PLAN, [runs('r5.4xlarge', 4)]);
  expect(compared.reasons[0]?.code).toBe(code);
  expect(compared.muchBetter).toBe(muchBetter);
});

test('moved shares: between 0 and 1, 0 for the same, the same both ways', () => {
  const shares = fc
    .array(fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), part: fc.integer({ min: 1, max: 9 }) }), {
      minLength: 1,
    })
    .map((list) => {
      const total = list.reduce((sum, one) => sum + one.part, 0);
      const map = new Map<string, number>();
      for (const { name, part } of list) map.set(name, (map.get(name) ?? 0) + part / total);
      return map;
    });
  fc.assert(
    fc.property(shares, shares, (before, after) => {
      const moved = movedShare(before, after);
      expect(moved).toBeGreaterThanOrEqual(0);
      expect(moved).toBeLessThanOrEqual(1 + 1e-9);
      expect(movedShare(after, before)).toBeCloseTo(moved, 9);
      expect(movedShare(before, before)).toBe(0);
    }),
  );
});
