/**
 * `settings.json` as a function reads it at its start. It was written from a judged environment, so only its shape is
 * looked at: what is found here is a file of another version, or one that was cut off.
 */
import type { FunctionSettings, SampleSettings } from './settings.ts';

type Fields = Readonly<Record<string, unknown>>;
type Wrong = (where: string, given: unknown, expected: string) => never;

const SOURCES: Readonly<Record<SampleSettings['from'], readonly string[]>> = {
  push: [],
  alarms: [],
  scrape: ['url', 'network'],
  coordinator: ['url', 'network'],
  prometheus: ['url'],
  amp: ['workspaceId'],
  cloudwatch: [],
};

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) > 0;

const fieldsAt = (value: unknown, where: string, wrong: Wrong): Fields =>
  isFields(value) ? value : wrong(where, value, 'an object');

const checkSample = (sample: Fields, where: string, wrong: Wrong): void => {
  const { from } = sample;
  if (!isText(from) || !Object.hasOwn(SOURCES, from)) {
    wrong(`${where}.from`, from, `one of ${Object.keys(SOURCES).join(', ')}`);
  }
  for (const key of SOURCES[from as SampleSettings['from']]) {
    if (!isText(sample[key])) wrong(`${where}.${key}`, sample[key], 'a text');
  }
  if (sample['network'] !== undefined && !isText(sample['network']))
    wrong(`${where}.network`, sample['network'], 'a text');
  if (from === 'cloudwatch') fieldsAt(sample['mapping'], `${where}.mapping`, wrong);
};

const checkCluster = (cluster: Fields, where: string, wrong: Wrong): void => {
  if (!isText(cluster['name'])) wrong(`${where}.name`, cluster['name'], 'a text');
  const find = fieldsAt(cluster['find'], `${where}.find`, wrong);
  const { id, name, tags } = find;
  if (!isText(id) && !isText(name) && !isFields(tags)) wrong(`${where}.find`, find, 'an id, a name or tags');
  checkSample(fieldsAt(cluster['sample'], `${where}.sample`, wrong), `${where}.sample`, wrong);
  fieldsAt(cluster['policy'], `${where}.policy`, wrong);
};

const parsedAs = (text: string, file: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Error(`${file} is not JSON: it is written by the deploy, so deploy again`, { cause: error });
  }
};

/**
 * What a function is started with.
 * @param text content of the file
 * @param file what it is called in errors
 * @throws Error that names the file, the place, what was found there and what was expected
 */
export const readFunctionSettings = (text: string, file = 'settings.json'): FunctionSettings => {
  const wrong: Wrong = (where, given, expected) => {
    const found = (JSON.stringify(given) ?? 'nothing').slice(0, 80);
    throw new Error(
      `${file}: ${where} is ${found}, expected ${expected}: it is written by the deploy, so deploy again`,
    );
  };
  const settings = fieldsAt(parsedAs(text, file), 'the whole', wrong);
  const { environment, slotSeconds, journalRetentionDays, clusters } = settings;
  if (!isText(environment)) wrong('environment', environment, 'a text');
  if (!isCount(slotSeconds) || 60 % (slotSeconds as number) !== 0) wrong('slotSeconds', slotSeconds, 'a divisor of 60');
  if (!isCount(journalRetentionDays)) wrong('journalRetentionDays', journalRetentionDays, 'a whole number of days');
  if (!Array.isArray(clusters) || clusters.length === 0) wrong('clusters', clusters, 'a list of clusters');
  const names = (clusters as readonly unknown[]).map((value, index) => {
    const cluster = fieldsAt(value, `clusters[${index}]`, wrong);
    checkCluster(cluster, `clusters[${index}]`, wrong);
    return cluster['name'];
  });
  const again = names.findIndex((name, index) => names.indexOf(name) < index);
  if (again >= 0) wrong(`clusters[${again}].name`, names[again], 'a name that no other cluster has');
  return settings as unknown as FunctionSettings;
};
