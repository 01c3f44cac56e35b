import { Duration, Token } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import type { PrestoClusterProps } from '../../../lib/presto-cluster/props.ts';
import { PrestoCluster, PrestoClusterError } from '../../../lib/presto-cluster.ts';
import { bucketIn, type Change, made, newStack, plain, workers } from './described.ts';

const mistakesOf = (change: Change): readonly string[] => {
  try {
    made(change);
  } catch (error) {
    if (error instanceof PrestoClusterError) return error.mistakes;
    throw error;
  }
  return [];
};

const changed =
  (more: Partial<PrestoClusterProps>): Change =>
  (props) => ({ ...props, ...more });

const task =
  (more: Partial<PrestoClusterProps['task']>): Change =>
  (props) => ({ ...props, task: { ...props.task, ...more } });

const trino: Change = (props) => ({ ...props, engine: 'trino' });
const sum = 'a'.repeat(64);

describe('one mistake, one sentence', () => {
  test.each<[string, Change, RegExp]>([
    ['a name that commands do not know', changed({ clusterName: 'ETL prod' }), /^clusterName: "ETL prod".*a-z, 0-9/],
    ['an environment that has no such name', changed({ environment: 'Prod' }), /^environment: "Prod"/],
    ['a release before Amazon Linux 2023', changed({ releaseLabel: 'emr-6.15.0' }), /^releaseLabel: .*EMR 7/],
    ['an engine that there is not', changed({ engine: 'spark' as never }), /^engine: "spark".*"presto" or "trino"/],
    ['no subnet', changed({ subnetIds: [] }), /^subnetIds: "0 of them".*1 to 100/],
    ['a subnet twice', changed({ subnetIds: ['subnet-1', 'subnet-1'] }), /^subnetIds has subnet-1 more than once/],
    ['no type of the primary', changed({ primaryTypes: [] }), /^primaryTypes: "0 of them"/],
    ['primaries of two architectures', changed({ primaryTypes: ['m6i.xlarge', 'm6g.xlarge'] }), /x64 and arm64/],
    ['a unit of half a core', changed({ coresPerUnit: 0.5 }), /^coresPerUnit: 0.5/],
    ['no CORE workers', changed({ core: { types: workers(1), units: 0 } }), /^core.units: 0/],
    ['no types of tasks', task({ types: [] }), /^task.types: "0 of them".*1 to 30/],
    ['31 types of tasks', task({ types: workers(31) }), /^task.types: "31 of them".*1 to 30/],
    ['a type twice', task({ types: [...workers(2), ...workers(1)] }), /^task.types has r0i.4xlarge more than once/],
    [
      'half a unit',
      task({ types: workers(1, 8) }),
      /r0i.4xlarge has 8 vCPU, which is 0.5 units of 16 cores, expected whole/,
    ],
    ['a weight above the largest', task({ types: workers(1, 80) }), /which is 5 units .*expected at most 4/],
    ['a largest weight of half a unit', task({ mostUnitsPerInstance: 1.5 }), /mostUnitsPerInstance: 1.5/],
    ['no vCPU', task({ types: [{ type: 'r0i.4xlarge', vcpus: 0 }] }), /vcpus of r0i.4xlarge: 0/],
    ['no memory', task({ types: [{ type: 'r6i.4xlarge', vcpus: 16, memoryGiB: 0 }] }), /memoryGiB of r6i.4xlarge: 0/],
    ['a type that is none', task({ types: [{ type: 'big', vcpus: 16 }] }), /task.types: type: "big"/],
    [
      'a start below the minimum',
      task({ minimumUnits: 8, initialSpotUnits: 4 }),
      /^task starts with 4 units, expected 8/,
    ],
    ['a start above the maximum', task({ maximumUnits: 3 }), /^task starts with 4 units, expected 4 .* to 3/],
    ['a start with nothing', task({ minimumUnits: 0, initialSpotUnits: 0 }), /^task starts with 0 units, expected 1/],
    [
      'a resize too short for EMR',
      task({ spotResizeTimeout: Duration.minutes(4) }),
      /^task.spotResizeTimeout: "4 min".*5 to 10080/,
    ],
    [
      'an on-demand resize too short',
      task({ onDemandResizeTimeout: Duration.seconds(330) }),
      /^task.onDemandResizeTimeout: "5.5 min"/,
    ],
    [
      'a start longer than a day',
      task({ spotStartTimeout: Duration.hours(25) }),
      /^task.spotStartTimeout: "1500 min".*5 to 1440/,
    ],
    ['no required worker', changed({ requiredWorkers: 0 }), /^requiredWorkers: 0/],
    [
      'a wait shorter than ten minutes',
      changed({ requiredWorkersMaxWait: Duration.seconds(599) }),
      /^requiredWorkersMaxWait is 599 s, expected at least workerStartTime, 600 s/,
    ],
    [
      'a wait shorter than the start that is told',
      changed({ requiredWorkersMaxWait: Duration.minutes(14), workerStartTime: Duration.minutes(15) }),
      /expected at least workerStartTime, 900 s/,
    ],
    ['half a second', changed({ workerGrace: Duration.millis(500) }), /^workerGrace: "0.5 s"/],
    [
      'a grace of nothing',
      changed({ presto: { gracefulShutdownTimeout: Duration.seconds(0) } }),
      /^presto.gracefulShutdownTimeout: "0 s"/,
    ],
    [
      'a period that does not fit twice',
      (props) => ({ ...trino(props, newStack()), trino: { shutdownGracePeriod: Duration.seconds(55) } }),
      /^trino.shutdownGracePeriod is 55 s, expected less than half of workerGrace \(110 s\)/,
    ],
    ['settings of the other engine', changed({ trino: {} }), /^trino is given with engine "presto"/],
    [
      'and the other way round',
      (props) => ({ ...props, engine: 'trino', presto: {} }),
      /^presto is given with engine "trino"/,
    ],
    ['two engines', changed({ applications: ['Hive', 'Trino'] }), /^applications has Trino/],
    [
      'a property that a prop sets',
      changed({
        configurations: [
          {
            classification: 'presto-config',
            properties: { 'graceful-shutdown-timeout': '0s', 'query.max-memory': '1TB' },
          },
        ],
      }),
      /graceful-shutdown-timeout of presto-config is set by presto.gracefulShutdownTimeout/,
    ],
    [
      'a classification twice',
      changed({ configurations: [{ classification: 'presto-log' }, { classification: 'presto-log' }] }),
      /presto-log is given more than once/,
    ],
    [
      'Node without a checksum',
      changed({ nodeArchive: 'https://nodejs.org/node.tar.gz' }),
      /^nodeArchive: .*64 hex digits/,
    ],
    [
      'an exporter without a checksum',
      changed({ publishedFiles: { install: 's3://b/i.sh', bundle: `s3://b/b#${sum}`, exporter: 's3://b/e' } }),
      /^publishedFiles.exporter: "s3:\/\/b\/e"/,
    ],
    [
      'a script that EMR cannot fetch',
      changed({ publishedFiles: { install: '/i.sh', bundle: `s3://b/b#${sum}`, exporter: `s3://b/e#${sum}` } }),
      /^publishedFiles.install: "\/i.sh"/,
    ],
    [
      'an argument that is given already',
      changed({ bootstrapArguments: ['--grace=10'] }),
      /^bootstrapArguments has --grace=10/,
    ],
    ['a flag in two words', changed({ exporterOptions: ['--host'] }), /^exporterOptions has "--host"/],
    [
      'another cluster’s name',
      changed({ exporterOptions: ['--cluster=other'] }),
      /^exporterOptions has --cluster=other/,
    ],
    [
      'a queue in order',
      changed({ autoscaler: { tableName: 'table', tickQueueUrl: 'https://sqs/123456789012/a.fifo' } }),
      /^autoscaler.tickQueueUrl/,
    ],
    [
      'a table that has no such name',
      changed({ autoscaler: { tableName: 'a b', tickQueueUrl: Token.asString({}) } }),
      /^autoscaler.tableName: "a b"/,
    ],
    [
      'the tag of permissions',
      changed({ tags: { 'prestoscale:environment': 'dev' } }),
      /^tags has prestoscale:environment/,
    ],
    ['a tag of AWS', changed({ tags: { 'aws:x': '1' } }), /aws:x/],
  ])('%s', (_, change, expected) => {
    const mistakes = mistakesOf(change);
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toMatch(expected);
  });
});

