/** EMR's API without its transport: a target and a body in, a reply out. Faults and budgets take effect here. */
import type { Caller, Judge } from '../permissions.ts';
import { API_ERRORS, EmrApiError, errorBody } from './api-error.ts';
import type { EmrBackend } from './backend.ts';
import { type Fault, Faults } from './faults.ts';
import { Fields, type Input, parseInput } from './input.ts';
import { type ClusterRead, EMPTY_PAGES, PERFORM, type Served } from './operations.ts';
import type { Shape } from './shapes.ts';
import { OPERATIONS, type Operation, Throttle } from './throttle.ts';

/** What goes back; `drop`: nothing does, and the connection ends. */
export type Reply = { readonly status: number; readonly contentType: string; readonly body: string } | 'drop';

/** A request as it came. */
export interface Call {
  readonly operation: Operation;
  readonly input: Input;
}

export interface EmrServiceOptions {
  readonly backends: readonly EmrBackend[];
  /** The present in seconds, by which the request budgets refill: virtual time where the clusters live in it. */
  readonly now: () => number;
  /** Whether requests beyond EMR's budgets are refused. Default true. */
  readonly throttling?: boolean;
  /** Entries of a page. Default 100; EMR documents none. */
  readonly pageSize?: number;
  /** Absent: everybody may do everything. */
  readonly judge?: Judge;
  /** Told of every request with a known operation, before anything happens to it. */
  onCall?(call: Call): void;
}

/** The state of all clusters at one moment, by cluster id. */
export type Snapshot = ReadonlyMap<string, ClusterRead>;

const PREFIX = 'ElasticMapReduce.';
const DEFAULT_PAGE_SIZE = 100;

const json = (status: number, body: Shape | undefined): Reply => ({
  status,
  contentType: 'application/x-amz-json-1.1',
  body: body === undefined ? '' : JSON.stringify(body),
});

const HTML: Reply = {
  status: 503,
  contentType: 'text/html',
  body: '<html><head><title>503 Service Temporarily Unavailable</title></head><body></body></html>\n',
};

const operationOf = (target: string | undefined): Operation => {
  const operation = OPERATIONS.find((known) => target === `${PREFIX}${known}`);
  if (operation === undefined)
    throw API_ERRORS.unknownOperation(target ?? 'a request without x-amz-target', OPERATIONS);
  return operation;
};

const snapshotOf = (backend: EmrBackend): ClusterRead => {
  const [cluster, fleets, instances] = [backend.cluster(), backend.fleets(), backend.instances()];
  return { cluster: () => cluster, fleets: () => fleets, instances: () => instances };
};

const errorReply = (error: unknown): Reply => {
  if (error instanceof EmrApiError) return json(error.status, errorBody(error));
  // A mistake of the local cluster: its text reaches the caller, where it is seen.
  return json(500, errorBody(new EmrApiError(500, 'InternalServerException', String(error))));
};

const counters = (): Record<Operation, number> => ({
  ListInstanceFleets: 0,
  ListInstances: 0,
  DescribeCluster: 0,
  ModifyInstanceFleet: 0,
  ListClusters: 0,
  GetManagedScalingPolicy: 0,
});

export class EmrService {
  /** Requests by operation, whatever became of them. */
  readonly calls = counters();
  /** Those among them that got a ThrottlingException. */
  readonly throttled = counters();
  readonly faults: Faults<Snapshot>;
  readonly #backends: Map<string, EmrBackend>;
  readonly #throttle: Throttle | undefined;
  readonly #pageSize: number;
  readonly #judge: Judge | undefined;
  readonly #onCall: (call: Call) => void;

