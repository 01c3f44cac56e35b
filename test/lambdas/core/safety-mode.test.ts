import type { Finding, FoundEngine } from '../../../lambdas/core/model.ts';
import type { PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import { sentenceOf } from '../../../lambdas/core/reasons.ts';
import { factsOfEngine, safetyMode } from '../../../lambdas/core/safety-mode.ts';
import { foundPresto, foundTrino } from '../../fakes/cluster-finder.ts';
import { at, codesOf, facts, numbersOf, policyWith } from './builders.ts';
import { commandsOf, type Drive, drive, running, tickAt } from './drive.ts';

type ScaleIn = NonNullable<PolicyInput['scaleIn']>;

const policy = (scaleIn: ScaleIn = {}) => policyWith({ scaleIn: { mode: 'auto', ...scaleIn } });

const modeOf = (engine: FoundEngine, scaleIn: ScaleIn = {}) =>
  safetyMode(policy(scaleIn), factsOfEngine(facts(), engine), { engine });

const fte = { retryPolicy: 'TASK', exchangeManager: true } as const;
const vouched = { vouchedGraceSeconds: 90 };

describe('auto: the safest mode that the cluster shows', () => {
  test.each<[string, FoundEngine, ScaleIn, string, string]>([
    ['PrestoDB with a graceful timeout', foundPresto({ gracefulTimeoutSeconds: 1800 }), {}, 'drained', 'mode-drained'],
    ['PrestoDB with a timeout of 0', foundPresto({ gracefulTimeoutSeconds: 0 }), {}, 'sparing', 'mode-sparing-presto'],
    ['PrestoDB as shipped', foundPresto(), {}, 'sparing', 'mode-sparing-presto'],
    ['PrestoDB as shipped, a grace vouched for', foundPresto(), vouched, 'drained', 'mode-drained-vouched'],
    ['Trino as shipped', foundTrino(), {}, 'sparing', 'mode-sparing-trino'],
    ['Trino, a grace vouched for', foundTrino(), vouched, 'drained', 'mode-drained-vouched'],
    ['Trino that retries tasks', foundTrino(fte), {}, 'retried', 'mode-retried'],
    ['… and a grace vouched for: not even a task is lost', foundTrino(fte), vouched, 'drained', 'mode-drained-vouched'],
    ['… without an exchange manager', foundTrino({ retryPolicy: 'TASK' }), {}, 'sparing', 'mode-sparing-no-exchange'],
    [
      'Trino that retries whole queries',
      foundTrino({ retryPolicy: 'QUERY', exchangeManager: true }),
      {},
      'sparing',
      'mode-sparing-query-retries',
    ],
    [
      'Trino with a graceful timeout, which EMR does not keep',
      foundTrino({ gracefulTimeoutSeconds: 300 }),
      {},
      'sparing',
      'mode-sparing-trino-grace',
    ],
    [
      'Trino with a graceful timeout and task retries',
      foundTrino({ gracefulTimeoutSeconds: 300, ...fte }),
      {},
      'retried',
      'mode-retried',
    ],
    ['PrestoDB with Trino’s settings', foundPresto(fte), {}, 'sparing', 'mode-sparing-presto'],
    ['neither engine', foundPresto({ engine: 'none' }), {}, 'sparing', 'mode-sparing-no-engine'],
    ['a setting nobody understands', foundPresto({ unreadable: ['x'] }), {}, 'sparing', 'mode-sparing-unreadable'],
  ])('%s → as it should be', (_, engine, scaleIn, mode, code) => {
    const decided = modeOf(engine, scaleIn);
    expect([decided.mode, decided.reason.code]).toEqual([mode, code]);
  });

  test('a vouched grace counts over one that was found, and the reason carries it', () => {
    const { reason } = modeOf(foundPresto({ gracefulTimeoutSeconds: 1800 }), vouched);
    expect(reason).toEqual({ code: 'mode-drained-vouched', numbers: { graceSeconds: 90 } });
  });

  test('the sentence about Trino’s graceful timeout says that it is not believed and what to do', () => {
    const { reason } = modeOf(foundTrino({ gracefulTimeoutSeconds: 300 }));
    expect(sentenceOf(reason)).toMatch(/300 s for Trino 479-amzn-2 is not believed.*vouchedGraceSeconds/);
  });

  test('what was passed as known of the engine gives way to what was found', () => {
    const passed = facts({ drainGraceSeconds: 600, retriesTasks: true, reversibleDrain: true });
    expect(factsOfEngine(passed, foundPresto())).toEqual(facts());
  });
});

describe('the owner chooses', () => {
  test.each<[string, FoundEngine, ScaleIn, string, object]>([
    ['drained on Trino without a grace', foundTrino(), { mode: 'drained' }, 'mode-chosen', { found: 'sparing' }],
    ['retried, and tasks are retried', foundTrino(fte), { mode: 'retried' }, 'mode-chosen', { found: 'retried' }],
    ['retried on PrestoDB', foundPresto(), { mode: 'retried' }, 'mode-retried-unfounded', { found: 'sparing' }],
    ['sparing, with a grace', foundPresto(), { mode: 'sparing', ...vouched }, 'mode-chosen', { found: 'drained' }],
  ])('%s → it stands, and the reason says what auto would be', (_, engine, scaleIn, code, numbers) => {
    const decided = modeOf(engine, scaleIn);
    expect(decided.mode).toBe(scaleIn.mode);
    expect(decided.reason).toEqual({ code, numbers: { mode: scaleIn.mode, ...numbers } });
  });

  test('drained on Trino without a grace → nothing shrinks, and the reason tells what to do', () => {
    const ticks = drive({
      units: 40,
      seconds: 1200,
      policy: policy({ mode: 'drained' }),
      sample: running(() => 4),
      found: ({ now, seconds }) => (seconds === 0 ? { kind: 'found', at: now, engine: foundTrino() } : undefined),
    });
    expect(commandsOf(ticks)).toEqual([]);
    const told = tickAt(ticks, 1200).decision.reasons.map(sentenceOf).join('\n');
    expect(told).toContain('no grace is known');
    expect(told).toContain('scaleIn.vouchedGraceSeconds');
  });
});

describe('Trino’s drain is reversible since 468', () => {
  test.each([
    ['467', false],
    ['468', true],
    ['479-amzn-2', true],
    ['476-amzn-0', true],
    ['', false],
    ['next', false],
  ])('version %j → %s', (version, reversible) => {
    expect(factsOfEngine(facts(), foundTrino({ version })).reversibleDrain).toBe(reversible);
  });

  test('PrestoDB with the number 479 → not', () => {
    expect(factsOfEngine(facts(), foundPresto({ version: '479' })).reversibleDrain).toBe(false);
  });
});

/** What is found at some seconds; 40 units of which 10 are wanted. */
const finding = (answers: Readonly<Record<number, FoundEngine | string>>, more: Partial<Drive> = {}) =>
  drive({
    units: 40,
    seconds: 1200,
    policy: policy(),
    sample: (moment) => ({ ...running(() => 10)(moment), oldestRunningSeconds: 10 }),
    found: ({ seconds, now }): Finding | undefined => {
      const answer = answers[seconds];
      if (answer === undefined) return undefined;
      return typeof answer === 'string'
        ? { kind: 'failed', at: now, fault: answer }
        : { kind: 'found', at: now, engine: answer };
    },
    ...more,
  });

describe('from tick to tick', () => {
  test('never asked → sparing, nothing that runs is put at risk, and the reason says that it is unknown', () => {
    const ticks = finding({});
    expect(commandsOf(ticks)).toEqual([]);
    expect(numbersOf(tickAt(ticks, 900).decision, 'mode-sparing-unknown')).toEqual({ why: 'EMR was not asked yet' });
  });

  test('asking was denied → sparing, and the reason says why', () => {
    const ticks = finding({ 0: 'denied' });
    expect(commandsOf(ticks)).toEqual([]);
    expect(numbersOf(tickAt(ticks, 900).decision, 'mode-sparing-unknown')['why']).toContain('denied');
  });

  test('a grace is found once → it is remembered, and the shrink that comes due later is sent', () => {
    const ticks = finding({ 0: foundPresto({ gracefulTimeoutSeconds: 600 }) });
    expect(commandsOf(ticks)).toEqual([[900, 10]]);
    const codes = codesOf(tickAt(ticks, 900).decision);
    expect(codes.indexOf('mode-drained')).toBeLessThan(codes.indexOf('shrink-wanted'));
    expect(codes).toContain('mode-drained');
  });

  test('found, then a failure → what was found still counts', () => {
    const ticks = finding({ 0: foundPresto({ gracefulTimeoutSeconds: 600 }), 600: 'throttled' });
    expect(commandsOf(ticks)).toEqual([[900, 10]]);
  });

  test('the grace disappears → a notice of the change, and sparing from then on', () => {
    const ticks = finding({ 0: foundPresto({ gracefulTimeoutSeconds: 600 }), 600: foundPresto() });
    expect(codesOf(tickAt(ticks, 585).decision)).not.toContain('mode-changed');
    expect(numbersOf(tickAt(ticks, 600).decision, 'mode-changed')).toEqual({ from: 'drained', to: 'sparing' });
    expect(codesOf(tickAt(ticks, 615).decision)).not.toContain('mode-changed');
    expect(commandsOf(ticks)).toEqual([]);
  });

  test('unknown, then found to kill at once → the same mode for another reason, which is told without a shrink too', () => {
    const ticks = finding({ 0: 'denied', 300: foundPresto() }, { sample: running(() => 40), seconds: 330 });
    expect(codesOf(tickAt(ticks, 285).decision)).not.toContain('mode-sparing-unknown');
    expect(codesOf(tickAt(ticks, 300).decision)).toContain('mode-sparing-presto');
    expect(codesOf(tickAt(ticks, 315).decision)).not.toContain('mode-sparing-presto');
  });

  test('the whole cluster is wanted → no tick speaks of the mode', () => {
    const ticks = finding({ 0: foundPresto({ gracefulTimeoutSeconds: 600 }) }, { sample: running(() => 40) });
    expect(ticks.flatMap(({ decision }) => codesOf(decision).filter((code) => code.startsWith('mode-')))).toEqual([]);
  });

  test('not confirmed for a day → unknown again, and nothing that runs is put at risk', () => {
    const ticks = finding(
      { 0: foundPresto({ gracefulTimeoutSeconds: 600 }), [12 * 3600]: 'denied' },
      {
        seconds: 25 * 3600,
        tickSeconds: 60,
        sample: (moment) => ({
          ...running((seconds) => (seconds < 23.9 * 3600 ? 40 : 10))(moment),
          oldestRunningSeconds: 10,
        }),
      },
    );
    expect(commandsOf(ticks)).toEqual([]);
    expect(numbersOf(tickAt(ticks, 24 * 3600).decision, 'mode-changed')).toEqual({ from: 'drained', to: 'sparing' });
    expect(numbersOf(tickAt(ticks, 24.5 * 3600).decision, 'mode-sparing-unknown')['why']).toBe(
      'last read 24 h ago, asking EMR failed: denied',
    );
  });

  test('a pause says nothing of the mode and forgets nothing', () => {
    const paused = policyWith({ mode: 'paused' });
    const ticks = finding(
      { 0: foundPresto({ gracefulTimeoutSeconds: 600 }) },
      { policy: (seconds) => (seconds > 0 ? paused : policy()), seconds: 60 },
    );
    expect(ticks.at(-1)?.memory.found?.at).toBe(at(0));
    expect(ticks.at(-1)?.memory.mode?.mode).toBe('drained');
  });
});
