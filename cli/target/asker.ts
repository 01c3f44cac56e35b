/** Who asks for a change. */
import { UsageError } from '../arguments.ts';
import type { Io } from '../program/io.ts';

/**
 * The name given, or that of whoever is logged in.
 * @throws UsageError when neither is known
 */
export const askerOf = (given: string | undefined, { user = '' }: Pick<Io, 'user'>): string => {
  const name = given ?? user;
  if (name !== '') return name;
  throw new UsageError(['--by is required: nobody knows here who you are.']);
};
