import fc from 'fast-check';
import type { FactsOf, TypeFacts } from '../../../planning/catalogue/facts.ts';
import { joinFacts } from '../../../planning/catalogue/join.ts';
import { parseCatalogue } from '../../../planning/catalogue/read.ts';

const part = (from: string, types: readonly TypeFacts[], others?: FactsOf['others']): FactsOf => ({
  source: { what: from, from, date: '2026-03-02' },
  types,
  ...(others === undefined ? {} : { others }),
});

const OPTIONS = { region: 'us-east-1', at: '2026-03-02T09:00:00.000Z' };
const size: TypeFacts = { name: 'r5.xlarge', vcpu: 4, memoryGib: 32, arch: 'x86_64' };

describe('sources that are joined', () => {
  test('each tells something else → one type with all of it, scores side by side', () => {
    const { catalogue, conflicts } = joinFacts(
      [
        part('sizes', [size]),
        part('prices', [{ name: 'r5.xlarge', onDemandUsdPerHour: 0.252 }]),
        part('a', [{ name: 'r5.xlarge', scores: { coremark: 5 } }]),
        part('b', [{ name: 'r5.xlarge', scores: { passmark: 7 } }]),
      ],
      OPTIONS,
    );
    expect(catalogue.types).toEqual([{ ...size, onDemandUsdPerHour: 0.252, scores: { coremark: 5, passmark: 7 } }]);
    expect(catalogue.sources.map(({ from }) => from)).toEqual(['sizes', 'prices', 'a', 'b']);
    expect(conflicts).toEqual([]);
  });

  test('two prices for one thing → the first, and the conflict told', () => {
    const { catalogue, conflicts } = joinFacts(
      [part('today', [{ ...size, spotUsdPerHour: 0.1 }]), part('then', [{ ...size, spotUsdPerHour: 0.2 }])],
      OPTIONS,
    );
    expect(catalogue.types[0]?.spotUsdPerHour).toBe(0.1);
    expect(conflicts).toEqual([
      {
        type: 'r5.xlarge',
        figure: 'spotUsdPerHour',
        taken: { value: 0.1, from: 'today' },
        left: { value: 0.2, from: 'then' },
      },
    ]);
  });

  test.each([
    ['rounded otherwise', 100, 100.9, 0],
    ['more than a hundredth apart', 100, 101.5, 1],
  ])('figures %s → %#', (_, one, other, count) => {
    const parts = [part('a', [{ ...size, memoryGib: one }]), part('b', [{ ...size, memoryGib: other }])];
    expect(joinFacts(parts, OPTIONS).conflicts).toHaveLength(count);
  });

  test('a list of what is supported → the types that it does not name are not', () => {
    const other = { ...size, name: 'r5.metal' };
    const supported = part('emr', [{ name: 'r5.xlarge', emrSupported: true }], { emrSupported: false });
    const { types } = joinFacts([supported, part('ec2', [size, other])], OPTIONS).catalogue;
    expect(types.map(({ name, emrSupported }) => [name, emrSupported])).toEqual([
      ['r5.metal', false],
      ['r5.xlarge', true],
    ]);
  });

  test('nobody tells a type’s size → left out and named', () => {
    const { catalogue, incomplete } = joinFacts(
      [part('a', [size, { name: 'r9.xlarge', scores: { coremark: 1 } }])],
      OPTIONS,
    );
    expect(catalogue.types.map(({ name }) => name)).toEqual(['r5.xlarge']);
    expect(incomplete).toEqual(['r9.xlarge']);
  });
});

describe('what nobody tells', () => {
  const estimate = { emrFeeShare: 0.25 };
  const priced = { ...size, onDemandUsdPerHour: 0.4 };

  test('without estimates → unknown', () => {
    const [type] = joinFacts([part('a', [{ ...priced, spotSaving: 0.5 }])], OPTIONS).catalogue.types;
    expect(type).toEqual({ ...priced, scores: {} });
  });

  test.each([
    [
      'saving told',
      { spotSaving: 0.65 },
      { spotUsdPerHour: 0.14, emrUsdPerHour: 0.1 },
      ['spotUsdPerHour', 'emrUsdPerHour'],
    ],
    ['spot dearer than on demand', { spotSaving: -0.5 }, { spotUsdPerHour: 0.6 }, ['spotUsdPerHour', 'emrUsdPerHour']],
    ['a saving of everything', { spotSaving: 1 }, { emrUsdPerHour: 0.1 }, ['emrUsdPerHour']],
    ['price told', { spotUsdPerHour: 0.2, spotSaving: 0.1 }, { spotUsdPerHour: 0.2 }, ['emrUsdPerHour']],
    ['fee told', { emrUsdPerHour: 0.07 }, { emrUsdPerHour: 0.07 }, undefined],
  ])('with estimates, %s → filled and marked', (_, facts, figures, marked) => {
    const { catalogue } = joinFacts([part('a', [{ ...priced, ...facts }])], { ...OPTIONS, estimate });
    expect(catalogue.types[0]).toMatchObject(figures);
    expect(catalogue.types[0]?.estimated).toEqual(marked);
    expect(catalogue.sources.some(({ what }) => what === 'EMR fee, estimated')).toBe(marked !== undefined);
  });

  test('with estimates, no on-demand price → still unknown', () => {
    const { catalogue } = joinFacts([part('a', [{ ...size, spotSaving: 0.5 }])], { ...OPTIONS, estimate });
    expect(catalogue.types[0]).toEqual({ ...size, scores: {} });
  });
});

const name = fc.constantFrom('r5.xlarge', 'r5.2xlarge', 'm6g.xlarge', 'c7i-flex.large');
const price = fc.double({ min: 0.001, max: 50, noNaN: true });
const facts: fc.Arbitrary<TypeFacts> = fc.record(
  {
    name,
    vcpu: fc.integer({ min: 1, max: 192 }),
    memoryGib: price,
    arch: fc.constantFrom('x86_64', 'arm64'),
    onDemandUsdPerHour: price,
    spotUsdPerHour: price,
    spotSaving: fc.double({ min: -1, max: 1, noNaN: true }),
    scores: fc.dictionary(fc.constantFrom('coremark', 'passmark'), price),
  },
  { requiredKeys: ['name'] },
);

test('any sources → a catalogue that can be read back, in the same order however the lines stood', () => {
  fc.assert(
    fc.property(fc.array(fc.uniqueArray(facts, { selector: (one) => one.name }), { maxLength: 4 }), (lists) => {
      const options = { ...OPTIONS, estimate: { emrFeeShare: 0.25 } };
      const { catalogue } = joinFacts(
        lists.map((types, at) => part(`s${at}`, types)),
        options,
      );
      expect(parseCatalogue(JSON.parse(JSON.stringify(catalogue))).catalogue).toEqual(catalogue);
      const turned = lists.map((types, at) => part(`s${at}`, types.toReversed()));
      expect(joinFacts(turned, options).catalogue).toEqual(catalogue);
    }),
  );
});
