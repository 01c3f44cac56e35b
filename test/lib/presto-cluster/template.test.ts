/** What a cluster is in a template. */
import { Duration, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import fc from 'fast-check';
import { filled } from '../../../lib/presto-cluster/defaults.ts';
import { coreFleet, taskFleet } from '../../../lib/presto-cluster/fleets.ts';
import { problemsOf } from '../../../lib/presto-cluster/problems.ts';
import type { PrestoClusterProps } from '../../../lib/presto-cluster/props.ts';
import { PrestoCluster } from '../../../lib/presto-cluster.ts';
import {
  bucketIn,
  type Change,
  clusterIn,
  made,
  newStack,
  ownFiles,
  PUBLISHED,
  plain,
  retrying,
  workers,
} from './described.ts';

const props =
  (more: Partial<PrestoClusterProps>): Change =>
  (given) => ({ ...given, ...more });

const instances = (change?: Change) => clusterIn(made(change).stack).Instances;

const BASE = plain(newStack());
const filledHere = (given: PrestoClusterProps) => filled(given, 'eu-central-1');

const properties = (change: Change | undefined, classification: string): Readonly<Record<string, string>> =>
  clusterIn(made(change).stack).Configurations.find(({ Classification }) => Classification === classification)
    ?.ConfigurationProperties ?? {};

describe('fleets', () => {
  const { MasterInstanceFleet: primary, CoreInstanceFleet: core, TaskInstanceFleets: tasks } = instances();

  test.each<[string, unknown, unknown]>([
    [
      'one primary, on-demand, of weight 1',
      [primary.TargetOnDemandCapacity, primary.TargetSpotCapacity],
      [1, undefined],
    ],
    ['CORE on-demand alone', [core.TargetOnDemandCapacity, core.TargetSpotCapacity], [2, undefined]],
    [
      'the task fleet starts at the minimum, on spot',
      [tasks[0].TargetOnDemandCapacity, tasks[0].TargetSpotCapacity],
      [0, 4],
    ],
    ['all its types', tasks[0].InstanceTypeConfigs.length, 15],
    ['a name, by which CloudFormation knows it', tasks[0].Name, 'task'],
    ['one task fleet', tasks.length, 1],
  ])('%s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });

  test('spot: where it is least interrupted; on-demand when there is none at the start; ten minutes for a resize', () => {
    expect(tasks[0]).toMatchObject({
      LaunchSpecifications: {
        OnDemandSpecification: { AllocationStrategy: 'lowest-price' },
        SpotSpecification: {
          AllocationStrategy: 'price-capacity-optimized',
          TimeoutDurationMinutes: 15,
          TimeoutAction: 'SWITCH_TO_ON_DEMAND',
        },
      },
      ResizeSpecifications: {
        SpotResizeSpecification: { AllocationStrategy: 'price-capacity-optimized', TimeoutDurationMinutes: 10 },
        OnDemandResizeSpecification: { AllocationStrategy: 'lowest-price', TimeoutDurationMinutes: 10 },
      },
    });
  });

  test('timeouts and units as they are given', () => {
    const [fleet] = instances((given) => ({
      ...given,
      task: {
        ...given.task,
        initialSpotUnits: 3,
        initialOnDemandUnits: 2,
        spotStartTimeout: Duration.minutes(30),
        spotResizeTimeout: Duration.minutes(7),
        onDemandResizeTimeout: Duration.minutes(9),
      },
    })).TaskInstanceFleets;
    expect(fleet).toMatchObject({
      TargetSpotCapacity: 3,
      TargetOnDemandCapacity: 2,
      LaunchSpecifications: { SpotSpecification: { TimeoutDurationMinutes: 30 } },
      ResizeSpecifications: {
        SpotResizeSpecification: { TimeoutDurationMinutes: 7 },
        OnDemandResizeSpecification: { TimeoutDurationMinutes: 9 },
      },
    });
  });

  test.each<[string, Partial<PrestoClusterProps['task']>, [number, number]]>([
    ['no minimum → one unit of spot, for no fleet is empty', { minimumUnits: 0 }, [1, 0]],
    ['on-demand units count towards the minimum', { minimumUnits: 6, initialOnDemandUnits: 4 }, [2, 4]],
    ['more on-demand than the minimum → no spot', { minimumUnits: 2, initialOnDemandUnits: 4 }, [0, 4]],
  ])('%s', (_, more, expected) => {
    const [fleet] = instances((given) => ({ ...given, task: { ...given.task, ...more } })).TaskInstanceFleets;
    expect([fleet.TargetSpotCapacity, fleet.TargetOnDemandCapacity]).toEqual(expected);
  });

  test('any types of whole units: a unit is as many cores in every type of both fleets', () => {
    const type = fc.record({ units: fc.integer({ min: 1, max: 4 }), size: fc.integer({ min: 0, max: 99 }) });
    const types = fc.uniqueArray(type, { minLength: 1, maxLength: 30, selector: ({ size }) => size });
    fc.assert(
      fc.property(types, fc.constantFrom(4, 8, 16, 48), (chosen, coresPerUnit) => {
        const list = chosen.map(({ units, size }) => ({ type: `r6i.${size}xlarge`, vcpus: units * coresPerUnit }));
        const props = filledHere({
          ...BASE,
          coresPerUnit,
          core: { types: list, units: 1 },
          task: { ...BASE.task, types: list },
        });
        expect(problemsOf(props)).toEqual([]);
        const cores = new Map(list.map((one) => [one.type, one.vcpus]));
        for (const { instanceTypeConfigs } of [coreFleet(props), taskFleet(props)]) {
          const told = instanceTypeConfigs as { instanceType: string; weightedCapacity: number }[];
          expect(told).toHaveLength(list.length);
          for (const { instanceType, weightedCapacity } of told) {
            expect(Number.isInteger(weightedCapacity)).toBe(true);
            expect(weightedCapacity * coresPerUnit).toBe(cores.get(instanceType));
          }
        }
      }),
    );
  });

  test('any cores and any unit: refused just when it is not a whole weight up to the largest', () => {
    const number = fc.integer({ min: 1, max: 200 });
    fc.assert(
      fc.property(
        number,
        fc.integer({ min: 1, max: 96 }),
        fc.integer({ min: 1, max: 6 }),
        (vcpus, coresPerUnit, most) => {
          const props = filledHere({
            ...BASE,
            coresPerUnit,
            core: { types: [{ type: 'r6i.large', vcpus: coresPerUnit }], units: 1 },
            task: { ...BASE.task, types: [{ type: 'r6i.xlarge', vcpus }], mostUnitsPerInstance: most },
          });
          const fits = vcpus % coresPerUnit === 0 && vcpus / coresPerUnit <= most;
          expect(problemsOf(props)).toHaveLength(fits ? 0 : 1);
        },
      ),
    );
  });
});

describe('settings of the engine', () => {
  const trino: Change = (given) => ({ ...given, engine: 'trino' });

  test.each<[string, Change | undefined, string, string, string | undefined]>([
    ['the coordinator is no worker', undefined, 'presto-config', 'node-scheduler.include-coordinator', 'false'],
    ['nor with Trino', trino, 'trino-config', 'node-scheduler.include-coordinator', 'false'],
    ['one required worker', undefined, 'presto-config', 'query-manager.required-workers', '1'],
    ['required workers', props({ requiredWorkers: 5 }), 'presto-config', 'query-manager.required-workers', '5'],
    ['their wait is two starts', undefined, 'presto-config', 'query-manager.required-workers-max-wait', '1200s'],
    [
      'of what a start is said to take',
      props({ workerStartTime: Duration.minutes(4) }),
      'presto-config',
      'query-manager.required-workers-max-wait',
      '480s',
    ],
    ['half an hour for tasks', undefined, 'presto-config', 'graceful-shutdown-timeout', '1800s'],
    [
      'or as long as is said',
      props({ presto: { gracefulShutdownTimeout: Duration.hours(2) } }),
      'presto-config',
      'graceful-shutdown-timeout',
      '7200s',
    ],
    ['Trino: a period that fits twice into a spot notice', trino, 'trino-config', 'shutdown.grace-period', '20s'],
    ['Trino: EMR does not decommission it', trino, 'trino-config', 'graceful-shutdown-timeout', undefined],
    ['Trino: no retries unless asked for', trino, 'trino-config', 'retry-policy', undefined],
    ['Trino: retries', (_, stack) => retrying(stack), 'trino-config', 'retry-policy', 'TASK'],
    [
      'Trino: where tasks spool to',
      (_, stack) => retrying(stack),
      'trino-exchange-manager',
      'exchange.base-directories',
      's3://company-scratch/exchange/etl',
    ],
    [
      'and in which region',
      (_, stack) => retrying(stack),
      'trino-exchange-manager',
      'exchange.s3.region',
      'eu-central-1',
    ],
  ])('%s', (_, change, classification, property, expected) => {
    expect(properties(change, classification)[property]).toBe(expected);
  });

  test('the owner’s classifications stand beside ours, none of them twice', () => {
    const own = [
      { classification: 'presto-config', properties: { 'query.max-memory': '1TB' } },
      { classification: 'presto-connector-hive', properties: { 'hive.metastore.glue.datacatalog.enabled': 'true' } },
      { classification: 'presto-env', configurations: [{ classification: 'export', properties: { A: 'b' } }] },
    ];
    const all = clusterIn(made(props({ configurations: own })).stack).Configurations;
    expect(all.map(({ Classification }) => Classification)).toEqual(own.map(({ classification }) => classification));
    expect(all[0]?.ConfigurationProperties).toMatchObject({
      'query.max-memory': '1TB',
      'graceful-shutdown-timeout': '1800s',
    });
    expect(all[2]).toEqual({
      Classification: 'presto-env',
      Configurations: [{ Classification: 'export', ConfigurationProperties: { A: 'b' } }],
    });
  });
});

describe('the cluster itself', () => {
  const template = Template.fromStack(made().stack);
  const has = (what: object): void => template.hasResourceProperties('AWS::EMR::Cluster', what);

  test.each<[string, object]>([
    ['stays without steps', { Instances: { KeepJobFlowAliveWhenNoSteps: true } }],
    ['may be ended', { Instances: { TerminationProtected: false } }],
    ['replaces CORE nodes that are ill', { Instances: { UnhealthyNodeReplacement: true } }],
    ['any of its subnets', { Instances: { Ec2SubnetIds: ['subnet-0aaa1111aaa1111aa', 'subnet-0bbb1111bbb1111bb'] } }],
    ['nobody scales against the autoscaler', { ManagedScalingPolicy: Match.absent(), AutoScalingRole: Match.absent() }],
    ['nothing ends it when it seems idle', { AutoTerminationPolicy: Match.absent() }],
    ['the tag of permissions', { Tags: Match.arrayWith([{ Key: 'prestoscale:environment', Value: 'prod' }]) }],
    ['the tag of the bill', { Tags: Match.arrayWith([{ Key: 'prestoscale:cluster', Value: 'etl' }]) }],
    ['EMR’s tag', { Tags: Match.arrayWith([{ Key: 'for-use-with-amazon-emr-managed-policies', Value: 'true' }]) }],
    ['logs', { LogUri: 's3://company-scratch/emr/etl/' }],
    ['one engine', { Applications: [{ Name: 'Presto' }] }],
    ['no SSH', { Instances: { Ec2KeyName: Match.absent() } }],
  ])('%s', (_, what) => {
    has(what);
  });

  test('groups, key, protection, applications and tags as they are given', () => {
    const { stack } = made(
      props({
        keyName: 'ops',
        terminationProtection: true,
        applications: ['Hive'],
        tags: { team: 'data' },
        securityGroups: { primaryId: 'sg-1', workersId: 'sg-2', serviceAccessId: 'sg-3' },
        additionalPrimaryGroupIds: ['sg-4'],
        additionalWorkerGroupIds: ['sg-5'],
      }),
    );
    Template.fromStack(stack).hasResourceProperties('AWS::EMR::Cluster', {
      Applications: [{ Name: 'Presto' }, { Name: 'Hive' }],
      Instances: {
        Ec2KeyName: 'ops',
        TerminationProtected: true,
        EmrManagedMasterSecurityGroup: 'sg-1',
        EmrManagedSlaveSecurityGroup: 'sg-2',
        ServiceAccessSecurityGroup: 'sg-3',
        AdditionalMasterSecurityGroups: ['sg-4'],
        AdditionalSlaveSecurityGroups: ['sg-5'],
      },
      Tags: Match.arrayWith([{ Key: 'team', Value: 'data' }]),
    });
  });

  test('disks are encrypted, and metadata is read by version 2 alone', () => {
    template.hasResourceProperties('AWS::EMR::SecurityConfiguration', {
      SecurityConfiguration: {
        EncryptionConfiguration: {
          EnableAtRestEncryption: true,
          AtRestEncryptionConfiguration: {
            LocalDiskEncryptionConfiguration: {
              EnableEbsEncryption: true,
              EncryptionKeyProviderType: 'AwsKms',
              AwsKmsKey: { 'Fn::GetAtt': [Match.stringLikeRegexp('Key'), 'Arn'] },
            },
          },
        },
        InstanceMetadataServiceConfiguration: { MinimumInstanceMetadataServiceVersion: 2, HttpPutResponseHopLimit: 1 },
      },
    });
    template.resourceCountIs('AWS::KMS::Key', 1);
  });

  test('a key that is given → none is made', () => {
    const arn = 'arn:aws:kms:eu-central-1:123456789012:key/0123';
    const { stack } = made((given, scope) => ({ ...given, encryptionKey: Key.fromKeyArn(scope, 'Given', arn) }));
    const found = Template.fromStack(stack);
    found.resourceCountIs('AWS::KMS::Key', 0);
    expect(JSON.stringify(found.findResources('AWS::EMR::SecurityConfiguration'))).toContain(arn);
  });

  test('it waits for what it is allowed', () => {
    const [cluster] = Object.values(template.findResources('AWS::EMR::Cluster'));
    const policies = Object.keys(template.findResources('AWS::IAM::Policy'));
    expect(policies).toHaveLength(3);
    expect(cluster?.['DependsOn']).toEqual(expect.arrayContaining(policies));
  });
});

test('two clusters in one stack', () => {
  const { stack } = made();
  const other = new PrestoCluster(stack, 'Other', plain(stack, { clusterName: 'adhoc' }));
  expect(other.entry().name).toBe('adhoc');
  Template.fromStack(stack).resourceCountIs('AWS::EMR::Cluster', 2);
});

describe('the same props', () => {
  const json = (stack: Stack): string => JSON.stringify(Template.fromStack(stack).toJSON());

  test('give the same template, checksums too: a changed one would replace the cluster', () => {
    expect(json(made(ownFiles).stack)).toBe(json(made(ownFiles).stack));
  });

  test('published files → no assets, the same cluster', () => {
    const { stack } = made();
    expect(clusterIn(stack).BootstrapActions[0]?.ScriptBootstrapAction.Path).toBe(PUBLISHED.install);
    expect(json(stack)).not.toContain('cdk-hnb659fds-assets');
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 's3:GetObject',
            Resource: ['bundle.tar.gz', 'exporter.mjs', 'install.sh'].map((name) => `arn:aws:s3:::company/v1/${name}`),
          }),
        ]),
      },
    });
  });
});

describe('the entry of the environment', () => {
  test('found by name, pushed, with the limits of the fleet and the cores of CORE', () => {
    const entry = made((given) => ({
      ...given,
      coresPerUnit: 8,
      core: { types: workers(2), units: 6 },
      task: { ...given.task, minimumUnits: 10, maximumUnits: 90, spotResizeTimeout: Duration.minutes(8) },
    })).construct.entry();
    expect(entry).toEqual({
      name: 'etl',
      find: { name: 'etl' },
      sample: { from: 'push' },
      policy: {
        capacity: { coresPerUnit: 8, minimumUnits: 10, maximumUnits: 90, alwaysOnCores: 48 },
        resize: { spotTimeoutMinutes: 8, onDemandTimeoutMinutes: 10 },
      },
    });
  });

  test('without a place to push to, alarms are the signal', () => {
    const { construct } = made(({ autoscaler: _, ...given }, stack) => ({ ...given, logBucket: bucketIn(stack) }));
    expect(construct.entry()).toMatchObject({ sample: { from: 'alarms' }, policy: { signal: { source: 'alarms' } } });
  });
});
