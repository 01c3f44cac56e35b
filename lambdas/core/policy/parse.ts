/** From any value to a policy, or to all that is wrong with it. */
import { Cron } from 'croner';
import * as z from 'zod/mini';
import { secondsOf } from '../schedule.ts';
import { type PolicyProblem, problemsOf } from './problems.ts';
import { type Policy, policySchema } from './schema.ts';

export type ParsedPolicy =
  | { readonly policy: Policy; readonly problems?: undefined }
  | { readonly policy?: undefined; readonly problems: readonly PolicyProblem[] };

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

type Path = (string | number)[];

const problem = (path: Path, given: unknown, expected: string): PolicyProblem => ({
  path,
  given: JSON.stringify(given),
  expected,
});

const cronFault = (cron: string, timeZone: string): { key: 'cron' | 'timeZone'; expected: string } | undefined => {
  try {
    new Cron(cron, { timezone: 'UTC' });
  } catch {
    return { key: 'cron', expected: 'five cron fields: minute hour day month weekday, e.g. "0 9 * * 1-5"' };
  }
  try {
    new Cron(cron, { timezone: timeZone }).nextRun();
    return undefined;
  } catch {
    return { key: 'timeZone', expected: 'an IANA time zone, e.g. "Europe/Berlin"' };
  }
};

const scheduleProblems = (policy: Policy): PolicyProblem[] =>
  policy.schedules.flatMap((schedule, index) => {
    const at = (key: string): Path => ['schedules', index, key];
    const fault = cronFault(schedule.cron, schedule.timeZone);
    const found = fault === undefined ? [] : [problem(at(fault.key), schedule[fault.key], fault.expected)];
    if (schedule.until !== undefined && !(ISO.test(schedule.until) && Number.isFinite(secondsOf(schedule.until)))) {
      found.push(problem(at('until'), schedule.until, 'a time with zone, e.g. "2026-12-31T00:00:00Z"'));
    }
    if (schedule.units > policy.capacity.maximumUnits) {
      found.push(
        problem(at('units'), schedule.units, `at most capacity.maximumUnits, ${policy.capacity.maximumUnits}`),
      );
    }
    return found;
  });

const repeated = (names: readonly string[]): number[] =>
  names.flatMap((name, index) => (names.indexOf(name) < index ? [index] : []));

const repeatedNames = (policy: Policy): PolicyProblem[] =>
  (['schedules', 'alarms'] as const).flatMap((key) => {
    const names = policy[key].map((entry) => entry.name);
    return repeated(names).map((index) =>
      problem([key, index, 'name'], names[index], 'a name that no other entry has'),
    );
  });

const limitProblems = (policy: Policy): PolicyProblem[] => {
  const { minimumUnits, maximumUnits } = policy.capacity;
  const found: PolicyProblem[] = [];
  if (minimumUnits > maximumUnits) {
    found.push(problem(['capacity', 'minimumUnits'], minimumUnits, `at most capacity.maximumUnits, ${maximumUnits}`));
  }
  if (policy.signal.source === 'alarms' && policy.alarms.length === 0) {
    found.push(problem(['signal', 'source'], 'alarms', '"sample", or at least one entry in alarms'));
  }
  const timeout = policy.resize.spotTimeoutMinutes * 60;
  if (policy.markets.fallbackAfterSeconds < timeout) {
    const expected = `at least resize.spotTimeoutMinutes, ${timeout} s: before that EMR still tries`;
    found.push(problem(['markets', 'fallbackAfterSeconds'], policy.markets.fallbackAfterSeconds, expected));
  }
  return found;
};

const contradictions = (policy: Policy): PolicyProblem[] => [
  ...limitProblems(policy),
  ...repeatedNames(policy),
  ...scheduleProblems(policy),
];

/** Contradictions among the sections that are well-formed: the others are left out, and their defaults blamed for nothing. */
const amongSound = (value: unknown, shapeless: readonly PolicyProblem[]): PolicyProblem[] => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const broken = new Set(shapeless.map((one) => String(one.path[0])));
  const sound = z.safeParse(
    policySchema,
    Object.fromEntries(Object.entries(value).filter(([key]) => !broken.has(key))),
  );
  if (!sound.success) return [];
  // A rule over two sections says nothing while one of them stands at its defaults.
  return broken.has('capacity') || broken.has('resize') || broken.has('alarms')
    ? repeatedNames(sound.data as Policy)
    : contradictions(sound.data as Policy);
};

/**
 * Reads a policy from any value, e.g. parsed JSON: fills in defaults, refuses what is not known, and reports every
 * problem at once. Never throws.
 */
export const parsePolicy = (value: unknown): ParsedPolicy => {
  const parsed = z.safeParse(policySchema, value);
  if (!parsed.success) {
    const shapeless = problemsOf(value, parsed.error.issues, policySchema);
    return { problems: [...shapeless, ...amongSound(value, shapeless)] };
  }
  const policy = parsed.data as Policy;
  const problems = contradictions(policy);
  return problems.length === 0 ? { policy } : { problems };
};

/** The policy of somebody who wants nothing special. */
export const defaultPolicy = (): Policy => {
  const parsed = parsePolicy({});
  if (parsed.policy === undefined) throw new Error('the defaults of the policy schema contradict each other');
  return parsed.policy;
};
