/** What the owner wants of the markets and of EMR; part of the policy's schema. */
import { choice, number, optionalNumber, optionalSection, optionalWholeNumber, wholeNumber } from './fields.ts';

export const markets = optionalSection('On-demand and spot.', {
  onDemandBaseUnits: wholeNumber(0, 0, 100_000, 'The first units are on-demand.', {
    small: 'a bad spot day can take everything',
    big: 'on-demand prices for load that spot would carry',
  }),
  onDemandShare: number(0, 0, 1, 'Share of the units above the base that is on-demand.', {
    small: 'losses of a pool hit harder',
    big: 'each tenth costs about 13 % more',
  }),
  fallbackAfterSeconds: number(
    900,
    60,
    86_400,
    'Spot that is missing for so long is asked for as on-demand; also how long a new target waits behind a running resize.',
    {
      small: 'on-demand is bought for a short squeeze; EMR queues resizes',
      big: 'queries wait for spot that does not come',
    },
  ),
  fallbackMaximumUnits: wholeNumber(20, 0, 100_000, 'On-demand units that may stand in for missing spot. 0: none.', {
    small: 'a spot shortage becomes a queue',
    big: 'a long shortage costs on-demand prices for everything',
  }),
  fallbackMaximumUsdPerHour: optionalNumber(
    0,
    1_000_000,
    'Dollars an hour that stand-ins for missing spot may cost. Absent: only their number is capped.',
  ),
  rebalance: choice(
    'record',
    ['record', 'drain', 'help'],
    'What follows from EC2’s rebalance recommendation for a worker. `record`: it is told, no more. `drain`: worker agents drain it (only where they were installed with `--rebalance drain`), and its units are asked for on top. `help`: it serves on, and its units are asked for on top. Either asks for half an hour at most. Most recommendations are followed by nothing.',
  ),
});

export const resize = optionalSection('How EMR is asked.', {
  onDemandTimeoutMinutes: wholeNumber(
    10,
    5,
    10_080,
    'EMR gives up an on-demand resize after this (EMR’s smallest: 5).',
    {
      small: 'slow starts count as failures',
      big: 'a resize that cannot end blocks the next one',
    },
  ),
  spotTimeoutMinutes: wholeNumber(10, 5, 10_080, 'EMR gives up a spot resize after this (EMR’s smallest: 5).', {
    small: 'slow starts count as failures',
    big: 'a resize that cannot end blocks the next one',
  }),
  gaveUpAfterSeconds: number(
    120,
    30,
    3600,
    'A fleet RUNNING below its target for so long has given up and is asked again.',
    {
      small: 'a fleet that is only slow is asked twice',
      big: 'missing capacity stays missing',
    },
  ),
  respectForeignSeconds: number(
    1800,
    0,
    86_400,
    'A target that somebody else set stands for so long, inside the limits.',
    {
      small: 'a human’s change is undone while they watch',
      big: 'a forgotten change rules the cluster',
    },
  ),
  smallestGrowthShare: number(0.25, 0, 1, 'Growth smaller than this share of the target waits for more.', {
    small: 'many small resizes, one in flight at a time',
    big: 'a small shortage lasts',
  }),
});

export const reserve = optionalSection(
  'Spare capacity against losses of spot, on top of demand where demand can be read.',
  {
    poolsLost: wholeNumber(
      1,
      0,
      10,
      'So many of the largest spot pools (instance types) may go at once, and demand is still met. 0: no reserve.',
      {
        small: 'the loss of a pool is a queue until EMR has replaced it',
        big: 'capacity is paid for that no loss takes',
      },
    ),
    maximumShare: number(0.2, 0, 4, 'The reserve is at most this share of demand.', {
      small: 'fleets of few pools are covered in part only',
      big: 'a fleet that sits in few pools costs far more',
    }),
    maximumUnits: optionalWholeNumber(
      0,
      100_000,
      'The reserve is at most so many units. Absent: only its share is capped.',
    ),
    headroomUnits: wholeNumber(
      0,
      0,
      100_000,
      'Spare units on top of demand at all times; they count towards the reserve.',
      {
        small: 'a burst waits for a start lag',
        big: 'idle workers are paid for all night',
      },
    ),
  },
);
