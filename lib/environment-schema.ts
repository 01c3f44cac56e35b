/**
 * The file of an environment as people write it: the keys, their forms, defaults and descriptions. It gives the JSON
 * Schema for editors and docs/environments.md. What the keys must be to each other is in the checks beside it.
 */
import * as z from 'zod/mini';
import {
  list,
  optionalSection,
  optionalText,
  optionalWholeNumber,
  requiredChoice,
  requiredNumber,
  requiredWholeNumber,
  section,
  wholeNumber,
} from '../lambdas/core/policy/fields.ts';
import { policySchema } from '../lambdas/core/policy/schema.ts';
import {
  absentSection,
  CLUSTER_NAME,
  defaultForm,
  defaultTexts,
  ec2Id,
  filledList,
  NETWORK_NAME,
  named,
  oneKeyOf,
  oneOfNumbers,
  optionalForm,
  optionalTexts,
  requiredForm,
} from './environment-fields.ts';
import { pricesSchema } from './environment-prices.ts';
import { sampleSchema } from './sample-schema.ts';

const SUBNETS_OF_A_FUNCTION = 16;
const RULES_OF_A_GROUP = 60;
/** What CloudWatch Logs takes for a retention in days (PutRetentionPolicy). */
const LOG_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** How a cluster is found. */
export const findSchema = oneKeyOf(
  section(
    'How the cluster is found in EMR: by exactly one of these. By name or tags, one that is replaced tomorrow is found by itself; of several that fit, the newest is taken.',
    {
      id: optionalForm(
        { pattern: /^j-[0-9A-Z]{1,30}$/, means: 'an id of EMR such as "j-1A2B3C4D5E6F7"' },
        'Its id in EMR: of this one cluster and no other.',
      ),
      name: optionalForm(
        { pattern: /^.{1,256}$/, means: 'a name of 1 to 256 characters' },
        'Its name in EMR, letter by letter.',
      ),
      tags: optionalTexts(256, 'Tags that it carries, all of them.'),
    },
  ),
);

const usdPerUnitHour = section(
  'Price of one unit of capacity for an hour, EMR fee included, at the dearest type of the fleet.',
  {
    onDemand: requiredNumber(0.001, 10_000, 'Dollars an hour, on-demand.', {
      small: 'a budget lets more be bought than it pays for',
      big: 'a budget stops growth that it could pay for',
    }),
    spot: requiredNumber(0.001, 10_000, 'Dollars an hour, spot.', {
      small: 'a budget lets more be bought than it pays for',
      big: 'a budget stops growth that it could pay for',
    }),
  },
);

/** One cluster. */
export const clusterSchema = section('One cluster, by the name under which table, commands and dashboards know it.', {
  find: findSchema,
  sample: sampleSchema,
  policy: policySchema,
  usdPerUnitHour: absentSection(
    usdPerUnitHour,
    'Price of one unit of capacity for an hour, EMR fee included, at the dearest type of the fleet. A budget needs it, or `prices`. Absent: that of the dearest type by the unit in `prices`.',
  ),
  prices: pricesSchema,
  minimumWorkerAgeSeconds: optionalWholeNumber(
    0,
    86_400,
    'Workers younger than this cannot be removed. Absent: EMR’s ten minutes.',
  ),
});

const subnet = section('One private subnet.', {
  id: requiredForm(ec2Id('subnet'), 'Its id.'),
  availabilityZone: requiredForm(
    { pattern: /^[a-z]{2,}(-[a-z]+)+-\d{1,2}[a-z]$/, means: 'an Availability Zone such as "eu-central-1a"' },
    'The Availability Zone that it is in.',
  ),
});

const ingress = section('One way for the function into the cluster.', {
  securityGroupId: requiredForm(
    ec2Id('sg'),
    'Group of the primary nodes: EMR’s own (ElasticMapReduce-Primary-Private and the like), or an additional one.',
  ),
  port: requiredWholeNumber(1, 65_535, 'Port of the exporter (9495) or the coordinator (8889).', {
    small: 'nothing listens there',
    big: 'there is no such port',
  }),
});

