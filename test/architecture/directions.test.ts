/** The rules of .dependency-cruiser.cjs catch what they are for, and let pass what they should. */
import { inPlantedProject } from './planted.ts';

const PACKAGES = ['croner', 'simple-statistics', 'zod', 'left-pad'];

const FORBIDDEN: readonly (readonly [from: string, to: string, rule: string])[] = [
  ['lambdas/core/a.ts', 'lambdas/ports/clock.ts', 'core-is-pure'],
  ['lambdas/core/b.ts', 'left-pad', 'core-is-pure'],
  ['lambdas/core/c.ts', 'node:fs', 'core-is-pure'],
  ['lambdas/core/d.ts', 'zod/mini', 'core-is-pure'],
  ['lambdas/core/policy/a.ts', 'lambdas/app/use.ts', 'policy-is-pure'],
  ['lambdas/core/policy/b.ts', 'zod', 'small-zod-in-functions'],
  ['lambdas/ports/a.ts', 'lambdas/core/decide.ts', 'ports-are-interfaces'],
  ['lambdas/app/a.ts', 'lambdas/adapters/emr.ts', 'app-uses-core-and-ports'],
  ['lambdas/app/b.ts', 'node:fs', 'app-uses-core-and-ports'],
  ['lambdas/adapters/a.ts', 'lambdas/core/decide.ts', 'adapters-know-ports'],
  ['lambdas/adapters/b.ts', 'lambdas/app/use.ts', 'adapters-know-ports'],
  ['lambdas/handlers/a.ts', 'lambdas/adapters/emr.ts', 'only-the-wiring-knows-adapters'],
  ['lambdas/handlers/b.ts', 'lambdas/ports/clock.ts', 'handlers-call-app'],
  ['lambdas/runtime/a.ts', 'lambdas/adapters/emr.ts', 'only-the-wiring-knows-adapters'],
  ['lambdas/runtime/b.ts', 'simulator/world.ts', 'runtime-stays-in-lambdas'],
  ['lambdas/main/a.ts', 'lambdas/app/use.ts', 'main-only-starts'],
  ['lambdas/handlers/c.ts', 'lambdas/main/route.ts', 'nobody-imports-main'],
  ['lib/a.ts', 'lambdas/core/model.ts', 'lib-knows-the-contract'],
  ['exporters/a.ts', 'lambdas/core/decide.ts', 'exporters-stand-alone'],
  ['exporters/b.ts', 'lambdas/adapters/emr.ts', 'exporters-stand-alone'],
  ['exporters/main.ts', 'lambdas/adapters/emr.ts', 'only-the-wiring-knows-adapters'],
  ['exporters/c.ts', 'lambdas/ports/clock.ts', 'exporters-stand-alone'],
  ['exporters/engine/wire.ts', 'lambdas/adapters/emr.ts', 'exporters-stand-alone'],
  ['exporters/d.ts', 'exporters/wire.ts', 'only-main-starts-the-exporter'],
  ['simulator/a.ts', 'lambdas/adapters/emr.ts', 'simulator-uses-the-real-thing'],
  ['local/a.ts', 'cli/start.ts', 'local-serves-the-simulator'],
  ['console/a.ts', 'simulator/world.ts', 'console-stands-alone'],
  ['dashboards/a.ts', 'simulator/world.ts', 'dashboards-stand-alone'],
  ['lambdas/adapters/samples/a.ts', 'exporters/registry.ts', 'samples-share-the-collector'],
  ['cli/a.ts', 'lambdas/handlers/tick.ts', 'nobody-imports-handlers'],
  ['scripts/a.ts', 'test/fakes/clock.ts', 'nobody-imports-test'],
  ['cli/b.ts', 'nowhere.ts', 'everything-resolves'],
];

