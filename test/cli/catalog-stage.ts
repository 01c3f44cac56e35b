/** Runs the commands about catalogues in process, in a folder of their own. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from '../../cli/program/io.ts';
import { runProgram } from '../../cli/program/main.ts';
import { epochSeconds } from '../../lambdas/core/quantities.ts';
import type { Catalogue } from '../../planning/catalogue/model.ts';
import { parseCatalogue } from '../../planning/catalogue/read.ts';

/** Monday, 2 March 2026, 09:00 UTC. */
export const NOW = 1_772_442_000;
export const folder = mkdtempSync(join(tmpdir(), 'prestoscale-catalog-'));

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `prestoscale catalog …`. */
export const run = async (...args: readonly string[]): Promise<Ran> => {
  const said = { out: '', err: '' };
  const io: Io = {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    user: 'ada',
    folder,
    columns: 200,
    colours: false,
    clock: { now: () => epochSeconds(NOW) },
    readInput: async () => '',
    pause: async () => {},
    newId: () => '1',
  };
  return { code: await runProgram(['catalog', ...args], io), ...said };
};

/** The catalogue that was told. */
export const catalogueIn = (text: string): Catalogue => {
  const { catalogue, problems } = parseCatalogue(JSON.parse(text));
  if (catalogue === undefined) throw new Error(JSON.stringify(problems));
  return catalogue;
};
/** Writes a file into the folder; its name. */
export const write = (name: string, content: unknown): string => {
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return name;
};
