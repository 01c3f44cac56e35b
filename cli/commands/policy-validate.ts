/** `prestoscale policy validate`: every mistake in policy files, without looking at any cluster. */
import { describeProblem } from '../../simulator/workload/errors.ts';
import { UsageError } from '../arguments.ts';
import { type JudgedFile, judgeFile } from '../policies/judge-file.ts';
import { defineCommand } from '../program/command.ts';
import { EXIT } from '../program/exit.ts';
import type { Io } from '../program/io.ts';
import { json } from '../program/text.ts';
import { JSON_OPTION } from '../target/options.ts';

const MOST_FILES = 100;

const documentOf = ({ file, problems = [] }: JudgedFile) => ({ file, valid: problems.length === 0, problems });

const tell = ({ file, problems }: JudgedFile, io: Io): void => {
  if (problems === undefined) io.out(`${file}: valid\n`);
  else for (const problem of problems) io.out(`${describeProblem(problem)}\n`);
};

export const policyValidate = defineCommand({
  usage: 'FILE… [flags]',
  purpose: 'Tells every mistake in policy files with its line (docs/policy-reference.md); - reads standard input.',
  options: [JSON_OPTION],
  mostLoose: MOST_FILES,
  run: async ({ values, loose, io }) => {
    if (loose.length === 0) throw new UsageError(['Which files? Give their paths, or - for standard input.']);
    const judged: JudgedFile[] = [];
    for (const path of loose) judged.push(await judgeFile(path, io));
    if (values.json) io.out(json({ files: judged.map(documentOf) }));
    else for (const one of judged) tell(one, io);
    return judged.every(({ problems }) => problems === undefined) ? EXIT.ok : EXIT.wrong;
  },
});
