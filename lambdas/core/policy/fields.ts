/** Builders for policy fields: each joins a check, a default and the sentences of the reference in one line. */
import * as z from 'zod/mini';

/** What goes wrong at either end; part of every number's description. */
export interface Ends {
  readonly small: string;
  readonly big: string;
}

const sentence = (description: string, ends?: Ends): string =>
  ends === undefined ? description : `${description} Too small: ${ends.small}. Too big: ${ends.big}.`;

const described = <Schema extends z.core.$ZodType>(schema: Schema, description: string): Schema => {
  z.globalRegistry.add(schema, { description });
  return schema;
};

const within = (lowest: number, highest: number) => z.number().check(z.minimum(lowest), z.maximum(highest));
const wholeWithin = (lowest: number, highest: number) =>
  z.number().check(z.int(), z.minimum(lowest), z.maximum(highest));

/** A number with a default. */
export const number = (fallback: number, lowest: number, highest: number, description: string, ends: Ends) =>
  described(z._default(within(lowest, highest), fallback), sentence(description, ends));

/** A whole number with a default. */
export const wholeNumber = (fallback: number, lowest: number, highest: number, description: string, ends: Ends) =>
  described(z._default(wholeWithin(lowest, highest), fallback), sentence(description, ends));

/** A number that must be given. */
export const requiredNumber = (lowest: number, highest: number, description: string, ends: Ends) =>
  described(within(lowest, highest), sentence(description, ends));

/** A whole number that must be given. */
export const requiredWholeNumber = (lowest: number, highest: number, description: string, ends: Ends) =>
  described(wholeWithin(lowest, highest), sentence(description, ends));

/** A number that may be absent, which means something of its own. */
export const optionalNumber = (lowest: number, highest: number, description: string) =>
  described(z.optional(within(lowest, highest)), description);

/** A whole number that may be absent, which means something of its own. */
export const optionalWholeNumber = (lowest: number, highest: number, description: string) =>
  described(z.optional(wholeWithin(lowest, highest)), description);

/** One of a few words, with a default. */
export const choice = <const Words extends readonly [string, ...string[]]>(
  fallback: Words[number],
  words: Words,
  description: string,
) => described(z._default(z.enum(words), fallback as never), description);

/** One of a few words that must be given. */
export const requiredChoice = <const Words extends readonly [string, ...string[]]>(words: Words, description: string) =>
  described(z.enum(words), description);

/** A text that must be given. */
export const requiredText = (description: string) => described(z.string().check(z.minLength(1)), description);

/** A text that may be absent. */
export const optionalText = (description: string) =>
  described(z.optional(z.string().check(z.minLength(1))), description);

/** A text with a default. */
export const defaultText = (fallback: string, description: string) =>
  described(z._default(z.string().check(z.minLength(1)), fallback), description);

/** Keys that belong together; a key that is not known is refused. */
export const section = <Shape extends z.core.$ZodLooseShape>(description: string, shape: Shape) =>
  described(z.strictObject(shape), description);

/** A section that may be left out: all its defaults hold. */
export const optionalSection = <Shape extends z.core.$ZodLooseShape>(description: string, shape: Shape) =>
  described(z.prefault(section(description, shape), {} as never), description);

/** A list, empty by default. */
export const list = <Item extends z.core.$ZodType>(item: Item, most: number, description: string) =>
  described(z._default(z.array(item).check(z.maxLength(most)), []), description);
