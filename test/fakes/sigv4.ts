/**
 * The other side of Signature Version 4, written from AWS's description of it and not from anybody's code: checks a
 * request that has arrived. Query parameters are not looked at, because nothing that is signed here has any.
 */
import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Expected {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly region: string;
  readonly service: string;
  /** Seconds since 1970. */
  readonly now: number;
}

const MOST_SKEW_SECONDS = 300;

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text, 'utf8').digest();

const collapsed = (value: string | string[] | undefined): string =>
  (Array.isArray(value) ? value.join(',') : (value ?? '')).trim().replace(/ +/g, ' ');

/** `20150830T123600Z` in seconds since 1970. */
const secondsOf = (stamp: string): number =>
  Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')) / 1000;

/** The signature that a request ought to have. */
export const signatureOf = (
  { method, path, headers, body }: SignedRequest,
  signedHeaders: readonly string[],
  { secretAccessKey, region, service }: Pick<Expected, 'secretAccessKey' | 'region' | 'service'>,
): string => {
  const stamp = collapsed(headers['x-amz-date']);
  const day = stamp.slice(0, 8);
  const canonicalHeaders = signedHeaders.map((name) => `${name}:${collapsed(headers[name])}\n`).join('');
  const canonical = [method, path, '', canonicalHeaders, signedHeaders.join(';'), sha256(body)].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', stamp, scope, sha256(canonical)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  return hmac(key, toSign).toString('hex');
};

const AUTHORIZATION = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;

/** Why AWS would not take a request; undefined: it would. */
export const signatureFault = (request: SignedRequest, expected: Expected): string | undefined => {
  const { headers } = request;
  const [, id, scope, names = '', signature] = AUTHORIZATION.exec(collapsed(headers.authorization)) ?? [];
  if (signature === undefined) return 'Missing Authentication Token';
  const stamp = collapsed(headers['x-amz-date']);
  if (!(Math.abs(secondsOf(stamp) - expected.now) <= MOST_SKEW_SECONDS)) return 'Signature expired';
  if (id !== expected.accessKeyId) return 'The security token included in the request is invalid';
  if (scope !== `${stamp.slice(0, 8)}/${expected.region}/${expected.service}/aws4_request`) {
    return 'Credential should be scoped to a valid region and the right service';
  }
  if (headers['x-amz-security-token'] !== expected.sessionToken) return 'The security token is not the role’s';
  const signedHeaders = names.split(';');
  const amazons = Object.keys(headers).filter((name) => name.startsWith('x-amz-'));
  const unsigned = ['host', ...amazons].filter((name) => !signedHeaders.includes(name));
  if (unsigned.length > 0) return `not signed: ${unsigned.join(', ')}`;
  return signature === signatureOf(request, signedHeaders, expected)
    ? undefined
    : 'The request signature we calculated does not match the signature you provided.';
};
