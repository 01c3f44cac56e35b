/**
 * Whose an instance is, by EC2's `DescribeInstances`: its query API, because the SDK's client has 831 KB for this one
 * question. Needs `ec2:DescribeInstances`, which knows no resource but `*`.
 *
 * EMR tags every instance with `aws:elasticmapreduce:job-flow-id` and `aws:elasticmapreduce:instance-group-role`, those
 * of fleets too; nobody else can write tags that begin with `aws:`.
 */
import { XMLParser } from 'fast-xml-parser';
import { cores } from '../../core/quantities.ts';
import type { InstanceDirectory, InstanceOwner } from '../../ports/instances.ts';
import { awsErrorLine } from '../aws-errors.ts';
import { type SigningOptions, signFor } from '../aws-signing.ts';
import { type PostAnswer, postForm, type SignRequest } from '../post.ts';

export interface Ec2InstancesOptions extends SigningOptions {
  /** Another address than AWS's own. */
  readonly endpoint?: string;
  /** Of one attempt, until the last byte; default 3,000. */
  readonly timeoutMilliseconds?: number;
}

const VERSION = '2016-11-15';
const CLUSTER_TAG = 'aws:elasticmapreduce:job-flow-id';
const ROLE_TAG = 'aws:elasticmapreduce:instance-group-role';
const ROLES: Readonly<Record<string, InstanceOwner['role']>> = { MASTER: 'primary', CORE: 'core', TASK: 'task' };

const DEFAULT_TIMEOUT_MILLISECONDS = 3000;
/** One instance is 5 KB of XML. */
const MAXIMUM_BYTES = 1_000_000;
/** What EC2 could not do at this moment is asked once more; whoever handles the event tries again minutes later. */
const MOST_TRIES = 2;

/** EC2 said so, and asking again would give the same. */
class Refused extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.name = 'Refused';
    this.code = code;
  }
}

// Everything that may stand several times is a list of `item`; numbers are read where they are expected.
const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  parseTagValue: false,
  isArray: (name) => name === 'item' || name === 'Error',
});

type Node = Readonly<Record<string, unknown>>;

const nodeOf = (value: unknown): Node => (typeof value === 'object' && value !== null ? (value as Node) : {});
const within = (value: unknown, ...path: readonly string[]): Node =>
  path.reduce((node, name) => nodeOf(node[name]), nodeOf(value));
const itemsOf = (value: unknown, ...path: readonly string[]): readonly Node[] => {
  const { item } = within(value, ...path);
  return Array.isArray(item) ? item.map(nodeOf) : [];
};
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** Names that have no resources are `ec2.<region>.amazonaws.com` everywhere but in China. */
const addressOf = (region: string): string =>
  `https://ec2.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}/`;

const parsed = (body: string): Node => {
  try {
    return nodeOf(parser.parse(body));
  } catch {
    return {};
  }
};

/** @throws Refused for an answer that is a refusal; Error for one that is no answer of EC2's */
const instancesIn = ({ status, body }: PostAnswer): readonly Node[] => {
  const document = parsed(body);
  const { Error: errors } = within(document, 'Response', 'Errors');
  const [error] = Array.isArray(errors) ? errors.map(nodeOf) : [];
  const code = textOf(error?.['Code']);
  const isLater = status >= 500 || code === 'RequestLimitExceeded' || code === 'Throttling';
  if (code !== undefined) {
    const said = textOf(error?.['Message']) ?? 'no reason given';
    throw isLater ? new Error(`${code}: ${said}`) : new Refused(code, said);
  }
  if (status !== 200 || document['DescribeInstancesResponse'] === undefined) {
    throw new Error(`answered ${status} with something that is no answer to DescribeInstances`);
  }
  const reservations = itemsOf(document, 'DescribeInstancesResponse', 'reservationSet');
  return reservations.flatMap((reservation) => itemsOf(reservation, 'instancesSet'));
};

const processorsOf = (instance: Node): number => {
  const { coreCount, threadsPerCore } = within(instance, 'cpuOptions');
  return Number(textOf(coreCount)) * Number(textOf(threadsPerCore));
};

/** It is shown for about an hour after its end. */
const hasEnded = (instance: Node): boolean =>
  ['shutting-down', 'terminated'].includes(textOf(within(instance, 'instanceState')['name']) ?? '');

/** @throws Error for an instance of EMR's of which EC2 does not tell what it must */
const ownerIn = (instance: Node): InstanceOwner | undefined => {
  if (hasEnded(instance)) return undefined;
  const tags = new Map(itemsOf(instance, 'tagSet').map(({ key, value }) => [textOf(key), textOf(value)]));
  const emrClusterId = tags.get(CLUSTER_TAG);
  if (emrClusterId === undefined) return undefined;
  const tagged = tags.get(ROLE_TAG);
  const role = ROLES[tagged ?? ''];
  if (role === undefined) {
    throw new Error(`its tag ${ROLE_TAG} is ${tagged ?? 'not there'}, expected ${Object.keys(ROLES).join(', ')}`);
  }
  const vcpus = processorsOf(instance);
  if (!(Number.isInteger(vcpus) && vcpus > 0)) throw new Error('its cpuOptions do not tell how many processors it has');
  const isSpot = textOf(instance['instanceLifecycle']) === 'spot';
  return { emrClusterId, vcpus: cores(vcpus), role, ...(isSpot ? {} : { onDemand: true }) };
};

/** {@link InstanceDirectory} over EC2, for the instances of one account and region. */
export class Ec2Instances implements InstanceDirectory {
  readonly #url: URL;
  readonly #sign: SignRequest;
  readonly #timeoutMilliseconds: number;

  constructor(options: Ec2InstancesOptions) {
    this.#url = new URL(options.endpoint ?? addressOf(options.region));
    this.#sign = signFor('ec2', options);
    this.#timeoutMilliseconds = options.timeoutMilliseconds ?? DEFAULT_TIMEOUT_MILLISECONDS;
  }

  /** @throws Error that names the instance, and says what EC2 or the network said */
  async ownerOf(instanceId: string): Promise<InstanceOwner | undefined> {
    try {
      const [instance] = await this.#describe(instanceId);
      return instance === undefined ? undefined : ownerIn(instance);
    } catch (error) {
      if (error instanceof Refused && error.code === 'InvalidInstanceID.NotFound') return undefined;
      const said = error instanceof Refused ? error.message : awsErrorLine(error).replace(/^Error: /, '');
      throw new Error(`asking EC2 whose instance ${instanceId} is: ${said}`, { cause: error });
    }
  }

  async #describe(instanceId: string): Promise<readonly Node[]> {
    for (let tries = 1; ; tries += 1) {
      try {
        return instancesIn(await this.#ask(instanceId));
      } catch (error) {
        if (error instanceof Refused || tries >= MOST_TRIES) throw error;
      }
    }
  }

  async #ask(instanceId: string): Promise<PostAnswer> {
    const form = new URLSearchParams({ Action: 'DescribeInstances', Version: VERSION, 'InstanceId.1': instanceId });
    const plain = {
      url: this.#url,
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: form.toString(),
    };
    const headers = await this.#sign(plain);
    return postForm(
      { ...plain, headers },
      { timeoutMilliseconds: this.#timeoutMilliseconds, maximumBytes: MAXIMUM_BYTES },
    );
  }
}
