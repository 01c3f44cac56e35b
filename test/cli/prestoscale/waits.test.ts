import { waitsOf } from '../../../cli/explain/waits.ts';
import { emptyMemory } from '../../../lambdas/core/memory.ts';
import { defaultPolicy } from '../../../lambdas/core/policy/parse.ts';
import { epochSeconds, units } from '../../../lambdas/core/quantities.ts';
import { REASONS, type Reason, type ReasonCode } from '../../../lambdas/core/reasons.ts';
import type { FullRecord } from '../../../lambdas/core/record.ts';
import { START } from './stage.ts';

describe('what is waited for', () => {
  const NUMBERS = {
    sinceSeconds: 100,
    holdSeconds: 900,
    knownSeconds: 300,
    leftSeconds: 60,
    until: START + 50,
    key: 'k',
    name: 'n',
  };
  const wait = (code: ReasonCode, memory = emptyMemory()) => {
    const reasons: readonly Reason[] = [{ code, numbers: NUMBERS }];
    const now = epochSeconds(START);
    const decision = {
      at: now,
      verdict: 'steady',
      terms: { wantedUnits: 4 },
      reasons,
      needsFleetRead: false,
      record: 'full',
    };
    const losses = [{ id: 'i', at: epochSeconds(START - 100), units: units(4) }];
    const observation = { facts: {}, holds: [], alarms: [], losses };
    const record = { now, observation, policy: defaultPolicy(), memory, decision } as unknown as FullRecord;
    return waitsOf('etl', record, memory);
  };

  test.each<[ReasonCode, number]>([
    ['shrink-unproven', 600],
    ['shrink-after-loss', 500],
    ['resize-in-flight', 800],
    ['spot-deficit', 800],
    ['foreign-target', 60],
    ['floor-hold', 50],
    ['floor-hold-extra', 50],
    ['ceiling-budget-day', 15 * 3600],
  ])('%s → over in %d seconds', (code, seconds) => {
    expect(wait(code)).toMatchObject([{ code, at: START + seconds }]);
  });

  test('shrink-held → when the largest leaves the hold, and what is left then', () => {
    const wanted = [
      [epochSeconds(START - 300), units(30)],
      [epochSeconds(START - 100), units(12)],
    ] as const;
    expect(wait('shrink-held', { ...emptyMemory(), wanted })).toEqual([
      { code: 'shrink-held', at: START + 600, sentence: expect.stringContaining('the most is 12 units') },
    ]);
  });

  test.each(Object.keys(REASONS) as ReasonCode[])('%s → a whole sentence without a gap', (code) => {
    const [first] = wait(code);
    expect(first?.sentence).toMatch(/^\S.*\.$/);
    expect(first?.sentence).not.toMatch(/undefined|NaN|\{/);
  });
});
