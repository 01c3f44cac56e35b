/** The words of a filter: what they let through, and what is told of those that are none. */
import fc from 'fast-check';
import type { CatalogueType } from '../../../planning/catalogue/model.ts';
import { failing } from '../../../planning/portfolio/filter/nothing.ts';
import { parseFilter } from '../../../planning/portfolio/filter/parse.ts';
import { typeOf } from './made-up.ts';

const TYPES: readonly CatalogueType[] = [
  typeOf({ name: 'r5.4xlarge' }),
  typeOf({ name: 'r6g.2xlarge', vcpu: 8, memoryGib: 64, arch: 'arm64', interruptionBand: 0 }),
  typeOf({ name: 'c7gd.8xlarge', vcpu: 32, memoryGib: 64, arch: 'arm64', localStorageGib: 1900, interruptionBand: 1 }),
  typeOf({ name: 't3.2xlarge', vcpu: 8, memoryGib: 32, spotUsdPerHour: 0.1, emrUsdPerHour: 0.06 }),
  typeOf({ name: 'm1.xlarge', vcpu: 4, memoryGib: 15, current: false }),
];

const passing = (filter: string, types = TYPES): readonly string[] => {
  const { conditions } = parseFilter(filter);
  if (conditions === undefined) throw new Error(`${filter} is wrong`);
  return types.filter((type) => failing(conditions, type).length === 0).map((type) => type.name.split('.')[0] ?? '');
};

test.each([
  ['', ['r5', 'r6g', 'c7gd', 't3', 'm1']],
  ['   ', ['r5', 'r6g', 'c7gd', 't3', 'm1']],
  ['vcpu>=8 memory>=64 arch=arm64,x86_64 generation=current family!=t*', ['r5', 'r6g', 'c7gd']],
  ['vcpu >= 8   memory >= 64', ['r5', 'r6g', 'c7gd']],
  ['vcpu>8', ['r5', 'c7gd']],
  ['vcpu<8', ['m1']],
  ['vcpu<=8', ['r6g', 't3', 'm1']],
  ['vcpu==8', ['r6g', 't3']],
  ['vcpu!=8', ['r5', 'c7gd', 'm1']],
  ['vcpu=8..16', ['r5', 'r6g', 't3']],
  ['vcpu=16..', ['r5', 'c7gd']],
  ['vcpu=..8', ['r6g', 't3', 'm1']],
  ['vcpu=4,32', ['c7gd', 'm1']],
  ['vcpu=4..8, 32', ['r6g', 'c7gd', 't3', 'm1']],
  ['vcpu!=4..8,32', ['r5']],
  ['memory>=64GiB', ['r5', 'r6g', 'c7gd']],
  ['memory=65536MiB', ['r6g', 'c7gd']],
  ['ram>=0.125TiB', ['r5']],
  ['memory-per-vcpu>=7', ['r5', 'r6g']],
  ['memory-per-vcpu=3.75', ['m1']],
  ['arch=graviton', ['r6g', 'c7gd']],
  ['ARCH=ARM64', ['r6g', 'c7gd']],
  ['arch!=arm64', ['r5', 't3', 'm1']],
  ['generation=previous', ['m1']],
  ['family-number>=6', ['r6g', 'c7gd']],
  ['family=r5,c*', ['r5', 'c7gd']],
  ['family=r', []],
  ['type=*.2xlarge', ['r6g', 't3']],
  ['type=r5.4xlarge', ['r5']],
  ['type=r5x4xlarge', []],
  ['interruptions<=10', ['r6g', 'c7gd']],
  ['interruptions<=5%', ['r6g']],
  ['price<=$0.16', ['t3']],
  ['price<0.16usd', []],
  ['gpus=0', ['r5', 'r6g', 'c7gd', 't3', 'm1']],
])('%j lets through %j', (filter, expected) => {
  expect(passing(filter)).toEqual(expected);
});

test('what is not known is neither let through by a condition nor by its contrary', () => {
  const { current: _, gpus: __, ...unknown } = typeOf({ name: 'x9.4xlarge' });
  for (const filter of ['generation=current', 'generation!=current', 'gpus=0', 'gpus!=0', 'gpus<1', 'storage<1']) {
    expect(passing(filter, [unknown])).toEqual([]);
  }
});

test.each([
  ['memroy>=64', 1, 'memroy', ['memory']],
  ['vcpu>=8 famly!=t*', 9, 'famly', ['family']],
  ['arch=arn64', 6, 'arn64', ['arm64']],
  ['generation=curent', 12, 'curent', ['current']],
  ['generation>=6', 1, 'generation>=6', ['family-number>=6']],
  ['family>=r5', 1, 'family>=r5', ['family=r5']],
  ['vcpu>=8,16', 1, 'vcpu>=8,16', ['vcpu=8,16']],
  ['vcpu>=eight', 7, 'eight', []],
  ['vcpu>=8..16', 7, '8..16', []],
  ['vcpu=16..8', 6, '16..8', []],
  ['vcpu=..', 6, '..', []],
  ['vcpu=1..2..3', 6, '1..2..3', []],
  ['vcpu=8GiB', 6, '8GiB', []],
  ['memory>=64KB', 9, '64KB', []],
  ['memory>=-64', 9, '-64', []],
  ['price<=$5usd', 8, '$5usd', []],
  ['vcpu>=1e9999', 7, '1e9999', []],
  ['r6g', 1, 'r6g', ['family=r6g']],
  ['vcpu>=8 r6g.4xlarge', 9, 'r6g.4xlarge', ['type=r6g.4xlarge']],
  ['vcpu>=', 1, 'vcpu>=', []],
  ['>=8', 1, '>=8', []],
  ['arch=arm64,', 1, 'arch=arm64,', []],
  ['vcpu>=8 and memory>=4', 9, 'and', []],
])('%j: at %d %j is wrong, nearest %j', (filter, at, given, nearest) => {
  expect(parseFilter(filter).problems).toEqual([expect.objectContaining({ where: 'filter', at, given, nearest })]);
});

test('every mistake of a filter is told at once', () => {
  const { problems } = parseFilter('vpcu>=8 memory>=lots arch=arm64,sparc r6g');
  expect(problems?.map((problem) => [problem.at, problem.given])).toEqual([
    [1, 'vpcu'],
    [17, 'lots'],
    [27, 'sparc'],
    [39, 'r6g'],
  ]);
});

test('every suggestion can be put in the place of what was given, and is right', () => {
  for (const filter of ['memroy>=64', 'vcpu>=8 generation>=6', 'arch=arn64 vcpu=8', 'vcpu>=8,16', 'r6g', 'type>=r5']) {
    for (const { at = 1, given, nearest } of parseFilter(filter).problems ?? []) {
      for (const word of nearest) {
        const mended = filter.slice(0, at - 1) + word + filter.slice(at - 1 + given.length);
        expect([mended, parseFilter(mended).problems]).toEqual([mended, undefined]);
      }
    }
  }
});

test('any text is read without an exception, and each problem points to what it gives', () => {
  const pieces = fc.constantFrom(
    'vcpu',
    'arch',
    'memory',
    '>=',
    '=',
    '!=',
    '<',
    ',',
    ' ',
    '..',
    '8',
    'arm64',
    '*',
    'é',
    '(',
    '\\',
    '\t',
    '"',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      for (const { at = 0, given } of parseFilter(text).problems ?? []) {
        expect(at).toBeGreaterThanOrEqual(1);
        expect(at).toBeLessThanOrEqual(text.length);
        expect(text).toContain(given);
      }
    }),
    { numRuns: 2000 },
  );
});
