/** Questions and catalogues that cannot be planned with: what is told, and the nearest that works. */
import type { CatalogueType } from '../../../planning/catalogue/model.ts';
import { shippedCatalogue } from '../../../planning/catalogue/shipped.ts';
import type { PlanQuestion } from '../../../planning/portfolio/model.ts';
import { plan } from '../../../planning/portfolio/plan.ts';
import { asked, catalogueOf, planned, problemsOf, R5, typeOf } from './made-up.ts';

const FIVE = [5, 6, 7].map((number) => typeOf({ name: `r${number}i.4xlarge` }));

test.each([
  ['an unknown family', 'family=r9q', 'r9q', 'r5'],
  ['an unknown size', 'type=r6g.5xlarge', 'r6g.5xlarge', 'r6g.*'],
  ['a type of a family misspelt', 'type=r6q.8xlarge', 'r6q.8xlarge', 'r6a.8xlarge'],
  ['a glob that no family is like', 'family=zz*', 'zz*', 'c5'],
])('%s → told with names that there are', (_, filter, given, nearest) => {
  const [problem, ...others] = problemsOf(shippedCatalogue(), { filter });
  expect(others).toEqual([]);
  expect(problem).toMatchObject({ where: 'filter', at: filter.indexOf('=') + 2, given });
  expect(problem?.nearest).toContain(nearest);
});

test('a family that is left out need not exist', () => {
  expect(planned(shippedCatalogue(), { filter: 'family!=t*,z9x' }).chosen.length).toBeGreaterThanOrEqual(10);
});

test.each([
  ['vcpu>=512', 'vcpu>=64'],
  ['memory>=64GiB vcpu>=200 arch=arm64', 'memory>=64GiB vcpu>=64 arch=arm64'],
  ['vcpu=17..31', 'vcpu=17..32'],
  ['memory-per-vcpu>=7 family=c7g', 'memory-per-vcpu>=2 family=c7g'],
])('%j leaves nothing → %j is told', (filter, nearest) => {
  const [problem] = problemsOf(shippedCatalogue(), { filter });
  expect(problem).toMatchObject({ where: 'filter', given: filter, nearest: [nearest] });
});

test('a filter that leaves nothing → which condition was the last, and what each takes alone', () => {
  const types = [...FIVE, typeOf({ name: 'c5.8xlarge', vcpu: 32, memoryGib: 64 })];
  const [problem] = problemsOf(catalogueOf(types), { filter: 'vcpu>=32 memory>=100 price<100' });
  expect(problem?.expected).toContain('vcpu>=32 takes 3 of 4 (alone 3 of 4)');
  expect(problem?.expected).toContain('memory>=100 takes 1 of 1, the last ones (alone 1 of 4)');
  expect(problem?.expected).toContain('price<100 takes 0 of 0 (alone 0 of 4)');
  expect(problem?.nearest).toEqual(['vcpu>=32 memory>=64 price<100']);
});

test('what a filter asks is not known → told, and the nearest goes without', () => {
  const unknown = FIVE.map(({ current: _, ...type }) => type);
  const [problem] = problemsOf(catalogueOf(unknown), { filter: 'generation=current vcpu>=8' });
  expect(problem?.expected).toContain('3 of them because it is not known');
  expect(problem?.nearest).toEqual(['vcpu>=8']);
});

test('every nearest filter leaves a plan', () => {
  const filters = [
    'vcpu>=512',
    'vcpu<2',
    'price<=0.01',
    'memory-per-vcpu=5..5.5',
    'interruptions<5',
    'storage>100 gpus>=1',
  ];
  for (const filter of [...filters, 'arch=arm64 family=r5*', 'generation=previous', 'vcpu!=16,32,48,64']) {
    const [problem] = plan(shippedCatalogue(), asked({ filter })).problems ?? [];
    const nearest = problem?.nearest[0];
    if (problem === undefined || nearest === undefined) throw new Error(`${filter}: ${JSON.stringify(problem)}`);
    expect([nearest, plan(shippedCatalogue(), asked({ filter: nearest })).problems]).toEqual([nearest, undefined]);
  }
});

const without = (figure: keyof CatalogueType): readonly CatalogueType[] =>
  FIVE.map((type) => {
    const { [figure]: _, ...rest } = type;
    return rest as CatalogueType;
  });

