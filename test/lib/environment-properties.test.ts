import fc from 'fast-check';
import { functionSettings, parseEnvironment } from '../../lib/environment.ts';
import type { Environment } from '../../lib/environment-model.ts';
import { sentenceOf } from '../../lib/environment-problem.ts';
import { changed, soundFile } from './environments.ts';

describe('whatever is given', () => {
  const json = fc.json().map((text) => JSON.parse(text) as unknown);
  const either = (name: string, value: unknown): void => {
    const { environment, problems } = parseEnvironment(name, value);
    expect((environment === undefined) !== (problems === undefined)).toBe(true);
    if (problems === undefined) return;
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) expect(sentenceOf(problem)).toMatch(/^.+: .+ was given, expected .+/);
  };

  test('any JSON: an environment or problems, and never an exception', () => {
    fc.assert(
      fc.property(fc.string(), json, (name, given) => {
        either(name, given);
      }),
      { numRuns: 200 },
    );
  });

  const paths = [
    'account',
    'region',
    'clusters',
    'networks',
    'alarmTopicArn',
    'slotSeconds',
    'retention',
    'tags',
    'other',
    'clusters/apps',
    'clusters/apps/find',
    'clusters/apps/sample',
    'clusters/apps/policy',
    'clusters/apps/usdPerUnitHour',
    'clusters/apps/policy/alarms',
    'clusters/apps/policy/signal',
    'clusters/apps/policy/budget',
    'clusters/other',
    'clusters/ml/sample/url',
    'clusters/ml/sample/network',
    'clusters/ml/sample/from',
    'clusters/ml/sample/mapping',
    'clusters/ml/find/tags',
    'networks/analytics',
    'networks/other',
    'networks/analytics/subnets',
    'networks/analytics/subnets/0',
    'networks/analytics/ingress',
    'networks/analytics/ingress/0/port',
  ];
  const value = fc.oneof(
    json,
    fc.constantFrom(
      'alarms',
      'cloudwatch',
      'prometheus',
      'amp',
      'analytics',
      '{primary}',
      'http://{primary}',
      'http://[',
      'https://a:b@c',
    ),
    fc.constantFrom(
      { from: 'alarms' },
      { from: 'cloudwatch' },
      { from: 'amp', mapping: {} },
      { source: 'alarms' },
      { usdPerDay: 1 },
    ),
  );

  test('a right file with any JSON in one place', () => {
    fc.assert(
      fc.property(fc.constantFrom(...paths), value, (path, given) => {
        either('prod', changed({ [path]: given }));
      }),
      { numRuns: 600 },
    );
  });

  test('an environment that is made survives JSON: it is what the functions are told', () => {
    const settings = functionSettings(parseEnvironment('prod', soundFile()).environment as Environment);
    expect(JSON.parse(JSON.stringify(settings))).toEqual(settings);
  });
});