describe('mistakes together', () => {
  test('ten mistakes → one error with ten lines below the path of the construct', () => {
    const change = changed({
      clusterName: 'A',
      environment: '-',
      releaseLabel: 'emr-5.36.0',
      subnetIds: [],
      primaryTypes: [],
      requiredWorkers: 1.5,
      requiredWorkersMaxWait: Duration.seconds(1),
      core: { types: workers(1, 24), units: 1 },
      nodeArchive: 'node',
      tags: { 'aws:a': '1' },
    });
    expect(mistakesOf(change)).toHaveLength(10);
    const stack = newStack();
    const make = () => new PrestoCluster(stack, 'Presto', change(plain(stack), stack));
    expect(make).toThrow(/^clusters\/Presto: 10 mistakes?\b.*\n(.+\n){9}.+$/);
  });

  test('a unit that is none → no sentence about weights in it', () => {
    expect(mistakesOf(changed({ coresPerUnit: 0 }))).toHaveLength(1);
  });
});

test('what is only known at deploy is not judged', () => {
  const token = Token.asString({ Ref: 'Something' });
  const change = changed({
    subnetIds: Token.asList({ Ref: 'Subnets' }),
    autoscaler: { tableName: token, tickQueueUrl: token },
  });
  expect(mistakesOf(change)).toEqual([]);
});

