/**
 * A real engine whose workers are the instances of a simulated EMR fleet: the fleet's rules (resizes one after another,
 * lags, minimum age, replacement of what is lost) are those of `simulator/world`, its time is that of the wall, and
 * each of its instances is a process.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Fleet, type FleetEvent, type FleetTargets } from '../../simulator/world/fleet/fleet.ts';
import type { FleetKnobs } from '../../simulator/world/knobs.ts';
import { EngineNode } from './engine-node.ts';
import type { EngineHome } from './jars.ts';
import type { Jdk } from './java.ts';
import type { NodeSettings } from './node-files.ts';
import { freePorts } from './ports.ts';
import { runStatement } from './statement.ts';
import type { EngineVersion } from './versions.ts';
import { Workers } from './workers.ts';

export interface ClusterOptions {
  readonly engine: EngineVersion;
  readonly home: EngineHome;
  readonly jdk: Jdk;
  /** For the nodes' files and logs. */
  readonly folder: string;
  readonly fleet: FleetKnobs;
  /** Workers that are there at the start. */
  readonly start: FleetTargets;
  /** False: nobody drains a worker that is removed. */
  readonly withAgent: boolean;
  /** How long an agent may take to drain its worker. */
  readonly agentGraceSeconds: number;
  /** Properties of every node, and of the coordinator. */
  readonly properties?: Readonly<Record<string, string>>;
  readonly coordinatorProperties?: Readonly<Record<string, string>>;
  readonly exchange?: Readonly<Record<string, string>>;
  readonly heapMegabytes?: number;
  /** More flags for a node's JVM, by its role and name. */
  readonly jvmFlags?: (role: NodeSettings['role'], name: string) => readonly string[];
  readonly onFleetEvent?: (event: FleetEvent) => void;
  readonly onFault?: (error: Error) => void;
  /** Ends every process at once, also while they start. */
  readonly signal?: AbortSignal;
}

/** Workers of 384 and 512 MB ran out of memory now and then, with results that wait for slow readers. */
const HEAP_MEGABYTES = 1024;
/** Several JVMs at once on two busy cores took up to 50 s. */
const START_SECONDS = 180;
/** Ports are taken beforehand: a JVM cannot say which one it took. */
const SPARE_PORTS = 200;
const SPLITS_PER_NODE = 4;

export class EngineCluster {
  readonly fleet: Fleet;
  readonly coordinator: EngineNode;
  readonly #options: ClusterOptions;
  readonly #workers: Workers;
  readonly #ports: number[];
  readonly #lost: string[] = [];

  private constructor(options: ClusterOptions, ports: readonly number[]) {
    const { engine, fleet, start, withAgent, agentGraceSeconds } = options;
    this.#options = options;
    this.#ports = [...ports];
    this.coordinator = this.#node('coordinator', 'coordinator', ports[0] as number).node;
    this.#workers = new Workers({
      startNode: (name) => this.#startWorker(name),
      coordinatorUrl: () => this.url,
      withAgent,
      graceSeconds: agentGraceSeconds,
      reversibleDrain: engine.reversibleDrain,
      onLost: (id) => this.#lost.push(id),
      onFault: (error) => options.onFault?.(error),
    });
    this.fleet = new Fleet(fleet, 1, this.#workers, (event) => {
      this.#workers.onEvent(event);
      options.onFleetEvent?.(event);
    });
    this.fleet.start(start);
  }

  /**
   * Starts coordinator and workers, and waits until they run a query.
   * @throws Error with the end of a node's log when one does not start
   */
  static async start(options: ClusterOptions): Promise<EngineCluster> {
    mkdirSync(options.folder, { recursive: true });
    const ports = await freePorts(SPARE_PORTS);
    options.signal?.throwIfAborted();
    const cluster = new EngineCluster(options, ports);
    options.signal?.addEventListener('abort', () => void cluster.close());
    try {
      await cluster.coordinator.ready(START_SECONDS);
      await Promise.all(cluster.workerIds.map((id) => cluster.worker(id)?.ready(START_SECONDS)));
      // A worker that answers is not counted yet; the first query waits until one is.
      if (cluster.workerIds.length > 0) await cluster.#firstQuery();
    } catch (error) {
      await cluster.close();
      throw error;
    }
    return cluster;
  }

  /** Where queries are sent. */
  get url(): string {
    return this.coordinator.url;
  }

  /** Ids of the instances that live, in order of their start. */
  get workerIds(): readonly string[] {
    return this.#workers.ids;
  }

  worker(id: string): EngineNode | undefined {
    return this.#workers.node(id);
  }

  /** Seconds since the start. */
  advanceTo(seconds: number): void {
    void this.#workers.poll();
    this.fleet.advanceTo(seconds);
    for (const id of this.#lost.splice(0)) this.fleet.lose(id);
  }

  /** Ends every process by force: all of them have been told when this returns, and are gone when it resolves. */
  async close(): Promise<void> {
    this.coordinator.kill('SIGKILL');
    await this.#workers.close();
    await this.coordinator.ended;
  }

  async #firstQuery(): Promise<void> {
    const { headers } = this.#options.engine;
    const statement = { coordinator: this.url, headers, sql: 'select 1', user: 'start', source: 'start' };
    for (let tries = 0; tries < START_SECONDS; tries += 1) {
      const { error } = await runStatement(statement);
      if (error === undefined) return;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    throw new Error(`no query could be run in ${START_SECONDS} s:\n${this.coordinator.log()}`);
  }

  #startWorker(name: string): { readonly node: EngineNode; readonly folder: string } {
    const port = this.#nextPort();
    const started = this.#node('worker', name, port);
    // Taken again when all others have been: the engine may remember it for a while.
    void started.node.ended.then(() => this.#ports.splice(1, 0, port));
    return started;
  }

  #nextPort(): number {
    const port = this.#ports.pop();
    if (port === undefined || port === this.#ports[0]) throw new Error('all ports for workers have been used');
    return port;
  }

  #node(
    role: NodeSettings['role'],
    name: string,
    port: number,
  ): { readonly node: EngineNode; readonly folder: string } {
    const { engine, home, jdk, properties, coordinatorProperties, exchange, heapMegabytes, jvmFlags } = this.#options;
    const folder = join(this.#options.folder, name);
    const settings: NodeSettings = {
      name,
      role,
      port,
      coordinatorPort: this.#ports[0] as number,
      properties: { ...properties, ...(role === 'coordinator' ? coordinatorProperties : {}) },
      splitsPerNode: SPLITS_PER_NODE,
      ...(exchange === undefined ? {} : { exchange }),
    };
    const more = jvmFlags?.(role, name);
    const node = new EngineNode({
      engine,
      home,
      jdk,
      folder,
      settings,
      heapMegabytes: heapMegabytes ?? HEAP_MEGABYTES,
      ...(more === undefined ? {} : { jvmFlags: more }),
    });
    return { node, folder };
  }
}
