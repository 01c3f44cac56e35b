/** What comes from outside into a cluster's partition: sample, holds, losses, alarms, and the outcome of a call. */
import { SAMPLE_ITEM, SORT, TABLE } from '../../contract.ts';
import type { AlarmObservation, CapacityLoss, Hold, WorkloadSample } from '../../core/model.ts';
import { type EpochSeconds, epochSeconds } from '../../core/quantities.ts';
import type { CallOutcome } from '../../ports/cluster-store.ts';
import { isFields, isNumber, parsed } from './codec.ts';
import type { Item } from './table.ts';

/** Losses are looked at for ten minutes; half as much again bears late events and clocks that differ. */
const LOSS_KEPT_SECONDS = 900;
/** Recommendations are looked at for half an hour. */
const RECOMMENDATION_KEPT_SECONDS = 1800;
/** Dispatch reads every alarm each minute: what nobody has seen for so long was deleted, or dispatch stands still. */
const ALARM_KEPT_SECONDS = 300;
/** Alarms have any name, and their attributes stand beside the keys. */
const ALARM_PREFIX = 'alarm:';

const isText = (value: unknown): value is string => typeof value === 'string';

/** DynamoDB expires by whole seconds. */
const expiry = (at: number) => ({ [TABLE.expires]: Math.ceil(at) });

export const holdItem = (hold: Hold): Item => ({ hold: JSON.stringify(hold), ...expiry(hold.until) });

const isHold = (value: unknown): value is Hold =>
  isFields(value) &&
  [value['key'], value['owner'], value['reason']].every(isText) &&
  (value['kind'] === 'total' || value['kind'] === 'extra') &&
  isNumber(value['units']) &&
  isNumber(value['until']);

/** Until when a loss, or a recommendation, is kept. */
const lossUntil = ({ kind, at }: CapacityLoss): number =>
  at + (kind === 'rebalance' ? RECOMMENDATION_KEPT_SECONDS : LOSS_KEPT_SECONDS);

export const lossItem = (loss: CapacityLoss): Item => ({
  loss: JSON.stringify(loss),
  kind: loss.kind ?? 'interruption',
  ...expiry(lossUntil(loss)),
});

/** What is known of an instance stands; but an interruption replaces a recommendation, and so does one after its time. */
export const lossCondition = ({ kind, at }: CapacityLoss) => ({
  ConditionExpression:
    kind === 'rebalance'
      ? 'attribute_not_exists(#loss) OR (#kind = :hint AND #expires <= :at)'
      : 'attribute_not_exists(#loss) OR #kind = :hint',
  ExpressionAttributeNames: {
    '#loss': 'loss',
    '#kind': 'kind',
    ...(kind === 'rebalance' ? { '#expires': TABLE.expires } : {}),
  },
  ExpressionAttributeValues: { ':hint': 'rebalance', ...(kind === 'rebalance' ? { ':at': Math.floor(at) } : {}) },
});

const isLoss = (value: unknown): value is CapacityLoss =>
  isFields(value) &&
  isText(value['id']) &&
  isNumber(value['at']) &&
  isNumber(value['units']) &&
  (value['kind'] === undefined || value['kind'] === 'rebalance');

/** Name of the attribute that an alarm has in the ALARMS item. */
export const alarmAttribute = (name: string): string => `${ALARM_PREFIX}${name}`;

export const alarmValue = ({ state, since }: AlarmObservation, now: EpochSeconds) => ({ state, since, seenAt: now });

const STATES: ReadonlySet<unknown> = new Set<AlarmObservation['state']>(['OK', 'ALARM', 'INSUFFICIENT_DATA']);

const isAlarm = (value: unknown): value is Omit<AlarmObservation, 'name'> & { readonly seenAt: number } =>
  isFields(value) && STATES.has(value['state']) && isNumber(value['since']) && isNumber(value['seenAt']);

export const outcomeItem = ({ fence, outcome }: CallOutcome): Item => ({ fence, outcome });

/** Everything from outside, unexpired. */
export interface Arrived {
  readonly outcome?: CallOutcome;
  readonly sample?: WorkloadSample;
  readonly holds: readonly Hold[];
  readonly alarms: readonly AlarmObservation[];
  readonly losses: readonly CapacityLoss[];
  /** What cannot be read and is left out, one sentence each. */
  readonly notices: readonly string[];
}

const readSample = (item: Item | undefined): WorkloadSample | undefined => {
  const sample = parsed(item?.[SAMPLE_ITEM.sample]);
  return isFields(sample) && isNumber(sample['takenAt']) ? (sample as unknown as WorkloadSample) : undefined;
};

const readOutcome = (item: Item | undefined): CallOutcome | undefined => {
  const { fence, outcome } = item ?? {};
  return isNumber(fence) && (outcome === 'accepted' || outcome === 'failed') ? { fence, outcome } : undefined;
};

const readAlarms = (item: Item | undefined, now: EpochSeconds): AlarmObservation[] =>
  Object.entries(item ?? {}).flatMap(([attribute, value]) => {
    if (!attribute.startsWith(ALARM_PREFIX) || !isAlarm(value) || value.seenAt + ALARM_KEPT_SECONDS <= now) return [];
    return [{ name: attribute.slice(ALARM_PREFIX.length), state: value.state, since: epochSeconds(value.since) }];
  });

/** Items whose sort keys begin alike, each with one value as JSON. */
const readList = <Value>(
  items: ReadonlyMap<string, Item>,
  prefix: string,
  attribute: string,
  is: (value: unknown) => value is Value,
): { readonly values: Value[]; readonly notices: string[] } => {
  const found = [...items].filter(([sort]) => sort.startsWith(prefix));
  const read = found.map(([sort, item]) => ({ sort, value: parsed(item[attribute]) }));
  return {
    values: read.map(({ value }) => value).filter(is),
    notices: read
      .filter(({ value }) => !is(value))
      .map(({ sort }) => `the item ${sort} cannot be read and is left out: write it again or delete it`),
  };
};

/** Reads all of a cluster's items that come from outside. Expiry is checked here: DynamoDB deletes up to two days late. */
export const readArrived = (items: ReadonlyMap<string, Item>, now: EpochSeconds): Arrived => {
  const holds = readList(items, SORT.hold(''), 'hold', isHold);
  const losses = readList(items, SORT.loss(''), 'loss', isLoss);
  const sampleItem = items.get(SORT.sample);
  const sample = readSample(sampleItem);
  const outcome = readOutcome(items.get(SORT.outcome));
  const unread = sampleItem !== undefined && sample === undefined ? ['the pushed sample cannot be read'] : [];
  return {
    ...(outcome === undefined ? {} : { outcome }),
    ...(sample === undefined ? {} : { sample }),
    holds: holds.values.filter((hold) => hold.until > now),
    alarms: readAlarms(items.get(SORT.alarms), now),
    losses: losses.values.filter((loss) => lossUntil(loss) > now).toSorted((first, second) => first.at - second.at),
    notices: [...unread, ...holds.notices, ...losses.notices],
  };
};
