/**
 * Makes the exporter one file that needs nothing but Node 20 or later: `tsx scripts/build-exporter.ts [file]`, by default
 * dist/exporter.mjs. Node 18 is not enough: the AWS SDK in it asks for 20.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');

const outfile = process.argv[2] ?? join(ROOT, 'dist/exporter.mjs');

await build({
  absWorkingDir: ROOT,
  entryPoints: ['exporters/main.ts'],
  outfile,
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
});

process.stdout.write(`${outfile} ${Math.ceil(statSync(outfile).size / 1024)} KB\n`);
