/** What the code of the functions is made of, and how a start fails that lacks something. */
import { FUNCTION_NAMES, type FunctionName } from '../../../lib/constructs/bundle-options.ts';
import { MOST_FUNCTION_BYTES, partsOf } from '../../../scripts/function-sizes.ts';
import { BundledFunctions } from './functions.ts';

let functions: BundledFunctions;

beforeAll(async () => {
  functions = await BundledFunctions.make();
});

afterAll(() => functions.remove());

const metafileOf = (name: FunctionName) => {
  const metafile = functions.metafiles.get(name);
  if (metafile === undefined) throw new Error(`${name} was not bundled`);
  return metafile;
};

/** Files that something of went into the code. */
const filesIn = (name: FunctionName): readonly string[] =>
  Object.values(metafileOf(name).outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );

describe.each(FUNCTION_NAMES)('%s', (name) => {
  test(`has at most ${MOST_FUNCTION_BYTES / 1000} KB`, () => {
    const { bytes, parts } = partsOf(metafileOf(name));
    expect(bytes).toBeLessThanOrEqual(MOST_FUNCTION_BYTES);
    // The parts are the whole, but for the glue between them.
    const sum = parts.reduce((total, part) => total + part.bytes, 0);
    expect(sum).toBeGreaterThan(0.9 * bytes);
    expect(sum).toBeLessThanOrEqual(bytes);
  });

  test('carries nothing that belongs elsewhere', () => {
    const files = filesIn(name);
    expect(files.length).toBeGreaterThan(50);
    const rooms = /^(simulator|local|console|cli|dashboards|lib|scripts|test|exporters\/(?!engine\/))/;
    // All of zod but its small form, clients that nobody uses there, and the process around the exporter.
    const packages =
      /node_modules\/(zod\/v4\/(classic|locales)|zod\/v3|prom-client|dynalite|tsx|aws-cdk|@aws-sdk\/(nested-clients|credential-provider))/;
    expect(files.filter((file) => rooms.test(file) || packages.test(file))).toEqual([]);
  });
});

test.each([
  ['dispatch', /adapters\/samples\/(?!cloudwatch-client)|exporters\/|core\/decide|adapters\/ec2/],
  ['route', /adapters\/samples|adapters\/emr\/(?!deadline)|client-emr|client-cloudwatch|exporters\/|core\/decide/],
  ['reconcile', /adapters\/(sqs|ec2)|client-sqs|fast-xml-parser/],
] as const)('%s carries nothing that only others need', (name, others) => {
  expect(filesIn(name).filter((file) => others.test(file))).toEqual([]);
});

const ENTRY = { name: 'a', find: { name: 'a' }, sample: { from: 'push' }, policy: {} };
const SETTINGS = { environment: 'prod', slotSeconds: 15, journalRetentionDays: 30, clusters: [ENTRY] };
const SOUND = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIDLOCAL',
  AWS_SECRET_ACCESS_KEY: 'not-to-be-seen',
  TABLE_NAME: 'state',
  TICK_QUEUE_URLS: '{"-":"http://127.0.0.1:1/1/ticks"}',
};

describe.each(FUNCTION_NAMES)('the start of %s', (name) => {
  test('nothing is missing → it is ready', async () => {
    functions.settle(SETTINGS);
    expect(await functions.invoke(name, [], SOUND)).toEqual({ lines: [], code: 0, told: '' });
  });

  test('the settings are missing → fails, and names the file', async () => {
    functions.forgetSettings();
    const { code, told } = await functions.invoke(name, [], SOUND);
    expect(code).toBe(1);
    expect(told).toMatch(/Error: the function cannot start: .*settings\.json cannot be read/);
  });

  test('the settings are those of another version → fails, and says where', async () => {
    functions.settle({ ...SETTINGS, slotSeconds: '15' });
    const { code, told } = await functions.invoke(name, [], SOUND);
    expect(code).toBe(1);
    expect(told).toMatch(/settings\.json: slotSeconds is "15", expected a divisor of 60/);
  });

  test('the environment is empty → fails, and names every variable', async () => {
    functions.settle(SETTINGS);
    const { code, told } = await functions.invoke(name, [], {});
    expect(code).toBe(1);
    const needed = ['TABLE_NAME', 'AWS_REGION', ...(name === 'reconcile' ? [] : ['TICK_QUEUE_URLS'])];
    for (const variable of needed) expect(told).toContain(`the environment variable ${variable} is not set`);
  });
});
