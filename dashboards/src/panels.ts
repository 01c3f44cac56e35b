/** Panels, each from a short description, on the builders of Grafana's foundation SDK. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import * as heatmap from '@grafana/grafana-foundation-sdk/heatmap';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import { SOURCE } from './here.ts';

/** PromQL and the name of its series, in which `{{label}}` stands for a label. */
export type Query = readonly [expr: string, legend: string];

export interface PanelText {
  readonly title: string;
  /** What is shown, and how to read it. */
  readonly about: string;
  /** Of Grafana, such as `s`, `bytes`, `percentunit`, `currencyUSD`. */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** Of 24 columns. */
  readonly width?: number;
}

export interface LinesText extends PanelText {
  /** One upon the other. */
  readonly stacked?: boolean;
  readonly max?: number;
}

/** A panel that is still to be given its id. */
export type PanelOf = (id: number) => Builder<Panel>;

const HEIGHT = { number: 4, lines: 8 };
const WIDTH = { number: 3, lines: 8 };

const target = ([expr, legend]: Query, index: number): DataqueryBuilder =>
  new DataqueryBuilder()
    .refId(String.fromCharCode('A'.charCodeAt(0) + index))
    .datasource(SOURCE)
    .expr(expr)
    .legendFormat(legend);

const legend = (): VizLegendOptionsBuilder =>
  new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .showLegend(true)
    .calcs([]);

/** Values over time. A gap is what nobody knows: it is not bridged. */
export const lines =
  ({ title, about, unit, queries, width = WIDTH.lines, stacked = false, max }: LinesText): PanelOf =>
  (id) => {
    const panel = new timeseries.PanelBuilder()
      .id(id)
      .title(title)
      .description(about)
      .datasource(SOURCE)
      .unit(unit)
      .min(0)
      .height(HEIGHT.lines)
      .span(width)
      .fillOpacity(stacked ? 40 : 5)
      .spanNulls(false)
      .legend(legend())
      .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
      .targets(queries.map((query, index) => target(query, index).range()));
    if (max !== undefined) panel.max(max);
    return stacked ? panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal)) : panel;
  };

/** The last value, large; where there is none, it says so. */
export const number =
  ({ title, about, unit, queries, width = WIDTH.number }: PanelText): PanelOf =>
  (id) =>
    new stat.PanelBuilder()
      .id(id)
      .title(title)
      .description(about)
      .datasource(SOURCE)
      .unit(unit)
      .noValue('unknown')
      .height(HEIGHT.number)
      .span(width)
      .colorMode(BigValueColorMode.None)
      .graphMode(BigValueGraphMode.Area)
      .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
      .targets(queries.map((query, index) => target(query, index).range()));

/** The name of the one series whose value is 1: for metrics that tell a state. */
export const word =
  ({ title, about, queries, width = WIDTH.number }: Omit<PanelText, 'unit'>): PanelOf =>
  (id) =>
    new stat.PanelBuilder()
      .id(id)
      .title(title)
      .description(about)
      .datasource(SOURCE)
      .noValue('unknown')
      .height(HEIGHT.number)
      .span(width)
      .colorMode(BigValueColorMode.None)
      .graphMode(BigValueGraphMode.None)
      .textMode(BigValueTextMode.Name)
      .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
      .targets(queries.map((query, index) => target(query, index).instant()));

/** How many fell into each bucket of a histogram, over time. The query gives a series for each `le`. */
export const buckets =
  ({ title, about, unit, queries, width = WIDTH.lines }: PanelText): PanelOf =>
  (id) =>
    new heatmap.PanelBuilder()
      .id(id)
      .title(title)
      .description(about)
      .datasource(SOURCE)
      .height(HEIGHT.lines)
      .span(width)
      .calculate(false)
      .yAxis(new heatmap.YAxisConfigBuilder().unit(unit))
      .targets(queries.map((query, index) => target(query, index).format(PromQueryFormat.Heatmap).range()));
