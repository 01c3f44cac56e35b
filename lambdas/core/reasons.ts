/**
 * Every reason a decision may give: a code that never changes its meaning, and a sentence for people in which
 * {names} stand for the reason's numbers.
 */
export const REASONS = {
  // signal
  'signal-missing': 'No sample from {source}: nothing shrinks, demand stays what it was last known to be.',
  'signal-stale': 'The sample from {source} is {ageSeconds} s old, older than {limitSeconds} s: nothing shrinks on it.',
  'signal-contradictory': 'The sample from {source} contradicts itself or the fleet ({what}): nothing shrinks on it.',
  'signal-partial': 'The sample lacks {what}: nothing shrinks on it.',
  // demand
  'demand-work':
    'Work: {workSeconds} core-seconds outstanding, {arrivalCores} cores of work arriving, {readyCores} ready and {arrivingCores} arriving cores, start lag {lagSeconds} s: {wantedCores} cores.',
  'demand-memory':
    'Memory: {reservedShare} of the ready memory is reserved, {blockedQueries} queries blocked on it: {wantedCores} cores.',
  'demand-counts':
    'Only counts can be read: {outstandingQueries} outstanding queries at {queriesPerUnit} a unit: {wantedUnits} units.',
  'demand-kept': 'Demand cannot be read: the target in force, {units} units, stands.',
  'concurrency-limit':
    'Queries queue while only {busyShare} of the ready cores are busy: a concurrency limit, not capacity. The queue is left out.',
  'group-limit':
    '{heldQueries} queries wait for their resource group’s own limit: a concurrency limit, not capacity. More workers do not help them.',
  // reserve
  reserve:
    '{poolsLost} of {pools} spot pools may go at once, with {share} of spot ({known}): {units} units are kept on top of demand, {price}.',
  'reserve-headroom': '{units} spare units are kept on top of demand, {price}.',
  'reserve-capped':
    'To lose the {poolsLost} largest spot pools without a shortage {neededUnits} units on top of demand are needed, and {units} are allowed: {missingUnits} would be missing. More instance types make it cheaper.',
  'reserve-not-worth':
    'The {poolsLost} largest of {pools} spot pools hold {share} of spot ({known}), and most of a reserve would go with them: none is kept. Allow more instance types, or raise markets.onDemandShare.',
  'reserve-waits': 'Spot is short: of a reserve of {wantedUnits} units, {units} are asked for.',
  // floors
  'floor-minimum': 'The minimum of {units} units.',
  'floor-schedule': 'Schedule {name}: at least {units} units.',
  'floor-hold': 'Hold {key} of {owner} until {until}: at least {units} units.',
  'floor-hold-extra': 'Hold {key} of {owner} until {until}: {units} units on top of demand.',
  'floor-required-workers': 'A waiting query requires {workers} workers: at least {units} units.',
  'required-workers-above-maximum':
    'A waiting query requires {workers} workers, {units} units; the maximum is {maximumUnits}. Ignored.',
  // alarms
  'alarm-up': 'Alarm {name}: {steps} steps of {stepUnits} up from {baseUnits} units.',
  'alarm-down': 'Alarm {name}: {steps} steps of {stepUnits} down from {baseUnits} units.',
  'alarm-unknown': 'Alarm {name} has no data or was not read: nothing shrinks.',
  // ceilings
  'ceiling-maximum': '{wantedUnits} units are wanted, the maximum is {units}.',
  'ceiling-budget-hour': '{wantedUnits} units are wanted; {usdPerHour} dollars an hour pay for {units}.',
  'ceiling-budget-day': '{spentUsd} of {usdPerDay} dollars are spent today: nothing grows.',
  'budget-price-unknown': 'A budget is set and the price of a unit is unknown: nothing grows.',
  // mode
  'mode-drained':
    'Mode drained: PrestoDB’s graceful-shutdown-timeout gives removed workers {graceSeconds} s to finish.',
  'mode-drained-vouched': 'Mode drained: the owner vouches that removed workers get {graceSeconds} s to finish.',
  'mode-retried':
    'Mode retried: a lost worker costs tasks, not queries (Trino with retry-policy TASK and an exchange manager).',
  'mode-sparing-unknown':
    'Mode sparing: how the engine treats removed workers is not known ({why}), so they may take queries with them.',
  'mode-sparing-presto':
    'Mode sparing: {engine} kills removed workers at once. Set graceful-shutdown-timeout in presto-config when the cluster is created.',
  'mode-sparing-trino':
    'Mode sparing: EMR has no grace for {engine}, and no task retries are configured. Vouch for the grace of worker agents (scaleIn.vouchedGraceSeconds), or set retry-policy TASK with an exchange manager.',
  'mode-sparing-trino-grace':
    'Mode sparing: the graceful-shutdown-timeout of {timeoutSeconds} s for {engine} is not believed, because AWS says that EMR does not decommission Trino gracefully. Vouch for a grace that you have seen to hold (scaleIn.vouchedGraceSeconds).',
  'mode-sparing-query-retries':
    'Mode sparing: with retry-policy QUERY {engine} runs whole queries again, so a lost worker costs all the work of the queries on it. TASK with an exchange manager would cost tasks only.',
  'mode-sparing-no-exchange':
    'Mode sparing: retry-policy TASK of {engine} needs an exchange manager on every node (trino-exchange-manager), and none is configured there.',
  'mode-sparing-no-engine': 'Mode sparing: neither Presto nor Trino is among the applications of the cluster.',
  'mode-sparing-unreadable': 'Mode sparing: the configuration cannot be understood ({settings}).',
  'mode-chosen': 'Mode {mode} is the owner’s choice (scaleIn.mode); auto would be {found}.',
  'mode-retried-unfounded':
    'Mode {mode} is the owner’s choice, and no task retries were found: a shrink may kill the queries that run. With scaleIn.mode auto it would be {found}.',
  'mode-changed': 'The mode changed from {from} to {to}.',
  // shrinking
  'shrink-held': 'Up to {units} units were wanted in the last {holdSeconds} s.',
  'shrink-unproven': 'Demand has been watched for {knownSeconds} s of the {holdSeconds} s that a shrink needs.',
  'shrink-too-small': 'A shrink by {units} units is smaller than the smallest step, {stepUnits}.',
  'shrink-old-query':
    'The oldest running query is {ageSeconds} s old; with a grace of {graceSeconds} s a shrink waits until none is older than {limitSeconds} s.',
  'shrink-no-grace':
    'Mode drained, and no grace is known: nothing shrinks. On PrestoDB set graceful-shutdown-timeout when the cluster is created, where worker agents drain vouch for their grace (scaleIn.vouchedGraceSeconds), or choose another mode.',
  'shrink-just-idle': 'Mode sparing: nothing runs since {seconds} s; the cluster counts as idle after {idleSeconds} s.',
  'shrink-not-idle': 'Mode sparing: {runningQueries} queries run, and {budgetQueries} may be lost today.',
  'shrink-arriving':
    '{readyUnits} units serve and {units} are to be kept: nothing shrinks before those serve, because EMR chooses whom it removes.',
  'shrink-after-loss': '{lostUnits} units were lost in the last ten minutes: nothing shrinks.',
  'shrink-wanted': 'No more than {units} units were wanted in the last {holdSeconds} s (mode {mode}).',
  // losses
  'spot-interrupted':
    '{units} units of spot got notice of their interruption in the last two minutes: they count as lost now. The target stands, and EMR replaces them.',
  'rebalance-recorded':
    'EC2 recommends to move away from {units} units of spot, because they may be interrupted: noted, and nothing else (markets.rebalance: record).',
  'rebalance-drain':
    'EC2 recommends to move away from {units} units of spot: their worker agents drain them where they were told to, and as much is asked for on top, for half an hour at most (markets.rebalance: drain).',
  'rebalance-help':
    'EC2 recommends to move away from {units} units of spot: they serve on, and as much is asked for on top, for half an hour at most (markets.rebalance: help).',
  // markets
  'spot-deficit': 'Spot is {units} units short of its target since {sinceSeconds} s.',
  'fallback-on-demand': '{units} units are asked for as on-demand in place of missing spot.',
  'fallback-return':
    'Spot has come back: {units} units. As many on-demand units are given back as soon as the rule for shrinking lets them go.',
  'fallback-return-waits':
    '{units} units of spot have come back, and as many on-demand units that stood in for them wait for the rule for shrinking.',
  'stand-in-given-back': '{units} on-demand units that stood in for spot are given back.',
  'fallback-probe': 'Spot is asked for {units} more units to see whether it is back.',
  'fallback-probe-failed':
    'Spot is not back: {missingUnits} units that were asked for did not come. It is asked again in {waitSeconds} s.',
  'fallback-swap':
    'There is no room on top to see whether spot is back (maximum or budget), so {units} units of spot are asked for in place of as many on-demand units.',
  'fallback-swapped': 'Spot has come back: {units} units have taken the place of on-demand ones.',
  'fallback-no-room':
    'There is no room on top to see whether spot is back (maximum or budget), and no worker may be removed for it now ({why}).',
  'fallback-capped': '{missingUnits} units of spot are missing; on-demand may stand in for {units} more.',
  'on-demand-short':
    'On-demand is short too: {missingUnits} units of it are missing since {sinceSeconds} s. No more of it is asked for before they come.',
  // acting
  'grow-wanted': '{fromUnits} → {toUnits} units.',
  'grow-too-small': 'A growth by {units} units is smaller than the smallest step, {stepUnits}.',
  'covered-by-overshoot': 'EMR has provisioned {provisionedUnits} units already, {wantedUnits} are wanted.',
  'resize-in-flight': 'A resize runs since {sinceSeconds} s: the new target, {units} units, waits.',
  'growth-behind-shrink':
    'A shrink runs since {sinceSeconds} s: the growth is sent at once, and EMR begins it as soon as it can.',
  'growth-awaits-fallback':
    'Spot cannot be had, and on-demand stands in for it in {leftSeconds} s: a growth of spot to {units} units would stand before it in EMR’s queue, and waits.',
  'growth-behind-probe':
    'Spot is being asked for to see whether it is back, since {sinceSeconds} s: the growth is sent at once, and EMR begins it as soon as it can.',
  'drain-called-back':
    '{drainingUnits} removed units still drain, and the new target covers {units} of them: a fleet that lets a new resize override the old one calls them back before it buys anything.',
  'resize-overdue':
    'A resize runs since {sinceSeconds} s, longer than {limitSeconds} s: the new target is sent all the same.',
  'fleet-gave-up': 'The fleet is RUNNING with {missingUnits} units missing since {sinceSeconds} s: it is asked again.',
  'fleet-suspended': 'The fleet is SUSPENDED: its target is sent again, which revives it.',
  'fleet-not-ready': 'The fleet is {status}: nothing is sent.',
  'managed-scaling-attached':
    'EMR’s managed scaling is attached to the cluster and sets the same targets: nothing is sent. Take it off (aws emr remove-managed-scaling-policy --cluster-id {clusterId}), and scaling begins within five minutes.',
  'fleet-unread': 'The fleet has to be read before anything is sent.',
  'foreign-target':
    'Somebody else set the target to {units} units; it stands for another {leftSeconds} s inside the limits.',
  'outside-limits': 'The target, {units} units, is outside the limits {minimumUnits}–{maximumUnits}.',
  zombies:
    '{units} units are RUNNING for EMR and have not been seen by the engine for {sinceSeconds} s: counted as absent.',
  shadow: 'Shadow mode: nothing is sent.',
  paused: 'The policy is paused: nothing is decided.',
  steady: 'Nothing to do.',
} as const;

export type ReasonCode = keyof typeof REASONS;

/** A coded reason with the numbers it rests on. */
export interface Reason {
  readonly code: ReasonCode;
  readonly numbers: Readonly<Record<string, number | string>>;
}

const shown = (value: number | string | undefined): string => {
  if (value === undefined) return '?';
  return typeof value === 'string' ? value : String(Math.round(value * 100) / 100);
};

/** The reason as a sentence for people. */
export const sentenceOf = (reason: Reason): string =>
  REASONS[reason.code].replace(/\{(\w+)\}/g, (_, name: string) => shown(reason.numbers[name]));
