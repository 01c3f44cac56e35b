/** Amazon Managed Prometheus: the same questions, signed with Signature Version 4 for the service `aps`. */
import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Clock } from '../../ports/clock.ts';
import { PrometheusWorkload, type PrometheusWorkloadOptions, type SignRequest } from './prometheus.ts';

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface SigningOptions {
  readonly region: string;
  /** Asked for each request: whoever gives them renews them. In a Lambda function: those of its role. */
  readonly credentials: () => Promise<Credentials>;
  /** AWS refuses signatures that are more than five minutes off. */
  readonly clock: Clock;
}

export type AmpWorkloadOptions = SigningOptions &
  Omit<PrometheusWorkloadOptions, 'url' | 'access' | 'sign'> & {
    /** As `ws-a1b2c3d4-…`. */
    readonly workspaceId: string;
    /** Another address than AWS's own for this workspace: a VPC endpoint's, with its path. */
    readonly url?: string;
  };

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

/** Signs requests to Amazon Managed Prometheus. Query parameters have no place in them: a question is sent as a form. */
export const signForAmp = ({ region, credentials, clock }: SigningOptions): SignRequest => {
  const signer = new SignatureV4({ service: 'aps', region, credentials, sha256: Sha256 });
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

/** A workspace of Amazon Managed Prometheus. Needs `aps:QueryMetrics` on it. */
export const ampWorkload = (options: AmpWorkloadOptions): PrometheusWorkload => {
  const { region, workspaceId, url, name } = options;
  return new PrometheusWorkload({
    ...options,
    url: url ?? `https://aps-workspaces.${region}.amazonaws.com/workspaces/${workspaceId}`,
    name: name ?? `Amazon Managed Prometheus ${workspaceId}`,
    sign: signForAmp(options),
  });
};
