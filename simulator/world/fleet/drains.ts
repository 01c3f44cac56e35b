/**
 * Removing a worker that may still have work: EMR waits for at most the graceful timeout (`graceful-shutdown-timeout`
 * of PrestoDB, 0 = kill at once), ends the instance as soon as it is drained, and kills it when the time is over.
 */
import type { FleetContext } from './context.ts';
import { eventFields, type Instance } from './instance.ts';
import type { Lifecycle } from './lifecycle.ts';

export class Drains {
  readonly #context: FleetContext;
  readonly #lifecycle: Lifecycle;

  constructor(context: FleetContext, lifecycle: Lifecycle) {
    this.#context = context;
    this.#lifecycle = lifecycle;
  }

  /** Begins to remove a running instance. A zombie has nothing to finish and goes at once. */
  begin(victim: Instance): void {
    if (victim.zombie) this.#lifecycle.terminate(victim, 'drained');
    else if (this.#context.knobs.gracefulTimeoutSeconds === 0) this.#end(victim);
    else this.#drain(victim);
  }

  /** Asks the engine for a draining worker back; false: it goes on draining. */
  callBack(instance: Instance): boolean {
    if (!this.#context.host.undrain(instance.id)) return false;
    instance.step?.cancel();
    this.#context.roster.move(instance, 'running');
    this.#announce(instance, 'running');
    return true;
  }

  /** The earliest end of a drain that the engine knows already. */
  nextAt(): number | undefined {
    const { agenda, host, roster } = this.#context;
    let next: number | undefined;
    for (const instance of roster.draining) {
      const at = host.drainedAt(instance.id);
      if (at !== undefined && (next === undefined || at < next)) next = Math.max(at, agenda.now);
    }
    return next;
  }

  /** Ends every instance that is drained by now; false: there was none. */
  check(): boolean {
    if (this.#context.roster.draining.size === 0) return false;
    const done = [...this.#context.roster.draining].filter((instance) => this.#drained(instance));
    for (const instance of done) this.#lifecycle.terminate(instance, 'drained');
    return done.length > 0;
  }

  #drain(victim: Instance): void {
    const { agenda, host, knobs, roster } = this.#context;
    roster.move(victim, 'draining');
    this.#announce(victim, 'draining');
    host.drain(victim.id);
    victim.step = agenda.after(knobs.gracefulTimeoutSeconds, () => this.#end(victim));
  }

  #drained({ id }: Instance): boolean {
    const { agenda, host } = this.#context;
    return host.isDrained(id) || (host.drainedAt(id) ?? Number.POSITIVE_INFINITY) <= agenda.now;
  }

  #end(victim: Instance): void {
    this.#lifecycle.terminate(victim, this.#drained(victim) ? 'drained' : 'killed');
  }

  #announce(instance: Instance, state: 'draining' | 'running'): void {
    this.#context.emit({ kind: 'instance', at: this.#context.agenda.now, ...eventFields(instance), state });
  }
}
