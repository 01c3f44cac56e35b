/**
 * Size of an item by DynamoDB's rules, from which capacity is worked out (Amazon DynamoDB Developer Guide, "DynamoDB Item
 * sizes and formats", "DynamoDB read and write operations").
 */
import type { Item } from '../../lambdas/adapters/dynamo/table.ts';

const CONTAINER_BYTES = 3;

/** About a byte for two digits, one more for all of them, and one for a minus. */
const bytesOfNumber = (value: number): number => {
  const digits = Math.abs(value)
    .toString()
    .replace(/e.*$/, '')
    .replace('.', '')
    .replace(/^0+|0+$/g, '');
  return Math.ceil(digits.length / 2) + 1 + (value < 0 ? 1 : 0);
};

const bytesOf = (value: unknown): number => {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return bytesOfNumber(value);
  if (typeof value === 'boolean' || value === null) return 1;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + 1 + bytesOf(one), CONTAINER_BYTES);
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, one]) => one !== undefined);
    return entries.reduce((sum, [name, one]) => sum + 1 + Buffer.byteLength(name) + bytesOf(one), CONTAINER_BYTES);
  }
  throw new Error(`DynamoDB has no type for ${typeof value}`);
};

export const bytesOfItem = (item: Item): number =>
  Object.entries(item)
    .filter(([, value]) => value !== undefined)
    .reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + bytesOf(value), 0);

/** Units of a write: one for each begun kilobyte. */
export const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / 1024));

/** Units of a read: one for each begun 4 KB, half of it where the last second may be missed. */
export const readUnits = (bytes: number, consistent: boolean): number =>
  Math.max(1, Math.ceil(bytes / 4096)) * (consistent ? 1 : 0.5);
