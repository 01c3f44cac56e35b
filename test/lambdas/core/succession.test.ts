import { decide } from '../../../lambdas/core/decide.ts';
import type { Memory } from '../../../lambdas/core/memory.ts';
import { ofCluster } from '../../../lambdas/core/succession.ts';
import { foundPresto } from '../../fakes/cluster-finder.ts';
import { at, fleet, memory, policyWith, sample } from './builders.ts';

/** A memory in which everything of a cluster is. */
const full = (given: Partial<Memory> = {}): Memory =>
  memory({
    tick: 7,
    emrClusterId: 'j-1',
    fleet: fleet({ spot: 40 }),
    command: { targets: { onDemandUnits: 0, spotUnits: 40 } as never, at: at(0), seen: true, askedAgain: 0 },
    watchedSince: at(-9000),
    demandUnits: 40,
    found: { at: at(0), engine: foundPresto() },
    spending: { day: 1, usd: 12, at: at(0) },
    ...given,
  });

test('the same cluster → the same memory', () => {
  const before = full();
  expect(ofCluster(before, 'j-1')).toBe(before);
});

test.each<[string, Partial<Memory>]>([
  ['nothing tells whose it is', { emrClusterId: undefined as never, found: undefined as never }],
  ['the engine that was found tells', { emrClusterId: undefined as never }],
])('a memory without a mark, %s → it goes on, marked', (_, given) => {
  const { emrClusterId: _mark, ...before } = full(given);
  expect(ofCluster(before, 'j-1')).toEqual({ ...before, emrClusterId: 'j-1' });
});

test('another cluster → what was of the old one goes, what was learned of the name stays', () => {
  const before = full();
  const after = ofCluster(before, 'j-2');
  expect(after).toMatchObject({ tick: 7, emrClusterId: 'j-2', spending: before.spending, classes: before.classes });
  for (const gone of ['fleet', 'command', 'found', 'watchedSince', 'demandUnits', 'rate', 'spot'] as const) {
    expect(after[gone]).toBeUndefined();
  }
});

test('the old one had 40 units and little to do, the new one 12 → no target of the old one is sent to the new one', () => {
  const policy = policyWith({ scaleIn: { mode: 'retried', holdSeconds: 60 } });
  const seen = { sample: sample({ takenAt: at(15), readyWorkers: 12, readyCores: 192 }), fleet: fleet({ spot: 12 }) };
  const observation = {
    ...seen,
    facts: { minimumWorkerAgeSeconds: 0, reversibleDrain: false, retriesTasks: true },
    holds: [],
    alarms: [],
    losses: [],
  };
  const { decision } = decide(observation as never, policy, ofCluster(full(), 'j-2'), at(15));
  expect(decision.before).toEqual({ onDemandUnits: 0, spotUnits: 12 });
  expect(decision.command).toBeUndefined();
});
