/** World knobs from a file, or every mistake in it with its line. */
import type { ProblemList } from '../simulator/workload/errors.ts';
import { DEFAULT_KNOBS, type WorldKnobs } from '../simulator/world/knobs.ts';
import { mergeKnobs } from '../simulator/world/read-knobs.ts';
import { readJsonFile } from './json-file.ts';

/** Reads knobs that replace defaults; the default world without a path. Mistakes go to `problems`. */
export const readWorldFile = (path: string | undefined, problems: ProblemList): WorldKnobs => {
  if (path === undefined) return DEFAULT_KNOBS;
  const file = readJsonFile(path, problems);
  if (file === undefined) return DEFAULT_KNOBS;
  return mergeKnobs(file.value, (keys, given, expected) =>
    problems.add({
      file: path,
      line: file.lineOf(keys),
      what: `${keys.length === 0 ? 'the file' : keys.join('.')} cannot be used`,
      given: typeof given === 'string' ? given : JSON.stringify(given),
      expected,
    }),
  );
};
