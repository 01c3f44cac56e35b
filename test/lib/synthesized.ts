/** Environments and templates for the tests of what is deployed. Bundling is left out: it has a test of its own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { ClusterEntry, SampleSettings } from '../../lambdas/settings/settings.ts';
import { AutoscalerStack } from '../../lib/autoscaler-stack.ts';
import type { Environment, NetworkEntry } from '../../lib/environment-model.ts';
import { StateStack } from '../../lib/state-stack.ts';

// CDK's rules for templates take seconds; the test of the app goes through them.
process.env['CDK_VALIDATION'] = 'false';

export const ROOT = join(import.meta.dirname, '../..');

const cluster = (name: string, sample: SampleSettings): ClusterEntry => ({
  name,
  find: { name },
  sample,
  policy: { capacity: { minimumUnits: 8, maximumUnits: 64 } },
});

const network = (name: string, more: Partial<NetworkEntry> = {}): NetworkEntry => ({
  name,
  vpcId: 'vpc-0abc1234def567890',
  subnets: [
    { id: 'subnet-0aaa1111aaa1111aa', availabilityZone: 'eu-central-1a' },
    { id: 'subnet-0bbb1111bbb1111bb', availabilityZone: 'eu-central-1b' },
  ],
  ingress: [{ securityGroupId: 'sg-0ccc1111ccc1111cc', port: 9495 }],
  egress: 'nat',
  ...more,
});

/** One pushed cluster, and nothing more. */
export const plain = (name: string): Environment => ({
  name,
  account: '123456789012',
  region: 'eu-central-1',
  clusters: [cluster('etl', { from: 'push' })],
  networks: [],
  slotSeconds: 15,
  retention: { journalDays: 30, logDays: 14 },
  runbookUrl: 'https://wiki.example/runbook.md',
  tags: { team: 'data' },
});

const METRIC = { namespace: 'Own', metricName: 'Queued', statistic: 'Maximum', periodSeconds: 60 } as const;

/** Every kind of sample, and two networks: in one the group is made, in the other it is given. */
export const full = (name: string): Environment => ({
  ...plain(name),
  alarmTopicArn: 'arn:aws:sns:eu-central-1:123456789012:on-call',
  clusters: [
    cluster('pushed', { from: 'push' }),
    cluster('alarmed', { from: 'alarms' }),
    cluster('scraped', { from: 'scrape', url: 'http://{primary}:9495/metrics', network: 'prod-vpc' }),
    cluster('asked', { from: 'coordinator', url: 'http://{primary}:8889', network: 'prod-vpc' }),
    cluster('watched', { from: 'prometheus', url: 'http://prometheus.internal:9090', network: 'ops' }),
    cluster('managed', { from: 'amp', workspaceId: 'ws-01234567-89ab-cdef-0123-456789abcdef' }),
    cluster('measured', { from: 'cloudwatch', mapping: { queued: METRIC } as never }),
  ],
  networks: [network('prod-vpc'), network('ops', { securityGroupId: 'sg-0ddd1111ddd1111dd' })],
});

/** The context of cdk.json, as the command line gives it. */
const CONTEXT: Record<string, unknown> = {
  ...JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')).context,
  'aws:cdk:bundling-stacks': [],
};

export interface Deployed {
  readonly app: App;
  readonly state: StateStack;
  readonly autoscaler: AutoscalerStack;
}

/** The stacks of some environments in one app, unsynthesized. */
export const stacksOf = (...environments: readonly Environment[]): readonly Deployed[] => {
  const app = new App({ context: CONTEXT });
  return environments.map((environment) => {
    const state = new StateStack(app, environment);
    return { app, state, autoscaler: new AutoscalerStack(app, environment, state.state) };
  });
};

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** A template as plain data, loosely typed: tests say what they expect. */
export interface Plain {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}

export const templatesOf = ({
  state,
  autoscaler,
}: Deployed): { readonly state: Plain; readonly autoscaler: Plain } => ({
  state: Template.fromStack(state).toJSON() as Plain,
  autoscaler: Template.fromStack(autoscaler).toJSON() as Plain,
});

/** Resources of one type: properties by logical id. */
export const ofType = (template: Plain, type: string): [string, Readonly<Record<string, unknown>>][] =>
  Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, { Properties }]) => [id, Properties]);
