/** `npm run compare:knobs`: one workload in the careful world and with each knob the other way; prints a Markdown table. */
import { helpText } from '../cli/arguments.ts';
import { readPolicyFile } from '../cli/policy-file.ts';
import { runCommand } from '../cli/run.ts';
import { START_OPTIONS, type StartValues, startValues, workloadSpec } from '../cli/start-options.ts';
import { parsePolicy } from '../lambdas/core/policy/parse.ts';
import type { Policy } from '../lambdas/core/policy/schema.ts';
import { smallestFixedCluster } from '../simulator/run/fixed.ts';
import { runHeadless } from '../simulator/run/headless.ts';
import { Invariants } from '../simulator/run/invariants.ts';
import { ProblemList } from '../simulator/workload/errors.ts';
import { loadWorkload } from '../simulator/workload/load.ts';
import type { Workload } from '../simulator/workload/query.ts';
import { mergeKnobs } from '../simulator/world/read-knobs.ts';
import { SETTINGS, type Setting } from './knob-settings.ts';

const HEADERS = [
  'world',
  'late',
  'failed: scale-in / interruption / other',
  'core-hours ÷ work',
  'cost ÷ fixed',
  'modify calls',
  'targets',
  'broken',
];

const policyFor = (setting: Setting, base: Policy): Policy => {
  const sections = Object.entries(setting.policy ?? {}).map(([key, value]) => [
    key,
    { ...(base[key as keyof Policy] as object), ...(value as object) },
  ]);
  const { policy, problems } = parsePolicy({ ...base, ...Object.fromEntries(sections) });
  if (policy === undefined) throw new Error(`setting ${setting.name}: ${JSON.stringify(problems)}`);
  return policy;
};

const knobsFor = (setting: Setting) =>
  mergeKnobs(setting.world ?? {}, (path, _, expected) => {
    throw new Error(`setting ${setting.name}: ${path.join('.')} must be ${expected}`);
  });

const rowOf = async (setting: Setting, workload: Workload, base: Policy, values: StartValues): Promise<string[]> => {
  const policy = policyFor(setting, base);
  const knobs = knobsFor(setting);
  const changed = { ...workload, queries: workload.queries.map(setting.change ?? ((query) => query)) };
  const invariants = new Invariants(policy);
  const { seed, until: untilSeconds } = values;
  const onDecision = invariants.check.bind(invariants);
  const result = await runHeadless({ workload: changed, policy, knobs, seed, untilSeconds, onDecision });
  const maximumCores = policy.capacity.maximumUnits * policy.capacity.coresPerUnit;
  const fixed = smallestFixedCluster(changed, knobs, maximumCores, untilSeconds);
  const { failed, lateShare } = result.tally.report(changed.queries.length);
  const { bill } = result;
  const units = result.targets.map((target) => target.units);
  const work = changed.queries.reduce((sum, query) => sum + query.cpuSeconds, 0) / 3600;
  const broken = Object.entries(invariants.broken).map(([what, count]) => `${what} (${count})`);
  return [
    setting.name,
    `${(100 * lateShare).toFixed(1)} %`,
    `${failed.scaleIn} / ${failed.interruption} / ${failed.other + failed.memory}`,
    (bill.coreHours / work).toFixed(2),
    fixed === null ? '–' : ((bill.ec2Usd + bill.emrUsd) / fixed.usd).toFixed(3),
    String(result.calls['ModifyInstanceFleet'] ?? 0),
    `${Math.min(...units)}–${Math.max(...units)}`,
    broken.length === 0 ? 'nothing' : broken.join(', '),
  ];
};

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;

await runCommand(async () => {
  const values = startValues(process.argv.slice(2));
  if (values === undefined) {
    process.stdout.write(
      helpText('npm run compare:knobs -- [flags of npm start]', 'One table row a world.', START_OPTIONS),
    );
    return;
  }
  const problems = new ProblemList();
  const policy = readPolicyFile(values.policy, problems);
  problems.throwIfAny();
  const workload = loadWorkload(workloadSpec(values));
  process.stdout.write(`${workload.name}, seed ${values.seed}, ${workload.queries.length} queries\n\n`);
  process.stdout.write(line(HEADERS) + line(HEADERS.map(() => '---')));
  for (const setting of SETTINGS) process.stdout.write(line(await rowOf(setting, workload, policy, values)));
});
