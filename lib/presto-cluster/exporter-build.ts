/** How the exporter becomes one file; shared by `npm run build:exporter` and by clusters that bring it along. */
import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';

export const REPOSITORY = join(import.meta.dirname, '../..');

/** For esbuild. One ES module that needs nothing but Node 20 or later: the AWS SDK in it asks for 20. */
export const EXPORTER_BUILD = {
  absWorkingDir: REPOSITORY,
  entryPoints: ['exporters/main.ts'],
  bundle: true,
  minify: true,
  // A class minified away must not take its name with it: errors are told by name.
  keepNames: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  legalComments: 'eof',
  // Packages written for require() ask for it at run time, and an ES module has none.
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire as createRequireOfBundle } from 'node:module';\nconst require = createRequireOfBundle(import.meta.url);",
  },
} as const satisfies BuildOptions;
