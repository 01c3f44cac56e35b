/**
 * What the owner of a cluster wants, as one schema: it gives the type, the defaults, the ranges, the JSON Schema for
 * editors and docs/policy-reference.md. Every number carries its unit in its name, and its description says what goes
 * wrong when it is too small or too big.
 */
import type * as z from 'zod/mini';
import {
  choice,
  defaultText,
  list,
  number,
  optionalNumber,
  optionalSection,
  optionalText,
  optionalWholeNumber,
  requiredChoice,
  requiredNumber,
  requiredText,
  requiredWholeNumber,
  section,
  wholeNumber,
} from './fields.ts';
import { markets, reserve, resize } from './market-schema.ts';

const capacity = optionalSection('Limits of the task fleet.', {
  coresPerUnit: wholeNumber(16, 1, 1024, 'vCPU of one unit; an instance type weighs its vCPU divided by this.', {
    small: 'weights grow and EMR overshoots by more units',
    big: 'small instance types cannot be weighted at all',
  }),
  minimumUnits: wholeNumber(4, 0, 100_000, 'The target never goes below this.', {
    small: 'the first query of the morning waits for a start lag',
    big: 'idle workers are paid for all night',
  }),
  maximumUnits: wholeNumber(
    100,
    1,
    100_000,
    'The target never goes above this; EMR may overshoot by a weight less one.',
    {
      small: 'bursts queue although spot could be had',
      big: 'a runaway query set can spend a lot before a budget stops it',
    },
  ),
  alwaysOnCores: wholeNumber(0, 0, 1_000_000, 'Cores of engine workers outside the task fleet (CORE fleet).', {
    small: 'demand that they serve is bought twice',
    big: 'demand is believed to be served that nobody serves',
  }),
});

const demand = optionalSection('How demand becomes capacity.', {
  targetUtilisation: number(0.9, 0.3, 1, 'Share of the cores that steady work may keep busy.', {
    small: 'cores are paid for that idle',
    big: 'every small burst queues',
  }),
  headroomFactor: number(1.6, 0, 5, 'Head-room in standard deviations of the number of busy cores.', {
    small: 'chance alone makes a queue',
    big: 'small clusters are sized as if everything came at once',
  }),
  burstSigmas: number(
    1,
    0,
    10,
    'Standard deviations of chance that a burst of arriving work must exceed to count at once.',
    {
      small: 'chance arrivals buy workers',
      big: 'a real burst is seen a minute later',
    },
  ),
  clearBacklogSeconds: number(90, 5, 3600, 'Backlog that is left when help arrives is to be cleared in this time.', {
    small: 'short bursts buy many workers that arrive too late',
    big: 'queues last long',
  }),
  liveQuerySeconds: number(
    10,
    1,
    600,
    'Work that a live query is believed to have left, in seconds of its busy cores.',
    {
      small: 'long queries are not seen as demand',
      big: 'every short query looks like a long one',
    },
  ),
  queriesPerUnit: number(0.75, 0.01, 1000, 'Outstanding queries per unit where only counts can be read.', {
    small: 'too many workers for the queries there are',
    big: 'queries share too few cores and are late',
  }),
  memoryShare: number(0.75, 0.1, 1, 'Reserved share of the ready memory above which memory is demand.', {
    small: 'workers are bought for memory that is free',
    big: 'queries block on memory before help is asked for',
  }),
});

const signal = optionalSection('When a signal may be believed.', {
  source: choice(
    'sample',
    ['sample', 'alarms'],
    'What demand is read from: the engine’s sample, or CloudWatch alarms alone.',
  ),
  staleAfterSeconds: number(
    90,
    10,
    3600,
    'A sample older than this is not believed; nothing shrinks without a fresh one.',
    {
      small: 'one slow scrape stops shrinking',
      big: 'decisions rest on what was true minutes ago',
    },
  ),
});

