/** Where each cluster's sample is read, as its settings say. */
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { SigningOptions } from '../adapters/aws-signing.ts';
import { ampWorkload } from '../adapters/samples/amp.ts';
import { CloudWatchWorkload } from '../adapters/samples/cloudwatch.ts';
import { CoordinatorWorkload } from '../adapters/samples/coordinator.ts';
import { PrometheusWorkload } from '../adapters/samples/prometheus.ts';
import { ScrapedWorkload } from '../adapters/samples/scraped.ts';
import type { WorkloadSource } from '../ports/workload.ts';
import type { SampleSettings } from '../settings/settings.ts';

/** What reading samples needs from outside. */
export interface SampleParts extends SigningOptions {
  /** Called for a sample of CloudWatch's only. */
  readonly cloudWatch: () => CloudWatchClient;
  /** Another address than AWS's own for Amazon Managed Prometheus, without the workspace's path. */
  readonly ampEndpoint?: string;
  /** Told why there is no sample, or what is left out of it. */
  readonly onFault: (error: Error) => void;
}

type Workload = (primaryHost: string | undefined) => WorkloadSource | undefined;

const PRIMARY = '{primary}';

/** A source by an address in which the primary node's host may stand; none while that is not known. */
const atAddress =
  (url: string, make: (url: string) => WorkloadSource): Workload =>
  (primaryHost) => {
    if (!url.includes(PRIMARY)) return make(url);
    return primaryHost === undefined ? undefined : make(url.replaceAll(PRIMARY, primaryHost));
  };

/** What is set of labels and mapping; absent stays absent. */
const chosen = <Mapping>({ labels, mapping }: { labels?: Readonly<Record<string, string>>; mapping?: Mapping }) => ({
  ...(labels === undefined ? {} : { labels }),
  ...(mapping === undefined ? {} : { mapping }),
});

/**
 * How a cluster's sample is read; undefined: it is not, because the exporter pushes it, or because alarms are the signal.
 * A source is made when it is first needed, and again when the cluster's primary node is another.
 */
export const workloadFor = (sample: SampleSettings, parts: SampleParts): Workload | undefined => {
  const { clock, onFault } = parts;
  switch (sample.from) {
    case 'push':
    case 'alarms':
      return undefined;
    case 'scrape':
      return atAddress(sample.url, (url) => new ScrapedWorkload({ url, onFault }));
    case 'coordinator':
      return atAddress(sample.url, (coordinator) => new CoordinatorWorkload({ coordinator, clock, onFault }));
    case 'prometheus':
      return atAddress(sample.url, (url) => new PrometheusWorkload({ url, onFault, ...chosen(sample) }));
    case 'amp': {
      const { workspaceId } = sample;
      const { ampEndpoint, region, credentials } = parts;
      const url = ampEndpoint && `${ampEndpoint.replace(/\/$/, '')}/workspaces/${workspaceId}`;
      return () =>
        ampWorkload({ region, credentials, clock, workspaceId, onFault, ...(url ? { url } : {}), ...chosen(sample) });
    }
    case 'cloudwatch':
      return () => new CloudWatchWorkload({ client: parts.cloudWatch(), mapping: sample.mapping, clock, onFault });
  }
};