describe('warnings', () => {
  // CDK tells them on the console as well.
  beforeEach(() => void jest.spyOn(console, 'error').mockImplementation(() => undefined));

  const warnings = (change: Change): string[] =>
    Annotations.fromStack(made(change).stack)
      .findWarning('*', Match.anyValue())
      .map(({ entry }) => String(entry.data))
      .filter((text) => text.includes('prestoscale:'));

  test.each<[string, Change, RegExp | undefined]>([
    ['nothing unusual → silence', (props) => props, undefined],
    ['14 types', task({ types: workers(14) }), /14 types, AWS advises 15/],
    [
      'memory for a core from 2 to 8 GiB',
      (props) =>
        task({ types: [...workers(15), { type: 'c6i.4xlarge', vcpus: 16, memoryGiB: 32 }] })(props, newStack()),
      /2 to 8 GiB for a core/,
    ],
    [
      'more required than the minimum gives',
      changed({ requiredWorkers: 7 }),
      /requiredWorkers is 7 and the minimum may be 6 workers/,
    ],
    ['as many as the minimum gives', changed({ requiredWorkers: 6 }), undefined],
    [
      'a Trino that does not wait for tasks',
      (props) => ({ ...props, engine: 'trino', releaseLabel: 'emr-7.11.0' }),
      /Trino 475/,
    ],
    ['that release with Presto', changed({ releaseLabel: 'emr-7.11.0' }), undefined],
    ['no logs', ({ logBucket: _, ...props }) => props, /logBucket is missing/],
    ['the exchange is no log', (props, stack) => ({ ...props, logBucket: bucketIn(stack) }), undefined],
  ])('%s', (_, change, expected) => {
    const found = warnings(change);
    expect(found).toHaveLength(expected === undefined ? 0 : 1);
    if (expected !== undefined) expect(found[0]).toMatch(expected);
  });
});
