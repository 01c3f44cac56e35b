/** Files ≤ 300 lines, functions ≤ 60, constructors ≤ 80: what is longer wants to be two things. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from '@swc/core';

const ROOT = path.resolve(import.meta.dirname, '../..');
const NOT_OURS = new Set(['node_modules', 'coverage', 'dist', 'cdk.out', 'test']);
const FILE_LINES = 300;
const FUNCTION_LINES = 60;
const CONSTRUCTOR_LINES = 80;

const FUNCTIONS = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassMethod',
  'PrivateMethod',
  'Constructor',
  'MethodProperty',
  'GetterProperty',
  'SetterProperty',
]);

interface Span {
  readonly start: number;
  readonly end: number;
}

const sourcesBelow = (directory: string): string[] =>
  readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.')) return [];
    const full = path.join(directory, entry.name);
    if (entry.isDirectory()) return sourcesBelow(full);
    return entry.name.endsWith('.ts') ? [full] : [];
  });

const sources = (): string[] =>
  readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !NOT_OURS.has(entry.name))
    .flatMap((entry) => sourcesBelow(path.join(ROOT, entry.name)));

const linesOf = (text: string): number => text.replace(/\n$/, '').split('\n').length;

/** Every function in a tree, the nested ones too. */
const functionsIn = (node: unknown): { type: string; span: Span }[] => {
  if (typeof node !== 'object' || node === null) return [];
  const inside = Object.values(node).flatMap(functionsIn);
  const { type, span } = node as { type?: string; span?: Span };
  return type !== undefined && span !== undefined && FUNCTIONS.has(type) ? [{ type, span }, ...inside] : inside;
};

const tooLongFunctions = (source: string): string[] => {
  // swc counts bytes, on from earlier parses; an empty statement in front tells where this one begins.
  const text = `;${source.replace(/^#!/, '//')}`;
  const tree = parseSync(text, { syntax: 'typescript', target: 'es2023' });
  const bytes = Buffer.from(text);
  const begin = tree.body[0]?.span.start ?? 0;
  const lineAt = (offset: number): number => linesOf(bytes.toString('utf8', 0, offset - begin));
  return functionsIn(tree.body)
    .map(({ type, span }) => ({
      type,
      line: lineAt(span.start + 1),
      lines: lineAt(span.end) - lineAt(span.start + 1) + 1,
    }))
    .filter(({ type, lines }) => lines > (type === 'Constructor' ? CONSTRUCTOR_LINES : FUNCTION_LINES))
    .map(({ type, line, lines }) => `line ${line}: ${type} of ${lines} lines`);
};

const tooLong = (source: string): string[] => [
  ...(linesOf(source) > FILE_LINES ? [`file of ${linesOf(source)} lines`] : []),
  ...tooLongFunctions(source),
];

const filler = (lines: number): string => 'void "ä";\n'.repeat(lines);

describe('the measure itself', () => {
  const body = (lines: number): string => `{\n${filler(lines - 2)}}`;

  test.each([
    ['a function', (lines: number) => `function f() ${body(lines)}`, 'FunctionDeclaration', 60],
    ['an arrow function', (lines: number) => `const f = () => ${body(lines)};`, 'ArrowFunctionExpression', 60],
    ['a method', (lines: number) => `class C { f() ${body(lines)} }`, 'ClassMethod', 60],
    ['a private method', (lines: number) => `class C { #f() ${body(lines)} }`, 'PrivateMethod', 60],
    ['a method of an object', (lines: number) => `const o = { f() ${body(lines)} };`, 'MethodProperty', 60],
    ['a getter', (lines: number) => `const o = { get f() ${body(lines)} };`, 'GetterProperty', 60],
    ['a constructor', (lines: number) => `class C { constructor() ${body(lines)} }`, 'Constructor', 80],
  ])('%s at its limit passes, one line more is named with its place', (_, write, type, limit) => {
    const before = '#!/usr/bin/env node\n// ü\n\n';
    expect(tooLong(before + write(limit))).toEqual([]);
    expect(tooLong(before + write(limit + 1))).toEqual([`line 4: ${type} of ${limit + 1} lines`]);
  });

  test('a function inside a short function is measured too', () => {
    expect(tooLong(`const f = () => {\n${filler(1)}return () => ${body(61)};};`)).toEqual([
      'line 1: ArrowFunctionExpression of 63 lines',
      'line 3: ArrowFunctionExpression of 61 lines',
    ]);
  });

  test('a file at its limit passes, one line more does not', () => {
    expect(tooLong(filler(300))).toEqual([]);
    expect(tooLong(filler(301))).toEqual(['file of 301 lines']);
  });
});

test('no source file and no function is longer than agreed', () => {
  const files = sources();
  expect(files.length).toBeGreaterThan(0);
  const found = files.flatMap((file) =>
    tooLong(readFileSync(file, 'utf8')).map((problem) => `${path.relative(ROOT, file)}: ${problem}`),
  );
  expect(found).toEqual([]);
});