test.each([
  ['spotUsdPerHour', '3 lack spot price'],
  ['onDemandUsdPerHour', '3 lack on-demand price'],
  ['emrUsdPerHour', '3 lack EMR fee'],
] as const)('a catalogue without %s → told, with what to do', (figure, told) => {
  const [problem] = problemsOf(catalogueOf(without(figure)));
  expect(problem?.where).toBe('catalogue');
  expect(problem?.given).toContain(told);
  expect(problem?.expected).toContain('catalog refresh');
});

test('some types without a price → left with what is missing, the others planned', () => {
  const [first, ...others] = FIVE;
  const { spotUsdPerHour: _, ...priceless } = first ?? R5;
  const result = planned(catalogueOf([priceless, ...others]));
  expect(result.left).toEqual([
    { type: priceless, reasons: [{ code: 'figure-missing', numbers: { figures: 'spot price' } }] },
  ]);
});

test('no types at all → told', () => {
  expect(problemsOf(catalogueOf([]))).toEqual([expect.objectContaining({ where: 'catalogue' })]);
});

describe('types that EMR does not offer for the release', () => {
  const refused = typeOf({ name: 'r9g.4xlarge', arch: 'arm64', emrSupported: false });
  const catalogue = catalogueOf([...FIVE, refused, typeOf({ name: 'r6g.4xlarge', arch: 'arm64' })], 'emr-6.9.0');

  test('not named → left, the release told', () => {
    const left = planned(catalogue).left.find((one) => one.type.name === 'r9g.4xlarge');
    expect(left?.reasons).toEqual([{ code: 'not-supported', numbers: { forRelease: ' for emr-6.9.0' } }]);
  });

  test('asked for by name → a problem, with the types most like it that EMR offers', () => {
    const [problem] = problemsOf(catalogue, { filter: 'type=r9g.4xlarge,r5i.4xlarge' });
    expect(problem).toMatchObject({ given: 'r9g.4xlarge', expected: 'a type that EMR offers for emr-6.9.0' });
    expect(problem?.nearest[0]).toBe('r6g.4xlarge');
  });

  test('a family asked for by name → families', () => {
    expect(problemsOf(catalogue, { filter: 'family=r9g' })[0]?.nearest[0]).toBe('r6g');
  });

  test('a glob of which some are offered → those', () => {
    expect(planned(catalogue, { filter: 'family=r*g' }).chosen.map((one) => one.type.name)).toEqual(['r6g.4xlarge']);
  });
});

test.each([
  ['objective', { objective: 'fastest' as PlanQuestion['objective'] }, []],
  ['score', { score: 'coremarc' }, ['coremark']],
  ['coresPerUnit', { coresPerUnit: 0 }, []],
  ['coresPerUnit', { coresPerUnit: 2.5 }, []],
  ['coresPerUnit', { coresPerUnit: 24 }, ['16']],
  ['maximumUnits', { coresPerUnit: 4, maximumUnits: 20 }, ['80']],
  ['maximumUnits', { maximumUnits: Number.NaN }, []],
  ['loadUnits', { loadUnits: 0 }, []],
  ['loadUnits', { loadUnits: Number.POSITIVE_INFINITY }, []],
  ['largestShare', { largestShare: 0 }, []],
  ['largestShare', { largestShare: 1.1 }, []],
  ['largestShare', { largestShare: 0.02 }, ['0.034']],
  ['largestFamilyShare', { largestFamilyShare: -1 }, []],
  ['typesAtLeast', { typesAtLeast: 20, typesAtMost: 12 }, ['12']],
  ['typesAtMost', { typesAtMost: 31 }, []],
  ['steadinessMayCost', { steadinessMayCost: -0.1 }, []],
] as const)('%s: %j → told', (where, changes, nearest) => {
  const catalogue = catalogueOf(FIVE);
  expect(problemsOf(catalogue, changes)).toEqual([expect.objectContaining({ where, nearest })]);
  const [mended] = nearest;
  if (mended === undefined) return;
  const value = where === 'score' ? mended : Number(mended);
  expect(plan(catalogue, asked({ ...changes, [where]: value })).problems).toBeUndefined();
});

test('mistakes of question, filter and names → all at once', () => {
  const problems = problemsOf(catalogueOf(FIVE), { filter: 'vcpu>=many family=r5i', loadUnits: -1, typesAtMost: 99 });
  expect(problems.map((problem) => problem.where)).toEqual(['loadUnits', 'typesAtMost', 'filter']);
});

test('a maximum below 20 units → planned with weight 1, and told', () => {
  const result = planned(catalogueOf(FIVE), { maximumUnits: 10 });
  expect(result.notices.map((notice) => notice.code)).toContain('maximum-small');
});
