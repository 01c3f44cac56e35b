/**
 * One instance and its fate. All chance of an instance hangs on its id, `<instance type>/<market>/<n>` with n counting
 * the launches of that pool and market: the n-th spot r5.4xlarge of a run meets the same lag, the same failure and the
 * same losses whichever policy asked for it and whenever. Initial capacity is numbered apart (`initial-<n>`), so a
 * larger start does not shift the fates of later launches.
 */
import { lognormal, uniform } from '../../random.ts';
import type { FleetKnobs, PoolKnobs } from '../knobs.ts';
import type { Timer } from './agenda.ts';
import type { FleetInstance, InstanceState, Market, Removal } from './model.ts';

/** What chance has decided about an instance before it is launched. */
export interface Fate {
  /** From launch to the machine. */
  readonly provisionSeconds: number;
  /** From launch to a worker that serves, or to the end of a start that fails. */
  readonly lagSeconds: number;
  readonly fails: boolean;
  readonly zombie: boolean;
  /** Place among victims when EMR's choice is chance. */
  readonly victimRank: number;
}

/** An instance while the fleet works on it. */
export interface Instance extends FleetInstance {
  /** Order of launch in the whole fleet. */
  readonly sequence: number;
  readonly fate: Fate;
  state: InstanceState;
  runningAt: number | undefined;
  terminatedAt: number | undefined;
  removal: Removal | undefined;
  zombie: boolean;
  /** EMR does not remove it before. */
  removableAt: number;
  /** When the spot market takes it; undefined: no notice was given. */
  goneAt: number | undefined;
  /** Its next step: machine, worker, or the end of its grace. */
  step: Timer | undefined;
  /** Its interruption. */
  departure: Timer | undefined;
}

/** Lag of an instance; a median of 0 is a world without lags. */
const lagOf = (knobs: FleetKnobs, seed: number, id: string): number =>
  knobs.startLagMedianSeconds === 0
    ? 0
    : lognormal(seed, id, 'lag', knobs.startLagMedianSeconds, knobs.startLagP95Seconds);

/** Draws what will become of an instance. */
export const fateOf = (knobs: FleetKnobs, seed: number, id: string): Fate => {
  const lagSeconds = lagOf(knobs, seed, id);
  return {
    provisionSeconds: lagSeconds * knobs.provisionShare,
    lagSeconds,
    fails: uniform(seed, id, 'failedStart') < knobs.startFailureShare,
    zombie: uniform(seed, id, 'zombie') < knobs.zombieShare,
    victimRank: uniform(seed, id, 'victim'),
  };
};

/** A freshly launched instance. */
export const launched = (
  identity: { readonly id: string; readonly pool: PoolKnobs; readonly market: Market; readonly sequence: number },
  fate: Fate,
  launchedAt: number,
): Instance => ({
  ...identity,
  fate,
  launchedAt,
  state: 'provisioning',
  runningAt: undefined,
  terminatedAt: undefined,
  removal: undefined,
  zombie: false,
  removableAt: Number.POSITIVE_INFINITY,
  goneAt: undefined,
  step: undefined,
  departure: undefined,
});

/** The fields that every event about an instance carries. */
export const eventFields = (
  instance: Instance,
): { readonly instanceId: string; readonly instanceType: string; readonly market: Market; readonly units: number } => ({
  instanceId: instance.id,
  instanceType: instance.pool.instanceType,
  market: instance.market,
  units: instance.pool.weightUnits,
});
