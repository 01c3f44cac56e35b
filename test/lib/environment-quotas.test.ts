/** Quotas of EMR's calls in the file of an environment. */
import { functionSettings, parseEnvironment } from '../../lib/environment.ts';
import { changed, linesOf } from './environments.ts';

const settingsWith = (emrQuotas: unknown) => {
  const { environment } = parseEnvironment('prod', changed({ emrQuotas }));
  return environment && functionSettings(environment);
};

test('none are given → the functions take the published ones', () => {
  expect(settingsWith(undefined)).not.toHaveProperty('emrQuotas');
});

test('two were raised → the functions are told those two, and take the published ones of the others', () => {
  const quotas = { ListInstanceFleets: { burst: 50, perSecond: 5 }, ModifyInstanceFleet: { burst: 50, perSecond: 5 } };
  expect(settingsWith(quotas)?.emrQuotas).toEqual(quotas);
});

test.each<[string, unknown, RegExp]>([
  [
    'an operation that has no budget',
    { TerminateJobFlows: { burst: 1, perSecond: 1 } },
    /emrQuotas\.TerminateJobFlows/,
  ],
  ['a quota without its rate', { ListClusters: { burst: 20 } }, /emrQuotas\.ListClusters\.perSecond/],
  ['a burst of nothing', { ListClusters: { burst: 0, perSecond: 1 } }, /emrQuotas\.ListClusters\.burst/],
  ['no number', { ListClusters: { burst: 5, perSecond: '1/s' } }, /emrQuotas\.ListClusters\.perSecond/],
])('%s → refused, and it is said where', (_, quotas, where) => {
  expect(linesOf(changed({ emrQuotas: quotas }))).toEqual([expect.stringMatching(where)]);
});
