/** Where the sample of a cluster comes from: one section for each source, told apart by the word `from`. */
import * as z from 'zod/mini';
import { optionalText, requiredText, section } from '../lambdas/core/policy/fields.ts';
import { cloudWatchMappingSchema } from '../lambdas/settings/cloudwatch-mapping.ts';
import { prometheusMappingSchema } from '../lambdas/settings/prometheus-mapping.ts';
import { absentSection, optionalTexts, requiredForm, word } from './environment-fields.ts';

const URL_FORM = { pattern: /^https?:\/\/\S+$/, means: 'an http or https address' };
const WORKSPACE = {
  pattern: /^ws-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  means: 'an id such as "ws-01234567-89ab-cdef-0123-456789abcdef"',
};

const network = requiredText('The entry of `networks` in which the function runs that asks.');
const labels = optionalTexts(
  1024,
  'Labels of the exporter’s series, where the server knows several exporters. Not beside `mapping`.',
);
const prometheusMapping = absentSection(
  prometheusMappingSchema,
  'PromQL for each field of the sample, for a server without our exporter (docs/samples.md). Absent: our exporter’s metrics are read.',
);

/** By their word. */
export const SAMPLE_SECTIONS = {
  push: section('The exporter on the primary node writes the sample to the table: nothing has to be reachable.', {
    from: word('push', 'The exporter writes it to the table.'),
  }),
  alarms: section('There is no sample: the alarms named in the policy are the signal.', {
    from: word('alarms', 'The alarms of the policy are the signal; its `signal.source` is `alarms` as well.'),
  }),
  scrape: section('A function in a network reads the exporter.', {
    from: word('scrape', 'A function reads the exporter’s `/metrics`.'),
    url: requiredForm(
      URL_FORM,
      'Address of the exporter’s metrics. `{primary}` is the host name of the primary node, as in `http://{primary}:9495/metrics`.',
    ),
    network,
  }),
  coordinator: section('A function in a network reads PrestoDB’s coordinator itself.', {
    from: word('coordinator', 'A function reads PrestoDB’s coordinator, without an exporter.'),
    url: requiredForm(
      URL_FORM,
      'Address of the coordinator. `{primary}` is the host name of the primary node, as in `http://{primary}:8889`.',
    ),
    network,
  }),
  prometheus: section('A Prometheus server is asked.', {
    from: word('prometheus', 'A Prometheus server is asked.'),
    url: requiredForm(
      URL_FORM,
      'Address of the server, up to what stands before `/api/v1`, as in `http://prometheus.internal:9090`.',
    ),
    network: optionalText(
      'The entry of `networks` from which the server is reached. Absent: it is reached over the internet.',
    ),
    labels,
    mapping: prometheusMapping,
  }),
  amp: section('A workspace of Amazon Managed Prometheus in this account and region is asked.', {
    from: word('amp', 'Amazon Managed Prometheus is asked.'),
    workspaceId: requiredForm(WORKSPACE, 'Id of the workspace.'),
    labels,
    mapping: prometheusMapping,
  }),
  cloudwatch: section('Metrics of CloudWatch are read.', {
    from: word('cloudwatch', 'Metrics of CloudWatch are read.'),
    mapping: cloudWatchMappingSchema,
  }),
} as const;

export type SampleWord = keyof typeof SAMPLE_SECTIONS;

const [first, ...others] = Object.values(SAMPLE_SECTIONS);
if (first === undefined) throw new Error('there is no source of samples');

/** All of them as one, for the schema of the file. */
export const sampleSchema = z.discriminatedUnion('from', [first, ...others]);
