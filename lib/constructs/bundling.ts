/**
 * Code of the functions: one file each, made by esbuild in this process, and the settings beside it. The hash of the
 * asset is that of what came out, so a changed setting is a changed function, and nothing else is.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';
import type { FunctionSettings } from '../../lambdas/settings/settings.ts';
import { bundleOptions, type FunctionName } from './bundle-options.ts';

const ROOT = join(import.meta.dirname, '../..');

export type { FunctionName } from './bundle-options.ts';

/** What Lambda calls in what esbuild makes. */
export const HANDLER = 'index.handler';

/**
 * Writes the code of a function and its settings into a directory.
 * @throws Error with esbuild's messages when the sources cannot be bundled
 */
export const bundle = (name: FunctionName, settings: FunctionSettings, directory: string): void => {
  buildSync(bundleOptions(name, directory));
  writeFileSync(join(directory, 'settings.json'), `${JSON.stringify(settings, null, 2)}\n`);
};

/** The code of a function as an asset. Where a stack is not bundled (`aws:cdk:bundling-stacks`), nothing is made. */
export const bundledCode = (name: FunctionName, settings: FunctionSettings): Code =>
  Code.fromAsset(join(ROOT, 'lambdas'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never pulled: what is below makes the bundle here, or throws.
      image: DockerImage.fromRegistry('scratch'),
      // CDK makes assets of equal options once only; these words make them differ.
      command: [name, JSON.stringify(settings)],
      local: {
        tryBundle: (directory: string): boolean => {
          bundle(name, settings, directory);
          return true;
        },
      },
    },
  });
