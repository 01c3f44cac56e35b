/** The environment of these tests: three clusters of one company, with everything that takes minutes made short. */

import { ENVIRONMENT_TAG } from '../../../../lambdas/contract.ts';
import type { PolicyInput } from '../../../../lambdas/core/policy/schema.ts';
import type { ClusterOptions } from './clusters.ts';
import { ACCOUNT, REGION } from './local-aws.ts';

export const ENVIRONMENT = 'local';
/** The owner's own alarm, which the policy of the third cluster names. */
export const ALARM = 'features-are-late';

const tags = (team: string) => ({ team, [ENVIRONMENT_TAG]: ENVIRONMENT });

/** Applications, analysts, and machine learning, each found and watched in its own way. */
export const CLUSTERS = {
  apps: { id: 'j-APPLICATIONS1', name: 'Applications', tags: tags('apps'), units: 4 },
  adhoc: { id: 'j-ADHOC00000001', name: 'Analysts', tags: tags('analysts'), units: 4 },
  ml: { id: 'j-LEARNING00001', name: 'Learning', tags: tags('ml'), units: 4 },
} as const satisfies Record<string, ClusterOptions>;

/** Everything at once, nothing for long. */
export const QUICK: PolicyInput = {
  capacity: { minimumUnits: 4, maximumUnits: 20 },
  demand: { clearBacklogSeconds: 5, liveQuerySeconds: 60 },
  scaleIn: { holdSeconds: 10 },
  signal: { staleAfterSeconds: 20 },
};

const { signal: _, ...others } = QUICK;
const ON_ALARM: PolicyInput = {
  ...others,
  signal: { source: 'alarms' },
  alarms: [{ name: ALARM, direction: 'up', stepUnits: 4, holdSeconds: 120 }],
};

/**
 * The content of the file.
 * @param scrapePort of the exporter of the second cluster
 */
export const environmentFile = (scrapePort: number): object => ({
  account: ACCOUNT,
  region: REGION,
  slotSeconds: 5,
  networks: {
    office: {
      vpcId: 'vpc-0abc1234def567890',
      subnets: [{ id: 'subnet-0aaa1111aaa1111aa', availabilityZone: `${REGION}a` }],
      ingress: [{ securityGroupId: 'sg-0ccc1111ccc1111cc', port: scrapePort }],
      egress: 'nat',
    },
  },
  clusters: {
    apps: {
      find: { name: CLUSTERS.apps.name },
      sample: { from: 'push' },
      policy: QUICK,
      minimumWorkerAgeSeconds: 10,
    },
    adhoc: {
      find: { id: CLUSTERS.adhoc.id },
      sample: { from: 'scrape', url: `http://127.0.0.1:${scrapePort}/metrics`, network: 'office' },
      policy: QUICK,
      minimumWorkerAgeSeconds: 10,
    },
    ml: {
      find: { tags: { team: 'ml' } },
      sample: { from: 'alarms' },
      policy: ON_ALARM,
      minimumWorkerAgeSeconds: 10,
    },
  },
});

/** An environment that reads no engine: requests for holds are all that moves it. */
export const quietFile = (clusterIds: Readonly<Record<string, string>>): object => ({
  account: ACCOUNT,
  region: REGION,
  slotSeconds: 5,
  clusters: Object.fromEntries(
    Object.entries(clusterIds).map(([name, id]) => [
      name,
      { find: { id }, sample: { from: 'alarms' }, policy: ON_ALARM, minimumWorkerAgeSeconds: 10 },
    ]),
  ),
});
