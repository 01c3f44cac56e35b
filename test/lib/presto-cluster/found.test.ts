/** The cluster that the construct describes, read back by what the autoscaler finds out about clusters. */
import { engineOf } from '../../../lambdas/adapters/emr/engine-config.ts';
import { fleetStateOf } from '../../../lambdas/adapters/emr/fleet-state.ts';
import { parsePolicy } from '../../../lambdas/core/policy/parse.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { factsOfEngine, safetyMode } from '../../../lambdas/core/safety-mode.ts';
import { type Change, clusterIn, described, fleetsOf, made, retrying } from './described.ts';

const BEFORE = { minimumWorkerAgeSeconds: 600, reversibleDrain: false, retriesTasks: false };

const foundOf = (change?: Change) => {
  const { stack, construct } = made(change);
  const told = clusterIn(stack);
  const fleets = fleetsOf(told);
  const engine = engineOf(described(told), fleets, 'j-1ABCDEFGHIJKL', 'looking');
  const parsed = parsePolicy(construct.entry().policy);
  if (parsed.policy === undefined) throw new Error(JSON.stringify(parsed.problems));
  const facts = factsOfEngine(BEFORE, engine);
  return { told, fleets, engine, policy: parsed.policy, facts, mode: safetyMode(parsed.policy, facts, { engine }) };
};

const trino: Change = (props) => ({ ...props, engine: 'trino' });

describe('how removed workers treat queries, found as for any cluster', () => {
  test('Presto → drained, for as long as EMR is told to wait', () => {
    const { engine, facts, mode } = foundOf();
    expect(engine).toMatchObject({ engine: 'presto', gracefulTimeoutSeconds: 1800, unreadable: [] });
    expect(facts.drainGraceSeconds).toBe(1800);
    expect(mode).toEqual({ mode: 'drained', reason: { code: 'mode-drained', numbers: { graceSeconds: 1800 } } });
  });

  test('Trino with task retries → retried', () => {
    const { engine, facts, mode } = foundOf((_, stack) => retrying(stack));
    expect(engine).toMatchObject({ engine: 'trino', retryPolicy: 'TASK', exchangeManager: true, unreadable: [] });
    expect(facts).toMatchObject({ retriesTasks: true, reversibleDrain: true });
    expect(mode).toEqual({ mode: 'retried', reason: { code: 'mode-retried', numbers: {} } });
  });

  test('Trino as it is → sparing, and says so', () => {
    const { mode, facts } = foundOf(trino);
    expect(mode).toMatchObject({ mode: 'sparing', reason: { code: 'mode-sparing-trino' } });
    expect(facts.reversibleDrain).toBe(true);
  });

  test('an owner’s classification of the same file takes nothing of it away', () => {
    const configurations = [{ classification: 'presto-config', properties: { 'query.max-memory': '1TB' } }];
    expect(foundOf((props) => ({ ...props, configurations })).mode.mode).toBe('drained');
  });
});

describe('fleets as the autoscaler reads them', () => {
  const { fleets } = foundOf();
  const task = fleets.find(({ InstanceFleetType }) => InstanceFleetType === 'TASK');

  test('the task fleet is read, with the weight that EMR may overshoot by', () => {
    if (task?.Id === undefined) throw new Error('there is no task fleet');
    expect(fleetStateOf({ ...task, Id: task.Id }, epochSeconds(0), 'looking')).toMatchObject({
      largestWeightUnits: 1,
      onDemand: { targetUnits: 0 },
      spot: { targetUnits: 4 },
    });
  });
});
