import { wantsFinding, withFinding, withoutOthers } from '../../../lambdas/core/found.ts';
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

test('another cluster has taken over the name → what was found of the first is forgotten, and it is asked anew', () => {
  const before = memory({ found: { at: at(0), engine }, tick: 7 });
  expect(withoutOthers(before, 'j-1')).toBe(before);
  const after = withoutOthers(before, 'j-2');
  expect(after.found).toBeUndefined();
  expect(after.tick).toBe(7);
  expect(wantsFinding(after, at(1))).toBe(true);
});
