/** What must survive survives: its template is looked at whole. */
import { plain, stacksOf, templatesOf } from './synthesized.ts';

const [deployed] = stacksOf(plain('prod'));
const { state } = templatesOf(deployed as never);

test('logical ids are those of every deploy before: another one would be a new, empty table', () => {
  const ids = Object.entries(state.Resources).map(([id, { Type }]) => [id, Type]);
  expect(ids).toEqual([
    ['StateTable962DE04C', 'AWS::DynamoDB::GlobalTable'],
    ['StateDispatchLogs79ED76D1', 'AWS::Logs::LogGroup'],
    ['StateReconcileLogsE38D195C', 'AWS::Logs::LogGroup'],
    ['StateRouteLogsB51062A4', 'AWS::Logs::LogGroup'],
  ]);
});

test('everything stays when the stack goes, or when CloudFormation would replace it', () => {
  for (const [id, { DeletionPolicy, UpdateReplacePolicy }] of Object.entries(state.Resources)) {
    expect([id, DeletionPolicy, UpdateReplacePolicy]).toEqual([id, 'Retain', 'Retain']);
  }
});

test('the table: keys of the contract, expiry, on demand, 35 days of recovery, protected, AWS’s own key, no name', () => {
  expect(state.Resources['StateTable962DE04C']?.Properties).toEqual({
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    SSESpecification: { SSEEnabled: false },
    Replicas: [
      {
        Region: 'eu-central-1',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 },
        Tags: [
          { Key: 'prestoscale:environment', Value: 'prod' },
          { Key: 'team', Value: 'data' },
        ],
      },
    ],
  });
});

test('logs are kept as long as the environment says', () => {
  const groups = Object.values(state.Resources).filter(({ Type }) => Type === 'AWS::Logs::LogGroup');
  expect(groups.map(({ Properties }) => Properties['RetentionInDays'])).toEqual([14, 14, 14]);
});

test('its name is told', () => {
  expect(state.Outputs['TableName']).toEqual({ Value: { Ref: 'StateTable962DE04C' } });
});
