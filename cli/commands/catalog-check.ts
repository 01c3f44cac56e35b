/** `prestoscale catalog check`: every mistake in catalogues, and what they lack for a plan. */
import { lacksOf } from '../../planning/catalogue/coverage.ts';
import { UsageError } from '../arguments.ts';
import { openCatalogue } from '../catalog/read-files.ts';
import { coverageText } from '../catalog/write.ts';
import { defineCommand } from '../program/command.ts';
import { EXIT, WrongError } from '../program/exit.ts';
import type { Io } from '../program/io.ts';

const MOST_FILES = 100;

/** Whether a plan can be made of it. */
const check = (file: string, io: Io): boolean => {
  try {
    const catalogue = openCatalogue(file, io);
    const lacks = lacksOf(catalogue);
    io.out(`${file}: ${lacks.length === 0 ? 'valid' : 'readable, but no plan can be made of it'}\n`);
    io.out(coverageText(catalogue));
    return lacks.length === 0;
  } catch (error) {
    if (!(error instanceof WrongError)) throw error;
    io.out(`${error.message}\n`);
    return false;
  }
};

export const catalogCheck = defineCommand({
  usage: 'FILE… [flags]',
  purpose: 'Tells every mistake in catalogue files, what they know, and what they lack for a plan.',
  options: [],
  mostLoose: MOST_FILES,
  run: async ({ loose, io }) => {
    if (loose.length === 0) throw new UsageError(['Which files? Give their paths.']);
    return loose.map((file) => check(file, io)).every(Boolean) ? EXIT.ok : EXIT.wrong;
  },
});
