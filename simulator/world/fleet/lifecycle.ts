/**
 * The life of an instance: launched → machine (`provisioning` ends) → worker (`bootstrapping` ends) → running, or a
 * failed start; and its end, whatever the cause.
 */
import type { PoolKnobs } from '../knobs.ts';
import type { FleetContext } from './context.ts';
import { eventFields, fateOf, type Instance, launched } from './instance.ts';
import type { InstanceState, Market, Removal, RunningInstance } from './model.ts';

/** Who must know when the fleet's composition changes. */
export interface LifeListener {
  started(instance: Instance): void;
  left(instance: Instance, how: Removal): void;
}

export class Lifecycle {
  readonly #context: FleetContext;
  readonly #listener: LifeListener;
  readonly #ordinals = new Map<string, number>();

  constructor(context: FleetContext, listener: LifeListener) {
    this.#context = context;
    this.#listener = listener;
  }

  /** EC2 launches an instance now. */
  launch(pool: PoolKnobs, market: Market): void {
    const instance = this.#create(pool, market, '');
    this.#announce(instance, 'provisioning');
    instance.step = this.#context.agenda.after(instance.fate.provisionSeconds, () => this.#machine(instance));
  }

  /** An instance that ran before the run began: it serves at once, may be removed at once, and is no zombie. */
  admit(pool: PoolKnobs, market: Market): void {
    const instance = this.#create(pool, market, 'initial-');
    this.#announce(instance, 'provisioning');
    this.#run(instance);
    instance.removableAt = this.#context.agenda.now;
    this.#context.host.workerReady(instance as RunningInstance);
  }

  /** Ends an instance that lives. */
  terminate(instance: Instance, how: Removal): void {
    const { agenda, roster, host, emit } = this.#context;
    instance.step?.cancel();
    instance.departure?.cancel();
    instance.terminatedAt = agenda.now;
    instance.removal = how;
    roster.move(instance, 'terminated');
    host.removed(instance.id, how);
    emit({ kind: 'terminated', at: agenda.now, ...eventFields(instance), how });
    this.#listener.left(instance, how);
  }

  #create(pool: PoolKnobs, market: Market, prefix: string): Instance {
    const { knobs, seed, agenda, roster } = this.#context;
    const series = `${pool.instanceType}/${market}/${prefix}`;
    const ordinal = (this.#ordinals.get(series) ?? 0) + 1;
    this.#ordinals.set(series, ordinal);
    const id = `${series}${ordinal}`;
    const identity = { id, pool, market, sequence: roster.all.length };
    const instance = launched(identity, fateOf(knobs, seed, id), agenda.now);
    roster.add(instance);
    return instance;
  }

  #machine(instance: Instance): void {
    const { agenda, roster } = this.#context;
    roster.move(instance, 'bootstrapping');
    this.#announce(instance, 'bootstrapping');
    instance.step = agenda.at(instance.launchedAt + instance.fate.lagSeconds, () => this.#bootstrapped(instance));
  }

  #bootstrapped(instance: Instance): void {
    if (instance.fate.fails) {
      this.terminate(instance, 'failedStart');
      return;
    }
    this.#run(instance);
    if (instance.fate.zombie) this.#zombie(instance);
    else this.#context.host.workerReady(instance as RunningInstance);
    this.#listener.started(instance);
  }

  #run(instance: Instance): void {
    const { agenda, knobs, roster } = this.#context;
    instance.step = undefined;
    instance.runningAt = agenda.now;
    instance.removableAt = agenda.now + knobs.minimumAgeSeconds;
    roster.move(instance, 'running');
    this.#announce(instance, 'running');
  }

  #zombie(instance: Instance): void {
    instance.zombie = true;
    this.#context.emit({ kind: 'zombie', at: this.#context.agenda.now, ...eventFields(instance) });
  }

  #announce(instance: Instance, state: Exclude<InstanceState, 'terminated'>): void {
    this.#context.emit({ kind: 'instance', at: this.#context.agenda.now, ...eventFields(instance), state });
  }
}
