/**
 * The sources of the app as they were when a run began, in a folder of their own: what somebody edits meanwhile is no part
 * of the run, and the run itself may change its copy.
 */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './cdk.ts';

/** All that the app and the commands are built from. */
const SOURCES = [
  'lib',
  'lambdas',
  'exporters',
  'cli',
  'simulator',
  'console',
  'local',
  'cdk.json',
  'package.json',
  'tsconfig.json',
] as const;

/** Fills a new folder. */
export const copySources = (folder: string): void => {
  mkdirSync(folder);
  for (const name of SOURCES) cpSync(join(REPOSITORY, name), join(folder, name), { recursive: true });
  symlinkSync(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
};

/** What the changed function writes whenever it is called. */
export const SECOND_EDITION = '{"event":"the-second-edition-runs"}';

const HANDLER = 'export const handler';

/** Changes the code of one function of a copy. */
export const changeCode = (sources: string): void => {
  const file = join(sources, 'lambdas/main/route.ts');
  const text = readFileSync(file, 'utf8');
  if (!text.includes(HANDLER)) throw new Error(`${file} has no "${HANDLER}"`);
  const call = `export const handler = async (event: unknown): Promise<void> => {
  process.stdout.write(${JSON.stringify(`${SECOND_EDITION}\n`)});
  await firstHandler(event);
};
`;
  writeFileSync(file, `${text.replace(HANDLER, 'const firstHandler')}\n${call}`);
};
