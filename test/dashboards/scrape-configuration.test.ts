import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { FLAGS } from '../../exporters/flags.ts';
import { PROMETHEUS } from './expressions.ts';

interface Job {
  readonly job_name: string;
  readonly ec2_sd_configs: readonly {
    readonly port: number;
    readonly filters: readonly { readonly name: string; readonly values: readonly string[] }[];
  }[];
  readonly relabel_configs: readonly {
    readonly source_labels: readonly string[];
    readonly target_label: string;
    readonly regex?: string;
    readonly replacement?: string;
  }[];
}

const { scrape_configs: jobs } = parse(readFileSync(join(PROMETHEUS, 'prometheus.yml'), 'utf8'), { merge: true }) as {
  readonly scrape_configs: readonly Job[];
};
const job = (name: string): Job => jobs.find((one) => one.job_name === name) as Job;

/** What Prometheus makes of a tag's name: everything but letters, digits and `_` becomes `_`. */
const metaOf = (tag: string): string => `__meta_ec2_tag_${tag.replaceAll(/[^a-zA-Z0-9_]/g, '_')}`;

/** As Prometheus relabels: the whole value must match, and an empty result is no label. */
const relabelled = ({ relabel_configs }: Job, meta: Readonly<Record<string, string>>): Record<string, string> => {
  const labels: Record<string, string> = {};
  for (const { source_labels, target_label, regex = '(.*)', replacement = '$1' } of relabel_configs) {
    const value = source_labels.map((name) => meta[name] ?? '').join(';');
    const found = new RegExp(`^(?:${regex})$`).exec(value);
    if (found !== null) labels[target_label] = replacement.replace('$1', found[1] ?? '');
  }
  return labels;
};

const node = (role: string): Record<string, string> => ({
  __meta_ec2_instance_id: 'i-0123',
  [metaOf('aws:elasticmapreduce:job-flow-id')]: 'j-ABC',
  [metaOf('aws:elasticmapreduce:instance-group-role')]: role,
  [metaOf('prestoscale:environment')]: 'production',
});

describe('what is scraped', () => {
  test('the exporter at its default port, on primary nodes only', () => {
    const [found] = job('prestoscale-exporter').ec2_sd_configs;
    expect(String(found?.port)).toBe(FLAGS.find(({ name }) => name === 'port')?.default);
    expect(found?.filters).toContainEqual({ name: 'tag:aws:elasticmapreduce:instance-group-role', values: ['MASTER'] });
  });

  test('the JMX agent at the port that the bootstrap action gives it', () => {
    const script = readFileSync(join(__dirname, '../../bootstrap-scripts/install/arguments.sh'), 'utf8');
    const port = /JMX_PORT=(\d+)/.exec(script)?.[1];
    expect(String(job('prestoscale-jmx').ec2_sd_configs[0]?.port)).toBe(port);
  });

  test.each(jobs.map((one) => [one.job_name, one] as const))(
    '%s: clusters without our tag, and instances that end, are left alone',
    (_name, { ec2_sd_configs }) => {
      for (const { filters } of ec2_sd_configs) {
        expect(filters).toContainEqual({ name: 'tag-key', values: ['prestoscale:environment'] });
        expect(filters).toContainEqual({ name: 'instance-state-name', values: ['running'] });
      }
    },
  );

  test.each([
    ['MASTER', 'coordinator'],
    ['CORE', 'worker'],
    ['TASK', 'worker'],
  ])('a node of role %s → labels of its cluster, role %s', (role, label) => {
    for (const one of jobs) {
      expect(relabelled(one, node(role))).toEqual({
        cluster: 'j-ABC',
        environment: 'production',
        role: label,
        instance: 'i-0123',
      });
    }
  });
});
