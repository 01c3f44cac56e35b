/** What the parts of an environment must be to each other. */
import { changed, linesOf, type Tree } from './environments.ts';

const cluster = (find: unknown, changes: Tree = {}): Tree => ({
  find,
  sample: { from: 'push' },
  policy: {},
  ...changes,
});

const apps = (changes: Tree): string[] =>
  linesOf(changed({ 'clusters/apps': cluster({ name: 'presto-apps' }, changes) }));

describe('names of environments', () => {
  test.each<[string, RegExp]>([
    ['Prod', /^the name of the environment: "Prod" was given, expected a name of a-z, 0-9 and - .*; rename the file$/],
    ['1prod', /"1prod" was given/],
    ['', /"" was given/],
    ['../prod', /"\.\.\/prod" was given/],
    ['a123456789012345678901', /at most 21 characters/],
    ['prod-state', /expected no -state at its end: so the stack is called that holds the table of prod/],
  ])('%s is refused', (name, line) => {
    expect(linesOf(changed({}), name)).toEqual([expect.stringMatching(line)]);
  });
});

describe('samples', () => {
  test.each<[string, unknown, RegExp]>([
    [
      'nothing',
      undefined,
      /^clusters\.apps\.sample: nothing was given, expected an object such as \{ "from": "push" \}$/,
    ],
    ['a word', 'push', /^clusters\.apps\.sample: "push" was given, expected an object/],
    [
      'no source',
      {},
      /^clusters\.apps\.sample\.from: nothing was given, expected one of the sources: push, alarms, scrape/,
    ],
    [
      'a source that is misspelt',
      { from: 'pull' },
      /\.from: "pull" was given, expected "push", or another of the sources/,
    ],
    ['a source that is a number', { from: 5 }, /\.from: 5 was given, expected one of the sources/],
    ['a source that every object has', { from: 'toString' }, /\.from: "toString" was given/],
    [
      'a key of another source',
      { from: 'push', url: 'http://x' },
      /\.url: the key url was given, expected one of from$/,
    ],
    ['a mapping for push', { from: 'push', mapping: {} }, /\.mapping: the key mapping was given/],
    [
      'a scrape without a network',
      { from: 'scrape', url: 'http://{primary}:9495' },
      /\.network: nothing was given, expected a text$/,
    ],
    [
      'a workspace that is none',
      { from: 'amp', workspaceId: 'ws-1' },
      /\.workspaceId: "ws-1" was given, expected an id such as/,
    ],
    ['CloudWatch without a mapping', { from: 'cloudwatch' }, /\.mapping: nothing was given, expected an object/],
    [
      'an empty mapping',
      { from: 'cloudwatch', mapping: {} },
      /\.mapping: \{\} was given, expected at least one field of a sample/,
    ],
    [
      'a mapping with a field that is none',
      { from: 'prometheus', url: 'https://p.example.com', mapping: { runingQueries: 'x' } },
      /\.mapping\.runingQueries: the key runingQueries was given, expected runningQueries/,
    ],
    [
      'a computed value without takenAt',
      { from: 'prometheus', url: 'https://p.example.com', mapping: { readyWorkers: 'nodes - 1' } },
      /\.mapping\.readyWorkers: "nodes - 1" was given, expected a selector/,
    ],
    [
      'labels beside a mapping',
      { from: 'prometheus', url: 'https://p.example.com', labels: { a: 'b' }, mapping: { runningQueries: 'x' } },
      /\.labels: \{"a":"b"\} was given, expected no labels beside mapping; write them into its selectors$/,
    ],
  ])('%s', (_, sample, line) => {
    expect(apps({ sample })).toEqual([expect.stringMatching(line)]);
  });
});

