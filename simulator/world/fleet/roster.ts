/** All instances of a run and the sums over those that live; the only place where an instance changes its state. */
import type { PoolKnobs } from '../knobs.ts';
import type { Instance } from './instance.ts';
import type { InstanceState, Market } from './model.ts';

type Sums = Record<InstanceState, number>;

const noSums = (): Sums => ({ provisioning: 0, bootstrapping: 0, running: 0, draining: 0, terminated: 0 });
const poolKey = (pool: PoolKnobs, market: Market): string => `${pool.instanceType}/${market}`;

export class Roster {
  readonly #all: Instance[] = [];
  readonly #live: Record<Market, Set<Instance>> = { onDemand: new Set(), spot: new Set() };
  readonly #draining = new Set<Instance>();
  readonly #units: Record<Market, Sums> = { onDemand: noSums(), spot: noSums() };
  readonly #liveInPool = new Map<string, number>();

  /** Every instance ever launched, in order of launch. */
  get all(): readonly Instance[] {
    return this.#all;
  }

  /** Instances of a market that are not terminated, in order of launch. */
  live(market: Market): ReadonlySet<Instance> {
    return this.#live[market];
  }

  /** Draining instances of both markets, in the order in which they were chosen. */
  get draining(): ReadonlySet<Instance> {
    return this.#draining;
  }

  /** Units that EC2 has launched and that are not gone. */
  launchedUnits(market: Market): number {
    return this.stayingUnits(market) + this.#units[market].draining;
  }

  /** Units that EMR calls RUNNING: draining ones are among them. */
  runningUnits(market: Market): number {
    return this.#units[market].running + this.#units[market].draining;
  }

  /** Units that are launched and not on their way out. */
  stayingUnits(market: Market): number {
    return this.startingUnits(market) + this.#units[market].running;
  }

  /** Units launched and not yet running. */
  startingUnits(market: Market): number {
    return this.#units[market].provisioning + this.#units[market].bootstrapping;
  }

  drainingUnits(market: Market): number {
    return this.#units[market].draining;
  }

  /** Living instances of a pool in a market. */
  liveInPool(pool: PoolKnobs, market: Market): number {
    return this.#liveInPool.get(poolKey(pool, market)) ?? 0;
  }

  add(instance: Instance): void {
    this.#all.push(instance);
    this.#live[instance.market].add(instance);
    this.#units[instance.market][instance.state] += instance.pool.weightUnits;
    this.#countPool(instance, 1);
  }

  move(instance: Instance, state: InstanceState): void {
    const sums = this.#units[instance.market];
    sums[instance.state] -= instance.pool.weightUnits;
    sums[state] += instance.pool.weightUnits;
    instance.state = state;
    if (state === 'draining') this.#draining.add(instance);
    else this.#draining.delete(instance);
    if (state !== 'terminated') return;
    this.#live[instance.market].delete(instance);
    this.#countPool(instance, -1);
  }

  #countPool(instance: Instance, change: number): void {
    const key = poolKey(instance.pool, instance.market);
    this.#liveInPool.set(key, (this.#liveInPool.get(key) ?? 0) + change);
  }
}
