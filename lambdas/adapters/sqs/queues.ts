/** The tick queues of an environment: each cluster's wake-ups go to the queue of its network. */
import type { WakeUp, WakeUps } from '../../ports/wakeups.ts';

/** One queue, and the clusters whose ticks it feeds. */
export interface FedQueue {
  readonly wakeUps: WakeUps;
  readonly clusters: readonly string[];
}

const messageOf = (reason: unknown): string => (reason instanceof Error ? reason.message : String(reason));

/** {@link WakeUps} over several queues: one that fails does not stop the others. */
export class WakeUpsByCluster implements WakeUps {
  readonly #queueOf: ReadonlyMap<string, WakeUps>;

  constructor(queues: readonly FedQueue[]) {
    this.#queueOf = new Map(
      queues.flatMap(({ wakeUps, clusters }) => clusters.map((cluster) => [cluster, wakeUps] as const)),
    );
  }

  /** @throws Error after everything was tried, with what each queue that failed said, and clusters that have no queue */
  async send(wakeUps: readonly WakeUp[]): Promise<void> {
    const byQueue = new Map<WakeUps, WakeUp[]>();
    const homeless = new Set<string>();
    for (const wakeUp of wakeUps) {
      const queue = this.#queueOf.get(wakeUp.cluster);
      if (queue === undefined) homeless.add(wakeUp.cluster);
      else byQueue.set(queue, [...(byQueue.get(queue) ?? []), wakeUp]);
    }
    const ended = await Promise.allSettled([...byQueue].map(([queue, some]) => queue.send(some)));
    const reasons = ended.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
    const lines = reasons.map(messageOf);
    if (homeless.size > 0) {
      lines.push(
        `no tick queue is known for ${[...homeless].join(', ')}: it is not in the settings of this environment`,
      );
    }
    if (lines.length > 0) throw new Error(lines.join('\n'), reasons.length === 0 ? {} : { cause: reasons[0] });
  }
}
