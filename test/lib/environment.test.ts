import { functionSettings, parseEnvironment } from '../../lib/environment.ts';
import type { Environment } from '../../lib/environment-model.ts';
import { sentenceOf } from '../../lib/environment-problem.ts';
import { changed, linesOf, soundFile, type Tree } from './environments.ts';

const parsed = (value: unknown, name = 'prod'): Environment => {
  const { environment, problems } = parseEnvironment(name, value);
  if (environment === undefined) throw new Error(problems.map(sentenceOf).join('\n'));
  return environment;
};

describe('a file that is right', () => {
  test('what is left out has its default', () => {
    const environment = parsed(changed({ 'clusters/ml': undefined, networks: undefined }));
    expect(environment).toEqual({
      name: 'prod',
      account: '123456789012',
      region: 'us-east-1',
      clusters: [{ name: 'apps', find: { name: 'presto-apps' }, sample: { from: 'push' }, policy: {} }],
      networks: [],
      slotSeconds: 15,
      retention: { journalDays: 30, logDays: 14 },
      runbookUrl: 'docs/runbook.md',
      tags: {},
    });
  });

  test('what is given arrives', () => {
    const given = {
      $schema: './environment.schema.json',
      alarmTopicArn: 'arn:aws:sns:us-east-1:999999999999:on-call',
      slotSeconds: 5,
      retention: { logDays: 3653 },
      runbookUrl: 'https://wiki.example.com/presto/runbook',
      tags: { owner: 'data' },
      'networks/analytics/securityGroupId': 'sg-0a0a0a0a',
      'clusters/apps/usdPerUnitHour': { onDemand: 1.26, spot: 0.61 },
      'clusters/apps/minimumWorkerAgeSeconds': 30,
    };
    const environment = parsed(changed(given));
    expect(environment).toMatchObject({
      alarmTopicArn: given.alarmTopicArn,
      slotSeconds: 5,
      retention: { journalDays: 30, logDays: 3653 },
      runbookUrl: given.runbookUrl,
      tags: { owner: 'data' },
      networks: [{ name: 'analytics', egress: 'nat', securityGroupId: 'sg-0a0a0a0a' }],
    });
    expect(environment.clusters[0]).toMatchObject({
      usdPerUnitHour: { onDemand: 1.26, spot: 0.61 },
      minimumWorkerAgeSeconds: 30,
    });
    expect(environment).not.toHaveProperty('$schema');
  });

  test('a policy is seeded as it was written: without its defaults, and without the editor’s key', () => {
    const policy = { $schema: '../docs/policy.schema.json', capacity: { coresPerUnit: 8 } };
    const { clusters } = parsed(changed({ 'clusters/apps/policy': policy }));
    expect(clusters[0]?.policy).toEqual({ capacity: { coresPerUnit: 8 } });
  });

  const mapping = { runningQueries: 'trino_running{cluster="a"}' };
  const metric = { namespace: 'Trino', metric: 'RunningQueries', statistic: 'Average', periodSeconds: 30 };
  test.each<[string, Tree]>([
    ['push', { from: 'push' }],
    ['coordinator', { from: 'coordinator', url: 'http://{primary}:9495', network: 'analytics' }],
    ['prometheus over the internet', { from: 'prometheus', url: 'https://prometheus.example.com/tenant' }],
    ['prometheus in a network', { from: 'prometheus', url: 'http://10.0.0.9:9090', network: 'analytics' }],
    ['prometheus with labels', { from: 'prometheus', url: 'https://p.example.com', labels: { cluster: 'apps' } }],
    ['prometheus with a mapping', { from: 'prometheus', url: 'https://p.example.com', mapping }],
    ['amp', { from: 'amp', workspaceId: 'ws-01234567-89ab-cdef-0123-456789abcdef', mapping }],
    ['cloudwatch', { from: 'cloudwatch', mapping: { runningQueries: metric } }],
  ])('a sample from %s is kept as it is', (_, sample) => {
    expect(parsed(changed({ 'clusters/apps/sample': sample })).clusters[0]?.sample).toEqual(sample);
  });

  test.each(['a', 'prod', 'eu-2', 'a12345678901234567890', 'state', 'state-1'])('the name %s', (name) => {
    expect(parsed(soundFile(), name).name).toBe(name);
  });

  test('the functions are started with clusters, slots and retention, and with nothing of the account', () => {
    const environment = parsed(changed({ retention: { journalDays: 7 } }));
    expect(functionSettings(environment)).toEqual({
      environment: 'prod',
      slotSeconds: 15,
      journalRetentionDays: 7,
      clusters: environment.clusters,
    });
  });
});

