/** Names of users, sources and groups as values of labels: of any length and any characters when they come. */
import { createHash } from 'node:crypto';

/** Bytes of UTF-8. */
export const LONGEST_NAME_BYTES = 128;
const HASH_CHARACTERS = 8;

/** For a query that names none; Prometheus takes an empty label for an absent one. */
export const NO_NAME = 'none';

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, HASH_CHARACTERS);

/** As many whole characters as fit. */
const cutTo = (text: string, bytes: number): string => {
  let kept = '';
  let used = 0;
  for (const character of text) {
    used += Buffer.byteLength(character);
    if (used > bytes) break;
    kept += character;
  }
  return kept;
};

/**
 * A short name as it is; of a longer one the beginning and a hash of the whole, so that two long names stay two. Halves
 * of surrogate pairs, which UTF-8 cannot carry, become U+FFFD.
 */
export const labelName = (name: string): string => {
  if (name === '') return NO_NAME;
  const whole = name.replace(/\p{Surrogate}/gu, '\uFFFD');
  if (Buffer.byteLength(whole) <= LONGEST_NAME_BYTES) return whole;
  return `${cutTo(whole, LONGEST_NAME_BYTES - HASH_CHARACTERS - 1)}~${hashOf(whole)}`;
};
