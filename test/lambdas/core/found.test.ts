import { wantsFinding, withFinding } from '../../../lambdas/core/found.ts';
import type { FoundMemory } from '../../../lambdas/core/memory.ts';
import { foundPresto } from '../../fakes/cluster-finder.ts';
import { at, memory } from './builders.ts';

const engine = foundPresto();

describe('when the cluster is asked what it is', () => {
  test.each<[string, FoundMemory | undefined, number, boolean]>([
    ['never asked', undefined, 0, true],
    ['found just now', { at: at(0), engine }, 1, false],
    ['found a second less than six hours ago', { at: at(0), engine }, 6 * 3600 - 1, false],
    ['found six hours ago', { at: at(0), engine }, 6 * 3600, true],
    ['asking failed 299 s ago', { failed: { at: at(0), fault: 'denied' } }, 299, false],
    ['asking failed five minutes ago', { failed: { at: at(0), fault: 'denied' } }, 300, true],
    [
      'found long ago, asking failed a minute ago',
      { at: at(0), engine, failed: { at: at(7 * 3600), fault: 'throttled' } },
      7 * 3600 + 60,
      false,
    ],
  ])('%s → as it should be', (_, found, seconds, wants) => {
    expect(wantsFinding(memory(found === undefined ? {} : { found }), at(seconds))).toBe(wants);
  });
});

test('a success after a failure forgets the failure', () => {
  const failed = withFinding(undefined, { kind: 'failed', at: at(0), fault: 'denied' });
  expect(withFinding(failed, { kind: 'found', at: at(300), engine })).toEqual({ at: at(300), engine });
});
