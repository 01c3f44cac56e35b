/**
 * A tick of one cluster, invoked by the queue with one message. A message that comes late, or a second time, is dropped:
 * the next slot finds everything. A tick that fails fails the invocation, and counts.
 */
import type { Reconciled } from '../app/reconcile.ts';
import type { Wiring } from '../runtime/wiring.ts';

/** A wake-up older than this is dropped. */
export const LATE_SECONDS = 45;

export interface QueueEvent {
  readonly Records: readonly {
    readonly body: string;
    readonly attributes: { readonly ApproximateReceiveCount: string };
  }[];
}

interface Message {
  readonly cluster: string;
  readonly slot: number;
}

const messageOf = (body: string): Message => {
  const value: unknown = JSON.parse(body);
  const { cluster, slot } = value as Partial<Message>;
  if (typeof cluster !== 'string' || typeof slot !== 'number') {
    throw new Error(`a wake-up must be {"cluster": text, "slot": epoch seconds}; given ${body.slice(0, 200)}`);
  }
  return { cluster, slot };
};

const dropReason = (slot: number, now: number, receives: number): string | undefined => {
  if (receives > 1) return 'received twice';
  return now - slot > LATE_SECONDS ? 'late' : undefined;
};

const summary = (result: Reconciled): Record<string, string | number | undefined> => {
  if (result.kind !== 'decided') return { outcome: result.kind };
  const { decision } = result.decided;
  return {
    outcome: result.kind,
    verdict: decision.verdict,
    onDemandUnits: decision.targets?.onDemandUnits,
    spotUnits: decision.targets?.spotUnits,
    sent: decision.command === undefined ? 'no' : 'yes',
    reasons: decision.reasons.map((reason) => reason.code).join(' '),
    notice: result.notice,
  };
};

/** Handles one delivery of the tick queue (batch size 1). */
export const handleReconcile = async (event: QueueEvent, wiring: Wiring): Promise<void> => {
  for (const { body, attributes } of event.Records) {
    const { cluster, slot } = messageOf(body);
    const dropped = dropReason(slot, wiring.now(), Number(attributes.ApproximateReceiveCount));
    if (dropped !== undefined) {
      wiring.report({ event: 'tick-dropped', cluster, slot, why: dropped });
      continue;
    }
    wiring.report({ event: 'tick', cluster, slot, ...summary(await wiring.reconcile(cluster)) });
  }
};
