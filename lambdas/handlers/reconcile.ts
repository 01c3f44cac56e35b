/**
 * A tick of one cluster, invoked by the queue with one message. A message that comes late, or a second time, is dropped:
 * the next slot finds everything. A tick that fails fails the invocation, and counts.
 */
import { measuresOf } from '../app/measures.ts';
import type { Reconciled } from '../app/reconcile.ts';
import type { ReconcileWiring } from '../runtime/wiring.ts';

/** A wake-up older than this is dropped. */
export const LATE_SECONDS = 45;

interface QueueRecord {
  readonly body: string;
  readonly attributes: { readonly ApproximateReceiveCount: string };
}

export interface QueueEvent {
  readonly Records: readonly QueueRecord[];
}

interface Message {
  readonly cluster: string;
  readonly slot: number;
  readonly marker?: string;
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const messageOf = (body: string): Message => {
  const { cluster, slot, marker } = (parsed(body) ?? {}) as Partial<Record<keyof Message, unknown>>;
  const isMarker = marker === undefined || (typeof marker === 'string' && marker !== '');
  if (typeof cluster !== 'string' || cluster === '' || !Number.isFinite(slot) || !isMarker) {
    const expected = '{"cluster": text, "slot": epoch seconds} and at most a text "marker"';
    throw new Error(`a wake-up must be ${expected}; given ${body.slice(0, 200)}`);
  }
  return { cluster, slot: slot as number, ...(marker === undefined ? {} : { marker }) };
};

const recordsOf = (event: QueueEvent): readonly QueueRecord[] => {
  const { Records: records } = (event ?? {}) as Partial<QueueEvent>;
  if (Array.isArray(records) && records.every(({ body }) => typeof body === 'string')) return records;
  throw new Error(
    `a delivery of SQS must be {"Records": [{"body": text, …}]}; given ${JSON.stringify(event)?.slice(0, 200)}`,
  );
};

const dropReason = (slot: number, now: number, receives: number): string | undefined => {
  if (receives > 1) return 'received twice';
  return now - slot > LATE_SECONDS ? 'late' : undefined;
};

const summary = (result: Reconciled): Record<string, string | number | undefined> => {
  if (result.kind === 'unlocated') return { outcome: result.kind, problem: result.problem };
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

const tick = async ({ cluster, slot }: Message, wiring: ReconcileWiring): Promise<void> => {
  const result = await wiring.reconcile(cluster);
  wiring.report({ event: 'tick', cluster, slot, ...summary(result) });
  wiring.measure(measuresOf(cluster, result));
};

/**
 * Handles one delivery of the tick queue (batch size 1). A marker is answered whenever it comes; nothing else is done then.
 * @throws for a message that is no wake-up, and when the tick fails
 */
export const handleReconcile = async (event: QueueEvent, wiring: ReconcileWiring): Promise<void> => {
  for (const { body, attributes } of recordsOf(event)) {
    const message = messageOf(body);
    const { cluster, slot, marker } = message;
    if (marker !== undefined) {
      await wiring.answerMarker(cluster, marker);
      continue;
    }
    const why = dropReason(slot, wiring.now(), Number(attributes?.ApproximateReceiveCount ?? 1));
    if (why === undefined) await tick(message, wiring);
    else wiring.report({ event: 'tick-dropped', cluster, slot, why });
  }
};
