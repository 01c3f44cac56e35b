/** JSON files that people write: comments allowed, and every mistake with its line. */
import { readFileSync } from 'node:fs';
import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import type { ProblemList } from '../simulator/workload/errors.ts';

export interface JsonFile {
  readonly path: string;
  readonly value: unknown;
  /** Line of the value at a path of keys, or of the nearest that exists; counted from 1. */
  lineOf(path: readonly (string | number)[]): number;
}

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

const nodeNear = (root: Node, path: readonly (string | number)[]): Node => {
  for (let length = path.length; length > 0; length -= 1) {
    const node = findNodeAtLocation(root, path.slice(0, length));
    if (node !== undefined) return node;
  }
  return root;
};

/** The text of a file; undefined when it cannot be read, with the reason in `problems`. */
export const readText = (path: string, problems: ProblemList): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const what = `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`;
    problems.add({ file: path, what, expected: 'a JSON file', remedy: 'give the path of a file that exists' });
    return undefined;
  }
};

/** Parses a text of a file; undefined when it could not, with every syntax error in `problems`. */
export const parseJson = (path: string, text: string, problems: ProblemList): JsonFile | undefined => {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  for (const { error, offset } of errors) {
    const line = lineAt(text, offset);
    problems.add({ file: path, line, what: `is not JSON (${printParseErrorCode(error)})`, expected: 'JSON' });
  }
  if (root === undefined || errors.length > 0) {
    if (errors.length === 0) problems.add({ file: path, what: 'is empty', expected: 'a JSON object' });
    return undefined;
  }
  return { path, value: getNodeValue(root), lineOf: (keys) => lineAt(text, nodeNear(root, keys).offset) };
};

/** Reads and parses; undefined when it could not, with everything that was wrong in `problems`. */
export const readJsonFile = (path: string, problems: ProblemList): JsonFile | undefined => {
  const text = readText(path, problems);
  return text === undefined ? undefined : parseJson(path, text, problems);
};
