/**
 * Makes the code of the functions as the stacks do, and says how large each is and what weighs in it:
 * `tsx scripts/build-functions.ts [directory]`, by default dist/functions. Fails above the largest size allowed.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions, FUNCTION_NAMES, type FunctionName } from '../lib/constructs/bundle-options.ts';
import { MOST_FUNCTION_BYTES, partsOf } from './function-sizes.ts';

const directory = process.argv[2] ?? join(import.meta.dirname, '../dist/functions');

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1).padStart(6)} KB`;

const buildOne = async (name: FunctionName): Promise<boolean> => {
  const folder = join(directory, name);
  mkdirSync(folder, { recursive: true });
  const { metafile } = await build({ ...bundleOptions(name, folder), metafile: true });
  const { bytes, parts } = partsOf(metafile);
  process.stdout.write(`${name.padEnd(40)} ${kilobytes(bytes)}\n`);
  for (const { name: part, bytes: size } of parts.slice(0, 12)) {
    process.stdout.write(`  ${part.padEnd(38)} ${kilobytes(size)}\n`);
  }
  return bytes <= MOST_FUNCTION_BYTES;
};

for (const name of FUNCTION_NAMES) {
  if (await buildOne(name)) continue;
  process.stderr.write(`${name} has more than ${MOST_FUNCTION_BYTES / 1000} KB\n`);
  process.exitCode = 1;
}
