/**
 * `aws_instance_catalog.csv`: sizes (cluster-autoscaler), on-demand prices of us-east-1 (Karpenter), EMR's support and spot
 * savings (spot advisor) and CoreMark (Vantage), joined by others.
 */
import { type FactsOf, type FileContext, known, type TypeFacts } from '../facts.ts';
import type { Architecture } from '../model.ts';
import { bandOf } from './bands.ts';
import { type Row, readTable } from './table.ts';

/**
 * Whether a type is taken to be of the current generation: the file does not tell. EC2 itself says so of many older ones too
 * (`catalog refresh` reads it); a cluster of today would not be made of them. Undefined for families other than c, m, r and i.
 */
export const assumedCurrent = (name: string): boolean | undefined => {
  const [, letter, number] = /^([cmri])(\d+)/.exec(name.replace(/^i[ms](?=\d)/, 'i')) ?? [];
  return letter === undefined ? undefined : Number(number) >= (letter === 'i' ? 3 : 5);
};

/** Begins the header of this file and of no other. */
export const INSTANCE_TABLE_COLUMNS = ['instance_type', 'vcpu', 'memory_mb', 'gpu', 'arch', 'emr_supported'] as const;

const ARCHITECTURES: Readonly<Record<string, Architecture>> = { amd64: 'x86_64', arm64: 'arm64' };
const PRICED_REGION = 'us-east-1';
const MIB_PER_GIB = 1024;

const supportOf = (row: Row): boolean | undefined => {
  const told = row.text('emr_supported');
  return told === undefined ? undefined : told === '1';
};

const memoryOf = (row: Row): number | undefined => {
  const mib = row.number('memory_mb');
  return mib === undefined ? undefined : mib / MIB_PER_GIB;
};

const savingOf = (row: Row, region: string): number | undefined => {
  const percent = row.number(`advisor_savings_pct_${region}`, Number.NEGATIVE_INFINITY);
  return percent === undefined ? undefined : percent / 100;
};

const scoresOf = (row: Row): Readonly<Record<string, number>> =>
  known({ coremark: row.number('coremark_iter_s_allcpu') });

const factsOf = (row: Row, region: string, name = row.text('instance_type') ?? ''): TypeFacts =>
  known({
    name,
    current: assumedCurrent(name),
    vcpu: row.number('vcpu', 1),
    memoryGib: memoryOf(row),
    arch: ARCHITECTURES[row.text('arch') ?? ''],
    gpus: row.number('gpu'),
    emrSupported: supportOf(row),
    onDemandUsdPerHour: region === PRICED_REGION ? row.number('od_usd_h_us_east_1') : undefined,
    spotSaving: savingOf(row, region),
    interruptionBand: bandOf(row.text(`advisor_interrupt_band_${region}`)),
    scores: scoresOf(row),
  });

/**
 * Reads the file. On-demand prices are told for us-east-1, spot savings for the regions that have columns.
 * @throws CatalogueError with every cell that cannot be used
 */
export const readInstanceTable = (text: string, { file, region }: FileContext): FactsOf => ({
  source: {
    what: 'sizes, on-demand prices of us-east-1, EMR support, spot savings and interruptions, CoreMark; generation by its number',
    from: `${file} (cluster-autoscaler, Karpenter, spotinfo, Vantage)`,
    date: '2026-07',
    licence: 'Apache-2.0, MIT',
  },
  types: readTable(file, text, INSTANCE_TABLE_COLUMNS, (row) => factsOf(row, region)).filter(({ name }) => name !== ''),
});
