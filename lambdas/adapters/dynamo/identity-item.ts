/** An identity as an attribute: JSON, so that people can read it. */
import type { Identity } from '../../core/identity.ts';
import { isFields, isNumber, parsed } from './codec.ts';
import type { Item } from './table.ts';

/** Where an item has it: that of the cluster's own partition, and that of the account's list. */
export const IDENTITY_ATTRIBUTE = 'identity';

const isText = (value: unknown): boolean => value === undefined || typeof value === 'string';

const isIdentity = (value: unknown): value is Identity =>
  isFields(value) &&
  isNumber(value['at']) &&
  typeof value['lookedFor'] === 'string' &&
  ['emrClusterId', 'primaryHost', 'problem', 'takenBy'].every((name) => isText(value[name])) &&
  (value['alsoFit'] === undefined || Array.isArray(value['alsoFit']));

/** The identity of an item; undefined where it has none, or one that cannot be read: the next dispatch writes it anew. */
export const readIdentity = (item: Item | undefined): Identity | undefined => {
  const value = parsed(item?.[IDENTITY_ATTRIBUTE]);
  return isIdentity(value) ? value : undefined;
};
