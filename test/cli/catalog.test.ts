/** `catalog join`, `show` and `check`, in process. */
import { shippedCatalogue } from '../../planning/catalogue/shipped.ts';
import { ADVISOR, catalogueOf, INSTANCE_CSV, typeOf } from '../planning/catalogue/samples.ts';
import { catalogueIn, run, write } from './catalog-stage.ts';

describe('catalog join', () => {
  test('files → a catalogue, conflicts and what is left out told', async () => {
    const files = [write('i.csv', INSTANCE_CSV), write('spot-advisor-2025-06.json', ADVISOR)];
    const { code, out, err } = await run('join', ...files, '--region', 'us-east-1', '--estimate');
    expect(code).toBe(0);
    expect(catalogueIn(out).types.map(({ name }) => name)).toEqual(['m4.4xlarge', 'r5.4xlarge']);
    expect(err).toContain('r5.4xlarge spotSaving: 0.65 (i.csv');
    expect(err).toContain('2 types are left out, no file tells their size: p5.48xlarge, x9q.large');
  });

  test('several bad files → all of them told', async () => {
    const { code, err } = await run('join', 'gone.json', write('odd.txt', 'hello'), '--region', 'us-east-1');
    expect(code).toBe(1);
    expect(err).toContain('gone.json');
    expect(err).toContain('odd.txt');
  });
});

describe('catalog show', () => {
  const path = write(
    'mine.json',
    catalogueOf([
      typeOf({ name: 'r5.4xlarge', estimated: ['spotUsdPerHour'] }),
      typeOf({ name: 'm7i.xlarge', vcpu: 4 }),
    ]),
  );

  test('the shipped one, a filter → those types, estimates marked, sources with dates', async () => {
    const { code, out } = await run('show', '--filter', 'family=r5,r6g vcpu=16');
    expect(code).toBe(0);
    expect(out).toMatch(/^r5\.4xlarge +16 +128 +x86_64 +yes +1\.0080 +~0\.3528 +0\.2520 +>20 % +225035$/m);
    expect(out).toMatch(/^r6g\.4xlarge .*~/m);
    expect(out).not.toContain('m5.4xlarge');
    expect(out).toContain('aws/karpenter-provider-aws 1d92708');
  });

  test('names of types and families → those', async () => {
    const { out } = await run('show', 'r5.4xlarge', '--catalog', path, '--json');
    expect(catalogueIn(out).types.map(({ name }) => name)).toEqual(['r5.4xlarge']);
    expect(catalogueIn((await run('show', '--json')).out)).toEqual(shippedCatalogue());
  });

  test.each([
    [['r6q'], 2, 'no family r6q; nearest: '],
    [['r5.3xlarge'], 2, 'no type r5.3xlarge; of its family: r5.2xlarge'],
    [['--filter', 'vcpuu>4'], 2, 'Nearest: vcpu'],
    [['--score', 'geekbench', '--catalog', path], 2, 'expected one of coremark'],
    [['--catalog', 'none.json'], 1, 'none.json'],
  ])('%j → %i, told what would do', async (args, code, text) => {
    const ran = await run('show', ...args);
    expect(ran.code).toBe(code);
    expect(ran.err).toContain(text);
  });

  test('a filter that leaves nothing → exit 1', async () => {
    expect(await run('show', '--filter', 'vcpu>=1000')).toMatchObject({
      code: 1,
      out: 'No type is left by the filter.\n',
    });
  });
});

describe('catalog check', () => {
  test('well, without prices, and wrong → each told, exit 1', async () => {
    const { spotUsdPerHour: _, ...unpriced } = typeOf({ name: 'r5.4xlarge' });
    const files = [
      write('well.json', catalogueOf([typeOf({ name: 'r5.4xlarge' })])),
      write('unpriced.json', catalogueOf([unpriced])),
      write('wrong.json', { ...catalogueOf([]), types: [{ name: 'r5' }] }),
    ];
    const { code, out } = await run('check', ...files);
    expect(code).toBe(1);
    expect(out).toContain('well.json: valid');
    expect(out).toContain('unpriced.json: readable, but no plan can be made of it');
    expect(out).toContain('No type of the catalogue has a spot price.');
    expect(out).toMatch(/wrong\.json: types\.0\.vcpu: nothing given; expected a number/);
    expect((await run('check', files[0] ?? '')).code).toBe(0);
  });
});
