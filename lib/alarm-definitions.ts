/**
 * The alarms that tell people: what each watches, when it goes off, what that means, and what absent data is taken for.
 * All of them look at a whole environment. Their sections in `docs/runbook.md` say what to do.
 */
import { METRICS } from '../lambdas/contract.ts';

const { ofEnvironment } = METRICS;

/** What an alarm adds up. */
type Watched =
  /** A metric of ours, for the whole environment. */
  | { readonly metric: string }
  /** Ticks that came to their end; or that there is no cluster to look at. */
  | { readonly loopOf: 'environment' }
  /** Invocations of `dispatch` and `reconcile` that failed, all together. */
  | { readonly errorsOf: 'ticks' }
  /** Events that `route` gave up. */
  | { readonly deadLettersOf: 'route' };

export interface AlarmDefinition {
  /** Last part of its name, after the environment's. */
  readonly name: string;
  readonly watched: Watched;
  readonly statistic: 'Sum' | 'Maximum';
  /** Goes off at this value or beyond. */
  readonly when: { readonly atLeast: number } | { readonly below: number };
  /** In so many of the last `ofMinutes` minutes. */
  readonly minutes: number;
  readonly ofMinutes: number;
  /** What a minute without data is taken for. */
  readonly withoutData: 'breaching' | 'notBreaching';
  /** Why. */
  readonly because: string;
  readonly means: string;
  /** Heading in docs/runbook.md. */
  readonly section: string;
}

const NOT_COUNTED = 'Data comes with ticks; that none come is told by the alarm of the loop.';

/** Something that a tick counts while it holds, for so long. */
const holding = (name: string, metric: string, minutes: number, means: string, section: string): AlarmDefinition => ({
  name,
  watched: { metric },
  statistic: 'Sum',
  when: { atLeast: 1 },
  minutes,
  ofMinutes: minutes,
  withoutData: 'notBreaching',
  because: NOT_COUNTED,
  means,
  section,
});

/** Every alarm of an environment but the one for `prestoscale verify`. */
export const ALARMS: readonly AlarmDefinition[] = [
  {
    name: 'loop-not-running',
    watched: { loopOf: 'environment' },
    statistic: 'Sum',
    when: { below: 1 },
    minutes: 5,
    ofMinutes: 5,
    withoutData: 'breaching',
    because: 'A loop that stands still counts nothing, and its silence is what is looked for.',
    means:
      'No tick has come to its end for five minutes though there are clusters to scale: fleets keep their size, whatever happens.',
    section: 'PrestoscaleLoopNotRunning',
  },
  {
    name: 'ticks-failing',
    watched: { errorsOf: 'ticks' },
    statistic: 'Sum',
    when: { atLeast: 1 },
    minutes: 3,
    ofMinutes: 5,
    withoutData: 'notBreaching',
    because: 'Where nothing is invoked nothing fails; that is told by the alarm of the loop.',
    means:
      'The functions dispatch or reconcile failed in three of five minutes. A tick that fails is not repeated; the next one is on its way.',
    section: 'PrestoscaleTicksFailing',
  },
  {
    name: 'route-dead-letters',
    watched: { deadLettersOf: 'route' },
    statistic: 'Maximum',
    when: { atLeast: 1 },
    minutes: 1,
    ofMinutes: 1,
    withoutData: 'notBreaching',
    because: 'SQS tells nothing of a queue that nobody used for six hours.',
    means:
      'An event (alarm, spot notice, hold request) could not be taken in after all attempts, and lies in the queue.',
    section: 'PrestoscaleDeadLetters',
  },
  holding(
    'signal-stale',
    ofEnvironment.staleSignal,
    5,
    'For five minutes the sample of a cluster has been missing, too old or contradictory. Nothing shrinks there, and demand stays what it was last known to be.',
    'PrestoscaleSignalStale',
  ),
  holding(
    'at-maximum-while-queries-wait',
    ofEnvironment.atMaximum,
    10,
    'For ten minutes a cluster has been at the maximum of its policy while queries wait for capacity.',
    'PrestoscaleAtMaximumWhileQueriesWait',
  ),
  holding(
    'spot-deficit',
    ofEnvironment.spotDeficit,
    20,
    'Spot units that were asked for have not been provisioned for 20 minutes.',
    'PrestoscaleSpotDeficit',
  ),
  holding(
    'budget-reached',
    ofEnvironment.budgetReached,
    5,
    'A budget of a policy stops growth. It takes nothing away.',
    'PrestoscaleBudgetReached',
  ),
  {
    ...holding(
      'flapping',
      ofEnvironment.flapping,
      2,
      'Twice within an hour a cluster grew, shrank and grew again: capacity is given back too soon.',
      'PrestoscaleFlapping',
    ),
    // Told by the one tick that grows again.
    ofMinutes: 60,
  },
  holding(
    'clusters-cannot-be-scaled',
    ofEnvironment.cannotBeScaled,
    20,
    'For 20 minutes a cluster of the environment has been gone, is ending, is not tagged or uses instance groups. The others go on.',
    'PrestoscaleCannotBeScaled',
  ),
];

/** Anchor of a heading, as GitHub makes it for one without spaces. */
export const anchorOf = (section: string): string => section.toLowerCase();
