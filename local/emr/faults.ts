/** Things that go wrong on purpose, for tests and for the page's buttons. */
import { EmrApiError } from './api-error.ts';
import type { Operation } from './throttle.ts';

/**
 * - `throttle`: ThrottlingException
 * - `deny`: AccessDeniedException
 * - `internal`: InternalServerException, HTTP 500
 * - `html`: HTTP 503 with a page of HTML, as from a load balancer
 * - `hang`: no answer and no effect; on release the request is carried out if its caller still waits
 * - `hangAfter`: carried out, and no answer until release
 * - `drop`: the connection ends without answer or effect
 * - `dropAfter`: carried out, and the connection ends without an answer
 * - `emptyPage`: a list with nothing in it
 * - `stale`: yesterday's state: reads show what was true when the fault was armed
 * - an {@link EmrApiError}: that answer
 */
export type Fault =
  | 'throttle'
  | 'deny'
  | 'internal'
  | 'html'
  | 'hang'
  | 'hangAfter'
  | 'drop'
  | 'dropAfter'
  | 'emptyPage'
  | 'stale'
  | EmrApiError;

const LISTS: readonly Operation[] = ['ListInstanceFleets', 'ListInstances', 'ListClusters'];

/** Operations that a fault can happen to; absent: all. */
const SUITED: Readonly<Record<string, readonly Operation[]>> = {
  emptyPage: LISTS,
  stale: [...LISTS, 'DescribeCluster', 'GetManagedScalingPolicy'],
};

interface Armed<Snapshot> {
  readonly fault: Fault;
  readonly operation: Operation | undefined;
  readonly snapshot: Snapshot | undefined;
  left: number;
}

/** A fault that happens to a request now. */
export interface Happening<Snapshot> {
  readonly fault: Fault;
  /** What was the present when a `stale` fault was armed; absent for the others. */
  readonly snapshot: Snapshot | undefined;
}

const suits = (armed: Armed<unknown>, operation: Operation): boolean => {
  if (armed.operation !== undefined && armed.operation !== operation) return false;
  if (armed.fault instanceof EmrApiError) return true;
  return SUITED[armed.fault]?.includes(operation) ?? true;
};

/** What will go wrong with the next requests. */
export class Faults<Snapshot> {
  readonly #present: () => Snapshot;
  #armed: Armed<Snapshot>[] = [];
  #held: (() => void)[] = [];

  /** @param present the state of all clusters, kept when `stale` is armed */
  constructor(present: () => Snapshot) {
    this.#present = present;
  }

  /** Requests that wait for {@link release}, also those whose caller has gone. */
  get hanging(): number {
    return this.#held.length;
  }

  /**
   * Lets a fault happen to the next requests it suits, after those armed before.
   * @param times how many requests; Infinity: until cleared
   * @param operation absent: any
   */
  arm(fault: Fault, times = 1, operation?: Operation): void {
    const snapshot = fault === 'stale' ? this.#present() : undefined;
    this.#armed.push({ fault, operation, snapshot, left: times });
  }

  /** Nothing more goes wrong. What hangs goes on hanging. */
  clear(): void {
    this.#armed = [];
  }

  /** Ends every wait. */
  release(): void {
    const held = this.#held;
    this.#held = [];
    for (const resume of held) resume();
  }

  /** The fault that happens to a request, which uses it up. */
  take(operation: Operation): Happening<Snapshot> | undefined {
    const armed = this.#armed.find((one) => suits(one, operation));
    if (armed === undefined) return undefined;
    armed.left -= 1;
    if (armed.left <= 0) this.#armed = this.#armed.filter((one) => one !== armed);
    return { fault: armed.fault, snapshot: armed.snapshot };
  }

  /** Waits for {@link release}. */
  hold(): Promise<void> {
    return new Promise((resolve) => {
      this.#held.push(resolve);
    });
  }
}
