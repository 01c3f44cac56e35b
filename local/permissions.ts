/**
 * Whether the caller of an endpoint may do what it asks for. The endpoints of this machine know no policies: where
 * permissions matter they ask somebody who does.
 */

/** Who asks, as the signature of a request says; the signature itself is looked at by nobody. */
export interface Caller {
  readonly accessKeyId: string;
  readonly region: string;
}

export interface Asked extends Caller {
  /** As a policy names it: `elasticmapreduce:ModifyInstanceFleet`. */
  readonly action: string;
  /** What stands after the account in its ARN: `cluster/j-1`. Absent: the action has no resource of its own. */
  readonly resource?: string;
  /** Of the resource. */
  readonly tags: Readonly<Record<string, string>>;
}

/** @returns why it may not, in AWS's words; undefined: it may */
export type Judge = (asked: Asked) => Promise<string | undefined>;

const CREDENTIAL = /Credential=([^/,\s]+)\/\d{8}\/([^/]+)\//;

/** Undefined for a request that nobody signed. */
export const callerOf = (authorization: string | undefined): Caller | undefined => {
  const [, accessKeyId, region] = CREDENTIAL.exec(authorization ?? '') ?? [];
  return accessKeyId === undefined || region === undefined ? undefined : { accessKeyId, region };
};
