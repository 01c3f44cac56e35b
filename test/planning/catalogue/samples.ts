/** Small made-up catalogues and files; figures are round and nobody's. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Catalogue, CatalogueType } from '../../../planning/catalogue/model.ts';

export const typeOf = (some: Partial<CatalogueType> & { readonly name: string }): CatalogueType => ({
  vcpu: 16,
  memoryGib: 128,
  arch: 'x86_64',
  emrSupported: true,
  onDemandUsdPerHour: 1,
  spotUsdPerHour: 0.4,
  emrUsdPerHour: 0.25,
  interruptionBand: 1,
  scores: { coremark: 200_000 },
  ...some,
});

export const catalogueOf = (types: readonly CatalogueType[], some: Partial<Catalogue> = {}): Catalogue => ({
  version: 1,
  region: 'eu-central-1',
  at: '2026-03-02T09:00:00.000Z',
  sources: [{ what: 'everything', from: 'made up', date: '2026-03-02' }],
  types,
  ...some,
});

const folder = mkdtempSync(join(tmpdir(), 'prestoscale-catalogue-'));
let files = 0;

/** Writes a file into a folder of its own; its path. */
export const fileOf = (name: string, content: unknown): string => {
  files += 1;
  const path = join(folder, `${files}-${name}`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

export const INSTANCE_CSV = `instance_type,vcpu,memory_mb,gpu,arch,network_mbps,emr_supported,od_usd_h_us_east_1,spot_min_usd_h_us_east_1_2023_08,coremark_iter_s_allcpu,coremark_date,advisor_savings_pct_us-east-1,advisor_interrupt_band_us-east-1,advisor_savings_pct_eu-central-1,advisor_interrupt_band_eu-central-1
r5.4xlarge,16,131072,0,amd64,5000,1,1.008,0.3,225035.5,2025-12-10,65,>20%,64,10-15%
m4.4xlarge,16,65536,0,amd64,5000,1,0.8,,,,50,<5%,,
x9q.large,,,,,1000,,0.5,,,,,,,
`;

export const ADVISOR = {
  global_rate: '<10%',
  ranges: [
    { index: 0, label: '<5%', max: 5 },
    { index: 4, label: '>20%', max: 100 },
  ],
  instance_types: {
    'r5.4xlarge': { emr: true, cores: 16, ram_gb: 128 },
    'p5.48xlarge': { emr: false, cores: 192, ram_gb: 2048 },
  },
  spot_advisor: {
    'us-east-1': { Linux: { 'r5.4xlarge': { s: 60, r: 4 } } },
    'ca-central-1': { Linux: { 'p5.48xlarge': { s: -62, r: 0 } } },
  },
};