const scaleIn = optionalSection('When capacity may be given back.', {
  mode: choice(
    'auto',
    ['auto', 'drained', 'retried', 'sparing'],
    'How removed workers treat queries: `auto` takes the safest that was found out about the cluster.',
  ),
  holdSeconds: number(900, 0, 86_400, 'Nothing shrinks below the most that was wanted in this time.', {
    small: 'workers are given back and bought again; queries are late',
    big: 'a burst is paid for long after it ended',
  }),
  smallestStepShare: number(0.05, 0, 1, 'A shrink smaller than this share of the target waits.', {
    small: 'many resizes, one in flight at a time',
    big: 'idle workers stay',
  }),
  vouchedGraceSeconds: optionalNumber(
    1,
    86_400,
    'Time that removed workers really get to finish their tasks, as the owner vouches for it. Absent: what was found out.',
  ),
  oldestQueryShareOfGrace: number(
    0.5,
    0.01,
    1,
    'Shrink only while the oldest running query is younger than this share of the grace.',
    {
      small: 'one long query keeps the cluster big',
      big: 'a query that outlives the grace is killed',
    },
  ),
  lostQueriesPerDay: wholeNumber(
    0,
    0,
    1_000_000,
    'Mode `sparing`: queries that scale-in may cost in a day. 0: shrink only when nothing runs.',
    {
      small: 'a cluster that is never idle never shrinks',
      big: 'users see failed queries',
    },
  ),
  sparingStepShare: number(0.2, 0.01, 1, 'Mode `sparing`: a shrink is at least this share of the target.', {
    small: 'queries are put at risk for little money',
    big: 'the cluster stays big until nearly nothing runs',
  }),
});

const schedule = section('A floor in a recurring window.', {
  name: requiredText('Shown in reasons.'),
  cron: requiredText('Start of the window: five cron fields.'),
  timeZone: defaultText('UTC', 'IANA time zone of the cron expression.'),
  durationMinutes: requiredNumber(1, 10_080, 'Length of the window.', {
    small: 'the floor ends before the load comes',
    big: 'the floor is paid for after the load has gone',
  }),
  units: requiredWholeNumber(0, 100_000, 'At least so many units in the window; asked for a start lag earlier.', {
    small: 'the morning queue stays',
    big: 'idle workers in the window',
  }),
  until: optionalText('The schedule ends at this time (ISO 8601). Absent: never.'),
});

const alarm = section('A CloudWatch alarm as a step.', {
  name: requiredText('Name of the alarm.'),
  direction: requiredChoice(['up', 'down'], 'What ALARM means.'),
  stepUnits: requiredWholeNumber(1, 100_000, 'Units of one step.', {
    small: 'many hold periods until there is enough',
    big: 'one alarm buys far too much',
  }),
  holdSeconds: number(300, 15, 86_400, 'A step is repeated at most once in this time while the alarm lasts.', {
    small: 'steps pile up before the first one has arrived',
    big: 'a real shortage is met slowly',
  }),
  limitUnits: optionalWholeNumber(
    0,
    100_000,
    'Steps up end here, steps down end here. Absent: the limits of the fleet.',
  ),
});

const budget = optionalSection(
  'Money. A budget stops growth; it never forces a shrink, and the minimum stands above it.',
  {
    usdPerHour: optionalNumber(
      0,
      1_000_000,
      'Dollars an hour for the task fleet, priced at its dearest type, EMR fee included.',
    ),
    usdPerDay: optionalNumber(
      0,
      10_000_000,
      'Dollars a UTC day, as accounted for what was provisioned; once spent, nothing grows until midnight.',
    ),
    fixedUnits: optionalWholeNumber(
      0,
      100_000,
      'A comparison and no limit: units of the cluster of fixed size that reports compare with. Absent: capacity.maximumUnits.',
    ),
  },
);

export const policySchema = section('What the owner of a cluster wants.', {
  $schema: optionalText('Path of the JSON Schema, for editors.'),
  mode: choice(
    'act',
    ['act', 'shadow', 'paused'],
    '`shadow` decides and records but changes nothing; `paused` does not decide.',
  ),
  capacity,
  demand,
  signal,
  scaleIn,
  markets,
  reserve,
  resize,
  schedules: list(schedule, 50, 'Floors in recurring windows.'),
  alarms: list(alarm, 20, 'CloudWatch alarms as steps.'),
  budget,
});

/** A policy with every default filled in. */
export type Policy = Readonly<z.infer<typeof policySchema>>;
/** A policy as people write it. */
export type PolicyInput = z.input<typeof policySchema>;
