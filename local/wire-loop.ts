/** The loop of a headless run over the wire: real handlers, adapters and exporter against the world's endpoints. */
import { COLLECT_SECONDS } from '../simulator/run/exported-sample.ts';
import type { RunOptions, StartLoop } from '../simulator/run/headless.ts';
import { LocalSystem } from './system.ts';

export interface WireOptions {
  readonly sample: 'scrape' | 'push';
  /** Told of a handler that failed; the next slot finds everything. */
  readonly onFailure?: (what: string, error: Error) => void;
}

/** Starts every endpoint for a run; ends them with it. */
export const overTheWire =
  (wire: WireOptions): StartLoop =>
  async (world, options: RunOptions, onDecision) => {
    const slotSeconds = options.tickSeconds ?? 15;
    const system = await LocalSystem.start({
      world,
      knobs: options.knobs,
      policy: options.policy,
      seed: options.seed,
      sample: wire.sample,
      collectSeconds: COLLECT_SECONDS,
      slotSeconds,
      onTick: (result) => {
        if (result.kind === 'decided') onDecision(result.decided.decision, result.record);
      },
      ...(wire.onFailure === undefined ? {} : { onFailure: wire.onFailure }),
    });
    return {
      step: (atSeconds) => (atSeconds === 0 ? system.begin() : system.advanceTo(atSeconds)),
      notice: (event) => system.noticeFleetEvent(event),
      calls: system.emr.calls,
      close: () => system.close(),
    };
  };