const ALLOWED: readonly (readonly [from: string, to: string])[] = [
  ['lambdas/core/decide.ts', 'lambdas/core/model.ts'],
  ['lambdas/core/schedule.ts', 'croner'],
  ['lambdas/core/policy/schema.ts', 'zod/mini'],
  ['lambdas/ports/clock.ts', 'lambdas/core/quantities.ts'],
  ['lambdas/app/use.ts', 'lambdas/core/decide.ts'],
  ['lambdas/adapters/emr.ts', 'lambdas/ports/clock.ts'],
  ['lambdas/runtime/wire.ts', 'lambdas/adapters/emr.ts'],
  ['lambdas/runtime/aws-route.ts', 'lambdas/adapters/emr.ts'],
  ['lambdas/handlers/tick.ts', 'lambdas/app/use.ts'],
  ['lambdas/handlers/d.ts', 'lambdas/handlers/tick.ts'],
  ['lambdas/main/route.ts', 'lambdas/handlers/tick.ts'],
  ['lambdas/adapters/samples/c.ts', 'lambdas/adapters/post.ts'],
  ['exporters/wire.ts', 'lambdas/adapters/emr.ts'],
  ['exporters/autoscaler/a.ts', 'lambdas/ports/autoscaler-state.ts'],
  ['lib/app.ts', 'lambdas/contract.ts'],
  ['simulator/world.ts', 'lambdas/app/use.ts'],
  ['local/server.ts', 'simulator/world.ts'],
  ['local/system.ts', 'lambdas/handlers/tick.ts'],
  ['lambdas/adapters/samples/b.ts', 'exporters/engine/collector.ts'],
  ['simulator/run.ts', 'exporters/engine/collector.ts'],
  ['cli/start.ts', 'simulator/world.ts'],
  ['test/app/use.test.ts', 'lambdas/handlers/tick.ts'],
];

const LEAVES = [
  'lambdas/core/model.ts',
  'lambdas/core/quantities.ts',
  'lambdas/contract.ts',
  'lambdas/adapters/post.ts',
  'lambdas/ports/autoscaler-state.ts',
  'exporters/engine/collector.ts',
  'exporters/registry.ts',
  'test/fakes/clock.ts',
];

/** Type-only by turns of import and export: neither may slip through. */
const statement = (from: string, to: string, index: number): string => {
  const target = to.endsWith('.ts') ? `${'../'.repeat(from.split('/').length - 1)}${to}` : to;
  return index % 2 === 0 ? `import type { X } from '${target}';` : `export type { X } from '${target}';`;
};

const plantedFiles = (): Record<string, string> => ({
  'package.json': JSON.stringify({
    type: 'module',
    dependencies: Object.fromEntries(PACKAGES.map((name) => [name, '*'])),
  }),
  'node_modules/zod/mini/index.js': '',
  ...Object.fromEntries(PACKAGES.map((name) => [`node_modules/${name}/index.js`, ''])),
  ...Object.fromEntries(
    PACKAGES.map((name) => [`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' })]),
  ),
  ...Object.fromEntries(LEAVES.map((name) => [name, 'export type X = 1;'])),
  ...Object.fromEntries([...ALLOWED, ...FORBIDDEN].map(([from, to], index) => [from, statement(from, to, index)])),
  'simulator/first.ts': "import type { X } from './second.ts';",
  'simulator/second.ts': "import type { X } from './first.ts';",
});

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

describe('planted imports', () => {
  let violations: readonly Violation[] = [];

  beforeAll(() => {
    const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', '.'];
    const output = inPlantedProject(['.dependency-cruiser.cjs'], plantedFiles(), 'depcruise', args);
    violations = (JSON.parse(output) as { summary: { violations: Violation[] } }).summary.violations;
  }, 30_000);

  const rulesBrokenBy = (file: string): string[] =>
    violations.filter(({ from }) => from === file).map(({ rule }) => rule.name);

  test.each(FORBIDDEN)('%s → %s breaks %s', (from, _, rule) => {
    expect(rulesBrokenBy(from)).toContain(rule);
  });

  test.each(ALLOWED)('%s → %s is allowed', (from) => {
    expect(rulesBrokenBy(from)).toEqual([]);
  });

  test('two files that import each other break no-cycles', () => {
    expect(rulesBrokenBy('simulator/first.ts')).toEqual(['no-cycles']);
  });
});