describe('forms', () => {
  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'the environment: nothing was given, expected an object { … }'],
    ['null', null, 'the environment: null was given, expected an object { … }'],
    ['a list', [], 'the environment: [] was given, expected an object { … }'],
    [
      'an account that lost its quotes',
      changed({ account: 123456789012 }),
      'account: 123456789012 was given, expected the 12 digits of an AWS account, in quotes',
    ],
    [
      'no account',
      changed({ account: undefined }),
      'account: nothing was given, expected the 12 digits of an AWS account, in quotes',
    ],
    [
      'an account of 11 digits',
      changed({ account: '12345678901' }),
      'account: "12345678901" was given, expected the 12 digits of an AWS account, in quotes',
    ],
    [
      'a zone for a region',
      changed({ region: 'us-east-1a' }),
      'region: "us-east-1a" was given, expected an AWS region such as "eu-central-1"',
    ],
    [
      'no clusters',
      changed({ clusters: undefined, networks: undefined }),
      'clusters: nothing was given, expected an object { "name": { … } }',
    ],
    [
      'clusters as a list',
      changed({ clusters: [], networks: undefined }),
      'clusters: [] was given, expected an object { "name": { … } }',
    ],
    [
      'not one cluster',
      changed({ clusters: {}, networks: undefined }),
      'clusters: {} was given, expected at least one cluster, "name": { … }',
    ],
    [
      'a cluster that is null',
      changed({ 'clusters/apps': null }),
      'clusters.apps: null was given, expected an object { … }',
    ],
    [
      'a misspelt key',
      changed({ slotSecond: 10 }),
      'slotSecond: the key slotSecond was given, expected slotSeconds, or no such key',
    ],
    [
      'a needed key that is misspelt is told once',
      changed({ region: undefined, regoin: 'us-east-1' }),
      'regoin: the key regoin was given, expected region, or no such key',
    ],
    [
      'the sample under another name',
      changed({ 'clusters/apps/sample': undefined, 'clusters/apps/sampel': { from: 'push' } }),
      'clusters.apps.sampel: the key sampel was given, expected sample, or no such key',
    ],
    [
      'a password as a key',
      changed({ password: 'x' }),
      'password: the key password was given, expected one of $schema, account, region, clusters, networks, alarmTopicArn, slotSeconds, retention, emrQuotas, runbookUrl, tags',
    ],
    [
      'slots that do not divide a minute',
      changed({ slotSeconds: 7 }),
      'slotSeconds: 7 was given, expected one of 5, 6, 10, 12, 15, 20, 30, 60',
    ],
    [
      'logs for a number of days that CloudWatch does not take',
      changed({ retention: { logDays: 10 } }),
      'retention.logDays: 10 was given, expected one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653',
    ],
    [
      'a journal of no days',
      changed({ retention: { journalDays: 0 } }),
      'retention.journalDays: 0 was given, expected at least 1',
    ],
    [
      'a queue for a topic',
      changed({ alarmTopicArn: 'arn:aws:sqs:us-east-1:123456789012:q' }),
      'alarmTopicArn: "arn:aws:sqs:us-east-1:123456789012:q" was given, expected the ARN of a standard SNS topic, such as "arn:aws:sns:eu-central-1:123456789012:on-call"',
    ],
    [
      'a runbook with a section',
      changed({ runbookUrl: 'https://wiki/x#y' }),
      'runbookUrl: "https://wiki/x#y" was given, expected an address without spaces and without # (the section is added to it)',
    ],
    [
      'a policy that is none',
      changed({ 'clusters/apps/policy': { capacity: { maximumUnit: 7 } } }),
      'clusters.apps.policy.capacity.maximumUnit: the key maximumUnit was given, expected maximumUnits, or no such key',
    ],
    [
      'a policy that contradicts itself',
      changed({ 'clusters/apps/policy': { capacity: { minimumUnits: 9, maximumUnits: 7 } } }),
      'clusters.apps.policy.capacity.minimumUnits: 9 was given, expected at most capacity.maximumUnits, 7',
    ],
    [
      'no policy',
      changed({ 'clusters/apps/policy': undefined }),
      'clusters.apps.policy: nothing was given, expected an object { … }',
    ],
    [
      'a vpc for a subnet',
      changed({ 'networks/analytics/subnets/0/id': 'vpc-0123456789abcdef0' }),
      'networks.analytics.subnets.0.id: "vpc-0123456789abcdef0" was given, expected an id such as "subnet-0123456789abcdef0"',
    ],
    [
      'an id with a digit too few',
      changed({ 'networks/analytics/vpcId': 'vpc-0123456789abcdef' }),
      'networks.analytics.vpcId: "vpc-0123456789abcdef" was given, expected an id such as "vpc-0123456789abcdef0"',
    ],
    [
      'no subnet',
      changed({ 'networks/analytics/subnets': [] }),
      'networks.analytics.subnets: [] was given, expected at least one entry',
    ],
    [
      'a way out that is none',
      changed({ 'networks/analytics/egress': 'internet' }),
      'networks.analytics.egress: "internet" was given, expected one of "nat", "endpoints"',
    ],
    ['networks as null', changed({ networks: null }), 'networks: null was given, expected an object { "name": { … } }'],
    [
      'a name of a cluster in capitals',
      changed({ 'clusters/Apps': { find: { name: 'x' }, sample: { from: 'push' }, policy: {} } }),
      'clusters.Apps: the name "Apps" was given, expected a name of a-z, 0-9 and -, at most 40 characters, such as "ad-hoc"',
    ],
    [
      'a name of a cluster with a dollar in front',
      changed({ 'clusters/$apps': { find: { name: 'x' }, sample: { from: 'push' }, policy: {} } }),
      'clusters.$apps: the name "$apps" was given, expected a name of a-z, 0-9 and -, at most 40 characters, such as "ad-hoc"',
    ],
  ])('%s', (_, file, line) => {
    expect(linesOf(file)).toEqual([line]);
  });

  test('a key that JavaScript knows is no key of ours', () => {
    expect(linesOf(JSON.parse('{"__proto__": {"account": "1"}}'))[0]).toMatch(/^account: nothing was given/);
    expect(linesOf(changed({ constructor: 1 }))[0]).toMatch(/^constructor: the key constructor was given/);
    const cluster = '{"find":{"name":"x"},"sample":{"from":"push"},"policy":{}}';
    const file = { ...soundFile(), clusters: JSON.parse(`{"__proto__":${cluster}}`), networks: undefined };
    expect(linesOf(file)).toEqual([expect.stringMatching(/^clusters\.__proto__: the name "__proto__" was given/)]);
  });
});

