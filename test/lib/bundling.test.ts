/** The code that is deployed: made for real, and its settings beside it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Architecture, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { bundle, bundledCode, type FunctionName, HANDLER } from '../../lib/constructs/bundling.ts';
import { functionSettings } from '../../lib/environment.ts';
import { full, plain } from './synthesized.ts';

const NAMES: readonly FunctionName[] = ['dispatch', 'reconcile', 'route'];

describe.each(NAMES)('%s', (name) => {
  const directory = mkdtempSync(join(tmpdir(), 'prestoscale-bundle-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  test('is one ES module with its handler, and the settings that it is started with', () => {
    const settings = functionSettings(full('prod'));
    bundle(name, settings, directory);
    expect(readdirSync(directory).toSorted()).toEqual(['index.mjs', 'settings.json']);
    expect(JSON.parse(readFileSync(join(directory, 'settings.json'), 'utf8'))).toEqual(settings);
    const code = readFileSync(join(directory, 'index.mjs'), 'utf8');
    expect(HANDLER).toBe('index.handler');
    expect(code).toMatch(/export\s*\{[^}]*\bas handler\b[^}]*\}/);
    // Minified, and at most what is agreed (450 KB).
    expect(Buffer.byteLength(code)).toBeLessThan(450 * 1024);
    expect(code.split('\n').length).toBeLessThan(500);
  });
});

/** Keys of the assets, by function, of an app with one environment or more. */
const assetKeys = (...settings: readonly Parameters<typeof bundledCode>[1][]): string[] => {
  const stack = new Stack(new App(), 'Assets');
  settings.forEach((some, index) => {
    new LambdaFunction(stack, `Function${index}`, {
      code: bundledCode('route', some),
      handler: HANDLER,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
    });
  });
  const found = Template.fromStack(stack).findResources('AWS::Lambda::Function');
  return Object.values(found).map(({ Properties }) => Properties['Code']['S3Key'] as string);
};

test('other settings are other code, and the same settings are the same code', () => {
  const settings = functionSettings(plain('prod'));
  const [first, second, third] = assetKeys(settings, { ...settings, slotSeconds: 30 }, settings);
  expect(first).not.toBe(second);
  expect(first).toBe(third);
  expect(assetKeys(settings)).toEqual([first]);
});
