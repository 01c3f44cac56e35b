/** Whatever happens in an account, minute by minute. */
import fc from 'fast-check';
import { canBeScaled, problemSentence } from '../../../lambdas/core/identity.ts';
import type { AccountCluster } from '../../fakes/cluster-directory.ts';
import { entry, GOLD, Minutes } from './minutes.ts';

describe('whatever happens in the account', () => {
  const STATES = ['STARTING', 'BOOTSTRAPPING', 'RUNNING', 'WAITING', 'TERMINATING', undefined] as const;
  const IDS = ['j-A', 'j-B', 'j-C', 'j-D'] as const;
  /** What does not change in the life of a cluster, or not within these minutes. */
  const fixed = fc.record({
    name: fc.constantFrom('sql', 'etl'),
    createdAt: fc.integer({ min: -9000, max: 0 }),
    environment: fc.constantFrom('prod', 'prod', 'test', null),
    instances: fc.constantFrom<'fleets' | 'groups'>('fleets', 'fleets', 'groups'),
    tags: fc.constantFrom({}, GOLD),
  });
  const four = <Value>(value: fc.Arbitrary<Value>) => fc.tuple(value, value, value, value);
  /** Clusters, and in which state each is in each minute; undefined: it is not in the list. */
  const history = fc.record({
    clusters: four(fixed),
    minutes: fc.array(four(fc.constantFrom(...STATES)), { minLength: 1, maxLength: 6 }),
  });
  const entries = [
    entry('one', { name: 'sql' }),
    entry('two', { tags: { team: 'bi' } }),
    entry('three', { id: 'j-C' }),
    entry('four', { name: 'sql' }),
  ];

  /** What is wrong with a minute, in words. */
  const wrongs = (before: Minutes['last'], after: Minutes['last'], listed: readonly AccountCluster[]): string[] => {
    const stateOf = (id: string | undefined) => listed.find((one) => one.id === id);
    const scaled = [...after].filter(([, identity]) => canBeScaled(identity));
    const ids = scaled.map(([, { emrClusterId }]) => emrClusterId);
    const foreign = scaled.filter(([, { emrClusterId }]) => {
      const cluster = stateOf(emrClusterId);
      return cluster?.state === 'TERMINATING' || cluster?.environment !== 'prod' || cluster.instances !== 'fleets';
    });
    const left = [...before].filter(([name, was]) => {
      const state = stateOf(was.emrClusterId)?.state;
      const stands = canBeScaled(was) && state !== undefined && state !== 'TERMINATING';
      return stands && after.get(name)?.emrClusterId !== was.emrClusterId;
    });
    const wordless = [...after.values()].filter(
      (identity) => identity.problem !== undefined && /[{}?]/.test(problemSentence(identity.problem, identity)),
    );
    return [
      ...(new Set(ids).size === ids.length ? [] : ['a cluster has two names']),
      ...(after.size === entries.length ? [] : ['a name was left out']),
      ...foreign.map(([name]) => `${name} is a cluster that must not be touched`),
      ...left.map(([name]) => `${name} left a cluster that stands`),
      ...wordless.map(({ problem }) => `${problem} has no words`),
    ];
  };

  test('no cluster has two names, none is touched that must not be, one that stands is kept, problems have words', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.boolean(), async ({ clusters, minutes: states }, anew) => {
        const minutes = new Minutes(entries, []);
        for (const now of states) {
          if (anew) minutes.startAnew();
          const listed = IDS.flatMap((id, index): AccountCluster[] => {
            const state = now[index];
            return state === undefined ? [] : [{ id, state, ...clusters[index] }];
          });
          const before = minutes.last;
          const { identities } = await minutes.run(listed);
          expect(wrongs(before, identities, listed)).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });
});
