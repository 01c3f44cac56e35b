/** What an account has used so far, as plain numbers; and what one has used more than another. */
import { type Account, FUNCTIONS } from './account.ts';
import type { TableMeter } from './memory-table.ts';

/** Pollers that Lambda keeps on a quiet queue whose concurrency is limited, and how long each waits for a message. */
const POLLERS = 5;
const LONG_POLL_SECONDS = 20;

/** Counts by a name that tells what is counted. */
export type Usage = Readonly<Record<string, number>>;

const ofMeter = (user: string, { calls, readUnits, writeUnits }: TableMeter): Record<string, number> => ({
  [`table.${user}.calls`]: Object.values(calls).reduce((sum, count) => sum + count, 0),
  [`table.${user}.readUnits`]: readUnits,
  [`table.${user}.writeUnits`]: writeUnits,
});

const metricsOf = (account: Account) => {
  const all = new Set(Object.values(account.logs).flatMap(({ metrics }) => [...metrics]));
  const ofCluster = [...all].filter((metric) => metric.includes('Cluster=')).length;
  return { 'metrics.ofEnvironment': all.size - ofCluster, 'metrics.ofCluster': ofCluster };
};

/** A message is received and deleted by calls of their own; a queue that is quiet is asked all the same. */
const queueUse = ({ queue, seconds }: Account) => {
  const { sendCalls, delivered, messages } = queue.use;
  const sends = Object.entries(sendCalls).map(([sender, calls]) => [`queue.sendCalls.${sender}`, calls] as const);
  return {
    ...Object.fromEntries(sends),
    'queue.messages': messages,
    'queue.receives': delivered,
    'queue.deletes': delivered,
    'queue.emptyReceives': Math.round((POLLERS * seconds) / LONG_POLL_SECONDS),
  };
};

export const usageOf = (account: Account): Usage => {
  const functions = FUNCTIONS.map((name) => {
    const { invocations, billedMilliseconds } = account[name].use;
    const { lines, bytes } = account.logs[name];
    return {
      [`function.${name}.invocations`]: invocations,
      [`function.${name}.milliseconds`]: billedMilliseconds,
      [`log.${name}.lines`]: lines,
      [`log.${name}.bytes`]: bytes,
    };
  });
  const emr = Object.entries(account.emr.calls).map(([operation, calls]) => [`emr.${operation}`, calls] as const);
  const meters = Object.entries(account.meters).map(([user, meter]) => ofMeter(user, meter));
  return {
    seconds: account.seconds,
    schedule: account.calls.schedule,
    events: Object.values(account.events).reduce((sum, count) => sum + count, 0),
    ...Object.assign({}, ...functions, ...meters),
    ...queueUse(account),
    ...metricsOf(account),
    ...Object.fromEntries(emr),
    'table.storedBytes': account.memory.storedBytes(),
  };
};

/** What the first has used more than the second; a count that one of them has not is 0 there. */
export const usedMore = (first: Usage, second: Usage): Usage =>
  Object.fromEntries(
    [...new Set([...Object.keys(first), ...Object.keys(second)])].map((name) => [
      name,
      (first[name] ?? 0) - (second[name] ?? 0),
    ]),
  );