  constructor(options: EmrServiceOptions) {
    this.#backends = new Map(options.backends.map((backend) => [backend.clusterId, backend]));
    this.#throttle = options.throttling === false ? undefined : new Throttle(options.now);
    this.#pageSize = options.pageSize ?? DEFAULT_PAGE_SIZE;
    this.#judge = options.judge;
    this.#onCall = (call) => options.onCall?.(call);
    this.faults = new Faults(() => new Map([...this.#backends].map(([id, backend]) => [id, snapshotOf(backend)])));
  }

  /** Serves another cluster from now on, one that replaces another under its name, say. */
  add(backend: EmrBackend): void {
    this.#backends.set(backend.clusterId, backend);
  }

  /**
   * Answers a request. Never throws: what goes wrong is a reply.
   * @param target the header x-amz-target
   * @param isGone whether the caller no longer waits
   * @param caller undefined: nobody signed the request
   */
  async answer(target: string | undefined, body: string, isGone: () => boolean, caller?: Caller): Promise<Reply> {
    try {
      const operation = operationOf(target);
      const input = parseInput(body);
      this.calls[operation] += 1;
      this.#onCall({ operation, input });
      const fields = new Fields(input);
      await this.#checkPermission(operation, fields, caller);
      return await this.#reply(operation, fields, isGone);
    } catch (error) {
      return errorReply(error);
    }
  }

  /** AWS looks at permissions first: who may not do it is not told whether there is such a cluster. */
  async #checkPermission(operation: Operation, fields: Fields, caller: Caller | undefined): Promise<void> {
    if (this.#judge === undefined) return;
    if (caller === undefined) throw API_ERRORS.unsigned();
    const clusterId = fields.optionalText('ClusterId');
    const why = await this.#judge({
      ...caller,
      action: `elasticmapreduce:${operation}`,
      ...(clusterId === undefined ? {} : { resource: `cluster/${clusterId}` }),
      tags: this.#backends.get(clusterId ?? '')?.cluster().tags ?? {},
    });
    if (why !== undefined) throw API_ERRORS.refused(why);
  }

  async #reply(operation: Operation, fields: Fields, isGone: () => boolean): Promise<Reply> {
    const happening = this.faults.take(operation);
    const instead = await this.#before(happening?.fault, operation, fields, isGone);
    if (instead !== undefined) return instead;
    if (this.#throttle?.take(operation) === false) throw this.#throttledError(operation);
    const shape = PERFORM[operation](fields, this.#served(happening?.snapshot));
    return this.#after(happening?.fault, operation, json(200, shape));
  }

  /** What a fault answers before anything was done; undefined: the request goes on. */
  async #before(
    fault: Fault | undefined,
    operation: Operation,
    fields: Fields,
    isGone: () => boolean,
  ): Promise<Reply | undefined> {
    if (fault instanceof EmrApiError) throw fault;
    switch (fault) {
      case 'throttle':
        throw this.#throttledError(operation);
      case 'deny':
        throw API_ERRORS.denied(operation, fields.optionalText('ClusterId'));
      case 'internal':
        throw API_ERRORS.internal();
      case 'html':
        return HTML;
      case 'drop':
        return 'drop';
      case 'hang':
        await this.faults.hold();
        return isGone() ? 'drop' : undefined;
      default:
        return undefined;
    }
  }

  /** What a fault makes of the reply to a request that was carried out. */
  async #after(fault: Fault | undefined, operation: Operation, reply: Reply): Promise<Reply> {
    if (fault === 'dropAfter') return 'drop';
    if (fault === 'emptyPage') return json(200, EMPTY_PAGES[operation]);
    if (fault === 'hangAfter') await this.faults.hold();
    return reply;
  }

  #throttledError(operation: Operation): EmrApiError {
    this.throttled[operation] += 1;
    return API_ERRORS.throttled();
  }

  #served(snapshot: Snapshot | undefined): Served {
    const backendOf = (clusterId: string): EmrBackend => {
      const backend = this.#backends.get(clusterId);
      if (backend === undefined) throw API_ERRORS.unknownCluster(clusterId);
      return backend;
    };
    const readOf = (clusterId: string): ClusterRead => snapshot?.get(clusterId) ?? backendOf(clusterId);
    return { pageSize: this.#pageSize, backendOf, readOf, all: () => snapshot ?? this.#backends };
  }
}
