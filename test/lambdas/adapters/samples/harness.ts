/** Sources over the wire, against a coordinator endpoint over the engine of a bench. */
import { getText } from '../../../../exporters/engine/http.ts';
import { PrestoClient } from '../../../../exporters/engine/presto-client.ts';
import { Exporter } from '../../../../exporters/exporter.ts';
import { type RunningServer, serve } from '../../../../exporters/server.ts';
import { CoordinatorWorkload } from '../../../../lambdas/adapters/samples/coordinator.ts';
import { ScrapedWorkload } from '../../../../lambdas/adapters/samples/scraped.ts';
import { epochSeconds } from '../../../../lambdas/core/quantities.ts';
import { type CoordinatorEndpoint, startCoordinatorEndpoint } from '../../../../local/coordinator/endpoint.ts';
import { WorldCoordinator } from '../../../../local/coordinator/world-backend.ts';
import { START_OF_RUN } from '../../../../simulator/run/start-of-run.ts';
import type { EngineBench } from '../../../simulator/world/engine/bench.ts';
import type { WorkloadHarness } from '../../ports/workload.contract.ts';
import type { Clock, MakeRelay } from './relays.ts';

/** Of one request between exporter and endpoint. */
const TIMEOUT_MILLISECONDS = 2_000;
const LIMITS = { timeoutMilliseconds: TIMEOUT_MILLISECONDS, maximumBytes: 1_000_000 };

export interface WiredHarness extends WorkloadHarness {
  readonly endpoint: CoordinatorEndpoint;
  readonly backend: WorldCoordinator;
}

export interface ScrapedHarness extends WiredHarness {
  readonly exporter: Exporter;
  readonly server: RunningServer;
}

const startBackend = async (bench: EngineBench) => {
  const backend = new WorldCoordinator(() => bench);
  const now = () => epochSeconds(START_OF_RUN + bench.engine.now);
  return { backend, now, endpoint: await startCoordinatorEndpoint(backend) };
};

/** Engine ← endpoint ← exporter ← scrape. */
export const scrapedHarness = async (
  bench: EngineBench,
  timeoutMilliseconds = TIMEOUT_MILLISECONDS,
): Promise<ScrapedHarness> => {
  const { backend, now, endpoint } = await startBackend(bench);
  const reader = new PrestoClient({ coordinator: endpoint.url, now, timeoutMilliseconds });
  const exporter = new Exporter({ reader, now, requiredWorkers: 1 });
  const server = await serve(exporter, { host: '127.0.0.1', port: 0 });
  const faults: Error[] = [];
  const source = new ScrapedWorkload({ url: `${server.url}/metrics`, onFault: (error) => faults.push(error) });
  return {
    endpoint,
    backend,
    exporter,
    server,
    faults,
    sample: async () => {
      await exporter.collect();
      return source.sample();
    },
    silence: () => endpoint.close(),
    close: async () => {
      await server.close();
      await endpoint.close();
    },
  };
};

/** Engine ← endpoint ← exporter ← whoever keeps what it shows ← source. */
export const relayedHarness =
  (makeRelay: MakeRelay) =>
  async (bench: EngineBench): Promise<WorkloadHarness> => {
    const { now, endpoint } = await startBackend(bench);
    const reader = new PrestoClient({ coordinator: endpoint.url, now, timeoutMilliseconds: TIMEOUT_MILLISECONDS });
    const exporter = new Exporter({ reader, now, requiredWorkers: 1 });
    const server = await serve(exporter, { host: '127.0.0.1', port: 0 });
    const clock: Clock = { now: now() };
    const relay = await makeRelay(clock);
    return {
      faults: relay.faults,
      sample: async () => {
        await exporter.collect();
        clock.now = now();
        await relay.publish(await getText(`${server.url}/metrics`, LIMITS));
        clock.now = relay.readableAt();
        return relay.source.sample();
      },
      silence: () => endpoint.close(),
      close: async () => {
        await relay.close();
        await server.close();
        await endpoint.close();
      },
    };
  };

/** Engine ← endpoint ← source. */
export const coordinatorHarness = async (bench: EngineBench): Promise<WiredHarness> => {
  const { backend, now, endpoint } = await startBackend(bench);
  const faults: Error[] = [];
  const source = new CoordinatorWorkload({
    coordinator: endpoint.url,
    clock: { now },
    timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    onFault: (error) => faults.push(error),
  });
  return {
    endpoint,
    backend,
    faults,
    sample: () => source.sample(),
    silence: () => endpoint.close(),
    close: () => endpoint.close(),
  };
};
