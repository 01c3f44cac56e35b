/** What instances, exporter and EMR may do. */
import { Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { type Change, made, ownFiles, retrying } from './described.ts';

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const statementsOf = (change?: Change): readonly Statement[] =>
  Object.values(Template.fromStack(made(change).stack).findResources('AWS::IAM::Policy')).flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement as Statement[],
  );

const named = (sid: string, change?: Change): Statement => {
  const found = statementsOf(change).filter(({ Sid }) => Sid === sid);
  expect(found).toHaveLength(1);
  return found[0] as Statement;
};

const actionsOf = (statements: readonly Statement[]): string[] =>
  [...new Set(statements.flatMap(({ Action }) => Action))].sort();

describe('the exporter', () => {
  const table = 'arn:aws:dynamodb:eu-central-1:123456789012:table/state-table';

  test('may write its own cluster’s sample, by its attributes alone, and is given nothing back', () => {
    expect(named('PushSample')).toEqual({
      Sid: 'PushSample',
      Effect: 'Allow',
      Action: 'dynamodb:UpdateItem',
      Resource: table,
      Condition: {
        'ForAllValues:StringEquals': {
          'dynamodb:LeadingKeys': ['CLUSTER#etl'],
          'dynamodb:Attributes': ['pk', 'sk', 'takenAt', 'sample'],
        },
        Null: { 'dynamodb:LeadingKeys': 'false' },
        StringEqualsIfExists: { 'dynamodb:ReturnValues': 'NONE' },
      },
    });
  });

  test('may read its own cluster’s partition', () => {
    expect(named('ReadOwnState')).toMatchObject({
      Action: 'dynamodb:Query',
      Resource: table,
      Condition: {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['CLUSTER#etl'] },
        Null: { 'dynamodb:LeadingKeys': 'false' },
      },
    });
  });

  test('may send wake-ups to the one queue', () => {
    expect(named('WakeUp')).toMatchObject({
      Action: 'sqs:SendMessage',
      Resource: 'arn:aws:sqs:eu-central-1:123456789012:ticks',
    });
  });

  test('an address that is only known at deploy → the queue’s name is taken out of it there', () => {
    const tickQueueUrl = Token.asString({ 'Fn::ImportValue': 'QueueUrl' });
    const { Resource } = named('WakeUp', (props) => ({ ...props, autoscaler: { tableName: 'table', tickQueueUrl } }));
    const name = { 'Fn::Select': [4, { 'Fn::Split': ['/', { 'Fn::ImportValue': 'QueueUrl' }] }] };
    expect(Resource).toEqual({ 'Fn::Join': ['', ['arn:aws:sqs:eu-central-1:123456789012:', name]] });
  });

  test('pushes nowhere → nothing of table and queue', () => {
    const actions = actionsOf(statementsOf(({ autoscaler: _, ...props }) => props));
    expect(actions.filter((action) => /^(dynamodb|sqs):/.test(action))).toEqual([]);
  });
});

describe('all that is allowed', () => {
  const KEY_USE = [
    'kms:CreateGrant',
    'kms:Decrypt',
    'kms:DescribeKey',
    'kms:Encrypt',
    'kms:GenerateDataKey',
    'kms:GenerateDataKeyWithoutPlaintext',
    'kms:ReEncryptFrom',
    'kms:ReEncryptTo',
  ];

  test('Presto', () => {
    expect(actionsOf(statementsOf())).toEqual(
      [
        ...KEY_USE,
        'dynamodb:Query',
        'dynamodb:UpdateItem',
        'iam:PassRole',
        's3:GetObject',
        's3:PutObject',
        'sqs:SendMessage',
      ].sort(),
    );
  });

  test('Trino with retries: spooled tasks as well, below its own prefix', () => {
    const change: Change = (_, stack) => retrying(stack);
    expect(named('SpoolTasks', change)).toMatchObject({
      Action: [
        's3:AbortMultipartUpload',
        's3:DeleteObject',
        's3:GetObject',
        's3:ListMultipartUploadParts',
        's3:PutObject',
      ],
      Resource: 'arn:aws:s3:::company-scratch/exchange/etl/*',
    });
    expect(named('ListSpooled', change)).toMatchObject({
      Action: 's3:ListBucket',
      Resource: 'arn:aws:s3:::company-scratch',
      Condition: { StringLike: { 's3:prefix': ['exchange/etl', 'exchange/etl/*'] } },
    });
  });

  test('no resource is everything, no action a wildcard', () => {
    for (const { Resource, Action } of statementsOf((_, stack) => retrying(stack))) {
      expect([Resource].flat()).not.toContain('*');
      expect([Action].flat().filter((action) => action.includes('*'))).toEqual([]);
    }
  });

  test('the three files, and no other object of that bucket', () => {
    const { Resource } = named('FetchFiles', ownFiles);
    const objects = /^arn:aws:s3:::cdk-hnb659fds-assets-123456789012-eu-central-1\/[0-9a-f]{64}\.(sh|gz|mjs)$/;
    expect(Resource).toEqual([
      expect.stringMatching(objects),
      expect.stringMatching(objects),
      expect.stringMatching(objects),
    ]);
  });

  test('a bucket with a key of its own: the key too, to write logs', () => {
    const arn = 'arn:aws:kms:eu-central-1:123456789012:key/of-the-bucket';
    const statements = statementsOf((props, stack) => ({
      ...props,
      logBucket: Bucket.fromBucketAttributes(stack, 'Sealed', {
        bucketName: 'sealed',
        encryptionKey: Key.fromKeyArn(stack, 'SealedKey', arn),
      }),
    }));
    expect(statements).toContainEqual({ Effect: 'Allow', Action: 'kms:GenerateDataKey', Resource: arn });
  });
});

describe('EMR’s own role', () => {
  const template = Template.fromStack(made().stack);

  test('only EMR in this account assumes it', () => {
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Principal: { Service: 'elasticmapreduce.amazonaws.com' },
            Condition: {
              StringEquals: { 'aws:SourceAccount': '123456789012' },
              ArnLike: { 'aws:SourceArn': 'arn:aws:elasticmapreduce:eu-central-1:123456789012:*' },
            },
          },
        ],
      },
      ManagedPolicyArns: [
        {
          'Fn::Join': [
            '',
            ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/service-role/AmazonEMRServicePolicy_v2'],
          ],
        },
      ],
    });
  });

  test('it passes the role of these instances to EC2, and no other', () => {
    expect(named('PassInstanceRole')).toMatchObject({
      Action: 'iam:PassRole',
      Resource: { 'Fn::GetAtt': [expect.stringContaining('InstanceRole'), 'Arn'] },
      Condition: { StringLike: { 'iam:PassedToService': 'ec2.amazonaws.com*' } },
    });
  });

  test('the instance profile has the name of its role: EMR knows no other', () => {
    const [profile] = Object.values(template.findResources('AWS::IAM::InstanceProfile'));
    expect(profile?.['Properties'].InstanceProfileName).toEqual(profile?.['Properties'].Roles[0]);
    template.hasResourceProperties('AWS::EMR::Cluster', {
      JobFlowRole: { Ref: Match.stringLikeRegexp('InstanceProfile') },
      ServiceRole: { Ref: Match.stringLikeRegexp('ServiceRole') },
    });
  });
});