describe('how a cluster is found', () => {
  const find = (value: unknown): string[] => linesOf(changed({ 'clusters/apps/find': value }));

  test.each<[string, unknown, string]>([
    ['nothing', undefined, '.find: nothing was given, expected an object { … }'],
    ['by nothing', {}, '.find: {} was given, expected exactly one of id, name, tags'],
    [
      'by two at once',
      { id: 'j-1A2B3C', name: 'x' },
      '.find: {"id":"j-1A2B3C","name":"x"} was given, expected exactly one of id, name, tags',
    ],
    [
      'an id in small letters',
      { id: 'j-1a2b3c' },
      '.find.id: "j-1a2b3c" was given, expected an id of EMR such as "j-1A2B3C4D5E6F7"',
    ],
    ['an empty name', { name: '' }, '.find.name: "" was given, expected a name of 1 to 256 characters'],
    [
      'no tag at all',
      { tags: {} },
      '.find.tags: {} was given, expected at least one tag: without any every cluster would fit',
    ],
    ['a tag that is a number', { tags: { team: 1 } }, '.find.tags.team: 1 was given, expected a text'],
    ['a misspelt key', { nmae: 'x' }, '.find.nmae: the key nmae was given, expected name, or no such key'],
    ['a text', 'presto', '.find: "presto" was given, expected an object { … }'],
  ])('%s', (_, value, line) => {
    expect(find(value)).toEqual([`clusters.apps${line}`]);
  });
});

describe('ten mistakes', () => {
  test('ten messages, each where it is', () => {
    const file = changed({
      account: '42',
      alarmTopicArn: 'arn:aws:sns:eu-west-1:123456789012:on-call',
      retnetion: {},
      'clusters/apps/find': { name: 'a', id: 'j-1A2B3C' },
      'clusters/apps/policy': { capacity: { maximumUnits: 'many' }, budget: { usdPerHour: 10 } },
      'clusters/ml/sample': { from: 'scrape', url: 'http://{master}:9495/metrics', network: 'analytic' },
      'networks/analytics/vpcId': 'vpc-1',
      'networks/analytics/subnets/0/availabilityZone': 'us-west-2a',
    });
    expect(linesOf(file).map((line) => line.split(':')[0])).toEqual([
      'account',
      'retnetion',
      'clusters.apps.find',
      'clusters.apps.policy.capacity.maximumUnits',
      'networks.analytics.vpcId',
      'alarmTopicArn',
      'clusters.apps.usdPerUnitHour',
      'clusters.ml.sample.url',
      'clusters.ml.sample.network',
      'networks.analytics.subnets.0.availabilityZone',
    ]);
  });
});
