/** What a reserve is worth: of the losses of pools, how many left enough, and what it cost. */
import type { WatchedRun } from './watched-run.ts';
import { type Judged, judged } from './yardstick.ts';

/** From the first notice until everything that goes is gone: notices of one loss come within three minutes. */
const LOSS_SECONDS = 300;
/** What is asked for in a loss came of it in part: what counts is what was asked for just before. */
const BEFORE_SECONDS = 15;

/** Notices that came close together. */
export interface Loss {
  readonly atSeconds: number;
  /** Units by instance type. */
  readonly units: Readonly<Record<string, number>>;
}

/** Losses of a run: the notices of five minutes are one loss, which may take several pools. */
export const lossesOf = (run: WatchedRun): readonly Loss[] => {
  const losses: { atSeconds: number; units: Record<string, number> }[] = [];
  for (const event of run.result.events) {
    if (event.kind !== 'interruptionNotice') continue;
    const last = losses.at(-1);
    const open = last !== undefined && event.at - last.atSeconds <= LOSS_SECONDS ? last : undefined;
    const loss = open ?? { atSeconds: event.at, units: {} };
    if (open === undefined) losses.push(loss);
    loss.units[event.instanceType] = (loss.units[event.instanceType] ?? 0) + event.units;
  }
  return losses;
};

/** Whether what demand had asked for before the loss was ready until all that went was gone. */
export const survived = (loss: Pick<Loss, 'atSeconds'>, ticks: readonly Judged[]): boolean | undefined => {
  const before = ticks.findLast(({ atSeconds }) => atSeconds <= loss.atSeconds - BEFORE_SECONDS);
  const during = ticks.filter(
    ({ atSeconds }) => atSeconds >= loss.atSeconds && atSeconds <= loss.atSeconds + LOSS_SECONDS,
  );
  // One that was short before was not made short by this loss.
  if (before === undefined || during.length === 0 || before.readyUnits < before.shouldUnits) return undefined;
  return during.every(({ readyUnits }) => readyUnits >= before.shouldUnits);
};

/** Losses, and how many of them left what was wanted. */
export interface Survival {
  readonly losses: number;
  readonly survived: number;
}

export interface ReserveFigures {
  /** Losses that took one pool. */
  readonly single: Survival;
  /** Losses that took several at once. */
  readonly several: Survival;
  readonly usd: number;
}

const survivalOf = (answers: readonly boolean[]): Survival => ({
  losses: answers.length,
  survived: answers.filter((answer) => answer).length,
});

export const reserveFigures = (runs: readonly WatchedRun[], startSeconds: number): ReserveFigures => {
  const answers = runs.flatMap((run) => {
    const ticks = judged(run, startSeconds);
    return lossesOf(run).flatMap((loss) => {
      const there = survived(loss, ticks);
      return there === undefined ? [] : [{ pools: Object.keys(loss.units).length, there }];
    });
  });
  const where = (isSingle: boolean): Survival =>
    survivalOf(answers.filter(({ pools }) => (pools === 1) === isSingle).map(({ there }) => there));
  const usd = runs.reduce((sum, { result: { bill } }) => sum + bill.ec2Usd + bill.emrUsd, 0);
  return { single: where(true), several: where(false), usd };
};
