/** Tables of a reference page, from the JSON Schema of what is described. */

/** As much of JSON Schema as the schemas of this project become. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly const?: unknown;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly oneOf?: readonly JsonSchema[];
}

const rangeOf = (field: JsonSchema): string => {
  if (field.const !== undefined) return `\`${String(field.const)}\``;
  if (field.enum !== undefined) return field.enum.map((word) => `\`${String(word)}\``).join(', ');
  if (field.minimum !== undefined && field.maximum !== undefined) {
    return `${field.minimum.toLocaleString('en-US')} – ${field.maximum.toLocaleString('en-US')}${field.type === 'integer' ? ', whole' : ''}`;
  }
  if (field.type === 'string') return 'text';
  if (field.type === 'array') return 'list';
  return field.type === 'object' ? 'section' : (field.type ?? '');
};

const defaultOf = (field: JsonSchema, required: boolean): string => {
  if (field.default !== undefined) return `\`${JSON.stringify(field.default)}\``;
  return required ? 'must be given' : 'absent';
};

/** A row for each field. */
export const fieldTable = (
  fields: readonly (readonly [name: string, field: JsonSchema])[],
  required: readonly string[],
): string[] => [
  '| key | default | range | what it does |',
  '| --- | --- | --- | --- |',
  ...fields.map(
    ([name, field]) =>
      `| \`${name}\` | ${defaultOf(field, required.includes(name))} | ${rangeOf(field)} | ${field.description ?? ''} |`,
  ),
];
