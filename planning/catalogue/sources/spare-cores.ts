/**
 * Benchmarks by Spare Cores (`sparecores_aws_benchmarks.csv`, CC BY-SA 4.0: credit them where figures are shown). Other
 * answers to "how fast" than CoreMark; stress-ng's divisions rate AMD's first EPYCs at a third (data.md §3).
 */
import { type FactsOf, type FileContext, known } from '../facts.ts';
import { type Row, readTable } from './table.ts';

/** Begins the header of this file and of no other. */
export const SPARE_CORES_COLUMNS = ['instance_type', 'stressng_div16_allcpu', 'geekbench6_multi', 'passmark_cpu_mark'];

/** A benchmark that gave nothing was not run. */
const scoreOf = (row: Row, column: string): number | undefined => row.number(column) || undefined;

const scoresOf = (row: Row): Readonly<Record<string, number>> =>
  known({
    stressng: scoreOf(row, 'stressng_div16_allcpu'),
    geekbench6_multi: scoreOf(row, 'geekbench6_multi'),
    passmark: scoreOf(row, 'passmark_cpu_mark'),
  });

interface Line {
  readonly name: string;
  readonly date: string;
  readonly scores: Readonly<Record<string, number>>;
}

const lineOf = (row: Row): Line => ({
  name: row.text('instance_type') ?? '',
  date: row.text('stressng_date') ?? '',
  scores: scoresOf(row),
});

/**
 * Reads the file: the scores `stressng` (div16, all CPUs), `geekbench6_multi` and `passmark`.
 * @throws CatalogueError with every cell that cannot be used
 */
export const readSpareCores = (text: string, { file }: FileContext): FactsOf => {
  const lines = readTable(file, text, SPARE_CORES_COLUMNS, lineOf).filter(({ name }) => name !== '');
  return {
    source: {
      what: 'stress-ng, Geekbench 6, PassMark',
      from: `${file} (Spare Cores)`,
      date:
        lines
          .map(({ date }) => date)
          .toSorted()
          .at(-1) || 'unknown',
      licence: 'CC BY-SA 4.0',
    },
    types: lines.map(({ name, scores }) => ({ name, scores })),
  };
};
