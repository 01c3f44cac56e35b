/** One Lambda function: its runtime, log and role, and nothing that its grants do not say. */
import { Duration, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  type Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { allow, type Grant } from '../permissions/grants.ts';
import { denyNetworkInterfacesToCode, logs, networkInterfaces } from '../permissions/ports.ts';
import { HANDLER } from './bundling.ts';
import type { FunctionNetwork } from './network.ts';

export interface AutoscalerFunctionProps {
  readonly description: string;
  readonly code: Code;
  readonly logGroup: ILogGroup;
  /** Longest run. */
  readonly timeoutSeconds: number;
  /** Lambda gives processors by it: a whole one at 1,769. */
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly grants: readonly Grant[];
  /** Absent: it runs outside any VPC. */
  readonly network?: FunctionNetwork;
}

/** A function of the autoscaler. */
export class AutoscalerFunction extends Construct {
  readonly lambda: LambdaFunction;

  constructor(scope: Construct, id: string, props: AutoscalerFunctionProps) {
    super(scope, id);
    const { network } = props;
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    allow(role, [
      ...logs(props.logGroup.logGroupArn),
      ...props.grants,
      ...(network === undefined ? [] : networkInterfaces()),
    ]);
    if (network !== undefined) role.addToPolicy(denyNetworkInterfacesToCode(Stack.of(this)));
    this.lambda = new LambdaFunction(this, 'Function', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: props.code,
      handler: HANDLER,
      role,
      timeout: Duration.seconds(props.timeoutSeconds),
      memorySize: props.memoryMegabytes,
      environment: { ...props.environment },
      logGroup: props.logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      // Start and end of every tick would be most of the log; runs that fail are told at this level too.
      systemLogLevelV2: SystemLogLevel.WARN,
      ...(network === undefined ? {} : network.placement),
    });
  }
}
