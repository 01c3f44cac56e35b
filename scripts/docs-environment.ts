/** docs/environments.md and environments/environment.schema.json, from the schema of an environment's file. */
import * as z from 'zod/mini';
import { environmentSchema } from '../lib/environment-schema.ts';
import { guideToEnvironments } from './docs-environment-guide.ts';
import { fieldTable, type JsonSchema } from './schema-tables.ts';

const jsonSchema = (): JsonSchema => z.toJSONSchema(environmentSchema, { io: 'input' }) as JsonSchema;

/** The JSON Schema that editors use for environments. */
export const environmentJsonSchema = (): string => `${JSON.stringify(jsonSchema(), null, 2)}\n`;

const at = (schema: JsonSchema, ...path: readonly string[]): JsonSchema => {
  const [key, ...others] = path;
  if (key === undefined) return schema;
  const { properties = {}, items, additionalProperties } = schema;
  const entry = typeof additionalProperties === 'object' ? additionalProperties : undefined;
  const next = key === '[]' ? items : key === '*' ? entry : properties[key];
  if (next === undefined) throw new Error(`the schema of an environment has no ${key}`);
  return at(next, ...others);
};

const rows = (schema: JsonSchema): string[] => [
  ...fieldTable(Object.entries(schema.properties ?? {}), schema.required ?? []),
  '',
];

const titled = (title: string, schema: JsonSchema): string[] => [
  `### ${title}`,
  '',
  schema.description ?? '',
  '',
  ...rows(schema),
];

const wordOf = (source: JsonSchema): string => String(source.properties?.['from']?.const);

/** Fields that have a page of their own are not told again. */
const withoutMapping = (source: JsonSchema): JsonSchema => {
  const mapping = source.properties?.['mapping'];
  if (mapping === undefined) return source;
  const description = mapping.description ?? 'Where each field of the sample is found (docs/samples.md).';
  return { ...source, properties: { ...source.properties, mapping: { type: 'object', description } } };
};

const samples = (cluster: JsonSchema): string[] => [
  '### `clusters.*.sample`',
  '',
  'Where the sample comes from; [samples.md](samples.md) compares the sources.',
  '',
  ...(at(cluster, 'sample').oneOf ?? []).flatMap((source) => [
    `#### \`"from": "${wordOf(source)}"\``,
    '',
    source.description ?? '',
    '',
    ...rows(withoutMapping(source)),
  ]),
];

const POLICY =
  'Written as the first version of the cluster’s policy, and never again: see [policy-reference.md](policy-reference.md).';

const clusterOf = (whole: JsonSchema): JsonSchema => {
  const cluster = at(whole, 'clusters', '*');
  const policy = { type: 'object', description: POLICY };
  const sample = { type: 'object', description: 'Where its sample comes from.' };
  return { ...cluster, properties: { ...cluster.properties, sample, policy } };
};

const reference = (): string[] => {
  const whole = jsonSchema();
  const cluster = at(whole, 'clusters', '*');
  const network = at(whole, 'networks', '*');
  return [
    '## Every key',
    '',
    ...rows(whole),
    ...titled('`clusters.*`', clusterOf(whole)),
    ...titled('`clusters.*.find`', at(cluster, 'find')),
    ...samples(cluster),
    ...titled('`clusters.*.usdPerUnitHour`', at(cluster, 'usdPerUnitHour')),
    ...titled('`clusters.*.prices.*`', at(cluster, 'prices', '*')),
    ...titled('`networks.*`', network),
    ...titled('`networks.*.subnets[]`', at(network, 'subnets', '[]')),
    ...titled('`networks.*.ingress[]`', at(network, 'ingress', '[]')),
    ...titled('`retention`', at(whole, 'retention')),
  ];
};

/** The page that people read. */
export const environmentReference = (): string => [...guideToEnvironments(), ...reference()].join('\n');
