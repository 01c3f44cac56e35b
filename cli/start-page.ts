/** `npm start`: a page on which the whole product scales a simulated cluster over the wire. */
import { startConsole } from '../console/server.ts';
import { LiveRun } from '../local/live/live-run.ts';
import { PAGE_WORLD, pagePolicy } from '../local/live/page-world.ts';
import { smallestFixedCluster } from '../simulator/run/fixed.ts';
import { START_OF_RUN } from '../simulator/run/start-of-run.ts';
import type { LoadedWorkload } from '../simulator/workload/load.ts';
import { UsageError } from './arguments.ts';
import { type Prepared, prepare } from './prepare.ts';
import type { StartValues } from './start-options.ts';
import { untilStopped } from './stop-signals.ts';

/** The made-up day is watched from half past eight on, when the morning ramp is about to begin. */
const OFFICE_FROM_SECONDS = 8.5 * 3600;
/** The office week of the page, where the flags do not say how long. */
const PAGE_DAYS = 5;

const from = (workload: LoadedWorkload, seconds: number): LoadedWorkload => ({
  ...workload,
  queries: workload.queries
    .filter((query) => query.arrivalSeconds >= seconds)
    .map((query) => ({ ...query, arrivalSeconds: query.arrivalSeconds - seconds })),
});

/** A made-up office runs for days; everything else is what the flags say, from its beginning. */
const staged = (
  values: StartValues,
): { readonly prepared: Prepared; readonly offset: number; readonly until: number } => {
  const office = values.trace === undefined && (values.generate ?? 'office') === 'office';
  const until = office ? Math.max(values.until, PAGE_DAYS * 86_400) : values.until;
  const prepared = prepare({ ...values, until });
  const offset = office ? OFFICE_FROM_SECONDS : 0;
  return { prepared: { ...prepared, workload: from(prepared.workload, offset) }, offset, until: until - offset };
};

/**
 * Starts the page and runs until it is stopped.
 * @throws {UsageError} for a port in use, and what {@link prepare} throws
 */
export const startPage = async (values: StartValues): Promise<void> => {
  const { prepared, offset, until } = staged(values);
  const { workload, maximumCores } = prepared;
  const policy = values.policy === undefined ? pagePolicy(prepared.policy) : prepared.policy;
  const knobs = values.world === undefined ? PAGE_WORLD : prepared.knobs;
  const day = { ...workload, queries: workload.queries.filter((query) => query.arrivalSeconds < 86_400) };
  const fixed = smallestFixedCluster(day, knobs, maximumCores, Math.min(until, 86_400));
  const live = new LiveRun(
    {
      workload,
      policy,
      knobs,
      seed: values.seed,
      untilSeconds: until,
      startOfRun: START_OF_RUN + offset,
      speed: Number(values.speed),
      title: workload.name,
      sample: values.sample,
    },
    fixed,
  );
  const page = await startConsole({ backend: live, port: values.port }).catch((error: Error) => {
    throw new UsageError([error.message]);
  });
  await live.start();
  process.stdout.write(`prestoscale scales ${workload.name} at ${page.url}\nCtrl-C ends it.\n`);
  const running = live.run();
  await untilStopped();
  await live.close();
  await running;
  await page.close();
};
