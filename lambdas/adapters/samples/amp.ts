/** Amazon Managed Prometheus: the same questions, signed with Signature Version 4 for the service `aps`. */
import { type SigningOptions, signFor } from '../aws-signing.ts';
import { PrometheusWorkload, type PrometheusWorkloadOptions } from './prometheus.ts';

export type AmpWorkloadOptions = SigningOptions &
  Omit<PrometheusWorkloadOptions, 'url' | 'access' | 'sign'> & {
    /** As `ws-a1b2c3d4-…`. */
    readonly workspaceId: string;
    /** Another address than AWS's own for this workspace: a VPC endpoint's, with its path. */
    readonly url?: string;
  };

/** A workspace of Amazon Managed Prometheus. Needs `aps:QueryMetrics` on it. */
export const ampWorkload = (options: AmpWorkloadOptions): PrometheusWorkload => {
  const { region, workspaceId, url, name } = options;
  return new PrometheusWorkload({
    ...options,
    url: url ?? `https://aps-workspaces.${region}.amazonaws.com/workspaces/${workspaceId}`,
    name: name ?? `Amazon Managed Prometheus ${workspaceId}`,
    sign: signFor('aps', options),
  });
};
