/** The engines' texts for durations and sizes, and names of classes. */
import { createHash } from 'node:crypto';
import type { Uptime } from './reading.ts';
import { NonsenseError } from './untrusted.ts';

const SECONDS_PER: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
};

/**
 * `"4.56h"` in seconds: two decimals of the largest unit that fits, so after two days the text moves once in 14 minutes.
 * @throws {NonsenseError}
 */
export const parseDuration = (text: string, where: string): Uptime => {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*(ns|us|ms|s|m|h|d)$/.exec(text) ?? [];
  const perUnit = SECONDS_PER[unit ?? ''];
  if (amount === undefined || perUnit === undefined) {
    throw new NonsenseError(`${where} is no duration such as 4.56h (${text.length} characters)`);
  }
  return { seconds: Number(amount) * perUnit, errorSeconds: 0.01 * perUnit };
};

/** @throws {NonsenseError} */
export const parseUptime = (text: string): Uptime => parseDuration(text, 'info.uptime');

const BYTES_PER: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1024,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
  TB: 1024 ** 4,
  PB: 1024 ** 5,
};

/**
 * `"7745346B"` in bytes; older servers round to two decimals of a larger unit, each 1024 times the one before.
 * @throws {NonsenseError}
 */
export const parseSize = (text: string, where: string): number => {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(B|kB|MB|GB|TB|PB)$/.exec(text) ?? [];
  const perUnit = BYTES_PER[unit ?? ''];
  if (amount === undefined || perUnit === undefined) {
    throw new NonsenseError(`${where} is no size such as 1.21GB (${text.length} characters)`);
  }
  return Number(amount) * perUnit;
};

/** Bytes of a class name as JSON, quotes left out. */
export const LONGEST_CLASS_NAME_BYTES = 64;
const HASH_CHARACTERS = 8;

/** Bytes of a text as JSON, with its quotes. */
export const jsonBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text));

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, HASH_CHARACTERS);

/** As many whole characters as fit. */
const cutTo = (text: string, bytes: number): string => {
  let kept = '';
  let used = 0;
  for (const character of text) {
    used += jsonBytes(character) - 2;
    if (used > bytes) break;
    kept += character;
  }
  return kept;
};

/**
 * `source|user|group`, at most {@link LONGEST_CLASS_NAME_BYTES} long as JSON: of a longer one the beginning and a hash
 * of the whole, so that two long names stay two classes. Halves of surrogate pairs, which UTF-8 cannot carry, become U+FFFD.
 */
export const classNameOf = (source: string, user: string, groupPath: readonly string[]): string => {
  const whole = `${source}|${user}|${groupPath.join('.')}`.replace(/\p{Surrogate}/gu, '\uFFFD');
  if (jsonBytes(whole) - 2 <= LONGEST_CLASS_NAME_BYTES) return whole;
  return `${cutTo(whole, LONGEST_CLASS_NAME_BYTES - HASH_CHARACTERS - 1)}~${hashOf(whole)}`;
};
