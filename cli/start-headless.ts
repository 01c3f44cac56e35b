/** `npm start -- --headless`: a run in virtual time, and its document. */
import { writeFileSync } from 'node:fs';
import { documentOf, type HeadlessDocument } from '../simulator/run/document.ts';
import { smallestFixedCluster } from '../simulator/run/fixed.ts';
import { type Progress, type RunResult, runHeadless } from '../simulator/run/headless.ts';
import { type Prepared, prepare } from './prepare.ts';
import type { StartValues } from './start-options.ts';
import { summaryOf } from './summary.ts';

const PROGRESS_EVERY_SECONDS = 3600;

const tell = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

const onProgress = ({ atSeconds, ended, live, targetUnits, readyCores }: Progress): void => {
  if (atSeconds % PROGRESS_EVERY_SECONDS !== 0) return;
  const hour = String(atSeconds / 3600).padStart(4);
  tell(`${hour} h  ${ended} queries ended, ${live} live, target ${targetUnits} units, ${readyCores} cores ready`);
};

const run = async ({ workload, policy, knobs }: Prepared, values: StartValues): Promise<RunResult> => {
  const options = { workload, policy, knobs, seed: values.seed, untilSeconds: values.until, onProgress };
  if (!values.wire) return runHeadless(options);
  const { overTheWire } = await import('../local/wire-loop.ts');
  const onFailure = (what: string, error: Error): void => tell(`${what} failed: ${error.message}`);
  return runHeadless(options, overTheWire({ sample: values.sample, onFailure }));
};

const write = (document: HeadlessDocument, out: string | undefined): void => {
  const json = `${JSON.stringify(document, null, 2)}\n`;
  if (out === '-') process.stdout.write(json);
  else {
    if (out !== undefined) writeFileSync(out, json);
    process.stdout.write(summaryOf(document));
  }
};

/** Runs headless; progress to standard error, the result to standard output or a file. */
export const startHeadless = async (values: StartValues): Promise<void> => {
  const prepared = prepare(values);
  const { workload, policy, knobs, maximumCores } = prepared;
  tell(`${workload.name}: ${workload.queries.length} queries, ${values.until / 3600} h, seed ${values.seed}`);
  const result = await run(prepared, values);
  tell('looking for the smallest fixed cluster that is as good');
  const fixed = smallestFixedCluster(workload, knobs, maximumCores, values.until);
  write(documentOf(workload, policy, values.seed, result, fixed), values.json);
};
