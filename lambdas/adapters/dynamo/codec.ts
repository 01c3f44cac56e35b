/** Values in attributes: compressed where they are long, text where people may want to read them. */
import { gunzipSync, gzipSync } from 'node:zlib';

/** What comes out of the table is untrusted: a small attribute must not become a full memory. */
const MOST_BYTES = 4 * 1024 * 1024;

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** A value as compressed JSON. Its check sum tells damage. */
export const pack = (value: unknown): Uint8Array => gzipSync(JSON.stringify(value));

/**
 * The value of a packed attribute.
 * @throws Error when it is not one, or damaged
 */
export const unpack = (attribute: unknown): unknown => {
  if (!ArrayBuffer.isView(attribute)) throw new Error('it is not compressed JSON');
  const bytes = Buffer.from(attribute.buffer, attribute.byteOffset, attribute.byteLength);
  return JSON.parse(gunzipSync(bytes, { maxOutputLength: MOST_BYTES }).toString('utf8'));
};

/** The value of a text attribute, or undefined when it is no JSON. */
export const parsed = (attribute: unknown): unknown => {
  if (typeof attribute !== 'string') return undefined;
  try {
    return JSON.parse(attribute);
  } catch {
    return undefined;
  }
};
