/** Services of the local AWS for which there is no client among the dependencies, asked on the wire by its owner. */
import { XMLParser } from 'fast-xml-parser';
import { signFor } from '../../../../lambdas/adapters/aws-signing.ts';
import { epochSeconds } from '../../../../lambdas/core/quantities.ts';
import { ACCOUNT, REGION, ROOT_KEYS } from './local-aws.ts';

interface RawRequest {
  readonly service: string;
  readonly contentType: string;
  readonly target?: string;
  readonly body: string;
  /** Default: `/`. */
  readonly path?: string;
}

const clock = { now: () => epochSeconds(Date.now() / 1000) };

const post = async (
  awsUrl: string,
  { service, contentType, target, body, path = '/' }: RawRequest,
): Promise<string> => {
  const sign = signFor(service, { region: REGION, credentials: async () => ROOT_KEYS, clock });
  const headers = { 'content-type': contentType, ...(target === undefined ? {} : { 'x-amz-target': target }) };
  const signed = await sign({ url: new URL(path, awsUrl), headers, body });
  const response = await fetch(new URL(path, awsUrl), { method: 'POST', headers: signed, body });
  const text = await response.text();
  if (!response.ok) throw new Error(`${service} answered ${response.status}: ${text}`);
  return text;
};

/** What stands in a log group, one event a line. */
export const logLines = async (awsUrl: string, logGroupName: string): Promise<string> => {
  const events: string[] = [];
  let nextToken: string | undefined;
  do {
    const text = await post(awsUrl, {
      service: 'logs',
      contentType: 'application/x-amz-json-1.1',
      target: 'Logs_20140328.FilterLogEvents',
      body: JSON.stringify({ logGroupName, ...(nextToken === undefined ? {} : { nextToken }) }),
    });
    const page = JSON.parse(text) as { readonly events: { readonly message: string }[]; readonly nextToken?: string };
    events.push(...page.events.map(({ message }) => message));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return events.join('\n');
};

/** Runs a function as the schedule does, and waits for it; what became of it is in its log. */
export const runFunction = async (awsUrl: string, name: string): Promise<void> => {
  const path = `/2015-03-31/functions/${name}/invocations`;
  await post(awsUrl, { service: 'lambda', contentType: 'application/json', path, body: '{}' });
};

/** Names of all functions of the account. */
export const functionNames = async (awsUrl: string): Promise<readonly string[]> => {
  const response = await fetch(`${awsUrl}/2015-03-31/functions/`);
  const { Functions } = (await response.json()) as { readonly Functions: readonly { readonly FunctionName: string }[] };
  return Functions.map(({ FunctionName }) => FunctionName);
};

const FORM = 'application/x-www-form-urlencoded; charset=utf-8';

const iam = (awsUrl: string, parameters: Readonly<Record<string, string>>): Promise<string> => {
  const body = new URLSearchParams({ Version: '2010-05-08', ...parameters }).toString();
  return post(awsUrl, { service: 'iam', contentType: FORM, body });
};

const parser = new XMLParser({ parseTagValue: false, isArray: (name) => name === 'member' });

/** An inline policy of a role. */
export interface RolePolicy {
  readonly role: string;
  readonly name: string;
  /** JSON. */
  readonly document: string;
}

export const rolePolicies = async (awsUrl: string, role: string): Promise<readonly RolePolicy[]> => {
  const listed = parser.parse(await iam(awsUrl, { Action: 'ListRolePolicies', RoleName: role }));
  const names: readonly string[] = listed.ListRolePoliciesResponse.ListRolePoliciesResult.PolicyNames.member ?? [];
  return Promise.all(
    names.map(async (name) => {
      const got = parser.parse(await iam(awsUrl, { Action: 'GetRolePolicy', RoleName: role, PolicyName: name }));
      const { PolicyDocument } = got.GetRolePolicyResponse.GetRolePolicyResult;
      return { role, name, document: decodeURIComponent(PolicyDocument) };
    }),
  );
};

/** Of whoever has assumed a role. */
export interface RoleKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Makes a role that the account may assume, and assumes it. */
export const assumeNewRole = async (awsUrl: string, policy: RolePolicy): Promise<RoleKeys> => {
  const principal = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
  };
  await iam(awsUrl, {
    Action: 'CreateRole',
    RoleName: policy.role,
    AssumeRolePolicyDocument: JSON.stringify(trust),
  });
  await putRolePolicy(awsUrl, policy);
  const body = new URLSearchParams({
    Version: '2011-06-15',
    Action: 'AssumeRole',
    RoleArn: `arn:aws:iam::${ACCOUNT}:role/${policy.role}`,
    RoleSessionName: 'test',
  });
  const answer = parser.parse(await post(awsUrl, { service: 'sts', contentType: FORM, body: body.toString() }));
  const { AccessKeyId, SecretAccessKey, SessionToken } = answer.AssumeRoleResponse.AssumeRoleResult.Credentials;
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
};

export const putRolePolicy = async (awsUrl: string, { role, name, document }: RolePolicy): Promise<void> => {
  const request = { Action: 'PutRolePolicy', RoleName: role, PolicyName: name, PolicyDocument: document };
  await iam(awsUrl, request);
};