/** One network. */
export const networkSchema = section('One network, in which one function runs for all clusters that name it.', {
  vpcId: requiredForm(ec2Id('vpc'), 'The VPC.'),
  subnets: filledList(subnet, SUBNETS_OF_A_FUNCTION, 'Private subnets; one for each zone that is used.'),
  securityGroupId: optionalForm(ec2Id('sg'), 'Group of the function itself. Absent: one is made.'),
  ingress: list(
    ingress,
    RULES_OF_A_GROUP,
    'Rules that let the function in; each is made in the group that it names. Empty: you have made them yourself.',
  ),
  egress: requiredChoice(
    ['nat', 'endpoints'],
    'How the function reaches AWS: through a NAT of these subnets, or through interface endpoints of the VPC. Both must be there already.',
  ),
});

const retention = optionalSection('How long things are kept.', {
  journalDays: wholeNumber(30, 1, 3653, 'Days for which full records of decisions are kept in the table.', {
    small: 'what was decided last week cannot be explained',
    big: 'storage is paid for records that nobody reads',
  }),
  logDays: oneOfNumbers(14, LOG_DAYS, 'Days for which logs of the functions are kept; one of CloudWatch’s values.'),
});

const quota = absentSection(
  section('Calls of this operation.', {
    burst: requiredWholeNumber(1, 10_000, 'Calls at once.', {
      small: 'clusters wait for each other although EMR would answer',
      big: 'EMR refuses calls, and ticks fail',
    }),
    perSecond: requiredNumber(0.01, 1000, 'Calls a second in the long run (“replenishment rate”).', {
      small: 'clusters wait for each other although EMR would answer',
      big: 'EMR refuses calls, and ticks fail',
    }),
  }),
  'Absent: EMR’s published quota.',
);

const emrQuotas = absentSection(
  section('Calls of EMR that this environment may make.', {
    ListInstanceFleets: quota,
    ListInstances: quota,
    ModifyInstanceFleet: quota,
    DescribeCluster: quota,
    ListClusters: quota,
    GetManagedScalingPolicy: quota,
  }),
  'EMR’s quotas of calls, where yours were raised, or where environments share an account and its quota. Absent: the published ones, all for this environment.',
);

const RUNBOOK: { readonly pattern: RegExp; readonly means: string } = {
  pattern: /^[^\s#]+$/,
  means: 'an address without spaces and without # (the section is added to it)',
};

/** The whole file. */
export const environmentSchema = section('One environment: what one `cdk deploy` puts into one account and region.', {
  $schema: optionalText('Path of the JSON Schema, for editors.'),
  account: requiredForm(
    { pattern: /^\d{12}$/, means: 'the 12 digits of an AWS account, in quotes' },
    'The AWS account that is deployed into.',
  ),
  region: requiredForm(
    { pattern: /^[a-z]{2,}(-[a-z]+)+-\d{1,2}$/, means: 'an AWS region such as "eu-central-1"' },
    'The region of the clusters, and of everything that is deployed.',
  ),
  clusters: named(CLUSTER_NAME, clusterSchema, 'The clusters, by names that you choose; at least one.'),
  networks: z._default(named(NETWORK_NAME, networkSchema, 'Networks, by names that you choose.'), {}),
  alarmTopicArn: optionalForm(
    {
      pattern: /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
      means: 'the ARN of a standard SNS topic, such as "arn:aws:sns:eu-central-1:123456789012:on-call"',
    },
    'SNS topic that the autoscaler’s own alarms are sent to. Absent: they are made and tell nobody.',
  ),
  slotSeconds: oneOfNumbers(
    15,
    [5, 6, 10, 12, 15, 20, 30, 60],
    'Distance of two ticks of a cluster. Too small: more is paid for ticks that change nothing. Too big: a queue is seen late.',
  ),
  retention,
  emrQuotas,
  runbookUrl: defaultForm(
    RUNBOOK,
    'docs/runbook.md',
    'Where you publish docs/runbook.md: alarms link to its sections. The default is its path in the project.',
  ),
  tags: defaultTexts(256, 'Tags of everything that is deployed.'),
});
