/** Identifiers in EMR's and EC2's form, derived from names so that a run repeats them. */
import { createHash } from 'node:crypto';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

const digest = (name: string): Buffer => createHash('sha256').update(name).digest();

const letters = (name: string, length: number): string =>
  [...digest(name).subarray(0, length)].map((byte) => LETTERS[byte % LETTERS.length]).join('');

/** Id of a cluster's fleet: `if-` and thirteen letters or digits. */
export const fleetIdOf = (clusterId: string, type: string): string => `if-${letters(`${clusterId}/${type}`, 13)}`;

/** EMR's id of an instance. */
export const emrInstanceIdOf = (clusterId: string, name: string): string => `ci-${letters(`${clusterId}/${name}`, 12)}`;

/** EC2's id of an instance, as events about it carry it. */
export const ec2InstanceIdOf = (clusterId: string, name: string): string =>
  `i-${digest(`${clusterId}/${name}`).toString('hex').slice(0, 17)}`;
