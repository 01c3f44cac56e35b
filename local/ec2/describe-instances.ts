/** EC2's DescribeInstances: a request's parameters to an answer's XML, in the form of EC2's API model (2016-11-15). */
import { XMLBuilder } from 'fast-xml-parser';
import type { EmrBackend, InstanceView } from '../emr/backend.ts';

/** An answer that is an error. */
export class Ec2ApiError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'Ec2ApiError';
    this.status = status;
    this.code = code;
  }
}

/** Processors of an instance type; undefined: the type is not known. */
export type VcpusOf = (instanceType: string) => number | undefined;

const STATES: Readonly<Record<InstanceView['state'], { readonly code: number; readonly name: string }>> = {
  PROVISIONING: { code: 0, name: 'pending' },
  BOOTSTRAPPING: { code: 16, name: 'running' },
  RUNNING: { code: 16, name: 'running' },
  TERMINATED: { code: 48, name: 'terminated' },
};

const THREADS_PER_CORE = 2;

const xml = new XMLBuilder({ ignoreAttributes: false });
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
const NAMESPACE = 'http://ec2.amazonaws.com/doc/2016-11-15/';

const tag = (key: string, value: string) => ({ key, value });

/** EMR tags what it has launched; the role comes when the instance runs, so one that starts may lack it. */
const tagsOf = (clusterId: string, { fleetType, state }: InstanceView) => [
  tag('aws:elasticmapreduce:job-flow-id', clusterId),
  ...(state === 'PROVISIONING' ? [] : [tag('aws:elasticmapreduce:instance-group-role', fleetType)]),
];

const cpuOptions = (vcpus: number | undefined) =>
  vcpus === undefined
    ? {}
    : {
        cpuOptions:
          vcpus % THREADS_PER_CORE === 0
            ? { coreCount: vcpus / THREADS_PER_CORE, threadsPerCore: THREADS_PER_CORE }
            : { coreCount: vcpus, threadsPerCore: 1 },
      };

const instanceShape = (clusterId: string, instance: InstanceView, vcpusOf: VcpusOf) => ({
  instanceId: instance.ec2InstanceId,
  instanceState: STATES[instance.state],
  instanceType: instance.instanceType,
  launchTime: new Date(instance.createdAt * 1000).toISOString(),
  ...(instance.market === 'SPOT' ? { instanceLifecycle: 'spot' } : {}),
  ...cpuOptions(vcpusOf(instance.instanceType)),
  tagSet: { item: tagsOf(clusterId, instance) },
});

/** The values of `InstanceId.1`, `InstanceId.2`, …, which may have gaps. */
const idsOf = (parameters: URLSearchParams): readonly string[] =>
  [...parameters].flatMap(([name, value]) => (/^InstanceId\.\d+$/.test(name) ? [value] : []));

const refuseOthers = (parameters: URLSearchParams): void => {
  const known = /^(Action|Version|InstanceId\.\d+)$/;
  const other = [...parameters.keys()].find((name) => !known.test(name));
  if (other !== undefined) {
    throw new Ec2ApiError(400, 'InvalidParameter', `the parameter ${other} is not served here, only InstanceId.N`);
  }
};

/**
 * @returns the body of the answer
 * @throws Ec2ApiError for an instance that is not there, in EC2's words, and for what is not served
 */
export const describeInstances = (
  parameters: URLSearchParams,
  backends: readonly EmrBackend[],
  vcpusOf: VcpusOf,
): string => {
  refuseOthers(parameters);
  const asked = idsOf(parameters);
  const all = backends.flatMap((backend) =>
    backend.instances().map((instance) => ({ clusterId: backend.clusterId, instance })),
  );
  const absent = asked.filter((id) => !all.some(({ instance }) => instance.ec2InstanceId === id));
  if (absent.length > 0) {
    const what = absent.length === 1 ? `ID '${absent[0]}' does` : `IDs '${absent.join(', ')}' do`;
    throw new Ec2ApiError(400, 'InvalidInstanceID.NotFound', `The instance ${what} not exist`);
  }
  const found = all.filter(({ instance }) => asked.length === 0 || asked.includes(instance.ec2InstanceId));
  const reservations = found.map(({ clusterId, instance }) => ({
    reservationId: `r-${instance.ec2InstanceId.slice(2)}`,
    instancesSet: { item: instanceShape(clusterId, instance, vcpusOf) },
  }));
  const body = { '@_xmlns': NAMESPACE, requestId: 'local', reservationSet: { item: reservations } };
  return DECLARATION + xml.build({ DescribeInstancesResponse: body });
};

export const errorBody = ({ code, message }: Ec2ApiError): string =>
  DECLARATION + xml.build({ Response: { Errors: { Error: { Code: code, Message: message } }, RequestID: 'local' } });
