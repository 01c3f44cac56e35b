/** Vantage's benchmarks (`manually_fetched_data.json` of ec2instances.info): CoreMark with all vCPUs, and ffmpeg. */
import * as z from 'zod/mini';
import { type FactsOf, type FileContext, known } from '../facts.ts';
import { CatalogueError, problemsOf } from '../problems.ts';
import { jsonOf } from '../read.ts';

const positive = z.number().check(z.positive());

const schema = z.record(
  z.string(),
  z.object({
    ran_at: z.string(),
    coremark: z.optional(z.nullable(z.object({ iterations_second: positive }))),
    ffmpeg: z.optional(z.nullable(z.object({ fps: z.optional(z.nullable(positive)) }))),
  }),
);

type Measured = z.infer<typeof schema>[string];

const scoresOf = ({ coremark, ffmpeg }: Measured): Readonly<Record<string, number>> =>
  known({ coremark: coremark?.iterations_second, ffmpeg: ffmpeg?.fps ?? undefined });

/**
 * Reads the file: the scores `coremark` (iterations a second) and `ffmpeg` (frames a second).
 * @throws CatalogueError for another shape
 */
export const readVantageBenchmarks = (text: string, { file }: FileContext): FactsOf => {
  const value = jsonOf(file, text);
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new CatalogueError(file, problemsOf(parsed.error.issues, value, []));
  const measured = Object.entries(parsed.data);
  const last = measured.map(([, { ran_at: ranAt }]) => ranAt.slice(0, 'yyyy-mm-dd'.length)).toSorted();
  return {
    source: {
      what: 'CoreMark, ffmpeg',
      from: `${file} (Vantage ec2instances.info)`,
      date: last.at(-1) ?? 'unknown',
      licence: 'MIT',
    },
    types: measured.map(([name, one]) => ({ name, scores: scoresOf(one) })),
  };
};
