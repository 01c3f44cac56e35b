/** What a filter may speak of: what each key reads of a type. `undefined` is: not known. */
import { type CatalogueType, familyOf } from '../../catalogue/model.ts';

interface Named {
  readonly name: string;
  /** Other words that mean the same. */
  readonly also: readonly string[];
  readonly means: string;
}

export interface NumberKey extends Named {
  readonly kind: 'number';
  /** Units that may follow the number, by what they multiply with. */
  readonly units: Readonly<Record<string, number>>;
  readonly read: (type: CatalogueType) => number | undefined;
}

export interface TextKey extends Named {
  readonly kind: 'text';
  /** The only words there are; absent: any, with `*` for any letters. */
  readonly words?: readonly string[];
  /** Words that people write for these. */
  readonly aliases?: Readonly<Record<string, string>>;
  readonly read: (type: CatalogueType) => string | undefined;
}

export type FilterKey = NumberKey | TextKey;

/** The upper ends of the advisor's bands in percent a month; the last has none. */
const BAND_UPPER_ENDS = [5, 10, 15, 20, 100] as const;

const GIB = { '': 1, gib: 1, gb: 1, g: 1, mib: 1 / 1024, mb: 1 / 1024, m: 1 / 1024, tib: 1024, tb: 1024, t: 1024 };
const USD = { '': 1, usd: 1, $: 1 };
const PLAIN = { '': 1 };

const plus = (first: number | undefined, second: number | undefined): number | undefined =>
  first === undefined || second === undefined ? undefined : first + second;

const generationOf = (type: CatalogueType): number | undefined => {
  const digits = /^[a-z]+(\d+)/.exec(type.name)?.[1];
  return digits === undefined ? undefined : Number(digits);
};

const ages = { true: 'current', false: 'previous' } as const;

export const FILTER_KEYS: readonly FilterKey[] = [
  { kind: 'text', name: 'type', also: ['name', 'instance'], means: 'r6g.4xlarge, r6g.*', read: (type) => type.name },
  { kind: 'text', name: 'family', also: ['families'], means: 'r6g, r6*', read: (type) => familyOf(type.name) },
  {
    kind: 'text',
    name: 'arch',
    also: ['architecture', 'cpu'],
    means: 'arm64 or x86_64',
    words: ['arm64', 'x86_64'],
    aliases: { arm: 'arm64', aarch64: 'arm64', graviton: 'arm64', x86: 'x86_64', amd64: 'x86_64', x64: 'x86_64' },
    read: (type) => type.arch,
  },
  {
    kind: 'text',
    name: 'generation',
    also: ['gen'],
    means: 'current or previous, as EC2 counts it',
    words: ['current', 'previous'],
    aliases: { new: 'current', old: 'previous' },
    read: (type) => (type.current === undefined ? undefined : ages[`${type.current}`]),
  },
  { kind: 'number', name: 'family-number', also: [], means: '6 of r6g', units: PLAIN, read: generationOf },
  { kind: 'number', name: 'vcpu', also: ['vcpus', 'cores'], means: 'vCPU', units: PLAIN, read: (type) => type.vcpu },
  {
    kind: 'number',
    name: 'memory',
    also: ['mem', 'ram'],
    means: 'GiB',
    units: GIB,
    read: (type) => type.memoryGib,
  },
  {
    kind: 'number',
    name: 'memory-per-vcpu',
    also: ['memory-per-core', 'memory/vcpu'],
    means: 'GiB per vCPU',
    units: GIB,
    read: (type) => type.memoryGib / type.vcpu,
  },
  { kind: 'number', name: 'gpus', also: ['gpu'], means: 'GPUs', units: PLAIN, read: (type) => type.gpus },
  {
    kind: 'number',
    name: 'storage',
    also: ['disk', 'local-storage', 'ssd'],
    means: 'GiB of local disks',
    units: GIB,
    read: (type) => type.localStorageGib,
  },
  {
    kind: 'number',
    name: 'price',
    also: ['spot', 'spot-price'],
    means: 'dollars an hour of an instance on spot, EMR’s fee included',
    units: USD,
    read: (type) => plus(type.spotUsdPerHour, type.emrUsdPerHour),
  },
  {
    kind: 'number',
    name: 'on-demand-price',
    also: ['on-demand', 'ondemand'],
    means: 'dollars an hour of an instance on-demand, EMR’s fee included',
    units: USD,
    read: (type) => plus(type.onDemandUsdPerHour, type.emrUsdPerHour),
  },
  {
    kind: 'number',
    name: 'interruptions',
    also: ['interruption', 'losses'],
    means: 'percent a month, the upper end of the advisor’s band: 5, 10, 15, 20, or 100 for the last',
    units: { '': 1, '%': 1 },
    read: (type) => (type.interruptionBand === undefined ? undefined : BAND_UPPER_ENDS[type.interruptionBand]),
  },
];

/** The key that a word stands for. */
export const filterKey = (word: string): FilterKey | undefined => {
  const name = word.toLowerCase();
  return FILTER_KEYS.find((key) => key.name === name || key.also.includes(name));
};
