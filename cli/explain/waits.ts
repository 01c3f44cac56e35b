/** What a cluster waits for next, told from the reasons of a decision. */
import type { UnitsAt } from '../../lambdas/core/decision.ts';
import { LOSS_WINDOW_SECONDS, lastLossAt } from '../../lambdas/core/losses.ts';
import type { Memory } from '../../lambdas/core/memory.ts';
import type { Reason, ReasonCode } from '../../lambdas/core/reasons.ts';
import type { FullRecord } from '../../lambdas/core/record.ts';
import { shown, spanText } from '../program/text.ts';

/** One thing that is waited for. */
export interface Wait {
  readonly code: ReasonCode | 'arriving' | 'next-tick';
  readonly sentence: string;
  /** When it will be over, epoch seconds; null: nobody can know. */
  readonly at: number | null;
}

/** What is known at the decision. */
export interface Known {
  readonly cluster: string;
  readonly record: FullRecord;
  /** What was remembered after it, where that is still known; else before it. */
  readonly memory: Memory;
  readonly reason: Reason;
}

type Said = { readonly sentence: string; readonly at?: number | undefined };

const number = ({ numbers }: Reason, name: string): number => Number(numbers[name] ?? 0);

const DAY = 86_400;

/** The falling maxima tell when the largest leaves the hold, and what is left then. */
const whenHoldEnds = (wanted: readonly UnitsAt[], holdSeconds: number): Said => {
  const [largest, next] = wanted;
  if (largest === undefined) return { sentence: 'The hold has to pass without more being wanted.' };
  const left = next === undefined ? 'less' : `${shown(next[1])} units`;
  return {
    at: largest[0] + holdSeconds,
    sentence: `More was wanted within the hold. When that has passed, the most is ${left}, if no more is wanted meanwhile.`,
  };
};

const afterLoss = ({ record }: Known): Said => {
  const last = lastLossAt(record.observation.losses);
  const at = last === undefined ? undefined : last + LOSS_WINDOW_SECONDS;
  return { at, sentence: 'Ten minutes have to pass after the last loss of spot capacity.' };
};

const inFlight = ({ record, reason }: Known): Said => {
  const limit = record.policy.markets.fallbackAfterSeconds;
  return {
    at: record.now - number(reason, 'sinceSeconds') + limit,
    sentence: 'The resize that runs has to end; after so long a growth is sent all the same.',
  };
};

const deficit = ({ record, reason }: Known): Said => {
  const at = record.now - number(reason, 'sinceSeconds') + record.policy.markets.fallbackAfterSeconds;
  return at > record.now
    ? { at, sentence: 'Spot has so long to come; then on-demand stands in for it, under its cap.' }
    : { sentence: 'Spot has to come back; on-demand stands in for it, under its cap.' };
};

const probe = ({ memory: { spot } }: Known): Said => ({
  at: spot?.nextProbeAt,
  sentence: 'A probe of spot has to succeed; then on-demand is given back.',
});

const freshSample = (): Said => ({ sentence: 'A fresh and whole sample has to come (docs/samples.md).' });

const until =
  (seconds: (known: Known) => number, sentence: string) =>
  (known: Known): Said => ({
    at: known.record.now + seconds(known),
    sentence,
  });

const plain = (sentence: string) => (): Said => ({ sentence });

