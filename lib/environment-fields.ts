/** Builders for what a policy has no fields of: texts of a fixed form, words as keys, ids of AWS. */
import * as z from 'zod/mini';

const described = <Schema extends z.core.$ZodType>(schema: Schema, description: string): Schema => {
  z.globalRegistry.add(schema, { description });
  return schema;
};

/** A text of a fixed form. */
export interface Form {
  readonly pattern: RegExp;
  /** The form in words, with an example. */
  readonly means: string;
}

/** Names of clusters, by which table, commands, metrics and dashboards know them. */
export const CLUSTER_NAME: Form = {
  pattern: /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/,
  means: 'a name of a-z, 0-9 and -, at most 40 characters, such as "ad-hoc"',
};

/** Names of networks: part of the names of what is deployed. */
export const NETWORK_NAME: Form = {
  pattern: /^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/,
  means: 'a name of a-z, 0-9 and - that begins with a letter, at most 20 characters, such as "analytics"',
};

/** Names of environments: part of the names of what is deployed. */
export const ENVIRONMENT_NAME: Form = {
  pattern: /^[a-z][a-z0-9-]{0,20}$/,
  means: 'a name of a-z, 0-9 and - that begins with a letter, at most 21 characters, such as "prod"',
};

/** An id of EC2: a prefix and 8 or 17 digits (`DescribeVpcs` and its like have given 17 since 2016). */
export const ec2Id = (prefix: string): Form => ({
  pattern: new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`),
  means: `an id such as "${prefix}-0123456789abcdef0"`,
});

const formed = ({ pattern, means }: Form) => z.string({ error: means }).check(z.regex(pattern, { error: means }));

/** A text of a fixed form that must be given. */
export const requiredForm = (form: Form, description: string) => described(formed(form), description);

/** A text of a fixed form that may be absent. */
export const optionalForm = (form: Form, description: string) => described(z.optional(formed(form)), description);

/** A text of a fixed form with a default. */
export const defaultForm = (form: Form, fallback: string, description: string) =>
  described(z._default(formed(form), fallback), description);

/** One of a few numbers, with a default. */
export const oneOfNumbers = <const Numbers extends readonly [number, ...number[]]>(
  fallback: Numbers[number],
  numbers: Numbers,
  description: string,
) => described(z._default(z.literal(numbers), fallback as never), description);

/** The one word by which a section is told from others. */
export const word = <const Word extends string>(text: Word, description: string) =>
  described(z.literal(text), description);

/** A list with at least one entry. */
export const filledList = <Item extends z.core.$ZodType>(item: Item, most: number, description: string) =>
  described(
    z.array(item).check(
      z.refine((given) => given.length > 0, { error: 'at least one entry' }),
      z.maxLength(most),
    ),
    description,
  );

/** Entries by a name that the owner chooses. */
export const named = <Entry extends z.core.$ZodType>(form: Form, entry: Entry, description: string) =>
  described(z.record(formed(form), entry), description);

const texts = (most: number) =>
  z.record(
    z.string(),
    z.string().check(z.refine((given) => given.length <= most, { error: `a text of at most ${most} characters` })),
  );

/** Texts by keys that the owner chooses; may be absent. */
export const optionalTexts = (most: number, description: string) => described(z.optional(texts(most)), description);

/** Texts by keys that the owner chooses; none by default. */
export const defaultTexts = (most: number, description: string) => described(z._default(texts(most), {}), description);

/** A section that may be absent, which means something of its own. */
export const absentSection = <Section extends z.core.$ZodType>(section: Section, description: string) =>
  described(z.optional(section), description);

/** Exactly one of the keys of a section, for editors; the reading says it in words. */
export const oneKeyOf = <Section extends z.core.$ZodType>(section: Section): Section => {
  z.globalRegistry.add(section, { ...z.globalRegistry.get(section), minProperties: 1, maxProperties: 1 });
  return section;
};
