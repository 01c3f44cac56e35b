/**
 * The workers of a real engine as the instances of a fleet: a machine is a process, and removing an instance is what
 * happens to one that EMR removes: its agent has its turn, then it is stopped, at the end of the grace by force.
 */
import type { FleetEvent, FleetHost } from '../../simulator/world/fleet/fleet.ts';
import type { Removal, RunningInstance } from '../../simulator/world/fleet/model.ts';
import { WorkerAgent } from './agent.ts';
import type { EngineNode } from './engine-node.ts';

export interface WorkersOptions {
  /** Starts the process of an instance; its folder is for the agent. */
  readonly startNode: (name: string) => { readonly node: EngineNode; readonly folder: string };
  readonly coordinatorUrl: () => string;
  /** False: nobody drains a worker that is removed. */
  readonly withAgent: boolean;
  /** How long the agent may take. */
  readonly graceSeconds: number;
  /** A draining worker can be called back. */
  readonly reversibleDrain: boolean;
  /** Told of a process that ended by itself. */
  readonly onLost: (instanceId: string) => void;
  readonly onFault: (error: Error) => void;
}

interface Worker {
  readonly node: EngineNode;
  readonly agent: WorkerAgent | undefined;
  /** It has been asked to go. */
  leaving: boolean;
  drained: boolean;
}

/** After a stop signal a worker that has nothing to do is gone in about five seconds. */
const STOP_MILLISECONDS = 15_000;
const STATE_MILLISECONDS = 500;

/** Names of instances have slashes, which no node id may have. */
const nodeName = (instanceId: string): string => instanceId.replaceAll(/[^A-Za-z0-9]+/g, '-');

export class Workers implements FleetHost {
  readonly #options: WorkersOptions;
  readonly #workers = new Map<string, Worker>();
  readonly #endings = new Set<Promise<void>>();
  #polling = false;

  constructor(options: WorkersOptions) {
    this.#options = options;
  }

  /** The node of an instance that lives. */
  node(instanceId: string): EngineNode | undefined {
    return this.#workers.get(instanceId)?.node;
  }

  /** Instances that live, in order of their start. */
  get ids(): readonly string[] {
    return [...this.#workers.keys()];
  }

  /** The machine is there: its engine starts, as it does before EMR says RUNNING. */
  onEvent(event: FleetEvent): void {
    if (event.kind === 'instance' && event.state === 'bootstrapping') this.#start(event.instanceId);
  }

  workerReady({ id }: RunningInstance): void {
    this.#start(id);
  }

  drain(id: string): void {
    const worker = this.#workers.get(id);
    if (worker === undefined) return;
    worker.leaving = true;
    worker.agent?.stop().catch(this.#options.onFault);
  }

  undrain(id: string): boolean {
    const worker = this.#workers.get(id);
    if (worker?.agent === undefined || worker.node.hasEnded || !this.#options.reversibleDrain) return false;
    worker.leaving = false;
    worker.drained = false;
    worker.agent.resume().catch(this.#options.onFault);
    return true;
  }

  isDrained(id: string): boolean {
    const worker = this.#workers.get(id);
    return worker === undefined || worker.node.hasEnded || worker.drained;
  }

  drainedAt(): undefined {
    return undefined;
  }

  removed(id: string, how: Removal): void {
    const worker = this.#workers.get(id);
    if (worker === undefined) return;
    this.#workers.delete(id);
    const ending = this.#end(worker, how === 'drained').finally(() => this.#endings.delete(ending));
    this.#endings.add(ending);
  }

  /** Asks the draining workers whether they have finished. Call it again and again; never two at once. */
  async poll(): Promise<void> {
    if (this.#polling) return;
    this.#polling = true;
    const leaving = [...this.#workers.values()].filter((worker) => worker.leaving && !worker.node.hasEnded);
    await Promise.all(
      leaving.map(async (worker) => {
        const drained = (await worker.node.state(STATE_MILLISECONDS)) === 'DRAINED';
        // It may have been called back meanwhile.
        worker.drained = worker.leaving && drained;
      }),
    );
    this.#polling = false;
  }

  /** Ends all of them by force. */
  async close(): Promise<void> {
    for (const id of this.ids) this.removed(id, 'killed');
    await Promise.all(this.#endings);
  }

  #start(id: string): void {
    if (this.#workers.has(id)) return;
    const { startNode, coordinatorUrl, withAgent, graceSeconds } = this.#options;
    const { node, folder } = startNode(nodeName(id));
    const agentOptions = { engineUrl: node.url, coordinatorUrl: coordinatorUrl(), folder, graceSeconds };
    const agent = withAgent ? new WorkerAgent(agentOptions) : undefined;
    const worker = { node, agent, leaving: false, drained: false };
    this.#workers.set(id, worker);
    void node.ended.then(() => {
      if (this.#workers.get(id) === worker && !worker.leaving) this.#options.onLost(id);
    });
  }

  async #end({ node, agent }: Worker, gently: boolean): Promise<void> {
    agent?.end();
    node.kill(gently ? 'SIGTERM' : 'SIGKILL');
    const timer = setTimeout(() => node.kill('SIGKILL'), STOP_MILLISECONDS);
    await node.ended;
    clearTimeout(timer);
  }
}
