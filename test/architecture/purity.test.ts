/** The linter catches what would make the core depend on when, where or by what chance it runs. */
import { inPlantedProject } from './planted.ts';

const RULES = ['biome.json', 'scripts/lint'];

/** Each statement is planted alone in a file of the given room. */
const CAUGHT: readonly (readonly [room: string, statement: string])[] = [
  ['lambdas/core', 'export const x = Date.now();'],
  ['lambdas/core', 'export const x = new Date();'],
  ['lambdas/core', 'export const x = new Date(0);'],
  ['lambdas/core', 'export const x = Date.UTC(2026, 1);'],
  ['lambdas/core', 'export type X = Date;'],
  ['lambdas/core', 'export const x = Math.random();'],
  ['lambdas/core', 'export const { random } = Math;'],
  ['lambdas/core', 'export const x = process.env;'],
  ['lambdas/core', 'export const x = performance.now();'],
  ['lambdas/core', 'export const x = globalThis;'],
  ['lambdas/core', 'console.log(1);'],
  ['lambdas/core', "export type X = import('./other.ts').X;"],
  ['lambdas/core/policy', 'export const x = Date.now();'],
  ['lambdas/app', 'export const x = Date.now();'],
  ['lambdas/app', 'export const x = Math.random();'],
  ['lambdas/app', 'export const x = process.env;'],
  ['lambdas/app', 'console.log(1);'],
  ['lambdas/app', 'setTimeout(String, 1);'],
];

const CAUGHT_IN_SCHEDULE = [
  'export const x = new Date();',
  'export const x = Date();',
  'export const x = Date.now();',
  'export const x = Date.UTC(2026, 1);',
  "export const x = Date['now']();",
  'export const { now } = Date;',
  'export const x = Math.random();',
  'export const x = process.env;',
];

const ALLOWED: readonly (readonly [room: string, statement: string])[] = [
  ['lambdas/core', 'export const x = Math.max(1, 2);'],
  ['lambdas/core', 'export const x = (now: number): number => now;'],
  ['lambdas/adapters', 'export const x = Date.now();'],
  ['cli', 'console.log(1);'],
];
const ALLOWED_IN_SCHEDULE = 'export const x = (seconds: number): Date => new Date(seconds * 1000);';

const fileOf = (room: string, index: number): string => `${room}/planted-${index}.ts`;

const BANS = new Set(['plugin', 'lint/style/noRestrictedGlobals', 'lint/nursery/noJsRestrictedProperties']);

/** Files that break a ban, of those given. */
const filesCaught = (files: Readonly<Record<string, string>>): Set<string> => {
  const output = inPlantedProject(RULES, files, 'biome', ['lint', '--reporter=json', '--max-diagnostics=none', '.']);
  const { diagnostics } = JSON.parse(output) as {
    diagnostics: { category: string; location: { path: string } }[];
  };
  return new Set(diagnostics.filter(({ category }) => BANS.has(category)).map(({ location }) => location.path));
};

describe('planted statements', () => {
  const planted = [...CAUGHT, ...ALLOWED].map(([room, statement], index) => [fileOf(room, index), statement]);
  let caught = new Set<string>();

  beforeAll(() => {
    caught = filesCaught(Object.fromEntries(planted));
  }, 30_000);

  test.each(CAUGHT.map(([room, statement], index) => ({ room, statement, index })))(
    'fails in $room: $statement',
    ({ room, index }) => {
      expect(caught).toContain(fileOf(room, index));
    },
  );

  test.each(ALLOWED.map(([room, statement], index) => ({ room, statement, index: CAUGHT.length + index })))(
    'passes in $room: $statement',
    ({ room, index }) => {
      expect(caught).not.toContain(fileOf(room, index));
    },
  );
});

describe('in lambdas/core/schedule.ts, where croner wants a Date', () => {
  const caughtInSchedule = (statement: string): boolean =>
    filesCaught({ 'lambdas/core/schedule.ts': `${statement}\n` }).size > 0;

  test.each(CAUGHT_IN_SCHEDULE)('fails: %s', (statement) => {
    expect(caughtInSchedule(statement)).toBe(true);
  });

  test('a given time may be carried in a Date', () => {
    expect(caughtInSchedule(ALLOWED_IN_SCHEDULE)).toBe(false);
  });
});
