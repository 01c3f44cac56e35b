/**
 * Nothing is bought twice for one loss: what was launched is never more than what was lost, what failed to start, what
 * was asked for on top of what there was, and EMR's overshoot.
 *
 * Three things are not held against the autoscaler. EMR works off an old order although a newer one, sent already, asks for
 * less (resizes are processed one after another). EMR overshoots, and may undershoot, by a weight less one in each market and
 * resize. And a call that moves units from one market to the other, other than a fallback, buys them once more: it asks
 * for spot in place of on-demand that runs.
 */
import { type Targets, totalUnits } from '../../lambdas/core/model.ts';
import type { FleetEvent } from '../world/fleet/fleet.ts';
import type { Market } from '../world/fleet/model.ts';

const targetOf = (targets: Targets, market: Market): number =>
  market === 'spot' ? targets.spotUnits : targets.onDemandUnits;

const rise = (before: number, after: number): number => Math.max(0, after - before);

export class Purchases {
  readonly #slackPerResize: number;
  readonly #live: Record<Market, number> = { onDemand: 0, spot: 0 };
  readonly #draining = new Set<string>();
  #target: Targets;
  #bought = 0;
  #lost = 0;
  #grown = 0;
  #moved = 0;
  #late = 0;
  #slack = 0;

  /** @param start targets of the cluster at its start; what of them cannot be had then may be bought later */
  constructor(start: Targets, largestWeightUnits: number) {
    this.#target = start;
    this.#slackPerResize = 2 * (largestWeightUnits - 1);
    this.#grown = totalUnits(start);
    this.#slack = this.#slackPerResize;
  }

  /** A call was sent. */
  call(before: Targets, after: Targets, isFallback: boolean): void {
    const total = rise(totalUnits(before), totalUnits(after));
    const byMarket = rise(before.onDemandUnits, after.onDemandUnits) + rise(before.spotUnits, after.spotUnits);
    this.#grown += total;
    if (!isFallback) this.#moved += Math.max(0, byMarket - total);
    this.#target = after;
  }

  /** Something happened to the fleet. @returns what was bought too much, in words; undefined: nothing */
  event(event: FleetEvent): string | undefined {
    if (event.kind === 'resizeStarted') this.#slack += this.#slackPerResize;
    if (event.kind === 'instance' && event.state === 'draining') this.#drain(event, 1);
    if (event.kind === 'instance' && event.state === 'running') this.#drain(event, -1);
    if (event.kind === 'terminated') this.#end(event);
    return event.kind === 'instance' && event.state === 'provisioning' ? this.#launch(event) : undefined;
  }

  #drain({ instanceId, market, units }: Extract<FleetEvent, { kind: 'instance' }>, sign: 1 | -1): void {
    if (sign === 1) this.#draining.add(instanceId);
    else if (!this.#draining.delete(instanceId)) return;
    this.#live[market] -= sign * units;
  }

  #end({ instanceId, market, units, how }: Extract<FleetEvent, { kind: 'terminated' }>): void {
    if (!this.#draining.delete(instanceId)) this.#live[market] -= units;
    if (how === 'interrupted' || how === 'failedStart') this.#lost += units;
  }

  #launch({ market, units }: Extract<FleetEvent, { kind: 'instance' }>): string | undefined {
    this.#live[market] += units;
    this.#bought += units;
    const beyond = this.#live[market] - targetOf(this.#target, market);
    if (beyond > 0) this.#late += Math.min(units, beyond);
    const allowed = this.#lost + this.#grown + this.#moved + this.#late + this.#slack;
    if (this.#bought <= allowed) return undefined;
    return `${this.#bought} units bought; lost and failed ${this.#lost}, grown ${this.#grown}, moved ${this.#moved}, late ${this.#late}, overshoot ${this.#slack}`;
  }
}
