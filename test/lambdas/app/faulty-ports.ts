/** Ports of which one call, by its number in a run, goes wrong. */
import type { ReconcilePorts } from '../../../lambdas/app/reconcile.ts';
import { FleetError } from '../../../lambdas/ports/fleets.ts';
import type { WorkloadSource } from '../../../lambdas/ports/workload.ts';

export type PortFault =
  /** The call throws and has done nothing. */
  | 'refused'
  /** The call has done its work and throws all the same. */
  | 'lost'
  /** The process ends before the call. */
  | 'killed-before'
  /** The process ends after the call. */
  | 'killed-after';

export const PORT_FAULTS: readonly PortFault[] = ['refused', 'lost', 'killed-before', 'killed-after'];

type Call = <Result>(name: string, work: () => Promise<Result>) => Promise<Result>;

const faultySource = (source: WorkloadSource | undefined, call: Call): WorkloadSource | undefined =>
  source === undefined ? undefined : { sample: () => call('sample', () => source.sample()) };

/** Counts calls to ports, and breaks one of them. A killed tick never goes on: it waits for ever. */
export class FaultyPorts {
  /** Names of the calls of the run, in their order. */
  readonly calls: string[] = [];
  /** Resolves when the tick is killed. */
  readonly killed: Promise<'killed'>;
  readonly #at: number;
  readonly #fault: PortFault | undefined;
  #kill: () => void = () => undefined;

  constructor(at: number, fault?: PortFault) {
    this.#at = at;
    this.#fault = fault;
    this.killed = new Promise((resolve) => {
      this.#kill = () => resolve('killed');
    });
  }

  wrap(ports: ReconcilePorts): ReconcilePorts {
    const { store, tokens, journal, ledger, workload } = ports;
    const call: Call = (name, work) => this.#call(name, work);
    return {
      clock: ports.clock,
      store: {
        load: (now) => call('load', () => store.load(now)),
        save: (memory, fence, now, until) => call('save', () => store.save(memory, fence, now, until)),
      },
      lookedFor: ports.lookedFor,
      emr: (emrClusterId) => {
        const { fleet, finder } = ports.emr(emrClusterId);
        return {
          fleet: {
            facts: () => fleet.facts(),
            read: (now) => call('read', () => fleet.read(now)),
            pools: (now, mayCall) => call('pools', () => fleet.pools(now, mayCall)),
            modify: (command, fleetId) => call('modify', () => fleet.modify(command, fleetId)),
          },
          finder: { clusterId: finder.clusterId, find: () => call('find', () => finder.find()) },
        };
      },
      tokens: { take: (operations, priority, now) => call('take', () => tokens.take(operations, priority, now)) },
      journal: { write: (record, outcome) => call('write', () => journal.write(record, outcome)) },
      ledger: { put: (part) => call('put', () => ledger.put(part)) },
      ...(workload === undefined ? {} : { workload: (host) => faultySource(workload(host), call) }),
    };
  }

  async #call<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const index = this.calls.length;
    this.calls.push(name);
    if (index !== this.#at || this.#fault === undefined) return work();
    if (this.#fault === 'lost' || this.#fault === 'killed-after') await work();
    if (this.#fault === 'refused' || this.#fault === 'lost') throw new FleetError('unavailable', `${name} was broken`);
    this.#kill();
    return new Promise<never>(() => undefined);
  }
}
