/**
 * The same load read in different ways leads to the same decisions, up to what a way can carry and how old it lets data
 * become. Each run is a closed loop: a decision that differed once would change the world for all that follow.
 */
import { sampleFamilies } from '../../../../exporters/engine/metric-table.ts';
import { renderMetrics } from '../../../../exporters/registry.ts';
import { reconcile } from '../../../../lambdas/app/reconcile.ts';
import type { Decision } from '../../../../lambdas/core/decision.ts';
import type { WorkloadSample } from '../../../../lambdas/core/model.ts';
import { parsePolicy } from '../../../../lambdas/core/policy/parse.ts';
import { epochSeconds } from '../../../../lambdas/core/quantities.ts';
import { sentenceOf } from '../../../../lambdas/core/reasons.ts';
import type { WorkloadSource } from '../../../../lambdas/ports/workload.ts';
import { COLLECT_SECONDS } from '../../../../simulator/run/exported-sample.ts';
import { runHeadless, type StartLoop } from '../../../../simulator/run/headless.ts';
import { SimulatedCluster } from '../../../../simulator/run/ports.ts';
import { START_OF_RUN } from '../../../../simulator/run/start-of-run.ts';
import { loadWorkload } from '../../../../simulator/workload/load.ts';
import { DEFAULT_KNOBS } from '../../../../simulator/world/knobs.ts';
import {
  ampRelay,
  type Clock,
  type MakeRelay,
  prometheusMappedRelay,
  prometheusOwnRelay,
  scrapedRelay,
  withOneClass,
} from './relays.ts';
import { cloudWatchRelay } from './relays-aws.ts';

const HOUR = 3600;
const ARRIVALS_END = HOUR;
const RUN_ENDS = 2 * HOUR;
const PERIOD_SECONDS = 10;

/** A way from an exporter's sample to a source, over the wire or without one. */
interface Way {
  readonly source: WorkloadSource;
  publish(sample: WorkloadSample | undefined): Promise<void>;
  close(): Promise<void>;
}

type MakeWay = (clock: Clock) => Promise<Way>;

/** The truth with which a way is compared: no wire, only what is lost and how old it has become. */
const truth =
  (carried: (sample: WorkloadSample) => WorkloadSample, periodSeconds?: number): MakeWay =>
  async (clock) => {
    const told: { readonly at: number; readonly sample: WorkloadSample | undefined }[] = [];
    const beginning = (at: number): number =>
      periodSeconds === undefined ? at : Math.floor(at / periodSeconds) * periodSeconds;
    return {
      source: {
        sample: async () => {
          const last = told.findLast(({ at }) => beginning(at) + (periodSeconds ?? 0) <= clock.now);
          if (last?.sample === undefined) return undefined;
          return { ...carried(last.sample), takenAt: epochSeconds(beginning(last.at)) };
        },
      },
      publish: async (sample) => void told.push({ at: clock.now, sample }),
      close: async () => {},
    };
  };

const overTheWire =
  (makeRelay: MakeRelay): MakeWay =>
  async (clock) => {
    const { source, faults, publish, close } = await makeRelay(clock);
    return {
      source,
      publish: async (sample) =>
        publish(sample === undefined ? undefined : await renderMetrics(sampleFamilies(sample))),
      close: async () => {
        await close();
        if (faults[0] !== undefined && !/has no (sample|series|value)/.test(faults[0].message)) throw faults[0];
      },
    };
  };

/** Whether the exporter is heard at a second of the run: it goes silent, or whoever keeps its metrics stands still. */
type Heard = (second: number) => 'yes' | 'silent' | 'frozen';

const throughWay =
  (makeWay: MakeWay, heard: Heard): StartLoop =>
  async (world, { knobs, policy }, onDecision) => {
    const cluster = new SimulatedCluster(world, knobs, policy);
    const clock: Clock = { now: START_OF_RUN };
    const way = await makeWay(clock);
    const ports = { ...cluster.ports, workload: () => way.source };
    const collectAt = async (second: number): Promise<void> => {
      world().advanceTo(second);
      cluster.collect();
      clock.now = START_OF_RUN + second;
      const how = heard(second);
      if (how !== 'frozen')
        await way.publish(how === 'yes' ? await cluster.ports.workload?.(undefined)?.sample() : undefined);
    };
    return {
      step: async (atSeconds) => {
        for (let at = world().now + COLLECT_SECONDS; at < atSeconds; at += COLLECT_SECONDS) await collectAt(at);
        await collectAt(atSeconds);
        const reconciled = await reconcile(ports);
        if (reconciled.kind !== 'decided') throw new Error(`a tick alone in its world was ${reconciled.kind}`);
        onDecision(reconciled.decided.decision, reconciled.record);
      },
      notice: (event) => cluster.notice(event),
      calls: cluster.calls,
      close: () => way.close(),
    };
  };

const policyOfTest = () => {
  const { policy } = parsePolicy({ scaleIn: { holdSeconds: 120 } });
  if (policy === undefined) throw new Error('the policy of this test is broken');
  return policy;
};

