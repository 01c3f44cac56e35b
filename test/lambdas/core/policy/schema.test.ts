import * as z from 'zod/mini';
import { policySchema } from '../../../../lambdas/core/policy/schema.ts';

interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}

const numbersIn = (schema: JsonSchema, path: string): [path: string, schema: JsonSchema][] => [
  ...(schema.type === 'number' || schema.type === 'integer' ? [[path, schema] as [string, JsonSchema]] : []),
  ...Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => numbersIn(inner, `${path}.${name}`)),
  ...(schema.items === undefined ? [] : numbersIn(schema.items, `${path}[]`)),
];

describe('every number of the policy', () => {
  const numbers = numbersIn(z.toJSONSchema(policySchema, { io: 'input' }) as JsonSchema, '');
  const unit =
    /(units|Seconds|Minutes|Units|Unit|Cores|Share|ShareOfGrace|Factor|Sigmas|PerHour|PerDay|Utilisation|poolsLost)$/;
  test('there are many', () => {
    expect(numbers.length).toBeGreaterThan(30);
  });
  test.each(numbers)('%s has its unit in its name, a range and a sentence', (path, schema) => {
    expect(path).toMatch(unit);
    expect([typeof schema.minimum, typeof schema.maximum]).toEqual(['number', 'number']);
    expect(schema.description).toMatch(/\.$/);
  });
});
