/** Permissions as data: what is allowed, and why a wildcard is there. */
import { type IResolvable, Stack, Token, Validations } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** A statement that allows, and the reason for a wildcard in its resources. */
export interface Grant {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  /** Why it cannot be narrower. Must be there when a resource has a wildcard. */
  readonly because?: string;
}

const statementsOf = (grants: readonly Grant[]): PolicyStatement[] =>
  grants.map(
    ({ actions, resources, conditions }) =>
      new PolicyStatement({
        actions: [...actions],
        resources: [...resources],
        ...(conditions === undefined ? {} : { conditions }),
      }),
  );

/** An ARN with its tokens as cdk-nag writes them: `arn:<AWS::Partition>:…`. */
const writtenOut = (scope: IRole, arn: string): string => {
  const resolved: string | { 'Fn::Join': [string, (string | { Ref: string })[]] } = Stack.of(scope).resolve(
    arn as unknown as IResolvable,
  );
  if (typeof resolved === 'string') return resolved;
  return resolved['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : `<${part.Ref}>`)).join('');
};

/** Tells the checkers of templates why a wildcard is there. */
const explainWildcards = (role: IRole, { resources, because }: Grant): void => {
  for (const resource of resources.filter((arn) => arn.includes('*') && !isToken(arn))) {
    if (because === undefined) throw new Error(`the wildcard ${resource} must say why it is there (Grant.because)`);
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${writtenOut(role, resource)}]`,
      reason: because,
    });
  }
};

const isToken = (arn: string): boolean => Token.isUnresolved(arn) && !arn.startsWith('arn:');

/** Gives a role what the grants say, with the reasons for their wildcards. */
export const allow = (role: IRole, grants: readonly Grant[]): void => {
  for (const statement of statementsOf(grants)) role.addToPrincipalPolicy(statement);
  for (const grant of grants) explainWildcards(role, grant);
};
