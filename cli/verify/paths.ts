/** The ways through a deployed environment: a marker goes into each, and has to come out. */
import { DynamoMarkers } from '../../lambdas/adapters/dynamo/markers.ts';
import { NO_NETWORK } from '../../lambdas/contract.ts';
import type { EpochSeconds } from '../../lambdas/core/quantities.ts';
import type { Markers, Path } from '../../lambdas/ports/markers.ts';
import type { Io } from '../program/io.ts';
import { spanText } from '../program/text.ts';
import type { Deployed } from '../target/deployed.ts';
import type { Target } from '../target/target.ts';
import { type Check, well, wrong } from './check.ts';
import { type SendFault, sendEvent, setOffAlarm } from './send-markers.ts';

/** It is called every minute; one call may be late. */
const DISPATCH_SECONDS = 120;
const LOOK_MILLISECONDS = 1000;

/** What is common to all ways. */
interface Trial {
  readonly markers: Pick<Markers, 'last'>;
  readonly marker: string;
  readonly timeoutSeconds: number;
  readonly io: Io;
}

/** Seconds until the marker came out; undefined: it did not in time. */
const waited = async ({ markers, marker, timeoutSeconds, io }: Trial, path: Path): Promise<number | undefined> => {
  const began = io.clock.now();
  for (;;) {
    const now = io.clock.now();
    if ((await markers.last(path, now))?.marker === marker) return now - began;
    if (now - began >= timeoutSeconds) return undefined;
    await io.pause(LOOK_MILLISECONDS);
  }
};

interface Way {
  readonly path: Path;
  readonly what: string;
  readonly remedy: string;
}

const cameOut = async (trial: Trial, { path, what, remedy }: Way, fault: SendFault): Promise<Check> => {
  if (fault !== undefined)
    return wrong(
      path,
      what,
      `the marker could not be sent: ${fault}`,
      'Let yourself do that (docs/cli.md lists the permissions).',
    );
  const seconds = await waited(trial, path);
  return seconds === undefined
    ? wrong(path, what, `no marker came out within ${spanText(trial.timeoutSeconds)}`, remedy)
    : well(path, what, `the marker came out after ${spanText(seconds)}`);
};

const ROUTE: Way = {
  path: 'route',
  what: 'An event on the default bus reaches route',
  remedy: 'Look at the rule for requests in EventBridge, and at errors and log of the function route.',
};

const ALARM: Way = {
  path: 'alarm',
  what: 'An alarm that goes off reaches route',
  remedy: 'Look at the rule for alarms in EventBridge, and at errors and log of the function route.',
};

const tickWay = (network: string): Way => {
  const where = network === NO_NETWORK ? 'outside any network' : `in network ${network}`;
  const inside =
    network === NO_NETWORK
      ? ''
      : ' In a network it has to reach DynamoDB: are NAT or endpoints, route tables and security group right?';
  return {
    path: `tick:${network}`,
    what: `A wake-up reaches reconcile ${where}`,
    remedy: `Look at errors and log of its reconcile, and at the age of the messages in its tick queue.${inside}`,
  };
};

const dispatchCheck = async (markers: Pick<Markers, 'last'>, now: EpochSeconds): Promise<Check> => {
  const what = 'The schedule calls dispatch';
  const sign = await markers.last('dispatch', now);
  const remedy = 'Is the schedule enabled? Look at errors and log of the function dispatch.';
  if (sign === undefined) return wrong('dispatch', what, 'no call within the last day came to its end', remedy);
  const age = Math.max(0, now - sign.at);
  const seen = `the last call came to its end ${spanText(age)} ago`;
  return age < DISPATCH_SECONDS ? well('dispatch', what, seen) : wrong('dispatch', what, seen, remedy);
};

/** Right after a deploy the first minute has not come yet. */
const firstDispatch = async (trial: Trial): Promise<Check> => {
  const began = trial.io.clock.now();
  for (;;) {
    const check = await dispatchCheck(trial.markers, trial.io.clock.now());
    if (check.ok || trial.io.clock.now() - began >= trial.timeoutSeconds) return check;
    await trial.io.pause(LOOK_MILLISECONDS);
  }
};

/** A tick's marker is sent on by route: where nothing came out there, the queue and its function have not been tried. */
const afterRoute = (route: Check, ticks: readonly Check[]): readonly Check[] =>
  ticks.map((tick) =>
    route.ok || tick.ok
      ? tick
      : wrong(
          tick.id,
          tick.what,
          'its marker goes through route, where none came out',
          'Repair route, and verify again.',
        ),
  );

/** Tries every way at once; takes as long as the slowest, at most the given time and a few seconds. */
export const pathChecks = async (
  target: Target,
  deployed: Deployed,
  timeoutSeconds: number,
  io: Io,
): Promise<readonly Check[]> => {
  const marker = `verify-${io.newId()}`;
  const trial: Trial = { markers: new DynamoMarkers(target.table), marker, timeoutSeconds, io };
  const networks = Object.keys(deployed.queues).toSorted((first, second) => first.localeCompare(second));
  const [event, alarm] = await Promise.all([sendEvent(deployed, marker), setOffAlarm(deployed, marker)]);
  const [dispatch, route, alarms, ...ticks] = await Promise.all([
    firstDispatch(trial),
    cameOut(trial, ROUTE, event),
    cameOut(trial, ALARM, alarm),
    ...networks.map((network) => cameOut(trial, tickWay(network), event)),
  ]);
  return [dispatch, route, ...afterRoute(route, ticks), alarms];
};
