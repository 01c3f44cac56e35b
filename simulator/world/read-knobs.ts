/** World knobs from a file: what is given replaces the default, and what is not known is refused. */
import {
  DEFAULT_KNOBS,
  ON_DEMAND_STRATEGIES,
  R5_4XLARGE,
  RECORDED_SPELLS,
  SPOT_STRATEGIES,
  type WorldKnobs,
} from './knobs.ts';

type Plain = Record<string, unknown>;

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  resizes: ['sequential', 'override'],
  resizeEndsWhen: ['running', 'launched'],
  provisionedCounts: ['launched', 'running'],
  victims: ['random', 'oldest', 'newest'],
  spotStrategy: SPOT_STRATEGIES,
  onDemandStrategy: ON_DEMAND_STRATEGIES,
  spells: RECORDED_SPELLS,
};

/** Knobs that may be null, which means "never" or "no limit". */
const NULLABLE = new Set([
  'groupLimit',
  'queryMaxMemoryBytes',
  'lowMemoryKillSeconds',
  'spotInstances',
  'onDemandInstances',
  'spells',
  'replacementDelaySeconds',
  'poolReclaimMeanSeconds',
  'rebalanceLeadSeconds',
  'instanceTypes',
]);

const OUTAGE = { startSeconds: 0, endSeconds: 0, instanceTypes: [''], reclaims: true };
const { reclaims: _spotOnly, ...ON_DEMAND_OUTAGE } = OUTAGE;
const ITEMS: Readonly<Record<string, unknown>> = {
  pools: R5_4XLARGE,
  outages: OUTAGE,
  onDemandOutages: ON_DEMAND_OUTAGE,
  instanceTypes: '',
};

const expectedOf = (name: string, sample: unknown): string => {
  const choices = CHOICES[name];
  if (choices !== undefined) return `one of ${choices.join(', ')}${NULLABLE.has(name) ? ' or null' : ''}`;
  const noun = Array.isArray(sample)
    ? 'a list'
    : isPlain(sample)
      ? 'an object'
      : `a ${sample === null ? 'number' : typeof sample}`;
  return NULLABLE.has(name) ? `${noun} or null` : noun;
};

const fits = (name: string, sample: unknown, given: unknown): boolean => {
  if (given === null) return NULLABLE.has(name);
  const choices = CHOICES[name];
  if (choices !== undefined) return typeof given === 'string' && choices.includes(given);
  if (typeof given === 'number') return (sample === null || typeof sample === 'number') && given >= 0;
  if (Array.isArray(sample)) return Array.isArray(given);
  return typeof given === typeof sample && Array.isArray(given) === Array.isArray(sample);
};

/** Tells of a problem at a path of keys. */
export type Tell = (path: readonly (string | number)[], given: unknown, expected: string) => void;

const merged = (sample: unknown, given: unknown, path: readonly (string | number)[], tell: Tell): unknown => {
  const name = String(path.findLast((key) => typeof key === 'string') ?? '');
  if (isPlain(sample) && isPlain(given)) {
    const known = Object.keys(sample);
    for (const key of Object.keys(given)) {
      if (!known.includes(key)) tell([...path, key], `the key ${key}`, `one of ${known.join(', ')}`);
    }
    return Object.fromEntries(
      known.map((key) => [key, key in given ? merged(sample[key], given[key], [...path, key], tell) : sample[key]]),
    );
  }
  if (!fits(name, sample, given)) {
    tell(path, given, expectedOf(name, sample));
    return sample;
  }
  const item = ITEMS[name];
  if (Array.isArray(given) && item !== undefined) {
    return given.map((entry, index) => merged(item, entry, [...path, index], tell));
  }
  return given;
};

/** The default knobs with what is given put over them; every mistake is told. */
export const mergeKnobs = (given: unknown, tell: Tell): WorldKnobs => {
  if (!isPlain(given)) {
    tell([], given, 'an object with engine and fleet');
    return DEFAULT_KNOBS;
  }
  return merged(DEFAULT_KNOBS, given, [], tell) as WorldKnobs;
};
