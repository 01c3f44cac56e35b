/** Environments for tests: one that is right, and changes to it. */
import { parseEnvironment } from '../../lib/environment.ts';
import { sentenceOf } from '../../lib/environment-problem.ts';

export type Tree = { [key: string]: unknown };

/** A cluster without a network, and one in a network. */
export const soundFile = (): Tree => ({
  account: '123456789012',
  region: 'us-east-1',
  clusters: {
    apps: { find: { name: 'presto-apps' }, sample: { from: 'push' }, policy: {} },
    ml: {
      find: { tags: { team: 'ml' } },
      sample: { from: 'scrape', url: 'http://{primary}:9495/metrics', network: 'analytics' },
      policy: {},
    },
  },
  networks: {
    analytics: {
      vpcId: 'vpc-0123456789abcdef0',
      subnets: [{ id: 'subnet-0123456789abcdef0', availabilityZone: 'us-east-1a' }],
      ingress: [{ securityGroupId: 'sg-0123456789abcdef0', port: 9495 }],
      egress: 'nat',
    },
  },
});

/** The same file with other values at some paths, such as `clusters/apps/find`; undefined removes the key. */
export const changed = (changes: Readonly<Record<string, unknown>>): Tree => {
  const file = soundFile();
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split('/');
    const last = keys.pop() as string;
    const parent = keys.reduce<Tree>((tree, key) => tree[key] as Tree, file);
    if (value === undefined) delete parent[last];
    else parent[last] = value;
  }
  return file;
};

/** What is said of a file; nothing when it is right. */
export const linesOf = (value: unknown, name = 'prod'): string[] =>
  (parseEnvironment(name, value).problems ?? []).map(sentenceOf);
