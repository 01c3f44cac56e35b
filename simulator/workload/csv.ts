import { completeQuery, type WorkloadDefaults } from './defaults.ts';
import type { ProblemList } from './errors.ts';
import type { Query } from './query.ts';
import {
  AT_LEAST_ONE,
  COUNT,
  NOT_NEGATIVE,
  POSITIVE,
  readTable,
  SHARE,
  type TableRow,
  type TableShape,
  type TextSource,
} from './table.ts';

/** What to replay. */
export interface CsvOptions {
  /** Every query's work is multiplied by this; a parallelism that is given stays as it is. */
  readonly workFactor: number;
  readonly defaults: WorkloadDefaults;
}

const SHAPE: TableShape = {
  delimiter: ',',
  header: 'named',
  required: ['arrival_seconds', 'cpu_seconds'],
  optional: ['memory_bytes', 'parallelism', 'user', 'source', 'group', 'source_share', 'required_workers'],
  others: 'refused',
};

const toQuery = (row: TableRow, index: number, options: CsvOptions): Query =>
  completeQuery(
    {
      id: `csv/${index}`,
      arrivalSeconds: row.number('arrival_seconds', NOT_NEGATIVE),
      cpuSeconds: row.number('cpu_seconds', POSITIVE) * options.workFactor,
      memoryBytes: row.optionalNumber('memory_bytes', NOT_NEGATIVE) ?? 0,
      user: row.optionalText('user') ?? 'unknown',
      source: row.optionalText('source') ?? 'unknown',
      group: row.optionalText('group'),
      parallelismCores: row.optionalNumber('parallelism', AT_LEAST_ONE),
      sourceShare: row.optionalNumber('source_share', SHARE),
      requiredWorkers: row.optionalNumber('required_workers', COUNT),
    },
    options.defaults,
  );

/**
 * Reads queries from CSV with the header
 * `arrival_seconds,cpu_seconds[,memory_bytes,parallelism,user,source,group,source_share,required_workers]`: columns in
 * any order, an empty optional cell counts as absent, records in any order of time.
 * What is wrong goes to `problems`; the result may be used only if that stayed empty.
 */
export const readCsv = (source: TextSource, options: CsvOptions, problems: ProblemList): readonly Query[] =>
  readTable(source, SHAPE, problems).map((row, index) => toQuery(row, index, options));
