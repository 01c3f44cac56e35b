/** Keys of tags, as AWS takes them. */
import { type EnvironmentProblem, type Path, problemAt } from './environment-problem.ts';

const MOST_TAGS = 40;
const KEY = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;

/** AWS keeps the prefix `aws:` to itself, and gives a resource at most fifty tags, ours among them. */
export const tagKeyProblems = (path: Path, tags: Readonly<Record<string, string>>): EnvironmentProblem[] => {
  const keys = Object.keys(tags);
  const many = keys.length <= MOST_TAGS ? [] : [problemAt(path, `${keys.length} tags`, `at most ${MOST_TAGS} tags`)];
  const wrong = keys.filter((key) => !KEY.test(key) || /^aws:/i.test(key));
  return [
    ...many,
    ...wrong.map((key) => ({
      path: [...path, key],
      given: `the key ${JSON.stringify(key)}`,
      expected: 'a key of 1 to 128 letters, digits, spaces and _ . : / = + - @ that does not begin with "aws:"',
    })),
  ];
};
