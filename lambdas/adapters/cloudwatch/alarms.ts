/**
 * States of alarms by `DescribeAlarms`, metric and composite ones alike, whatever sets their state.
 *
 * Needs `cloudwatch:DescribeAlarms` on all alarms (`*`): with any narrower resource CloudWatch tells no composite alarm
 * (API reference, DescribeAlarms). Quota 9 calls a second; this is one a minute for every hundred names.
 */
import {
  type AlarmType,
  type CloudWatchClient,
  DescribeAlarmsCommand,
  type DescribeAlarmsCommandOutput,
} from '@aws-sdk/client-cloudwatch';
import type { AlarmObservation } from '../../core/model.ts';
import { epochSeconds } from '../../core/quantities.ts';
import type { AlarmReader } from '../../ports/alarms.ts';
import { awsErrorLine, plainCause } from '../aws-errors.ts';

/** Names in one call, and alarms in one answer. */
const MOST_NAMES = 100;
/** Without this composite alarms are left out of the answer. */
const BOTH_TYPES: readonly AlarmType[] = ['MetricAlarm', 'CompositeAlarm'];
/** Of one call with its attempts. */
const CALL_MILLISECONDS = 4000;

const STATES: ReadonlySet<unknown> = new Set(['OK', 'ALARM', 'INSUFFICIENT_DATA']);

/** What metric and composite alarms have in common. */
interface DescribedAlarm {
  readonly AlarmName?: string | undefined;
  readonly StateValue?: string | undefined;
  readonly StateTransitionedTimestamp?: Date | undefined;
  readonly StateUpdatedTimestamp?: Date | undefined;
}

/**
 * `StateTransitionedTimestamp` is when the state became what it is; `StateUpdatedTimestamp` moves with every new reason
 * too, and stands in only where the first is not told. An alarm without either is as good as unread.
 */
const observationOf = (alarm: DescribedAlarm): readonly AlarmObservation[] => {
  const { AlarmName: name, StateValue: state } = alarm;
  const since = alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp;
  if (name === undefined || !STATES.has(state) || since === undefined) return [];
  return [{ name, state: state as AlarmObservation['state'], since: epochSeconds(since.getTime() / 1000) }];
};

const batchesOf = (names: readonly string[]): string[][] => {
  const distinct = [...new Set(names)];
  return Array.from({ length: Math.ceil(distinct.length / MOST_NAMES) }, (_, index) =>
    distinct.slice(index * MOST_NAMES, (index + 1) * MOST_NAMES),
  );
};

/** {@link AlarmReader} over CloudWatch, for the alarms of one account and region. */
export class CloudWatchAlarms implements AlarmReader {
  readonly #client: CloudWatchClient;
  readonly #callMilliseconds: number;

  /** @param callMilliseconds longest time of one call with its attempts; default 4,000 */
  constructor(client: CloudWatchClient, callMilliseconds = CALL_MILLISECONDS) {
    this.#client = client;
    this.#callMilliseconds = callMilliseconds;
  }

  /**
   * One call for a hundred names, one after another.
   * @throws Error that says how many alarms could not be read, and what CloudWatch or the network said
   */
  async read(names: readonly string[]): Promise<readonly AlarmObservation[]> {
    const found: AlarmObservation[] = [];
    for (const batch of batchesOf(names)) found.push(...(await this.#readBatch(batch)));
    return found;
  }

  async #readBatch(names: readonly string[]): Promise<readonly AlarmObservation[]> {
    const found: AlarmObservation[] = [];
    let from: string | undefined;
    do {
      const answer = await this.#call(names, from);
      found.push(...[...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])].flatMap(observationOf));
      from = answer.NextToken;
    } while (from !== undefined);
    return found;
  }

  async #call(names: readonly string[], from: string | undefined): Promise<DescribeAlarmsCommandOutput> {
    const command = new DescribeAlarmsCommand({
      AlarmNames: [...names],
      AlarmTypes: [...BOTH_TYPES],
      MaxRecords: MOST_NAMES,
      ...(from === undefined ? {} : { NextToken: from }),
    });
    try {
      return await this.#client.send(command, { abortSignal: AbortSignal.timeout(this.#callMilliseconds) });
    } catch (error) {
      const said = `reading the states of ${names.length} alarms (${names[0]}${names.length > 1 ? ', …' : ''}): ${awsErrorLine(error)}`;
      throw new Error(said, { cause: plainCause(error) });
    }
  }
}
