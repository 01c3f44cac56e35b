/**
 * Decisions a second on one core, over the recorded ticks of a simulated office day. Prints one line of JSON. Seconds are
 * of CPU time, those of the garbage collector's threads included, so that a busy machine does not change the figure.
 */
import { decide } from '../../lambdas/core/decide.ts';
import { defaultPolicy } from '../../lambdas/core/policy/parse.ts';
import type { FullRecord } from '../../lambdas/core/record.ts';
import { runHeadless } from '../../simulator/run/headless.ts';
import { loadWorkload } from '../../simulator/workload/load.ts';
import { DEFAULT_KNOBS } from '../../simulator/world/knobs.ts';

const WARM_UP_SECONDS = 1;
const MEASURED_SECONDS = 4;

const recordsOfADay = async (): Promise<FullRecord[]> => {
  const records: FullRecord[] = [];
  const untilSeconds = 86_400;
  const workload = loadWorkload({ generate: 'office', untilSeconds, seed: 7 });
  const onDecision = (_: unknown, record: FullRecord | undefined) => {
    if (record !== undefined) records.push(record);
  };
  await runHeadless({ workload, policy: defaultPolicy(), knobs: DEFAULT_KNOBS, seed: 7, untilSeconds, onDecision });
  return records;
};

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const decideFor = (records: readonly FullRecord[], seconds: number): number => {
  const start = cpuSeconds();
  let decisions = 0;
  while (cpuSeconds() - start < seconds) {
    for (const { observation, policy, memory, now } of records) decide(observation, policy, memory, now);
    decisions += records.length;
  }
  return decisions / (cpuSeconds() - start);
};

const records = await recordsOfADay();
decideFor(records, WARM_UP_SECONDS);
const decisionsPerSecond = Math.round(decideFor(records, MEASURED_SECONDS));
process.stdout.write(`${JSON.stringify({ decisionsPerSecond })}\n`);
