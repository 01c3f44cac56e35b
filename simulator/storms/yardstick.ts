/**
 * How short of capacity a run was: what the demand of its queries asked for, tick by tick, against what was ready. What was
 * not asked for during as long as a start takes at worst (95 of 100 starts) need not be there yet, so of that time the
 * least counts. A reserve, a probe and what the hold keeps are not demand.
 */
import type { Decision, Terms } from '../../lambdas/core/decision.ts';
import { TICK_SECONDS } from '../run/headless.ts';
import type { Moment } from './track.ts';
import { secondsOf, type WatchedRun } from './watched-run.ts';

/** Units that the queries ask for, at most the maximum; undefined: demand could not be read. */
export const demandUnits = (terms: Terms, maximumUnits: number): number | undefined => {
  const { workUnits, memoryUnits, countsUnits, floorUnits } = terms;
  const known = [workUnits, memoryUnits, countsUnits].filter((units) => units !== undefined);
  if (known.length === 0) return undefined;
  return Math.min(maximumUnits, Math.ceil(Math.max(...known, floorUnits ?? 0) - 1e-9));
};

/** Units that should serve at each tick. */
export const shouldServe = (
  decisions: readonly Decision[],
  maximumUnits: number,
  startSeconds: number,
): readonly number[] => {
  const back = Math.ceil(startSeconds / TICK_SECONDS);
  const asked = decisions.map(({ terms }) => demandUnits(terms, maximumUnits) ?? 0);
  return asked.map((_, index) => Math.min(...asked.slice(Math.max(0, index - back), index + 1)));
};

export interface Shortfall {
  /** Share of the ticks at which less was ready than should be. */
  readonly shareOfTime: number;
  readonly unitHours: number;
}

export const readyOf = ({ readyUnits }: Moment): number => readyUnits.onDemand + readyUnits.spot;

/** A tick, what should have served at it, and what did. */
export interface Judged {
  readonly atSeconds: number;
  readonly shouldUnits: number;
  readonly readyUnits: number;
}

/** Every tick of a run up to the last moment that was looked at. */
export const judged = (run: WatchedRun, startSeconds: number): readonly Judged[] => {
  const should = shouldServe(run.decisions, run.maximumUnits, startSeconds);
  const known = new Map(run.moments.map((moment) => [moment.atSeconds, moment]));
  return run.decisions.flatMap((decision, index) => {
    const moment = known.get(secondsOf(decision));
    if (moment === undefined) return [];
    return [{ atSeconds: moment.atSeconds, shouldUnits: should[index] ?? 0, readyUnits: readyOf(moment) }];
  });
};

export const shortfallOf = (ticks: readonly Judged[]): Shortfall => {
  const missing = ticks.map(({ shouldUnits, readyUnits }) => Math.max(0, shouldUnits - readyUnits));
  const short = missing.filter((units) => units > 0);
  return {
    shareOfTime: ticks.length === 0 ? 0 : short.length / ticks.length,
    unitHours: (short.reduce((sum, units) => sum + units, 0) * TICK_SECONDS) / 3600,
  };
};
