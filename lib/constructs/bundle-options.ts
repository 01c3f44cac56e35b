/** How esbuild makes the code of a function: the same for stacks, for the script that measures and for tests. */
import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';

const ROOT = join(import.meta.dirname, '../..');

/** The functions by the names of their files in `lambdas/main`. */
export const FUNCTION_NAMES = ['dispatch', 'reconcile', 'route'] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

/** Of the file that esbuild makes. */
const BUNDLE = 'index.mjs';

/** Options to make one function's code in a directory. */
export const bundleOptions = (name: FunctionName, directory: string): BuildOptions => ({
  absWorkingDir: ROOT,
  entryPoints: [`lambdas/main/${name}.ts`],
  outfile: join(directory, BUNDLE),
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'esm',
  // The SDK's ES modules come first: a third smaller than its CommonJS (docs of esbuild, "Main fields").
  mainFields: ['module', 'main'],
  target: 'node24',
  alias: {
    // A role's credentials are in the environment; the other ways to some would be a fifth of each function.
    '@aws-sdk/credential-provider-node': './lambdas/runtime/lambda-credentials.ts',
    '@smithy/core/event-streams': './lambdas/runtime/no-event-streams.ts',
  },
  // Node reads modules as UTF-8; escaped signs are twice as long.
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'warning',
  // Packages written for require() ask for it at run time, and an ES module has none.
  banner: {
    js: "import{createRequire as createRequireOfBundle}from'node:module';const require=createRequireOfBundle(import.meta.url);",
  },
});
