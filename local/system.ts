/**
 * The whole product on one machine in virtual time: the real handlers, adapters and exporter, over HTTP against a
 * simulated world. Virtual time moves only when everything that is due has answered, so a run can be repeated.
 */
import { userAccess } from '../exporters/engine/access.ts';
import { connectEngine } from '../exporters/engine/connect.ts';
import { Exporter } from '../exporters/exporter.ts';
import { Push } from '../exporters/push.ts';
import { serve } from '../exporters/server.ts';
import { DynamoInbox } from '../lambdas/adapters/dynamo/inbox.ts';
import { ENVIRONMENT_TAG, EVENTS } from '../lambdas/contract.ts';
import type { WorkloadSample } from '../lambdas/core/model.ts';
import { cores, type EpochSeconds, epochSeconds } from '../lambdas/core/quantities.ts';
import { handleDispatch } from '../lambdas/handlers/dispatch.ts';
import { handleReconcile } from '../lambdas/handlers/reconcile.ts';
import { handleRoute } from '../lambdas/handlers/route.ts';
import type { InstanceOwner } from '../lambdas/ports/instances.ts';
import type { Wiring } from '../lambdas/runtime/wiring.ts';
import { START_OF_RUN } from '../simulator/run/start-of-run.ts';
import type { FleetEvent } from '../simulator/world/fleet/fleet.ts';
import type { CoordinatorEndpoint } from './coordinator/endpoint.ts';
import { type EmrEndpoint, startEmrEndpoint } from './emr/endpoint.ts';
import { ec2InstanceIdOf } from './emr/ids.ts';
import { WorldBackend } from './emr/world-backend.ts';
import { engineViewOf } from './emr/world-engine.ts';
import { type LocalOptions, simulatedCoordinator } from './system-options.ts';
import { CLUSTER, ENVIRONMENT, type Servers, systemWiring } from './system-wiring.ts';
import { type LocalTable, startTable } from './table.ts';
import { TickQueue } from './tick-queue.ts';
import { VirtualClock } from './virtual-clock.ts';

export { CLUSTER, ENVIRONMENT } from './system-wiring.ts';

const MINUTE = 60;

const DETAIL_TYPES = {
  interruptionNotice: 'EC2 Spot Instance Interruption Warning',
  rebalanceRecommendation: 'EC2 Instance Rebalance Recommendation',
} as const;

const nextMultiple = (after: number, step: number): number => (Math.floor(after / step + 1e-9) + 1) * step;

export class LocalSystem {
  readonly inbox: DynamoInbox;
  readonly emr: EmrEndpoint;
  readonly #options: LocalOptions;
  readonly #clock: VirtualClock;
  readonly #queue: TickQueue;
  readonly #exporter: Exporter;
  readonly #wiring: Wiring;
  readonly #servers: Servers;
  readonly #owners = new Map<string, InstanceOwner>();
  readonly #events: FleetEvent[] = [];
  readonly #end: () => void;
  readonly #startOfRun: number;
  #now = 0;
  #dispatchOwed = false;