describe('addresses', () => {
  const scrape = (url: string): string[] => apps({ sample: { from: 'scrape', url, network: 'analytics' } });
  const coordinator = (url: string): string[] => apps({ sample: { from: 'coordinator', url, network: 'analytics' } });
  const prometheus = (url: string): string[] => apps({ sample: { from: 'prometheus', url } });

  test.each(['http://{primary}:9495/metrics', 'http://10.0.0.7:9495/metrics?all=1', 'https://{primary}:9495'])(
    'the exporter may be at %s',
    (url) => {
      expect(scrape(url)).toEqual([]);
    },
  );

  test.each<[string, string]>([
    ['{primary}:9495/metrics', 'an http or https address'],
    ['ftp://{primary}:9495', 'an http or https address'],
    ['http://:9495', 'an http or https address'],
    ['http://{primary}:99999', 'an http or https address'],
    ['http://{Primary}:9495', 'no other placeholder than {primary}'],
    ['http://{primary}:{port}', 'no other placeholder than {primary}'],
    ['http://{primary:9495', 'no other placeholder than {primary}'],
    ['http://x.{primary}:9495', '{primary} as the host, as in http://{primary}:9495'],
    ['http://host:9495/{primary}', '{primary} as the host, as in http://{primary}:9495'],
    ['http://{primary}:9495/metrics#top', 'an address without #'],
    ['http://{primary}:9496', 'a port that networks.analytics.ingress lets in: 9495; or add a rule for port 9496'],
    ['https://{primary}', 'a port that networks.analytics.ingress lets in: 9495; or add a rule for port 443'],
  ])('the exporter cannot be at %s', (url, expected) => {
    expect(scrape(url)).toEqual([`clusters.apps.sample.url: ${JSON.stringify(url)} was given, expected ${expected}`]);
  });

  test('a password is refused, and not shown', () => {
    const lines = scrape('http://ann:hunter2@{primary}:9495/metrics');
    expect(lines).toEqual([expect.stringContaining('an address without user and password')]);
    expect(lines[0]).not.toContain('hunter2');
  });

  test('paths are added to a coordinator: no question in its address', () => {
    expect(coordinator('http://{primary}:9495/?x=1')).toEqual([expect.stringContaining('an address without ?')]);
  });

  test('a Prometheus server is no primary node', () => {
    expect(prometheus('http://{primary}:9090')).toEqual([
      expect.stringContaining('an address without {primary}: the server is not a primary node'),
    ]);
  });

  test.each([
    'http://10.1.2.3:9090',
    'http://172.31.0.1',
    'http://192.168.0.4',
    'http://prometheus.internal:9090',
    'http://prometheus:9090',
    'http://localhost:9090',
    'http://[fd00::1]:9090',
  ])('outside a network %s is not reached', (url) => {
    expect(prometheus(url)).toEqual([
      'clusters.apps.sample.network: nothing was given, expected a name of networks: the address is a private one; outside a network only public servers are reached',
    ]);
  });

  test.each([
    'http://11.1.2.3:9090',
    'http://172.32.0.1',
    'https://prometheus.internal.example.com',
    'https://[2600::1]',
  ])('outside a network %s may be reached', (url) => {
    expect(prometheus(url)).toEqual([]);
  });

  test('rules that their owner makes open what they will', () => {
    const own = changed({ 'networks/analytics/ingress': [], 'clusters/ml/sample/url': 'http://{primary}:1234' });
    expect(linesOf(own)).toEqual([]);
  });
});

describe('a signal of alarms alone', () => {
  const alarms = [{ name: 'queued', direction: 'up', stepUnits: 4 }];

  test('both say alarms, and there are some → right', () => {
    expect(apps({ sample: { from: 'alarms' }, policy: { signal: { source: 'alarms' }, alarms } })).toEqual([]);
  });

  test('the policy waits for a sample → it is told where', () => {
    expect(apps({ sample: { from: 'alarms' }, policy: { alarms } })).toEqual([
      'clusters.apps.policy.signal.source: "sample" was given, expected "alarms"; sample.from is "alarms", so nothing else says what is needed',
    ]);
  });

  test('and it has no alarms → both are told at once', () => {
    expect(apps({ sample: { from: 'alarms' }, policy: {} }).map((line) => line.split(':')[0])).toEqual([
      'clusters.apps.policy.signal.source',
      'clusters.apps.policy.alarms',
    ]);
  });

  test('no alarms, and both say alarms → told once', () => {
    const lines = apps({ sample: { from: 'alarms' }, policy: { signal: { source: 'alarms' } } });
    expect(lines).toEqual([expect.stringMatching(/at least one entry in alarms/)]);
  });

  test('a sample is read that nobody looks at → refused', () => {
    expect(apps({ policy: { signal: { source: 'alarms' }, alarms } })).toEqual([
      'clusters.apps.sample.from: "push" was given, expected "alarms"; policy.signal.source is "alarms", so a sample would be read for nothing',
    ]);
  });
});

