/** Makes the exporter one file: `tsx scripts/build-exporter.ts [file]`, by default dist/exporter.mjs. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { EXPORTER_BUILD, REPOSITORY } from '../lib/presto-cluster/exporter-build.ts';

const outfile = process.argv[2] ?? join(REPOSITORY, 'dist/exporter.mjs');

await build({ ...EXPORTER_BUILD, entryPoints: [...EXPORTER_BUILD.entryPoints], outfile });

process.stdout.write(`${outfile} ${Math.ceil(statSync(outfile).size / 1024)} KB\n`);
