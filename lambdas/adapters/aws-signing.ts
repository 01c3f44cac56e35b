/** Signature Version 4 for services of AWS that are asked without a client of the SDK. */
import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Clock } from '../ports/clock.ts';
import type { SignRequest } from './post.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface SigningOptions {
  readonly region: string;
  /** Asked for each request: whoever gives them renews them. In a Lambda function: those of its role. */
  readonly credentials: () => Promise<AwsCredentials>;
  /** AWS refuses signatures that are more than five minutes off. */
  readonly clock: Clock;
}

/** The SDK's signer takes hashes by this shape; Node's own are in every runtime. */
class Sha256 {
  readonly #hash: ReturnType<typeof createHmac> | ReturnType<typeof createHash>;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(chunk: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(chunk));
  }

  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }

  reset(): void {
    throw new Error('a hash is used once');
  }
}

const bytesOf = (chunk: string | ArrayBuffer | ArrayBufferView): Buffer => {
  if (typeof chunk === 'string') return Buffer.from(chunk, 'utf8');
  return ArrayBuffer.isView(chunk) ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : Buffer.from(chunk);
};

/**
 * Signs POSTs of forms for one service. Query parameters have no place in them.
 * @param service as in the scope of a signature: `aps`, `ec2`
 */
export const signFor = (service: string, { region, credentials, clock }: SigningOptions): SignRequest => {
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
  return async ({ url, headers, body }) => {
    const { protocol, hostname, host, port, pathname } = url;
    const request = {
      method: 'POST',
      protocol,
      hostname,
      ...(port === '' ? {} : { port: Number(port) }),
      path: pathname,
      headers: { ...headers, host },
      body,
    };
    const signed = await signer.sign(request, { signingDate: new Date(clock.now() * 1000) });
    return signed.headers;
  };
};