describe('money', () => {
  test.each<[string, Tree, string]>([
    ['an hourly budget', { budget: { usdPerHour: 9 } }, 'budget.usdPerHour'],
    ['a daily budget', { budget: { usdPerDay: 9 } }, 'budget.usdPerDay'],
    ['a cap on stand-ins', { markets: { fallbackMaximumUsdPerHour: 9 } }, 'markets.fallbackMaximumUsdPerHour'],
  ])('%s without prices', (_, policy, what) => {
    expect(apps({ policy })).toEqual([
      `clusters.apps.usdPerUnitHour: nothing was given, expected { "onDemand": …, "spot": … }: the policy has ${what}; without prices nothing may grow under a budget`,
    ]);
    expect(apps({ policy, usdPerUnitHour: { onDemand: 1, spot: 1 } })).toEqual([]);
  });

  test('prices that are wrong are not said to be missing', () => {
    expect(apps({ policy: { budget: { usdPerDay: 9 } }, usdPerUnitHour: { onDemand: 1 } })).toEqual([
      'clusters.apps.usdPerUnitHour.spot: nothing was given, expected a number',
    ]);
  });

  test('spot dearer than on-demand → the two are mixed up', () => {
    expect(apps({ usdPerUnitHour: { onDemand: 0.6, spot: 1.2 } })).toEqual([
      'clusters.apps.usdPerUnitHour.spot: 1.2 was given, expected at most the price of onDemand, 0.6',
    ]);
  });
});

test.each<[number, number | undefined, number]>([
  [60, undefined, 1],
  [60, 119, 1],
  [60, 120, 0],
  [30, undefined, 0],
])('CloudWatch periods of %d s, samples believed for %p s → %d problems', (periodSeconds, stale, count) => {
  const metric = { namespace: 'Trino', metric: 'Q', statistic: 'Average', periodSeconds };
  const policy = stale === undefined ? {} : { signal: { staleAfterSeconds: stale } };
  const lines = apps({ sample: { from: 'cloudwatch', mapping: { runningQueries: metric } }, policy });
  expect(lines).toHaveLength(count);
  for (const line of lines) expect(line).toMatch(/^clusters\.apps\.policy\.signal\.staleAfterSeconds: .* at least 120/);
});

describe('two names for one cluster', () => {
  const tags = (given: Tree): Tree => cluster({ tags: given });
  const refusedOf = (a: Tree, b: Tree): string[] =>
    linesOf({ ...changed({ networks: undefined }), clusters: { a, b } }).map((line) => line.split(':')[0] ?? '');

  test.each<[string, Tree, Tree, string[]]>([
    ['the same name', cluster({ name: 'x' }), cluster({ name: 'x' }), ['clusters.b.find']],
    ['the same id', cluster({ id: 'j-1' }), cluster({ id: 'j-1' }), ['clusters.b.find']],
    ['the same tags in another order', tags({ a: '1', b: '2' }), tags({ b: '2', a: '1' }), ['clusters.b.find']],
    ['tags that contain the other’s', tags({ a: '1' }), tags({ a: '1', b: '2' }), ['clusters.b.find']],
    ['the other way round', tags({ a: '1', b: '2' }), tags({ a: '1' }), ['clusters.a.find']],
    ['tags that differ in one value', tags({ a: '1', b: '2' }), tags({ a: '1', b: '3' }), []],
    ['a name and an id', cluster({ name: 'x' }), cluster({ id: 'j-1' }), []],
    ['names that differ in a letter’s size', cluster({ name: 'x' }), cluster({ name: 'X' }), []],
  ])('%s', (_, a, b, refused) => {
    expect(refusedOf(a, b)).toEqual(refused);
  });
});

