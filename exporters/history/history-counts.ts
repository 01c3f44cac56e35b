/** What has been counted of ended queries since the first reading. */
import { CappedSeries } from './capped-series.ts';
import { CAUSES, type Cause } from './causes.ts';
import type { EndedQuery } from './ended-query.ts';
import { MissedQueries } from './missed.ts';
import { SecondsHistogram } from './seconds-histogram.ts';

/** Groups, users and sources that are told one by one, each kind by itself. */
export const MOST_SERIES = 50;

/** 60 s is when a query that waited counts as late. */
const WAIT_BOUNDS = [0.1, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_800];
const RUN_BOUNDS = [0.1, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 14_400];

export class HistoryCounts {
  readonly group = new CappedSeries(MOST_SERIES);
  readonly user = new CappedSeries(MOST_SERIES);
  readonly source = new CappedSeries(MOST_SERIES);
  readonly wait = new SecondsHistogram(WAIT_BOUNDS);
  readonly run = new SecondsHistogram(RUN_BOUNDS);
  readonly missed = new MissedQueries();
  /** Every cause, from the start. */
  readonly failed = new Map<Cause, number>(CAUSES.map((cause) => [cause, 0]));
  finished = 0;
  cpuSeconds = 0;
  /** Counted, but not everywhere: a time was missing. */
  incomplete = 0;

  /** Gives a query that is not counted its series, so that the next ones of the same names are seen as a rise from zero. */
  announce(query: EndedQuery): void {
    this.group.announce(query.group);
    this.user.announce(query.user);
    this.source.announce(query.source);
  }

  add(query: EndedQuery): void {
    const { cpuSeconds = 0, waitSeconds, runSeconds, cause } = query;
    const hasFailed = query.state === 'FAILED';
    if (hasFailed) this.failed.set(cause, (this.failed.get(cause) ?? 0) + 1);
    else this.finished += 1;
    this.cpuSeconds += cpuSeconds;
    const more = { finished: hasFailed ? 0 : 1, failed: hasFailed ? 1 : 0, cpuSeconds };
    this.group.add(query.group, more);
    this.user.add(query.user, more);
    this.source.add(query.source, more);
    if (waitSeconds !== undefined) this.wait.add(waitSeconds);
    if (runSeconds !== undefined) this.run.add(runSeconds);
    if (waitSeconds === undefined || query.cpuSeconds === undefined) this.incomplete += 1;
    this.missed.count();
  }
}
