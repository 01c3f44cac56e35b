/** Refuses configurations and requests that the simulated fleet cannot mean, each with what was expected. */
import type { FleetKnobs, PoolKnobs } from '../knobs.ts';
import type { FleetTargets, ModifyRequest } from './model.ts';

type Check = readonly [holds: boolean, expected: string];

const isShare = (value: number): boolean => value >= 0 && value <= 1;
const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0;
const isPositive = (value: number): boolean => value > 0;
const isSpan = (value: number): boolean => value >= 0;

const poolChecks = (pool: PoolKnobs): readonly Check[] => [
  [Number.isInteger(pool.weightUnits) && pool.weightUnits >= 1, `${pool.instanceType}: weightUnits a whole number ≥ 1`],
  [
    pool.onDemandInstances === undefined || pool.onDemandInstances === null || isCount(pool.onDemandInstances),
    `${pool.instanceType}: onDemandInstances null or a whole number ≥ 0`,
  ],
  [isPositive(pool.vcpu), `${pool.instanceType}: vcpu > 0`],
  [
    pool.spotInstances === null || isCount(pool.spotInstances),
    `${pool.instanceType}: spotInstances null or a whole number ≥ 0`,
  ],
  [isSpan(pool.onDemandUsdPerHour) && isSpan(pool.emrUsdPerHour), `${pool.instanceType}: prices ≥ 0`],
  [isSpan(pool.spotPriceShare), `${pool.instanceType}: spotPriceShare ≥ 0`],
];

const lagChecks = (knobs: FleetKnobs): readonly Check[] => [
  [isSpan(knobs.startLagMedianSeconds), 'startLagMedianSeconds ≥ 0'],
  [knobs.startLagP95Seconds >= knobs.startLagMedianSeconds, 'startLagP95Seconds ≥ startLagMedianSeconds'],
  [isShare(knobs.provisionShare), 'provisionShare 0–1'],
  [isShare(knobs.startFailureShare), 'startFailureShare 0–1'],
  [isShare(knobs.zombieShare), 'zombieShare 0–1'],
  [knobs.suspendAfterFailedStarts >= 1, 'suspendAfterFailedStarts ≥ 1'],
];

const resizeChecks = (knobs: FleetKnobs): readonly Check[] => [
  [isSpan(knobs.staleReadSeconds), 'staleReadSeconds ≥ 0'],
  [isSpan(knobs.minimumAgeSeconds), 'minimumAgeSeconds ≥ 0'],
  [isPositive(knobs.shrinkTimeoutSeconds), 'shrinkTimeoutSeconds > 0'],
  [isSpan(knobs.gracefulTimeoutSeconds), 'gracefulTimeoutSeconds ≥ 0'],
  [
    knobs.replacementDelaySeconds === null || isSpan(knobs.replacementDelaySeconds),
    'replacementDelaySeconds null or ≥ 0',
  ],
  [isPositive(knobs.spotRetrySeconds), 'spotRetrySeconds > 0'],
];

const spotChecks = (knobs: FleetKnobs): readonly Check[] => [
  [
    knobs.poolReclaimMeanSeconds === null || isPositive(knobs.poolReclaimMeanSeconds),
    'poolReclaimMeanSeconds null or > 0',
  ],
  [isShare(knobs.poolReclaimShare), 'poolReclaimShare 0–1'],
  [isSpan(knobs.poolOutageMeanSeconds), 'poolOutageMeanSeconds ≥ 0'],
  [isShare(knobs.outageSpread), 'outageSpread 0–1'],
  [isSpan(knobs.interruptionNoticeSeconds), 'interruptionNoticeSeconds ≥ 0'],
  [isShare(knobs.noticeShare), 'noticeShare 0–1'],
  [isShare(knobs.rebalanceShare), 'rebalanceShare 0–1'],
  [knobs.rebalanceLeadSeconds === null || isSpan(knobs.rebalanceLeadSeconds), 'rebalanceLeadSeconds null or ≥ 0'],
  [
    knobs.outages.every(({ startSeconds, endSeconds }) => startSeconds >= 0 && endSeconds >= startSeconds),
    'outages: 0 ≤ start ≤ end',
  ],
  [
    knobs.onDemandOutages.every(({ startSeconds, endSeconds }) => startSeconds >= 0 && endSeconds >= startSeconds),
    'onDemandOutages: 0 ≤ start ≤ end',
  ],
];

const fleetChecks = (knobs: FleetKnobs): readonly Check[] => [
  [knobs.pools.length > 0, 'pools: at least one'],
  [new Set(knobs.pools.map((pool) => pool.instanceType)).size === knobs.pools.length, 'pools: each instance type once'],
];

const refuse = (what: string, checks: readonly Check[]): void => {
  const broken = checks.filter(([holds]) => !holds).map(([, expected]) => expected);
  if (broken.length > 0) throw new RangeError(`${what}: expected ${broken.join('; ')}`);
};

/** @throws RangeError that names every broken expectation at once. */
export const checkKnobs = (knobs: FleetKnobs): void =>
  refuse('fleet knobs', [
    ...fleetChecks(knobs),
    ...knobs.pools.flatMap(poolChecks),
    ...lagChecks(knobs),
    ...resizeChecks(knobs),
    ...spotChecks(knobs),
  ]);

const targetChecks = (targets: FleetTargets): readonly Check[] => [
  [isCount(targets.onDemandUnits), 'onDemandUnits a whole number ≥ 0'],
  [isCount(targets.spotUnits), 'spotUnits a whole number ≥ 0'],
];

/** @throws RangeError */
export const checkTargets = (targets: FleetTargets): void => refuse('fleet targets', targetChecks(targets));

/** @throws RangeError */
export const checkRequest = (request: ModifyRequest): void =>
  refuse('fleet modify', [
    ...targetChecks(request),
    [isSpan(request.onDemandTimeoutSeconds), 'onDemandTimeoutSeconds ≥ 0'],
    [isSpan(request.spotTimeoutSeconds), 'spotTimeoutSeconds ≥ 0'],
  ]);
