/** Two functions on one cluster: one table, one EMR endpoint, one coordinator, each with clients of its own. */
import { setImmediate as soon } from 'node:timers/promises';
import { tableClient } from '../../../lambdas/adapters/dynamo/client.ts';
import { emrClient } from '../../../lambdas/adapters/emr/client.ts';
import { EmrClusterDirectory } from '../../../lambdas/adapters/emr/cluster-directory.ts';
import { CoordinatorWorkload } from '../../../lambdas/adapters/samples/coordinator.ts';
import type { Reconciled } from '../../../lambdas/app/reconcile.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { wire } from '../../../lambdas/runtime/wire.ts';
import type { ClusterEntry } from '../../../lambdas/settings/settings.ts';
import { type EmrEndpoint, startEmrEndpoint } from '../../../local/emr/endpoint.ts';
import { WorldBackend } from '../../../local/emr/world-backend.ts';
import { engineViewOf } from '../../../local/emr/world-engine.ts';
import { CLUSTER, ENVIRONMENT } from '../../../local/system.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../local/table.ts';
import { VirtualClock } from '../../../local/virtual-clock.ts';
import { knownFactsOf } from '../../../simulator/run/ports.ts';
import { START_OF_RUN } from '../../../simulator/run/start-of-run.ts';
import { Bench, QUICK_KNOBS, SLOT_SECONDS } from './bench.ts';
import { QUERIES } from './scenario.ts';

jest.setTimeout(60_000);

interface Rival {
  tick(): Promise<Reconciled>;
  end(): void;
}

interface Stage {
  readonly applied: Bench['applied'];
  readonly emr: EmrEndpoint;
  readonly one: Rival;
  readonly other: Rival;
  moveTo(at: number): void;
}

const LOCAL = { region: LOCAL_REGION, maxAttempts: 1, credentials: LOCAL_CREDENTIALS };

const rivalOf = ({ system }: Bench, endpoint: EmrEndpoint, name: string, clock: VirtualClock): Rival => {
  const client = tableClient({ ...LOCAL, endpoint: system.table.url });
  const emr = emrClient({ ...LOCAL, endpoint: endpoint.url });
  const workload = new CoordinatorWorkload({ coordinator: system.coordinator.url, clock });
  let ids = 0;
  const entry: ClusterEntry = { name: CLUSTER, find: { name: CLUSTER }, sample: { from: 'alarms' }, policy: {} };
  const wiring = wire([{ entry, facts: knownFactsOf(QUICK_KNOBS), workload: () => workload }], {
    environment: ENVIRONMENT,
    directory: new EmrClusterDirectory(emr),
    clock,
    table: { client, name: system.table.table.name },
    emr,
    wakeUps: { send: async () => {} },
    alarms: { read: async () => [] },
    instances: { ownerOf: async () => undefined },
    report: () => {},
    newId: () => {
      ids += 1;
      return `${name}-${ids}`;
    },
    pause: async () => {},
    slotSeconds: SLOT_SECONDS,
    retentionDays: 7,
  });
  const end = (): void => {
    client.destroy();
    emr.destroy();
  };
  return { tick: () => wiring.reconcile(CLUSTER), end };
};

const commandOf = (result: Reconciled) => (result.kind === 'decided' ? result.decided.decision.command : undefined);

/** The system's own loop stands still after second 0; time is moved by hand, and the rivals tick. */
const withRivals = async (work: (stage: Stage) => Promise<void>): Promise<void> => {
  const bench = await Bench.start({ queries: QUERIES });
  const clock = new VirtualClock(bench.system.time);
  const { pools } = QUICK_KNOBS.fleet;
  const engine = engineViewOf(QUICK_KNOBS);
  const backend = new WorldBackend({ clusterId: CLUSTER, world: () => bench.world, pools, engine });
  const emr = await startEmrEndpoint({ backends: [backend], now: () => clock.now() });
  const [one, other] = [rivalOf(bench, emr, 'one', clock), rivalOf(bench, emr, 'other', clock)];
  const moveTo = (at: number): void => {
    bench.world.advanceTo(at);
    clock.moveTo(epochSeconds(START_OF_RUN + at));
  };
  try {
    await work({ applied: bench.applied, emr, one, other, moveTo });
  } finally {
    one.end();
    other.end();
    await Promise.all([emr.close(), bench.close()]);
  }
};

test('two ticks at once, forty slots long → each time one decides and the other is overtaken or claimed', () =>
  withRivals(async ({ applied, emr, one, other, moveTo }) => {
    const sent: number[] = [];
    for (let at = SLOT_SECONDS; at <= 40 * SLOT_SECONDS; at += SLOT_SECONDS) {
      moveTo(at);
      const results = await Promise.all([one.tick(), other.tick()]);
      const kinds = results.map(({ kind }) => kind);
      expect([at, kinds.filter((kind) => kind === 'decided').length]).toEqual([at, 1]);
      expect(['overtaken', 'claimed']).toContain(kinds.find((kind) => kind !== 'decided'));
      const commands = results.map(commandOf).filter((command) => command !== undefined);
      sent.push(...commands.map(({ targets }) => targets.onDemandUnits + targets.spotUnits));
    }
    expect(sent.length).toBeGreaterThan(3);
    expect(applied.map(({ units }) => units)).toEqual(sent);
    expect(emr.calls.ModifyInstanceFleet).toBe(sent.length);
  }));

test('one waits for the answer to its modify, the other ticks → claimed, and one modify reaches the fleet', () =>
  withRivals(async ({ applied, emr, one, other, moveTo }) => {
    const { faults } = emr;
    faults.arm('hangAfter', 1, 'ModifyInstanceFleet');
    let results: readonly Reconciled[] = [];
    for (let at = SLOT_SECONDS; results.length === 0; at += SLOT_SECONDS) {
      moveTo(at);
      let done: Reconciled | undefined;
      const first = one.tick().then((result) => {
        done = result;
        return result;
      });
      while (done === undefined && faults.hanging === 0) await soon();
      if (done !== undefined) continue;
      const second = await other.tick();
      faults.release();
      results = [await first, second];
    }
    expect(results.map(({ kind }) => kind)).toEqual(['decided', 'claimed']);
    expect(applied).toHaveLength(1);
    expect(emr.calls.ModifyInstanceFleet).toBe(1);
  }));