/** An hour of an office morning, and an hour in which the cluster may shrink. */
const run = async (makeWay: MakeWay, heard: Heard = () => 'yes') => {
  const from = 8 * HOUR;
  const day = loadWorkload({ generate: 'office', untilSeconds: from + ARRIVALS_END, seed: 5 });
  const queries = day.queries
    .filter((query) => query.arrivalSeconds >= from)
    .map((query) => ({ ...query, arrivalSeconds: query.arrivalSeconds - from }));
  const decisions: Decision[] = [];
  const result = await runHeadless(
    {
      workload: { name: 'morning', queries },
      policy: policyOfTest(),
      knobs: DEFAULT_KNOBS,
      seed: 5,
      untilSeconds: RUN_ENDS,
      onDecision: (decision) => decisions.push(decision),
    },
    throughWay(makeWay, heard),
  );
  return { decisions, report: result.tally.report(queries.length), unitHours: result.bill.unitHours };
};

const shrinksOf = (decisions: readonly Decision[]): readonly Decision[] =>
  decisions.filter(({ verdict, command }) => verdict === 'shrink' && command !== undefined);

const between = (decisions: readonly Decision[], from: number, to: number): readonly Decision[] =>
  decisions.filter(({ at }) => at >= START_OF_RUN + from && at < START_OF_RUN + to);

type Run = Awaited<ReturnType<typeof run>>;

const known = new Map<string, Promise<Run>>();

/** A run without a wire, played once. */
const truly = (kind: 'each' | 'one' | 'old'): Promise<Run> => {
  const make = {
    each: truth((sample) => sample),
    one: truth(withOneClass),
    old: truth(withOneClass, PERIOD_SECONDS),
  };
  const played = known.get(kind) ?? run(make[kind]);
  known.set(kind, played);
  return played;
};

/**
 * Decisions without what no way can keep: the name of the source, and the last digits of sums, for series come in any
 * order and floating-point sums depend on it.
 */
const comparable = (decisions: readonly Decision[]): unknown =>
  JSON.parse(
    JSON.stringify(decisions, (key, value: unknown) => {
      if (key === 'source') return undefined;
      return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(9)) : value;
    }),
  );

const WAYS = [
  ['an exporter that is scraped', scrapedRelay, 'each'],
  ['our metrics in a Prometheus', prometheusOwnRelay, 'each'],
  ['our metrics in Amazon Managed Prometheus', ampRelay, 'each'],
  ['a mapping to a Prometheus, classes summed', prometheusMappedRelay, 'one'],
  ['CloudWatch, ten seconds a period, classes summed', cloudWatchRelay(PERIOD_SECONDS), 'old'],
] as const;

test.each(WAYS)('%s → tick for tick what is decided without a wire', async (_, makeRelay, kind) => {
  const [seen, meant] = [await run(overTheWire(makeRelay)), await truly(kind)];
  expect(comparable(seen.decisions)).toEqual(comparable(meant.decisions));
  expect(meant.decisions.filter(({ verdict }) => verdict === 'grow').length).toBeGreaterThan(1);
  expect(shrinksOf(meant.decisions).length).toBeGreaterThan(1);
});

test('one class instead of many, and data ten to twenty seconds old → much the same capacity, nothing lost', async () => {
  const [each, one] = [await truly('each'), await truly('old')];
  expect(one.unitHours / each.unitHours).toBeGreaterThan(0.7);
  expect(one.unitHours / each.unitHours).toBeLessThan(1.4);
  expect(one.report.completed).toBe(each.report.completed);
});

const SILENT_FROM = ARRIVALS_END - 600;
const SILENT_TO = ARRIVALS_END + 1800;
const STALE_AFTER = 90 + 2 * PERIOD_SECONDS + 15;

test.each([
  ['a Prometheus that scrapes no more', prometheusOwnRelay, 'frozen', 'signal-stale', 'Prometheus at 127.0.0.1:'],
  ['a Prometheus whose target is gone', prometheusOwnRelay, 'silent', 'signal-missing', 'Prometheus at 127.0.0.1:'],
  ['a mapped Prometheus that scrapes no more', prometheusMappedRelay, 'frozen', 'signal-stale', 'Prometheus at 127.0'],
  ['CloudWatch without reports', cloudWatchRelay(10), 'silent', 'signal-stale', 'CloudWatch (Prestoscale/Engine)'],
] as const)('%s → nothing shrinks, and the reason names the source', async (_, makeRelay, how, code, name) => {
  const heard: Heard = (second) => (second >= SILENT_FROM && second < SILENT_TO ? how : 'yes');
  const { decisions } = await run(overTheWire(makeRelay), heard);
  const blind = between(decisions, SILENT_FROM + STALE_AFTER, SILENT_TO);
  // Else it would prove nothing that nothing shrank.
  expect(
    shrinksOf(between((await truly('old')).decisions, SILENT_FROM + STALE_AFTER, SILENT_TO)).length,
  ).toBeGreaterThan(0);
  expect(shrinksOf(blind)).toEqual([]);
  for (const { reasons } of blind) {
    const reason = reasons.find((one) => one.code.startsWith('signal-'));
    expect(reason?.code === code || reason?.code === 'signal-missing').toBe(true);
    expect(reason && sentenceOf(reason)).toContain(`from ${name}`);
  }
  expect(blind.some(({ reasons }) => reasons.some((one) => one.code === code))).toBe(true);
  expect(shrinksOf(between(decisions, SILENT_TO, RUN_ENDS)).length).toBeGreaterThan(0);
});