describe('tags', () => {
  test.each<[string, Tree, RegExp]>([
    [
      'of another environment',
      { 'prestoscale:environment': 'test' },
      /^clusters\.apps\.find\.tags\.prestoscale:environment: "test" was given, expected "prod"/,
    ],
    [
      'that AWS keeps to itself',
      { 'aws:cloudformation:stack-name': 'x' },
      /the key "aws:cloudformation:stack-name" was given/,
    ],
    ['with a character that no key has', { 'a*': 'x' }, /the key "a\*" was given/],
  ])('a cluster is sought by a tag %s', (_, tags, line) => {
    expect(linesOf(changed({ 'clusters/apps/find': { tags } }))).toEqual([expect.stringMatching(line)]);
  });

  test('of what is deployed: ours is not theirs to set', () => {
    expect(linesOf(changed({ tags: { 'prestoscale:environment': 'prod' } }))).toEqual([
      'tags.prestoscale:environment: "prod" was given, expected no such tag; it marks the clusters that may be resized; remove it',
    ]);
  });

  test('of what is deployed: more than a resource takes', () => {
    const tags = Object.fromEntries(Array.from({ length: 41 }, (_, index) => [`t${index}`, '']));
    expect(linesOf(changed({ tags }))).toEqual(['tags: "41 tags" was given, expected at most 40 tags']);
  });
});

describe('networks', () => {
  const network = 'networks/analytics';

  test('a sample names one that is not there → the nearest, and the network is not called unused too', () => {
    expect(linesOf(changed({ 'clusters/ml/sample/network': 'analytic' }))).toEqual([
      'clusters.ml.sample.network: "analytic" was given, expected "analytics"; add it to networks, or name one of them',
    ]);
  });

  test('there are none at all', () => {
    expect(linesOf(changed({ networks: undefined }))).toEqual([
      'clusters.ml.sample.network: "analytics" was given, expected one of the networks; there is none; add it to networks, or name one of them',
    ]);
  });

  test('nobody uses one → refused', () => {
    expect(linesOf(changed({ 'clusters/ml/sample': { from: 'push' } }))).toEqual([
      'networks.analytics: a network that no cluster uses was given, expected one that a sample names; name it in a cluster’s sample.network, or remove it',
    ]);
  });

  test('a sample is not sound → nothing is said of networks that it may mean', () => {
    expect(linesOf(changed({ 'clusters/ml/sample/network': 5 }))).toEqual([
      'clusters.ml.sample.network: 5 was given, expected a text',
    ]);
  });

  test.each<[string, Tree, string]>([
    [
      'a zone of another region',
      { [`${network}/subnets/0/availabilityZone`]: 'us-east-2a' },
      'networks.analytics.subnets.0.availabilityZone: "us-east-2a" was given, expected a zone of us-east-1, such as "us-east-1a"',
    ],
    [
      'a subnet twice',
      { [`${network}/subnets/1`]: { id: 'subnet-0123456789abcdef0', availabilityZone: 'us-east-1b' } },
      'networks.analytics.subnets.1.id: "subnet-0123456789abcdef0" was given, expected a subnet that no other entry has',
    ],
    [
      'a rule twice',
      { [`${network}/ingress/1`]: { port: 9495, securityGroupId: 'sg-0123456789abcdef0' } },
      'networks.analytics.ingress.1: {"securityGroupId":"sg-0123456789abcdef0","port":9495} was given, expected a rule that is not there yet; EC2 refuses it twice: remove one',
    ],
    [
      'a topic of another region',
      { alarmTopicArn: 'arn:aws:sns:us-east-2:123456789012:t' },
      'alarmTopicArn: "arn:aws:sns:us-east-2:123456789012:t" was given, expected a topic in us-east-1; CloudWatch reaches no topic of another region',
    ],
  ])('%s', (_, changes, line) => {
    expect(linesOf(changed(changes))).toEqual([line]);
  });

  test('two networks with one group of their own and one rule → the rule would be made twice', () => {
    const file = changed({ [`${network}/securityGroupId`]: 'sg-0a0a0a0a' });
    const networks = file['networks'] as Tree;
    networks['other'] = structuredClone(networks['analytics']);
    const sample = { from: 'scrape', url: 'http://{primary}:9495', network: 'other' };
    (file['clusters'] as Tree)['apps'] = cluster({ name: 'x' }, { sample });
    expect(linesOf(file)).toEqual([expect.stringMatching(/^networks\.other\.ingress\.0: .* EC2 refuses it twice/)]);
    delete (networks['other'] as Tree)['securityGroupId'];
    expect(linesOf(file)).toEqual([]);
  });
});
