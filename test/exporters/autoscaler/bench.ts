/** Views of an autoscaler's state, and the lines that are told of them. */
import { autoscalerFamilies } from '../../../exporters/autoscaler/autoscaler-metrics.ts';
import type { MetricFamily } from '../../../exporters/engine/metric-table.ts';
import { renderMetrics } from '../../../exporters/registry.ts';
import type { AutoscalerView } from '../../../lambdas/ports/autoscaler-state.ts';
import { at, memory, policyWith } from '../../lambdas/core/builders.ts';

export const view = (given: Partial<AutoscalerView> = {}): AutoscalerView => ({
  memory: memory(),
  policy: { policy: policyWith(), version: 1 },
  holds: [],
  ...given,
});

/** `name{labels}` without the prefix, and its value. */
export const linesOf = async (families: readonly MetricFamily[]): Promise<Readonly<Record<string, number>>> =>
  valuesOf(await renderMetrics(families));

/** The same of what was scraped. */
export const valuesOf = (text: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...text.matchAll(/^prestoscale_autoscaler_(\S+) (\S+)$/gm)].map(([, name, value]) => [name, Number(value)]),
  );

export const toldOf = (given: Partial<AutoscalerView>, seconds = 0) =>
  linesOf(autoscalerFamilies(view(given), at(seconds)));
