import { adviceOn } from '../../../planning/catalogue/advice.ts';
import { coverageOf, lacksOf, scoresIn } from '../../../planning/catalogue/coverage.ts';
import { type Catalogue, type CatalogueType, nearestFamilies } from '../../../planning/catalogue/model.ts';
import { catalogueOf, typeOf } from './samples.ts';

const catalogue = catalogueOf(
  [
    typeOf({ name: 'r5.4xlarge' }),
    typeOf({ name: 'r5.8xlarge', vcpu: 32, memoryGib: 256 }),
    typeOf({ name: 'r6g.4xlarge', arch: 'arm64' }),
    typeOf({ name: 'm5.4xlarge', memoryGib: 64 }),
    typeOf({ name: 'r9x.4xlarge', emrSupported: false }),
    typeOf({ name: 'r5.metal', vcpu: 96, memoryGib: 768, emrSupported: false }),
  ],
  { release: 'emr-7.10.0' },
);

describe('a name that somebody gives', () => {
  test.each([
    ['r6q.4xlarge', 'unknown-family', 'r6g'],
    ['R6Q', 'unknown-family', 'r6g'],
    ['m55.xlarge', 'unknown-family', 'm5'],
    ['r5.3xlarge', 'unknown-size', 'r5.4xlarge'],
    ['r9x.4xlarge', 'not-supported', 'r5.4xlarge'],
    ['r5.metal', 'not-supported', 'r5.8xlarge'],
  ])('%s → %s, nearest %s', (name, why, nearest) => {
    const advice = adviceOn(name, catalogue);
    expect(advice?.why).toBe(why);
    expect(advice?.nearest[0]).toBe(nearest);
    expect(advice?.text).toContain(nearest);
  });

  test('EMR does not support it → the sentence names release and region, and no type that it does not support either', () => {
    const advice = adviceOn('r9x.4xlarge', catalogue);
    expect(advice?.text).toContain('emr-7.10.0 in eu-central-1');
    expect(advice?.nearest).toEqual(['r5.4xlarge', 'r6g.4xlarge', 'm5.4xlarge']);
  });

  test.each(['r5.4xlarge', 'r6g.4xlarge'])('%s → nothing is the matter', (name) => {
    expect(adviceOn(name, catalogue)).toBeUndefined();
  });

  test('support that is not known → nothing is the matter', () => {
    const { emrSupported: _, ...unknown } = typeOf({ name: 'r7i.xlarge' });
    expect(adviceOn('r7i.xlarge', catalogueOf([unknown]))).toBeUndefined();
  });

  test('an empty catalogue → no family is near', () => {
    expect(nearestFamilies('r5', [])).toEqual([]);
    expect(adviceOn('r5.xlarge', catalogueOf([]))?.nearest).toEqual([]);
  });

  test('three at most, each family once', () => {
    expect(nearestFamilies('r5', catalogue.types)).toEqual(['r5', 'm5', 'r6g']);
  });
});

const without = (...keys: readonly (keyof CatalogueType)[]): Catalogue => ({
  ...catalogue,
  types: catalogue.types.map(
    (type) => Object.fromEntries(Object.entries(type).filter(([key]) => !keys.includes(key as never))) as never,
  ),
});

describe('what a catalogue lacks', () => {
  test.each([
    ['nothing', catalogue, []],
    ['types', catalogueOf([]), ['no-types']],
    ['spot prices', without('spotUsdPerHour'), ['no-spot-prices']],
    ['all prices', without('spotUsdPerHour', 'emrUsdPerHour', 'onDemandUsdPerHour'), ['no-spot-prices', 'no-emr-fees']],
    ['support', catalogueOf([typeOf({ name: 'r5.metal', emrSupported: false })]), ['none-supported']],
    [
      'speed',
      { ...catalogue, types: catalogue.types.map((type) => ({ ...type, scores: { passmark: 1 } })) },
      ['no-speed'],
    ],
    [
      'a type that has it all',
      catalogueOf([typeOf({ name: 'r5.xlarge', scores: {} }), typeOf({ name: 'r6g.xlarge', emrSupported: false })]),
      ['none-complete'],
    ],
  ])('%s', (_, given, codes) => {
    expect(lacksOf(given).map(({ code }) => code)).toEqual(codes);
    for (const { text } of lacksOf(given).filter(({ code }) => code !== 'no-speed')) {
      expect(text).toContain('prestoscale catalog refresh --region eu-central-1');
    }
  });

  test('the score is not there but others are → they are named', () => {
    const other = catalogueOf([typeOf({ name: 'r5.xlarge', scores: { passmark: 3 } })]);
    expect(lacksOf(other)[0]?.text).toContain('passmark');
    expect(lacksOf(other, 'passmark')).toEqual([]);
    expect(scoresIn(other)).toEqual(['passmark']);
  });

  test('counts tell estimates apart', () => {
    const types = [typeOf({ name: 'r5.xlarge', estimated: ['emrUsdPerHour'] }), typeOf({ name: 'r6g.xlarge' })];
    expect(coverageOf(catalogueOf(types))).toMatchObject({
      types: 2,
      emrFee: 2,
      emrFeeEstimated: 1,
      spotEstimated: 0,
      usable: 2,
    });
  });
});
