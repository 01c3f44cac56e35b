/** The figures of a run in a storm. */
import { totalUnits } from '../../lambdas/core/model.ts';
import { LONG_START_SECONDS, type Trial } from './trial.ts';
import { secondsOf, type WatchedRun } from './watched-run.ts';
import { judged, type Shortfall, shortfallOf } from './yardstick.ts';

export interface StormFigures {
  readonly contender: string;
  readonly storm: string;
  readonly shortfall: Shortfall;
  readonly failed: { readonly interruption: number; readonly scaleIn: number; readonly other: number };
  readonly lateShare: number;
  readonly usd: number;
  /** Null where nobody calls. */
  readonly modifyCalls: number | null;
}

const usdOf = ({ result: { bill } }: WatchedRun): number => bill.ec2Usd + bill.emrUsd;

export const figuresOf = ({ contender, storm, run }: Trial): StormFigures => {
  const { failed, lateShare } = run.result.tally.report(run.queries);
  return {
    contender: contender.name,
    storm: storm.name,
    shortfall: shortfallOf(judged(run, LONG_START_SECONDS)),
    failed: { interruption: failed.interruption, scaleIn: failed.scaleIn, other: failed.other + failed.memory },
    lateShare,
    usd: usdOf(run),
    modifyCalls: contender.leftToEmr === true ? null : (run.result.calls['ModifyInstanceFleet'] ?? 0),
  };
};

/** So much of what was asked for has to be ready: the start lag's 95th percentile is of one start, not of the last of many. */
const READY_SHARE = 0.95;

/** How on-demand came and went again; seconds, null: it did not happen within the run. */
export interface FallbackFigures {
  /** From the notice of all spot to the first call that asks for more on-demand. */
  readonly askedSeconds: number | null;
  /** From the notice to 95 % of what that call asked for ready. */
  readonly readySeconds: number | null;
  readonly mostOnDemandUnits: number;
  /** From the return of spot to the first spot instance launched. */
  readonly foundSeconds: number | null;
  /** Calls that lowered on-demand after spot was back: the steps in which the bill fell. */
  readonly steps: number;
  /** From the return of spot to no on-demand in force. */
  readonly overSeconds: number | null;
  /** Dollars an hour: before, at the end of the outage, and one, two and three hours after. */
  readonly usdPerHour: readonly number[];
  /** Workers that were removed with work on them after spot was back. */
  readonly killed: number;
}

const since = (at: number | undefined, from: number): number | null => (at === undefined ? null : at - from);

const usdPerHourAt = (run: WatchedRun, at: number): number =>
  run.moments.findLast(({ atSeconds }) => atSeconds <= at)?.usdPerHour ?? Number.NaN;

/** @param startSeconds when all spot went @param endSeconds when it could be had again */
export const fallbackOf = (run: WatchedRun, startSeconds: number, endSeconds: number): FallbackFigures => {
  const { events } = run.result;
  const calls = run.decisions.flatMap((decision) =>
    decision.command === undefined || decision.before === undefined
      ? []
      : [{ at: secondsOf(decision), before: decision.before, after: decision.command.targets }],
  );
  const asked = calls.find(({ at, before, after }) => at >= startSeconds && after.onDemandUnits > before.onDemandUnits);
  const ready = run.moments.find(
    ({ atSeconds, readyUnits }) =>
      asked !== undefined && atSeconds >= asked.at && readyUnits.onDemand >= READY_SHARE * asked.after.onDemandUnits,
  );
  const found = events.find(
    (event) =>
      event.kind === 'instance' && event.state === 'provisioning' && event.market === 'spot' && event.at >= endSeconds,
  );
  const lowered = calls.filter(
    ({ at, before, after }) => at >= endSeconds && after.onDemandUnits < before.onDemandUnits,
  );
  const over = calls.find(({ at, after }) => at >= endSeconds && after.onDemandUnits === 0 && totalUnits(after) > 0);
  return {
    askedSeconds: since(asked?.at, startSeconds),
    readySeconds: since(ready?.atSeconds, startSeconds),
    mostOnDemandUnits: Math.max(0, ...run.moments.map(({ readyUnits }) => readyUnits.onDemand)),
    foundSeconds: since(found?.at, endSeconds),
    steps: lowered.length,
    overSeconds: since(over?.at, endSeconds),
    usdPerHour: [startSeconds - 1, endSeconds - 1, endSeconds + 3600, endSeconds + 7200, endSeconds + 10_800].map(
      (at) => usdPerHourAt(run, at),
    ),
    killed: events.filter((event) => event.kind === 'terminated' && event.how === 'killed' && event.at >= endSeconds)
      .length,
  };
};
