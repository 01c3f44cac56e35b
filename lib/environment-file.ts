/** Files of environments on disk: JSON with comments, as editors and people write it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  findNodeAtLocation,
  getNodePath,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { nearestName } from '../lambdas/core/policy/nearest.ts';
import { ENVIRONMENT_NAME } from './environment-fields.ts';
import { type EnvironmentProblem, type Path, sentenceOf } from './environment-problem.ts';

const ENDING = '.json';

/** A file that is JSON. */
export interface EnvironmentFile {
  readonly path: string;
  readonly value: unknown;
  /** What JSON allows and nobody means: a key that stands twice. */
  readonly problems: readonly EnvironmentProblem[];
  /** Line of the value at a path of keys, or of the nearest above it that there is; counted from 1. */
  lineOf(path: Path): number;
}

/** Names of the environments in a folder, in order. */
export const environmentNames = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(ENDING))
    .map((file) => file.slice(0, -ENDING.length))
    .filter((name) => ENVIRONMENT_NAME.pattern.test(name))
    .toSorted();

const namesOrNone = (folder: string): readonly string[] => {
  try {
    return environmentNames(folder);
  } catch {
    return [];
  }
};

const noSuchFile = (folder: string, name: string, code: string | undefined): Error => {
  const path = join(folder, `${name}${ENDING}`);
  if (code !== 'ENOENT')
    return new Error(`${path} cannot be read (${code ?? 'unknown error'}): give yourself the right to read it`);
  const names = namesOrNone(folder);
  const near = nearestName(name, names);
  const known = names.length === 0 ? `there is none in ${folder}` : `there are ${names.join(', ')}`;
  const meant = near === undefined ? '' : `; did you mean ${near}?`;
  return new Error(`no environment "${name}": ${known}${meant}\nWrite ${path}, or name another: -c env=NAME`);
};

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

const nodeNear = (root: Node, path: Path): Node => {
  for (let length = path.length; length > 0; length -= 1) {
    const node = findNodeAtLocation(root, path.slice(0, length));
    if (node !== undefined) return node;
  }
  return root;
};

const keysOf = ({ type, children = [] }: Node): readonly Node[] =>
  type === 'object' ? children.flatMap((property) => property.children?.[0] ?? []) : [];

/** JSON takes the last of two equal keys without a word, and `__proto__` for no key at all. */
const oddKeys = (text: string, node: Node): EnvironmentProblem[] => {
  const seen = new Set<string>();
  const here = keysOf(node).flatMap((key) => {
    const name = String(key.value);
    const isOdd = seen.has(name) || name === '__proto__';
    seen.add(name);
    if (!isOdd) return [];
    const given = `the key ${JSON.stringify(name)}${name === '__proto__' ? '' : ` once more, in line ${lineAt(text, key.offset)},`}`;
    return [
      {
        path: [...getNodePath(node), name],
        given,
        expected: 'a key that does not stand here yet',
        remedy: 'rename or remove it',
      },
    ];
  });
  return [...here, ...(node.children ?? []).flatMap((child) => oddKeys(text, child))];
};

const notJson = (path: string, text: string, errors: readonly ParseError[]): Error => {
  const lines = errors.map(({ error, offset }) => `  line ${lineAt(text, offset)}: ${printParseErrorCode(error)}`);
  const what = errors.length === 0 ? `${path} is empty: write an environment into it` : `${path} is not JSON:`;
  return new Error([what, ...lines].join('\n'));
};

/**
 * Reads `<folder>/<name>.json`. Comments and trailing commas are allowed.
 * @throws Error when there is no such file (it lists those there are), or it is not JSON
 */
export const readEnvironmentFile = (folder: string, name: string): EnvironmentFile => {
  const path = join(folder, `${name}${ENDING}`);
  let text: string;
  try {
    // A name with a path in it would read a file that is no environment.
    if (!ENVIRONMENT_NAME.pattern.test(name)) throw Object.assign(new Error(), { code: 'ENOENT' });
    text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw noSuchFile(folder, name, (error as NodeJS.ErrnoException).code);
  }
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  if (root === undefined || errors.length > 0) throw notJson(path, text, errors);
  return {
    path,
    value: getNodeValue(root),
    problems: oddKeys(text, root),
    lineOf: (keys) => lineAt(text, nodeNear(root, keys).offset),
  };
};

/** All that is wrong with a file as one error, in the order of its lines. */
export const wrongFile = (file: EnvironmentFile, problems: readonly EnvironmentProblem[]): Error => {
  const lines = problems
    .map((problem) => ({ line: file.lineOf(problem.path), sentence: sentenceOf(problem) }))
    .toSorted((a, b) => a.line - b.line)
    .map(({ line, sentence }) => `  line ${line}: ${sentence}`);
  const count = problems.length === 1 ? 'one mistake' : `${problems.length} mistakes`;
  return new Error([`${file.path} has ${count}:`, ...lines, 'Every key: docs/environments.md'].join('\n'));
};
