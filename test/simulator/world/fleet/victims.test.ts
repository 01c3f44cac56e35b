import { fateOf, type Instance, launched } from '../../../../simulator/world/fleet/instance.ts';
import { chooseVictims } from '../../../../simulator/world/fleet/victims.ts';
import { DEFAULT_KNOBS, type FleetKnobs } from '../../../../simulator/world/knobs.ts';
import { poolOf } from './bench.ts';

/** Running instances named by their place, launched one after another; the rank reverses every other pair. */
const running = (weights: readonly number[], changes: Partial<Instance> = {}): Instance[] =>
  weights.map((weightUnits, sequence) => ({
    ...launched(
      { id: `${sequence}`, pool: poolOf('a', { weightUnits }), market: 'spot', sequence },
      { ...fateOf(DEFAULT_KNOBS.fleet, 1, `${sequence}`), victimRank: (sequence ^ 1) / 10 },
      sequence * 100,
    ),
    state: 'running',
    removableAt: 0,
    ...changes,
  }));

const chosen = (
  live: readonly Instance[],
  target: number,
  victims: FleetKnobs['victims'] = 'oldest',
  mayUndershoot = false,
): readonly string[] => {
  const staying = live.reduce((sum, { pool }) => sum + pool.weightUnits, 0);
  return chooseVictims({ victims, mayUndershoot }, live, staying, target, 1000).map(({ id }) => id);
};

describe('order of victims', () => {
  test.each([
    ['oldest', ['0', '1']],
    ['newest', ['3', '2']],
    ['random', ['1', '0']],
  ] as const)('4 of weight 1, target 2, %s → %j', (order, expected) => {
    expect(chosen(running([1, 1, 1, 1]), 2, order)).toEqual(expected);
  });

  test('all launched at the same moment → order of launch', () => {
    const live = running([1, 1, 1, 1], { launchedAt: 0 });
    expect(chosen(live, 3, 'oldest')).toEqual(['0']);
    expect(chosen(live, 3, 'newest')).toEqual(['3']);
  });
});

describe('weights of victims', () => {
  test.each([
    ['4 + 4, target 4 → one', [4, 4], 4, false, ['0']],
    ['4 + 4, target 5 → none: 3 less than a weight', [4, 4], 5, false, []],
    ['4 + 4, target 5, may undershoot → one, once', [4, 4], 5, true, ['0']],
    ['4 + 2 + 2, target 6 → the first is passed over', [4, 2, 2], 6, false, ['1']],
    ['4 + 2 + 2, target 6, may undershoot → the first', [4, 2, 2], 6, true, ['0']],
    ['4 + 4 + 4, target 0 → all', [4, 4, 4], 0, false, ['0', '1', '2']],
    ['1 + 1, target 2 → none', [1, 1], 2, true, []],
    ['1 + 1, target 5 → none', [1, 1], 5, true, []],
  ])('%s', (_, weights, target, mayUndershoot, expected) => {
    expect(chosen(running(weights), target, 'oldest', mayUndershoot)).toEqual(expected);
  });
});

describe('who is spared', () => {
  test('one is too young → the others', () => {
    const [first, ...others] = running([1, 1, 1]);
    if (first === undefined) throw new Error('no instance');
    first.removableAt = 1001;
    expect(chosen([first, ...others], 0)).toEqual(['1', '2']);
  });

  test.each(['provisioning', 'bootstrapping', 'draining', 'terminated'] as const)('%s → not chosen', (state) => {
    expect(chosen(running([1, 1], { state }), 0)).toEqual([]);
  });
});
