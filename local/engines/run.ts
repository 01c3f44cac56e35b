/**
 * The product scaling a real engine on this machine, in the time of the wall: real handlers, adapters and exporter, our
 * EMR endpoint, real workers as its instances.
 */
import type { Reconciled } from '../../lambdas/app/reconcile.ts';
import type { PolicyInput } from '../../lambdas/core/policy/schema.ts';
import type { FleetEvent } from '../../simulator/world/fleet/fleet.ts';
import { LocalSystem } from '../system.ts';
import { type ClusterOptions, EngineCluster } from './cluster.ts';
import { engineHome } from './jars.ts';
import { findJdk, jdkMissing } from './java.ts';
import { CORES_PER_WORKER, type LocalFleetSettings, localKnobs } from './knobs.ts';
import type { EngineVersion, PluginVersion } from './versions.ts';

export interface EngineRunOptions extends LocalFleetSettings {
  readonly engine: EngineVersion;
  readonly cacheFolder: string;
  /** For the nodes' files and logs. */
  readonly folder: string;
  readonly policy: PolicyInput;
  /** Workers at the start. */
  readonly startWorkers: number;
  readonly withAgent?: boolean;
  readonly agentGraceSeconds?: number;
  readonly properties?: ClusterOptions['properties'];
  readonly coordinatorProperties?: ClusterOptions['coordinatorProperties'];
  readonly exchange?: ClusterOptions['exchange'];
  readonly morePlugins?: readonly PluginVersion[];
  readonly jvmFlags?: ClusterOptions['jvmFlags'];
  readonly collectSeconds?: number;
  readonly slotSeconds?: number;
  readonly onTick?: (result: Reconciled) => void;
  readonly onFleetEvent?: (event: FleetEvent) => void;
  readonly onFailure?: (what: string, error: Error) => void;
  readonly onProgress?: (text: string) => void;
  /** Ends every process at once, also while they start. */
  readonly signal?: AbortSignal;
}

/** A sample every two seconds, a tick every five: reactions of a test, at no cost here. */
const COLLECT_SECONDS = 2;
const SLOT_SECONDS = 5;
const STEP_MILLISECONDS = 100;
const AGENT_GRACE_SECONDS = 110;

const clusterOptions = async (options: EngineRunOptions): Promise<ClusterOptions> => {
  const { engine, cacheFolder, folder, startWorkers, withAgent = true, jvmFlags, onFailure } = options;
  const jdk = findJdk(engine.java, process.env);
  if (jdk === undefined) throw new Error(`${engine.kind} ${engine.version}: ${jdkMissing(engine.java)}`);
  const { morePlugins = [], onProgress = () => {} } = options;
  const ending = options.signal === undefined ? {} : { signal: options.signal };
  const home = await engineHome(engine, { jdk, cacheFolder, morePlugins, onProgress, ...ending });
  const { properties = {}, coordinatorProperties = {}, exchange } = options;
  return {
    engine,
    home,
    jdk,
    folder,
    fleet: localKnobs(engine, options).fleet,
    start: { onDemandUnits: 0, spotUnits: startWorkers },
    withAgent,
    agentGraceSeconds: options.agentGraceSeconds ?? AGENT_GRACE_SECONDS,
    properties,
    coordinatorProperties,
    ...(exchange === undefined ? {} : { exchange }),
    jvmFlags: (role, name) => [`-XX:ActiveProcessorCount=${CORES_PER_WORKER}`, ...(jvmFlags?.(role, name) ?? [])],
    onFault: (error) => onFailure?.('an agent', error),
    ...ending,
  };
};

export class EngineRun {
  readonly cluster: EngineCluster;
  readonly system: LocalSystem;
  readonly #began = performance.now();
  readonly #running: Promise<void>;
  #closed = false;

  private constructor(cluster: EngineCluster, system: LocalSystem, onFailure: (error: Error) => void) {
    this.cluster = cluster;
    this.system = system;
    this.#running = this.#run().catch(onFailure);
  }

  /**
   * Starts engine and product, and begins to tick.
   * @throws Error when the engine cannot be had or does not start
   */
  static async start(options: EngineRunOptions): Promise<EngineRun> {
    const { engine, policy, onTick, onFailure, onFleetEvent, onProgress } = options;
    const clusterSettings = await clusterOptions(options);
    let system: LocalSystem | undefined;
    onProgress?.(
      `starting ${engine.kind} ${engine.version}: a coordinator and ${options.startWorkers} ${options.startWorkers === 1 ? 'worker' : 'workers'}`,
    );
    const cluster = await EngineCluster.start({
      ...clusterSettings,
      onFleetEvent: (event) => {
        system?.noticeFleetEvent(event);
        onFleetEvent?.(event);
      },
    });
    try {
      system = await LocalSystem.start({
        world: () => cluster,
        coordinatorUrl: cluster.url,
        knobs: localKnobs(engine, options),
        policy,
        seed: 1,
        sample: 'push',
        startOfRun: Math.floor(Date.now() / 1000),
        collectSeconds: options.collectSeconds ?? COLLECT_SECONDS,
        slotSeconds: options.slotSeconds ?? SLOT_SECONDS,
        ...(onTick === undefined ? {} : { onTick }),
        ...(onFailure === undefined ? {} : { onFailure }),
      });
      await system.begin();
    } catch (error) {
      await system?.close();
      await cluster.close();
      throw error;
    }
    return new EngineRun(cluster, system, (error) => onFailure?.('the run', error));
  }

  /** Seconds since the start of the ticking. */
  get seconds(): number {
    return (performance.now() - this.#began) / 1000;
  }

  /** Ends product and engine. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    await this.system.close();
    await this.cluster.close();
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      await this.system.advanceTo(this.seconds);
      await new Promise((resolve) => setTimeout(resolve, STEP_MILLISECONDS));
    }
  }
}
