import { CatalogueError } from '../../../planning/catalogue/problems.ts';
import { readFacts } from '../../../planning/catalogue/sources/recognise.ts';
import { ADVISOR, catalogueOf, fileOf, INSTANCE_CSV, typeOf } from './samples.ts';

const VANTAGE = {
  'r5.4xlarge': { ran_at: '2025-12-10T23:27:55Z', coremark: { iterations_second: 225035.1 }, ffmpeg: { fps: 77 } },
  'm5n.xlarge': { ran_at: '2026-01-02T00:00:00Z', coremark: null, ffmpeg: null },
};
const SPARE_CORES = `instance_type,cpu_model,stressng_cpus,stressng_div16_allcpu,stressng_date,geekbench6_multi,passmark_cpu_mark
r5.4xlarge,Xeon,16,13542.1,2024-09-25,9000,
a1.xlarge,ARM,4,,,0,12.5
`;

describe('the table of instance types', () => {
  test('of us-east-1 → sizes, prices, support, speed; unknown is absent', () => {
    const { types } = readFacts(fileOf('instances.csv', INSTANCE_CSV), 'us-east-1');
    expect(types[0]).toEqual({
      name: 'r5.4xlarge',
      vcpu: 16,
      memoryGib: 128,
      arch: 'x86_64',
      current: true,
      gpus: 0,
      emrSupported: true,
      onDemandUsdPerHour: 1.008,
      spotSaving: 0.65,
      interruptionBand: 4,
      scores: { coremark: 225035.5 },
    });
    expect(types[1]).toMatchObject({ current: false, interruptionBand: 0, scores: {} });
    expect(types[2]).toEqual({ name: 'x9q.large', onDemandUsdPerHour: 0.5, scores: {} });
  });

  test('of another region → its savings and no price of us-east-1', () => {
    const { types } = readFacts(fileOf('instances.csv', INSTANCE_CSV), 'eu-central-1');
    expect(types[0]).toMatchObject({ spotSaving: 0.64, interruptionBand: 2 });
    expect(types[0]).not.toHaveProperty('onDemandUsdPerHour');
    expect(types[1]).not.toHaveProperty('spotSaving');
  });

  test('cells that cannot be used → every one with its line and column', () => {
    const broken = INSTANCE_CSV.replace(',16,131072', ',none,131072').replace(',0.8,', ',-1,');
    const read = (): unknown => readFacts(fileOf('broken.csv', broken), 'us-east-1');
    expect(read).toThrow(/line 2\.vcpu: given "none"; expected a number of at least 1/);
    expect(read).toThrow(/line 3\.od_usd_h_us_east_1: given "-1"/);
  });
});

describe('the spot advisor', () => {
  test('a region → savings as shares, bands by their labels, types of no market without them', () => {
    const { types, source } = readFacts(fileOf('spot-advisor-2025-06.json', ADVISOR), 'us-east-1');
    expect(types).toEqual([
      { name: 'r5.4xlarge', vcpu: 16, memoryGib: 128, emrSupported: true, spotSaving: 0.6, interruptionBand: 4 },
      { name: 'p5.48xlarge', vcpu: 192, memoryGib: 2048, emrSupported: false },
    ]);
    expect(source.date).toBe('2025-06');
  });

  test('spot dearer than on demand → a saving below nothing', () => {
    const { types } = readFacts(fileOf('advisor.json', ADVISOR), 'ca-central-1');
    expect(types.find(({ name }) => name === 'p5.48xlarge')).toMatchObject({ spotSaving: -0.62, interruptionBand: 0 });
  });

  test('a region that it does not have → the nearest that it has', () => {
    const read = (): unknown => readFacts(fileOf('advisor.json', ADVISOR), 'ca-centrl-1');
    expect(read).toThrow(/given "ca-centrl-1"; .*nearest are ca-central-1/);
  });

  test('another shape → told where', () => {
    const bent = { ...ADVISOR, instance_types: { 'r5.4xlarge': { emr: 'yes', cores: 16, ram_gb: 128 } } };
    expect(() => readFacts(fileOf('bent.json', bent), 'us-east-1')).toThrow(
      /instance_types\.r5\.4xlarge\.emr: given "yes"/,
    );
  });
});

describe('benchmarks', () => {
  test('Vantage’s → CoreMark and ffmpeg, as of the last run', () => {
    const { types, source } = readFacts(fileOf('vantage.json', VANTAGE), 'us-east-1');
    expect(types).toEqual([
      { name: 'r5.4xlarge', scores: { coremark: 225035.1, ffmpeg: 77 } },
      { name: 'm5n.xlarge', scores: {} },
    ]);
    expect(source).toMatchObject({ date: '2026-01-02', licence: 'MIT' });
  });

  test('Spare Cores’ → three scores; one of zero was not run', () => {
    const { types, source } = readFacts(fileOf('spare.csv', SPARE_CORES), 'us-east-1');
    expect(types).toEqual([
      { name: 'r5.4xlarge', scores: { stressng: 13542.1, geekbench6_multi: 9000 } },
      { name: 'a1.xlarge', scores: { passmark: 12.5 } },
    ]);
    expect(source.licence).toBe('CC BY-SA 4.0');
  });
});

describe('what EMR supports', () => {
  test.each([
    ['as the AWS CLI answers', { SupportedInstanceTypes: [{ Type: 'r5.xlarge', VCPU: 4 }] }],
    ['as a list of names', ['r5.xlarge']],
  ])('%s → those, and no others', (_, content) => {
    const { types, others } = readFacts(fileOf('instance-types-emr-7.10.0.json', content), 'us-east-1');
    expect(types).toEqual([{ name: 'r5.xlarge', emrSupported: true }]);
    expect(others).toEqual({ emrSupported: false });
  });

  test('an empty list → refused, it would say that nothing is supported', () => {
    expect(() => readFacts(fileOf('empty.json', []), 'us-east-1')).toThrow(/at least one type/);
  });
});

describe('a catalogue as a source', () => {
  const path = fileOf('catalogue.json', catalogueOf([typeOf({ name: 'r5.4xlarge', estimated: ['emrUsdPerHour'] })]));

  test('of the same region → everything but estimates', () => {
    const [type] = readFacts(path, 'eu-central-1').types;
    expect(type).toMatchObject({ spotUsdPerHour: 0.4, emrSupported: true });
    expect(type).not.toHaveProperty('emrUsdPerHour');
  });

  test('of another region → what holds anywhere', () => {
    expect(readFacts(path, 'us-east-1').types).toEqual([
      { name: 'r5.4xlarge', vcpu: 16, memoryGib: 128, arch: 'x86_64', scores: { coremark: 200_000 } },
    ]);
  });
});

test.each([
  ['a picture', 'PNG…'],
  ['nothing', ''],
  ['a table of something else', 'a,b\n1,2\n'],
  ['JSON of something else', { hello: { world: 1 } }],
  ['torn JSON', '{"spot_advisor": '],
])('%s → told what would do', (_, content) => {
  expect(() => readFacts(fileOf('what.txt', content), 'us-east-1')).toThrow(CatalogueError);
});
