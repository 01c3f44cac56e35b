/** The shape of a catalogue file (docs/catalogue.md). Unknown keys are refused: a figure that is misspelt is a figure lost. */
import * as z from 'zod/mini';
import type { Catalogue, CatalogueType } from './model.ts';

const matching = (pattern: RegExp, expected: string) => z.string().check(z.regex(pattern, expected));
const positive = z.number().check(z.positive());
const natural = z.int().check(z.gte(0));
const text = z.string().check(z.minLength(1));

/** `2025-12-10`, or less of it where no more is known. */
export const DATE = /^(\d{4}(-\d{2}(-\d{2})?)?|unknown)$/;

const typeShape = {
  name: matching(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, 'a type as EC2 writes it, such as "r6g.4xlarge"'),
  vcpu: z.int().check(z.gte(1)),
  memoryGib: positive,
  arch: z.enum(['x86_64', 'arm64']),
  current: z.optional(z.boolean()),
  gpus: z.optional(natural),
  localStorageGib: z.optional(z.number().check(z.gte(0))),
  emrSupported: z.optional(z.boolean()),
  onDemandUsdPerHour: z.optional(positive),
  spotUsdPerHour: z.optional(positive),
  emrUsdPerHour: z.optional(z.number().check(z.gte(0))),
  interruptionBand: z.optional(z.literal([0, 1, 2, 3, 4])),
  estimated: z.optional(z.array(z.enum(['spotUsdPerHour', 'emrUsdPerHour']))),
  scores: z.record(text, positive),
} satisfies Record<keyof CatalogueType, unknown>;

const sourceShape = {
  what: text,
  from: text,
  date: matching(DATE, 'a date such as "2025-12-10", "2025-06" or "unknown"'),
  licence: z.optional(text),
};

const catalogueShape = {
  version: z.literal(1),
  region: matching(/^[a-z]{2}(-[a-z]+)+-\d+$/, 'a region such as "eu-central-1"'),
  zone: z.optional(text),
  release: z.optional(text),
  at: z
    .string()
    .check(z.refine((at) => /^\d{4}-\d{2}-\d{2}/.test(at) && !Number.isNaN(Date.parse(at)), 'an ISO time in UTC')),
  sources: z.array(z.strictObject(sourceShape)),
  types: z.array(z.strictObject(typeShape)),
} satisfies Record<keyof Catalogue, unknown>;

/** Every key that may stand in a catalogue. */
export const CATALOGUE_KEYS: readonly string[] = [typeShape, sourceShape, catalogueShape].flatMap(Object.keys);

export const catalogueSchema = z.strictObject(catalogueShape);
