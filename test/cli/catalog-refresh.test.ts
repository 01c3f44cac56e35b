/** `catalog refresh`, in process, against a small AWS on 127.0.0.1. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCatalogue } from '../../planning/catalogue/read.ts';
import { shippedCatalogue } from '../../planning/catalogue/shipped.ts';
import { ADVISOR } from '../planning/catalogue/samples.ts';
import { type CatalogueEndpoint, productText, startCatalogueEndpoint } from '../planning/refresh/aws-endpoint.ts';
import { catalogueIn, folder, NOW, type Ran, run, write } from './catalog-stage.ts';

const HOUR = 3600;
const before = { ...process.env };
let aws: CatalogueEndpoint;

beforeAll(async () => {
  aws = await startCatalogueEndpoint();
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    AWS_ENDPOINT_URL_EC2: aws.url,
    AWS_ENDPOINT_URL_EMR: aws.url,
    AWS_ENDPOINT_URL_PRICING: aws.url,
  });
});

afterAll(async () => {
  process.env = before;
  await aws.close();
});

beforeEach(() => {
  aws.asked.length = 0;
  aws.types = [
    {
      name: 'r5.4xlarge',
      vcpu: 16,
      memoryMib: 131_072,
      arch: ['x86_64'],
      onDemandUsd: '1.2160000000',
      emrUsd: '0.252',
    },
    {
      name: 'r5d.xlarge',
      vcpu: 4,
      memoryMib: 32_768,
      arch: ['x86_64'],
      storageGb: 150,
      onDemandUsd: '0.346',
      emrUsd: '0.072',
    },
    { name: 'r8g.xlarge', vcpu: 4, memoryMib: 32_768, arch: ['arm64'], onDemandUsd: '0.288', emrUsd: '0.058' },
    { name: 'g4dn.xlarge', vcpu: 4, memoryMib: 16_384, arch: ['x86_64'], gpus: 1, onDemandUsd: '0.658' },
    { name: 'm4.xlarge', vcpu: 4, memoryMib: 16_384, arch: ['x86_64'], current: false },
    { name: 'mac2.metal', vcpu: 8, memoryMib: 16_384, arch: ['arm64_mac'] },
  ];
  aws.points = [
    { type: 'r5.4xlarge', zone: 'eu-central-1a', usd: '0.300000', at: NOW - 40 * HOUR },
    { type: 'r5.4xlarge', zone: 'eu-central-1a', usd: '0.400000', at: NOW - 6 * HOUR },
    { type: 'r5.4xlarge', zone: 'eu-central-1b', usd: '0.500000', at: NOW - 90 * HOUR },
    { type: 'r8g.xlarge', zone: 'eu-central-1b', usd: '0.100000', at: NOW - 30 * HOUR },
  ];
  aws.releases = { 'emr-7.2.0': ['r5.4xlarge'], 'emr-7.10.0': ['r5.4xlarge', 'r5d.xlarge', 'r8g.xlarge', 'm4.xlarge'] };
  aws.products = {};
  aws.refused = {};
});

const refresh = (...args: readonly string[]): Promise<Ran> => run('refresh', '--region', 'eu-central-1', ...args);

describe('catalog refresh', () => {
  test('everything is told, in pages → a catalogue of today, CoreMark from the shipped table', async () => {
    const { code, out, err } = await refresh();
    const catalogue = catalogueIn(out);
    expect(code).toBe(0);
    expect(catalogue).toMatchObject({ region: 'eu-central-1', release: 'emr-7.10.0', at: '2026-03-02T09:00:00.000Z' });
    expect(catalogue.types.map(({ name }) => name)).toEqual([
      'g4dn.xlarge',
      'm4.xlarge',
      'r5.4xlarge',
      'r5d.xlarge',
      'r8g.xlarge',
    ]);
    const shipped = new Map(shippedCatalogue().types.map((type) => [type.name, type]));
    expect(catalogue.types.find(({ name }) => name === 'r5.4xlarge')).toEqual({
      name: 'r5.4xlarge',
      vcpu: 16,
      memoryGib: 128,
      arch: 'x86_64',
      current: true,
      gpus: 0,
      localStorageGib: 0,
      emrSupported: true,
      onDemandUsdPerHour: 1.216,
      // Zone a: 18 h at 0.3 and 6 h at 0.4; zone b: 0.5.
      spotUsdPerHour: 0.4125,
      emrUsdPerHour: 0.252,
      scores: shipped.get('r5.4xlarge')?.scores,
    });
    expect(catalogue.types.find(({ name }) => name === 'g4dn.xlarge')).toMatchObject({ gpus: 1, emrSupported: false });
    expect(catalogue.types.find(({ name }) => name === 'm4.xlarge')).toMatchObject({ current: false });
    expect(catalogue.types.find(({ name }) => name === 'r5d.xlarge')?.localStorageGib).toBeCloseTo(139.7, 1);
    expect(err).toContain('EC2 has 5 types in eu-central-1.');
    expect(err).toContain('newest release of EMR is emr-7.10.0');
  });

  test('what is asked of AWS → Linux of a day, shared hardware without licences, EMR on EC2', async () => {
    await refresh('--zone', 'eu-central-1a', '--release', 'emr-7.2.0');
    const inputs = (operation: string) =>
      aws.asked.filter((one) => one.operation === operation).map(({ input }) => input);
    expect(inputs('DescribeInstanceTypes')).toHaveLength(3);
    expect(inputs('ListReleaseLabels')).toEqual([]);
    expect(inputs('DescribeSpotPriceHistory')[0]).toMatchObject({
      AvailabilityZone: 'eu-central-1a',
      'ProductDescription.1': 'Linux/UNIX',
      StartTime: expect.stringContaining('2026-03-01T09:00:00'),
    });
    const filters = inputs('GetProducts').map(({ ServiceCode, Filters }) => [
      ServiceCode,
      Object.fromEntries((Filters as { Field: string; Value: string }[]).map(({ Field, Value }) => [Field, Value])),
    ]);
    expect(filters[0]).toEqual([
      'AmazonEC2',
      {
        regionCode: 'eu-central-1',
        operatingSystem: 'Linux',
        tenancy: 'Shared',
        preInstalledSw: 'NA',
        capacitystatus: 'Used',
        licenseModel: 'No License required',
      },
    ]);
    expect(filters.at(-1)).toEqual([
      'ElasticMapReduce',
      { regionCode: 'eu-central-1', productFamily: 'Elastic Map Reduce Instance', softwareType: 'EMR' },
    ]);
  });

  test('one zone and an older release → its prices, its support', async () => {
    const { out } = await refresh('--zone', 'eu-central-1a', '--release', 'emr-7.2.0');
    const catalogue = catalogueIn(out);
    expect(catalogue).toMatchObject({ zone: 'eu-central-1a', release: 'emr-7.2.0' });
    const figures = catalogue.types.map(({ name, spotUsdPerHour, emrSupported }) => [
      name,
      spotUsdPerHour,
      emrSupported,
    ]);
    expect(figures).toContainEqual(['r5.4xlarge', 0.325, true]);
    expect(figures).toContainEqual(['r8g.xlarge', undefined, false]);
  });

  test.each([
    ['DescribeSpotPriceHistory', 'UnauthorizedOperation', 'ec2:DescribeSpotPriceHistory', 'spotUsdPerHour'],
    ['GetProducts', 'AccessDeniedException', 'pricing:GetProducts', 'onDemandUsdPerHour'],
    ['GetProducts ElasticMapReduce', 'AccessDeniedException', 'pricing:GetProducts', 'emrUsdPerHour'],
    [
      'ListSupportedInstanceTypes',
      'AccessDeniedException',
      'elasticmapreduce:ListSupportedInstanceTypes',
      'emrSupported',
    ],
    ['ListReleaseLabels', 'AccessDeniedException', 'elasticmapreduce:ListReleaseLabels', 'emrSupported'],
  ])('%s is not allowed → absent, the action named, exit 1', async (operation, error, action, figure) => {
    aws.refused = { [operation]: error };
    const { code, out, err } = await refresh();
    expect(code).toBe(1);
    expect(err).toContain(`may not ${action}`);
    for (const type of catalogueIn(out).types) expect(type).not.toHaveProperty(figure);
  });

  test('support is not told → the catalogue is of no release', async () => {
    aws.refused = { ListSupportedInstanceTypes: 'AccessDeniedException' };
    expect(catalogueIn((await refresh()).out)).not.toHaveProperty('release');
  });

  test('types are not allowed → nothing is written, exit 3', async () => {
    aws.refused = { DescribeInstanceTypes: 'UnauthorizedOperation' };
    const { code, out, err } = await refresh('--out', 'never.json');
    expect([code, out]).toEqual([3, '']);
    expect(err).toContain('may not ec2:DescribeInstanceTypes');
    expect(() => readFileSync(join(folder, 'never.json'))).toThrow();
  });

  test('the login has expired → said once, not for every call', async () => {
    aws.refused = { DescribeInstanceTypes: 'RequestExpired', GetProducts: 'ExpiredTokenException' };
    const { code, err } = await refresh();
    expect(code).toBe(3);
    expect(err).toContain('RequestExpired');
    aws.refused = { GetProducts: 'ExpiredTokenException' };
    expect((await refresh()).err).toContain('log in again');
  });

  test('a release that EMR does not have → the newest that it has, exit 3', async () => {
    const { code, err } = await refresh('--release', 'emr-7.99.0');
    expect(code).toBe(3);
    expect(err).toContain(
      'does not know the release emr-7.99.0 in eu-central-1. The newest are emr-7.10.0, emr-7.2.0.',
    );
  });

  test('a zone without prices → told, and the rest is written', async () => {
    const { code, out, err } = await refresh('--zone', 'eu-central-1q');
    expect(code).toBe(1);
    expect(err).toContain('EC2 has none for eu-central-1q');
    expect(catalogueIn(out).types[0]).not.toHaveProperty('spotUsdPerHour');
  });

  test.each([
    [['--region', 'frankfurt'], '--region cannot be "frankfurt"'],
    [['--region', 'eu-central-1', '--zone', 'us-east-1a'], '--zone cannot be "us-east-1a"'],
    [['--region', 'eu-central-1', '--release', '7.10'], '--release cannot be "7.10"'],
    [[], '--region is required'],
  ])('%j → usage, nothing is asked', async (args, text) => {
    const { code, err } = await run('refresh', ...args);
    expect(code).toBe(2);
    expect(err).toContain(text);
    expect(aws.asked).toEqual([]);
  });

  test('the price list has two prices → the higher, told', async () => {
    aws.products = { ElasticMapReduce: [productText('r5.4xlarge', '0.3'), '{'] };
    const { out, err } = await refresh();
    expect(catalogueIn(out).types.find(({ name }) => name === 'r5.4xlarge')?.emrUsdPerHour).toBe(0.3);
    expect(err).toContain('0.252 and 0.3; the higher is taken');
    expect(err).toContain('1 products of the price list could not be read');
  });

  test('--estimate → the fee that nobody tells is 25 %, and marked', async () => {
    const { out } = await refresh('--estimate');
    const gpu = catalogueIn(out).types.find(({ name }) => name === 'g4dn.xlarge');
    expect(gpu).toMatchObject({ emrUsdPerHour: 0.1645, estimated: ['emrUsdPerHour'] });
  });

  test('--with a spot advisor’s data → interruptions; its region is not there → refused before AWS is asked', async () => {
    const eu = { ...ADVISOR, spot_advisor: { 'eu-central-1': { Linux: { 'r5.4xlarge': { s: 60, r: 4 } } } } };
    const { out } = await refresh('--with', write('advisor-2026-02.json', eu), '--out', 'with.json');
    expect(out).toBe('');
    const catalogue = readCatalogue(join(folder, 'with.json'));
    expect(catalogue.types.find(({ name }) => name === 'r5.4xlarge')?.interruptionBand).toBe(4);
    expect(catalogue.types.some(({ name }) => name === 'p5.48xlarge')).toBe(false);
    aws.asked.length = 0;
    const refused = await refresh('--with', write('advisor-us.json', ADVISOR));
    expect([refused.code, aws.asked]).toEqual([1, []]);
    expect(refused.err).toContain('a region that the file has');
  });
});
