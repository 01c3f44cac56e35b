/**
 * The composition root of the exporter: the only file of exporters/ that knows adapters.
 *
 * What the process may do in AWS, and needs only where it is told to: to push, `dynamodb:UpdateItem` on the table for the
 * partition key `CLUSTER#<cluster>` (`dynamodb:LeadingKeys`) and the attributes of a sample's item beside the keys
 * (`dynamodb:Attributes`; see SAMPLE_ITEM in lambdas/contract.ts), and `sqs:SendMessage` on the tick queue; to tell the
 * autoscaler's state, `dynamodb:Query` on the same partition key.
 */

import { DynamoAutoscalerState } from '../lambdas/adapters/dynamo/autoscaler-state.ts';
import { tableClient } from '../lambdas/adapters/dynamo/client.ts';
import { DynamoInbox } from '../lambdas/adapters/dynamo/inbox.ts';
import { queueClient } from '../lambdas/adapters/sqs/client.ts';
import { SqsWakeUps } from '../lambdas/adapters/sqs/wake-ups.ts';
import { type EpochSeconds, epochSeconds } from '../lambdas/core/quantities.ts';
import { AutoscalerCollector } from './autoscaler/autoscaler-collector.ts';
import { connectEngine } from './engine/connect.ts';
import { Exporter } from './exporter.ts';
import { faultTeller } from './faults.ts';
import { HistoryCollector } from './history/history-collector.ts';
import type { MainOptions, PushPlace, TablePlace } from './options.ts';
import { Push } from './push.ts';
import { every } from './repeat.ts';
import { serve } from './server.ts';

/** How often the autoscaler's state is read: as often as it ticks. */
const AUTOSCALER_SECONDS = 15;
/** What is under way gets so long to end; what matters of it is written within three. */
const STOP_MILLISECONDS = 5000;

type Teller = ReturnType<typeof faultTeller>;

export interface RunningExporter {
  /** Where it listens, such as `http://127.0.0.1:9495`. */
  readonly url: string;
  /** Ends everything, within seconds. */
  stop(): Promise<void>;
}

/** A part of the process with its end. */
interface Part<Value> {
  readonly value: Value;
  end(): void;
}

const now = (): EpochSeconds => epochSeconds(Date.now() / 1000);

const pushTo = ({ table, queueUrl, cluster, region }: PushPlace, fault: Teller): Part<Push> => {
  const client = tableClient({ region });
  const queue = queueClient({ region });
  const inbox = new DynamoInbox({ client, name: table });
  const wakeUps = new SqsWakeUps(queue, { queueUrl, clock: { now } });
  const targets = {
    putSample: (sample: Parameters<DynamoInbox['putSample']>[1]) => inbox.putSample(cluster, sample),
    wake: () => wakeUps.send([{ cluster, slot: now() }]),
  };
  const end = (): void => {
    client.destroy();
    queue.destroy();
  };
  return { value: new Push(targets, (error) => fault('push', error)), end };
};

const watch = ({ table, cluster, region }: TablePlace, fault: Teller): Part<AutoscalerCollector> => {
  const client = tableClient({ region });
  const state = new DynamoAutoscalerState({ client, name: table }, cluster);
  const value = new AutoscalerCollector({ state, now, onFault: (error) => fault('autoscaler', error) });
  return { value, end: () => client.destroy() };
};

const historyOf = ({ history, coordinator, access }: MainOptions, fault: Teller): HistoryCollector | undefined =>
  history &&
  new HistoryCollector({
    coordinator,
    access,
    now,
    everySeconds: history.everySeconds,
    onFault: ({ state, error }) => fault(`history ${state}`, error),
  });

const inTime = async (work: Promise<unknown>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise((resolve) => {
    timer = setTimeout(resolve, STOP_MILLISECONDS);
  });
  await Promise.race([work, over]);
  clearTimeout(timer);
};

/** What people are told at the start: what is read, and what goes where. */
const linesOf = ({ coordinator, everySeconds, push, autoscaler }: MainOptions, url: string): readonly string[] => [
  `reading ${new URL(coordinator).origin} every ${everySeconds} s, ${url}/metrics`,
  ...(push ? [`pushing to table ${push.table} and waking cluster ${push.cluster} by ${push.queueUrl}`] : []),
  ...(autoscaler ? [`reading the autoscaler’s state of cluster ${autoscaler.cluster} in ${autoscaler.table}`] : []),
];

/**
 * Starts everything that the options ask for.
 * @param tell gets a line for people at the start, and for every fault that is new
 * @throws if the address to listen on cannot be had
 */
export const startExporter = async (options: MainOptions, tell: (line: string) => void): Promise<RunningExporter> => {
  const { coordinator, access, timeoutSeconds, requiredWorkers, everySeconds } = options;
  const fault = faultTeller(tell, now);
  const push = options.push && pushTo(options.push, fault);
  const watched = options.autoscaler && watch(options.autoscaler, fault);
  const history = historyOf(options, fault);
  const exporter = new Exporter({
    reader: connectEngine({ coordinator, access, now, timeoutMilliseconds: timeoutSeconds * 1000 }),
    now,
    requiredWorkers,
    onFault: ({ source, error }) => fault(source, error),
    ...(push === undefined ? {} : { push: push.value }),
    ...(history === undefined ? {} : { history }),
    ...(watched === undefined ? {} : { also: [(at: EpochSeconds) => watched.value.families(at)] }),
  });
  const server = await serve(exporter, options);
  for (const line of linesOf(options, server.url)) tell(line);
  const repeat = (seconds: number, work: () => Promise<unknown>) => every(seconds, work, (e) => fault('exporter', e));
  const ends = [
    repeat(everySeconds, () => exporter.collect()),
    ...(watched ? [repeat(AUTOSCALER_SECONDS, () => watched.value.collect())] : []),
  ];
  const stop = async (): Promise<void> => {
    await inTime(Promise.all([server.close(), ...ends.map((end) => end())]));
    push?.end();
    watched?.end();
  };
  return { url: server.url, stop };
};
