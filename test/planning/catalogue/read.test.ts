import fc from 'fast-check';
import { CatalogueError } from '../../../planning/catalogue/problems.ts';
import { parseCatalogue, readCatalogue } from '../../../planning/catalogue/read.ts';
import { catalogueOf, fileOf, typeOf } from './samples.ts';

const good = catalogueOf([typeOf({ name: 'r5.4xlarge' }), typeOf({ name: 'm7i-flex.xlarge', vcpu: 4, memoryGib: 16 })]);

const withType = (some: object): unknown => ({ ...good, types: [{ ...good.types[0], ...some }] });

describe('a catalogue file', () => {
  test('as it is written → as it was', () => {
    expect(readCatalogue(fileOf('good.json', good))).toEqual(good);
  });

  test('only what must be there → read; the rest stays unknown', () => {
    const type = { name: 'r5.xlarge', vcpu: 4, memoryGib: 32, arch: 'x86_64', scores: {} };
    const { catalogue } = parseCatalogue({ ...good, types: [type] });
    expect(catalogue?.types).toEqual([type]);
    expect(catalogue?.types[0]).not.toHaveProperty('spotUsdPerHour');
  });

  test.each([
    ['a misspelt figure', withType({ spotUsdPerHuor: 0.3 }), 'types.0.spotUsdPerHuor', 'did you mean spotUsdPerHour'],
    ['a price of nothing', withType({ spotUsdPerHour: 0 }), 'types.0.spotUsdPerHour', 'more than 0'],
    ['half a vCPU', withType({ vcpu: 0.5 }), 'types.0.vcpu', 'a whole number'],
    ['memory as text', withType({ memoryGib: '128' }), 'types.0.memoryGib', 'a number'],
    ['a null for unknown', withType({ onDemandUsdPerHour: null }), 'types.0.onDemandUsdPerHour', 'a number'],
    ['another processor', withType({ arch: 'amd64' }), 'types.0.arch', '"x86_64", "arm64"'],
    ['a band that is none', withType({ interruptionBand: 5 }), 'types.0.interruptionBand', '0, 1, 2, 3, 4'],
    ['a name without a size', withType({ name: 'r5' }), 'types.0.name', 'r6g.4xlarge'],
    ['a negative score', withType({ scores: { coremark: -1 } }), 'types.0.scores.coremark', 'more than 0'],
    ['a type twice', { ...good, types: [good.types[0], good.types[0]] }, 'types.1.name', 'types.0 is it too'],
    ['an older version', { ...good, version: 2 }, 'version', 'one of 1'],
    ['a zone for a region', { ...good, region: 'eu-central-1a' }, 'region', 'such as "eu-central-1"'],
    ['a time that is none', { ...good, at: 'yesterday' }, 'at', 'an ISO time'],
    ['no types', { ...good, types: undefined }, 'types', 'a list'],
    ['a list', [good], '', 'an object'],
  ])('%s → told where and what was expected', (_, value, path, expected) => {
    const { problems = [] } = parseCatalogue(value);
    expect(problems.map((problem) => problem.path.join('.'))).toContain(path);
    expect(problems.find((problem) => problem.path.join('.') === path)?.expected).toContain(expected);
  });

  test('several mistakes → all of them at once, with the values given', () => {
    const value = { ...good, region: 'moon', types: [{ ...good.types[0], vcpu: 0, arch: 'mips' }] };
    const file = fileOf('bad.json', value);
    const message = (): string => {
      try {
        readCatalogue(file);
      } catch (error) {
        if (error instanceof CatalogueError) return error.message;
      }
      throw new Error('read, or failed otherwise');
    };
    for (const piece of [file, '"moon"', 'types.0.vcpu: given 0', '"mips"', 'catalog refresh']) {
      expect(message()).toContain(piece);
    }
  });

  test.each([
    ['is not there', '/nowhere/at/all.json', 'ENOENT'],
    ['is no JSON', fileOf('torn.json', '{"version": 1,'), 'expected JSON'],
  ])('a file that %s → CatalogueError', (_, file, text) => {
    expect(() => readCatalogue(file)).toThrow(CatalogueError);
    expect(() => readCatalogue(file)).toThrow(text);
  });

  test('whatever is given → a catalogue or problems, never an exception', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('types', 'sources', 'region', 'at', 'version'), (value, key) => {
        const { catalogue, problems } = parseCatalogue({ ...good, [key]: value });
        expect((catalogue === undefined) !== (problems === undefined)).toBe(true);
        if (problems !== undefined) expect(problems.length).toBeGreaterThan(0);
      }),
    );
  });
});