  private constructor(
    options: LocalOptions,
    clock: VirtualClock,
    queue: TickQueue,
    servers: Servers,
    exporter: Exporter,
  ) {
    this.#options = options;
    this.#startOfRun = options.startOfRun ?? START_OF_RUN;
    this.#clock = clock;
    this.#queue = queue;
    this.#servers = servers;
    this.#exporter = exporter;
    this.emr = servers.emr;
    this.inbox = new DynamoInbox(servers.table.table);
    const { wiring, end } = systemWiring({ options, clock, queue, servers, owners: this.#owners });
    this.#wiring = wiring;
    this.#end = end;
  }

  /** Starts every endpoint on a free port of 127.0.0.1, and writes the policy. */
  static async start(options: LocalOptions): Promise<LocalSystem> {
    const startOfRun = options.startOfRun ?? START_OF_RUN;
    const clock = new VirtualClock(epochSeconds(startOfRun));
    const queue = new TickQueue();
    const { world, knobs, coordinatorUrl } = options;
    const engine = engineViewOf(knobs);
    const tags = { [ENVIRONMENT_TAG]: ENVIRONMENT };
    const backend = new WorldBackend({ clusterId: CLUSTER, world, pools: knobs.fleet.pools, engine, tags, startOfRun });
    const table = await startTable();
    const emr = await startEmrEndpoint({ backends: [backend], now: () => clock.now() });
    const coordinator = await simulatedCoordinator(options, startOfRun);
    const url = coordinator?.url ?? String(coordinatorUrl);
    const reader = connectEngine({ coordinator: url, access: userAccess('prestoscale'), now: () => clock.now() });
    const inbox = new DynamoInbox(table.table);
    const wake = async (): Promise<void> => queue.send([{ cluster: CLUSTER, slot: clock.now() }]);
    const push = new Push({ putSample: (sample) => inbox.putSample(CLUSTER, sample), wake });
    const { requiredWorkers } = knobs.engine;
    const now = (): EpochSeconds => clock.now();
    const exporter = new Exporter({ reader, now, requiredWorkers, ...(options.sample === 'push' ? { push } : {}) });
    const served = await serve(exporter, { host: '127.0.0.1', port: 0 });
    await inbox.putPolicy(CLUSTER, options.policy, 'local', clock.now());
    const system = new LocalSystem(
      options,
      clock,
      queue,
      { table, backend, emr, coordinator, exporter: served },
      exporter,
    );
    const slots = Array.from({ length: MINUTE / options.slotSeconds }, (_, index) => index * options.slotSeconds);
    await queue.send(slots.map((slot) => ({ cluster: CLUSTER, slot: epochSeconds(startOfRun + slot) })));
    return system;
  }

  /** Virtual seconds since the start of the run. */
  get now(): number {
    return this.#now;
  }

  /** Virtual time. */
  get time(): EpochSeconds {
    return this.#clock.now();
  }

  /** The exporter's last sample; undefined: there is none. */
  get sample(): WorkloadSample | undefined {
    return this.#exporter.sample;
  }

  /** The cluster behind the EMR endpoint: it may be made to end, to be of another kind, to lose its tag. */
  get backend(): WorldBackend {
    return this.#servers.backend;
  }

  get table(): LocalTable {
    return this.#servers.table;
  }

  /** @throws Error when the engine is real */
  get coordinator(): CoordinatorEndpoint {
    const { coordinator } = this.#servers;
    if (coordinator === undefined)
      throw new Error('the engine of this system is real: it has no simulated coordinator');
    return coordinator;
  }

  /** To be told of everything that happens to the fleet. */
  noticeFleetEvent(event: FleetEvent): void {
    this.#events.push(event);
  }

  /** Runs what is due at second 0. Call it once, before the first `advanceTo`. */
  async begin(): Promise<void> {
    await this.#exporter.collect();
    // The slots of the second minute: nobody else sends them.
    await this.#dispatch();
    await this.#deliver();
  }

  /** Moves virtual time on, stopping wherever something is due; returns when everything has answered. */
  async advanceTo(seconds: number): Promise<void> {
    while (this.#now < seconds) {
      const at = Math.min(seconds, this.#nextDue());
      this.#options.world().advanceTo(at);
      this.#clock.moveTo(epochSeconds(this.#startOfRun + at));
      const before = this.#now;
      this.#now = at;
      await this.#route();
      if (nextMultiple(before, this.#options.collectSeconds) <= at) await this.#exporter.collect();
      if (this.#dispatchIsDue(before, at)) await this.#dispatch();
      await this.#deliver();
    }
  }

  /** Hands a request of this environment to `route`, as EventBridge would. */
  async send(type: string, request: Readonly<Record<string, unknown>>): Promise<void> {
    const time = new Date(this.#clock.now() * 1000).toISOString();
    const detail = { environment: ENVIRONMENT, ...request };
    await handleRoute({ source: EVENTS.source, 'detail-type': type, time, detail }, this.#wiring);
  }

  /** Ends every endpoint. */
  async close(): Promise<void> {
    this.#end();
    const { table, emr, coordinator, exporter } = this.#servers;
    await Promise.all([emr.close(), coordinator?.close(), exporter.close(), table.close()]);
  }

  #nextDue(): number {
    const wakeUp = this.#queue.nextAt();
    return Math.min(
      nextMultiple(this.#now, this.#options.collectSeconds),
      nextMultiple(this.#now, MINUTE),
      wakeUp === undefined ? Number.POSITIVE_INFINITY : Math.max(this.#now + 1e-3, wakeUp - this.#startOfRun),
    );
  }

  /** The scheduler calls once a minute, and again at the next slot what has failed. */
  #dispatchIsDue(before: number, at: number): boolean {
    const step = this.#dispatchOwed ? this.#options.slotSeconds : MINUTE;
    return nextMultiple(before, step) <= at;
  }

  async #dispatch(): Promise<void> {
    this.#dispatchOwed = !(await this.#tried('dispatch', () => handleDispatch(this.#wiring)));
  }

  async #deliver(): Promise<void> {
    for (let due = this.#queue.due(this.#clock.now()); due.length > 0; due = this.#queue.due(this.#clock.now())) {
      for (const wakeUp of due) {
        const record = { body: JSON.stringify(wakeUp), attributes: { ApproximateReceiveCount: '1' } };
        await this.#tried('reconcile', () => handleReconcile({ Records: [record] }, this.#told()));
      }
    }
  }

  /** The wiring, with an ear for how each tick ended. */
  #told(): Wiring {
    return {
      ...this.#wiring,
      reconcile: async (cluster) => {
        const result = await this.#wiring.reconcile(cluster);
        this.#options.onTick?.(result);
        return result;
      },
    };
  }

  async #route(): Promise<void> {
    for (const event of this.#events.splice(0)) {
      if (event.kind !== 'interruptionNotice' && event.kind !== 'rebalanceRecommendation') continue;
      const id = ec2InstanceIdOf(CLUSTER, event.instanceId);
      const instance = this.#options
        .world()
        .fleet.instances()
        .find((one) => one.id === event.instanceId);
      if (instance === undefined) continue;
      this.#owners.set(id, { emrClusterId: CLUSTER, vcpus: cores(instance.pool.vcpu), role: 'task' });
      const time = new Date((this.#startOfRun + event.at) * 1000).toISOString();
      const detail = { 'instance-id': id, 'instance-action': 'terminate' };
      const bridge = { source: 'aws.ec2', 'detail-type': DETAIL_TYPES[event.kind], time, detail };
      await this.#tried('route', () => handleRoute(bridge, this.#wiring));
    }
  }

  /** A handler that fails is told of; the next slot finds everything. */
  async #tried(what: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.#options.onFailure?.(what, error as Error);
      return false;
    }
  }
}