const WAITS: Partial<Readonly<Record<ReasonCode, (known: Known) => Said>>> = {
  'signal-missing': freshSample,
  'signal-stale': freshSample,
  'signal-contradictory': freshSample,
  'signal-partial': freshSample,
  'concurrency-limit': plain('More workers would not help; a higher concurrency limit of the engine would.'),
  'group-limit': plain('More workers would not help; a higher limit of the resource group would.'),
  'floor-hold': ({ reason }) => ({
    at: number(reason, 'until'),
    sentence: `Hold ${reason.numbers['key']} has to end or be released.`,
  }),
  'floor-hold-extra': ({ reason }) => ({
    at: number(reason, 'until'),
    sentence: `Hold ${reason.numbers['key']} has to end or be released.`,
  }),
  'floor-schedule': ({ reason }) => ({ sentence: `The window of schedule ${reason.numbers['name']} has to end.` }),
  'floor-required-workers': plain('The queries that require so many workers have to start.'),
  'alarm-unknown': ({ reason }) => ({ sentence: `Alarm ${reason.numbers['name']} has to have data again.` }),
  'ceiling-maximum': plain('The policy’s maximum would have to be higher (capacity.maximumUnits).'),
  'ceiling-budget-hour': plain('The budget would have to be higher (budget.usdPerHour).'),
  'ceiling-budget-day': ({ record }) => {
    const at = (Math.floor(record.now / DAY) + 1) * DAY;
    return { at, sentence: 'The day of the budget ends at midnight UTC.' };
  },
  'budget-price-unknown': plain('The price of a unit has to be told (usdPerUnitHour in the environment file).'),
  'shrink-held': ({ memory, reason }) => whenHoldEnds(memory.wanted, number(reason, 'holdSeconds')),
  'shrink-unproven': until(
    ({ reason }) => number(reason, 'holdSeconds') - number(reason, 'knownSeconds'),
    'Demand has to be watched for a whole hold.',
  ),
  'shrink-too-small': plain('Less has to be wanted, so that a shrink is worth a resize.'),
  'shrink-old-query': plain('The oldest query has to end.'),
  'shrink-no-grace': plain('Its owner has to make a shrink safe (docs/safety-modes.md).'),
  'shrink-just-idle': plain('The engine has to run nothing for a minute.'),
  'shrink-not-idle': plain('Fewer queries have to run, or more may be lost (scaleIn.lostQueriesPerDay).'),
  'shrink-after-loss': afterLoss,
  'spot-deficit': deficit,
  'fallback-on-demand': probe,
  'fallback-capped': probe,
  'fallback-return-waits': plain('The spot that came back has to serve, and a shrink has to be allowed.'),
  'fallback-probe-failed': until(({ reason }) => number(reason, 'waitSeconds'), 'Spot is asked for again then.'),
  'growth-awaits-fallback': until(
    ({ reason }) => number(reason, 'leftSeconds'),
    'On-demand stands in then, and the growth goes out with it.',
  ),
  'fallback-no-room': plain('Less has to be wanted than the maximum, or removing a worker has to be safe.'),
  'on-demand-short': plain('EMR has to find the missing on-demand capacity.'),
  'grow-too-small': plain('More has to be wanted, so that a growth is worth a resize.'),
  'resize-in-flight': inFlight,
  'fleet-not-ready': plain('The fleet has to be RUNNING.'),
  'fleet-suspended': plain('The fleet has to leave SUSPENDED.'),
  'managed-scaling-attached': plain('EMR’s managed scaling has to be taken off the cluster.'),
  'fleet-gave-up': plain('EMR has to find the missing capacity.'),
  'fleet-unread': plain('EMR has to answer ListInstanceFleets.'),
  'foreign-target': until(({ reason }) => number(reason, 'leftSeconds'), 'Somebody else’s target stands until then.'),
  zombies: plain('EMR or somebody has to end the workers that the engine does not see.'),
  shadow: ({ cluster }) => ({ sentence: `Nothing is sent until somebody calls: prestoscale resume ${cluster}.` }),
  paused: ({ cluster }) => ({ sentence: `Nothing is decided until somebody calls: prestoscale resume ${cluster}.` }),
};

const unitsIn = (cores: number | undefined, coresPerUnit: number): number => (cores ?? 0) / coresPerUnit;

/** Capacity on its way is what is waited for, whatever the reasons say. */
const arriving = ({ policy, decision, now }: FullRecord): readonly Wait[] => {
  const { targets, terms } = decision;
  if (targets === undefined || terms.readyCores === undefined || policy.mode !== 'act') return [];
  const { coresPerUnit, alwaysOnCores } = policy.capacity;
  const missing = targets.onDemandUnits + targets.spotUnits - unitsIn(terms.readyCores - alwaysOnCores, coresPerUnit);
  if (missing < 1) return [];
  const lag = terms.lagSeconds;
  const usual = lag === undefined ? '' : `; usually it takes ${spanText(lag)} from the request on`;
  const at = decision.command === undefined || lag === undefined ? null : now + lag;
  return [{ code: 'arriving', sentence: `${shown(missing)} units have to arrive${usual}.`, at }];
};

/**
 * Everything that is waited for; the next tick where there is nothing else.
 * @param memory after the decision if it is known, else before it
 */
export const waitsOf = (cluster: string, record: FullRecord, memory: Memory): readonly Wait[] => {
  const told = record.decision.reasons.flatMap((reason): Wait[] => {
    const said = WAITS[reason.code]?.({ cluster, record, memory, reason });
    return said === undefined ? [] : [{ code: reason.code, sentence: said.sentence, at: said.at ?? null }];
  });
  const all = [...arriving(record), ...told];
  const distinct = all.filter(({ sentence }, index) => all.findIndex((one) => one.sentence === sentence) === index);
  if (distinct.length > 0) return distinct;
  return [{ code: 'next-tick', sentence: 'Demand has to change: every tick looks anew.', at: null }];
};
