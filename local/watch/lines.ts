/** From decisions, fleet events and ticks to what the page shows. */
import type { DecisionLine, EventLine } from '../../console/protocol.ts';
import type { Decision } from '../../lambdas/core/decision.ts';
import { totalUnits } from '../../lambdas/core/model.ts';
import { sentenceOf } from '../../lambdas/core/reasons.ts';
import type { FleetEvent } from '../../simulator/world/fleet/fleet.ts';

/** A decision as a line of the page. */
export const decisionLine = (decision: Decision): DecisionLine => ({
  at: decision.at,
  verdict: decision.verdict,
  beforeUnits: decision.before === undefined ? null : totalUnits(decision.before),
  onDemandUnits: decision.targets?.onDemandUnits ?? null,
  spotUnits: decision.targets?.spotUnits ?? null,
  sent: decision.command !== undefined,
  terms: { ...decision.terms },
  reasons: decision.reasons.map((reason) => ({ ...reason, sentence: sentenceOf(reason) })),
});

type Told = Pick<EventLine, 'severity' | 'text'>;

const resized = ({ onDemand, spot }: { readonly onDemand: number; readonly spot: number }): string =>
  `${onDemand} on-demand and ${spot} spot units`;

const tellers: {
  readonly [Kind in FleetEvent['kind']]?: (event: Extract<FleetEvent, { kind: Kind }>) => Told | undefined;
} = {
  interruptionNotice: ({ instanceId, units }) => ({
    severity: 'warning',
    text: `Spot interruption notice for ${instanceId}: ${units} ${units === 1 ? 'unit' : 'units'} will be gone in two minutes.`,
  }),
  rebalanceRecommendation: ({ instanceId }) => ({
    severity: 'info',
    text: `Rebalance recommendation for ${instanceId}.`,
  }),
  terminated: ({ instanceId, how }) => {
    if (how === 'killed') return { severity: 'error', text: `${instanceId} was removed before its tasks were done.` };
    if (how === 'interrupted') return { severity: 'warning', text: `${instanceId} was taken by the spot market.` };
    return how === 'failedStart' ? { severity: 'warning', text: `${instanceId} failed to start.` } : undefined;
  },
  zombie: ({ instanceId }) => ({
    severity: 'warning',
    text: `EMR calls ${instanceId} RUNNING and the engine does not see it.`,
  }),
  resizeStarted: ({ cause, targetUnits }) => ({
    severity: 'info',
    text: `${cause === 'request' ? 'A resize' : 'A replacement of lost capacity'} to ${resized(targetUnits)} began.`,
  }),
  resizeEnded: ({ outcome, provisionedUnits }) => ({
    severity: outcome === 'complete' ? 'info' : 'warning',
    text: `The resize ended (${outcome}) with ${resized(provisionedUnits)}.`,
  }),
  provisioningTimeout: ({ code, missingUnits }) => ({
    severity: 'error',
    text: `${code}: ${missingUnits} units are missing.`,
  }),
  suspended: ({ failedStarts }) => ({
    severity: 'error',
    text: `The fleet is SUSPENDED after ${failedStarts} failed starts.`,
  }),
};

/**
 * A fleet event as a line of the page; undefined for what is too small to tell.
 * @param startOfRun epoch seconds of the world's second 0
 */
export const eventLine = (event: FleetEvent, startOfRun: number): EventLine | undefined => {
  const teller = tellers[event.kind] as ((event: FleetEvent) => Told | undefined) | undefined;
  const told = teller?.(event);
  return told === undefined ? undefined : { at: startOfRun + event.at, kind: event.kind, ...told };
};
