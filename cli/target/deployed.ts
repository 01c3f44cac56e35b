/** A deployed environment, found by the outputs of its stack, with the user's own credentials. */
import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { type AwsClientSettings, clientConfig } from '../../lambdas/adapters/aws-client.ts';
import { awsErrorLine, plainCause } from '../../lambdas/adapters/aws-errors.ts';
import { OUTPUTS, stackNames } from '../../lambdas/contract.ts';
import { UsageError } from '../arguments.ts';
import { UnreachableError } from '../program/exit.ts';

/** Bounds for a person who waits, over any network; the functions' own are for tens of milliseconds inside AWS. */
export const PATIENT = { maxAttempts: 3, connectMilliseconds: 4000, attemptMilliseconds: 8000 } as const;

/** What was deployed. */
export interface Deployed {
  readonly environment: string;
  readonly region: string;
  readonly tableName: string;
  /** Address of the tick queue by network. */
  readonly queues: Readonly<Record<string, string>>;
  readonly verifyAlarm: string;
}

/** Settings of a client for what was deployed. */
export const clientSettings = (region: string): AwsClientSettings => ({ region, ...PATIENT });

/** The region that the SDK finds by itself: environment, then profile. */
const regionOfSdk = async (): Promise<string> => {
  const client = new CloudFormationClient({});
  try {
    return await client.config.region();
  } catch {
    throw new UsageError([
      'No region is known: give --region, set AWS_REGION, or call this where environments/NAME.json is.',
    ]);
  } finally {
    client.destroy();
  }
};

/** @param told by the command line or the environment's file */
export const regionOf = async (told: string | undefined): Promise<string> => told ?? regionOfSdk();

const isMissing = (error: unknown): boolean => /does not exist/.test((error as Error).message ?? '');

const describe = async (client: CloudFormationClient, name: string, region: string): Promise<Stack> => {
  const doing = `looking for stack ${name} in ${region}`;
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    if (stack !== undefined) return stack;
  } catch (error) {
    if (!isMissing(error)) throw new Error(`${doing}: ${awsErrorLine(error)}`, { cause: plainCause(error) });
  }
  throw new UnreachableError(
    `There is no stack ${name} in ${region}, with these credentials: is the environment deployed, and is this its account and region?`,
  );
};

const outputsOf = ({ Outputs = [] }: Stack): ReadonlyMap<string, string> =>
  new Map(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));

const queuesOf = (text: string): Readonly<Record<string, string>> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, string>) : undefined;
  } catch {
    return undefined;
  }
};

const deployedOf = (environment: string, region: string, outputs: ReadonlyMap<string, string>): Deployed => {
  const needed = [OUTPUTS.table, OUTPUTS.tickQueues, OUTPUTS.verifyAlarm];
  const missing = needed.filter((name) => (outputs.get(name) ?? '') === '');
  const queues = queuesOf(outputs.get(OUTPUTS.tickQueues) ?? '');
  if (missing.length > 0 || queues === undefined) {
    const what =
      missing.length > 0 ? `no output ${missing.join(', ')}` : `an output ${OUTPUTS.tickQueues} that is not JSON`;
    throw new UnreachableError(
      `The stack of environment ${environment} has ${what}: deploy it again with this version of prestoscale.`,
    );
  }
  return {
    environment,
    region,
    tableName: outputs.get(OUTPUTS.table) ?? '',
    queues,
    verifyAlarm: outputs.get(OUTPUTS.verifyAlarm) ?? '',
  };
};

/**
 * Looks an environment up. Needs `cloudformation:DescribeStacks` on its stack.
 * @throws UnreachableError when it is not there; Error when CloudFormation cannot be asked
 */
export const findDeployed = async (environment: string, region: string): Promise<Deployed> => {
  const client = new CloudFormationClient(clientConfig(clientSettings(region), PATIENT));
  try {
    const stack = await describe(client, stackNames(environment).autoscaler, region);
    return deployedOf(environment, region, outputsOf(stack));
  } finally {
    client.destroy();
  }
};
