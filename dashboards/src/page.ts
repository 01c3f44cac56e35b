/** A dashboard from rows of panels, with the variables that all of them have. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type AnnotationQuery,
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { SOURCE, VARIABLES } from './here.ts';
import type { PanelOf } from './panels.ts';

export type Row = readonly [title: string, panels: readonly PanelOf[]];

export interface PageText {
  /** Part of the address, the same for good. */
  readonly uid: string;
  readonly title: string;
  readonly about: string;
  readonly rows: readonly Row[];
  readonly annotations?: readonly Mark[];
}

/** Moments and stretches of time to be marked in every panel. */
export interface Mark {
  readonly name: string;
  readonly expr: string;
  /** In which `{{label}}` stands for a label. */
  readonly text: string;
  readonly colour: string;
}

const TAG = 'prestoscale';
/** Every exporter has it, whatever it can read. */
const EVERYWHERE = 'prestoscale_exporter_source_up';

const chosen = (name: string, label: string, query: string): QueryVariableBuilder =>
  new QueryVariableBuilder(name)
    .label(label)
    .datasource(SOURCE)
    .query({ query, refId: `variable-${name}` })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);

const variables = (): readonly (DatasourceVariableBuilder | QueryVariableBuilder)[] => [
  new DatasourceVariableBuilder(VARIABLES.source).label('Data source').type('prometheus'),
  chosen(VARIABLES.environment, 'Environment', `label_values(${EVERYWHERE}, environment)`),
  chosen(VARIABLES.cluster, 'Cluster', `label_values(${EVERYWHERE}{environment="$environment"}, cluster)`),
];

const annotation = ({ name, expr, text, colour }: Mark): Builder<AnnotationQuery> =>
  new AnnotationQueryBuilder()
    .name(name)
    .datasource(SOURCE)
    .enable(true)
    .iconColor(colour)
    .expr(expr)
    .step('15s')
    .titleFormat(text);

const links = (): DashboardLinkBuilder =>
  new DashboardLinkBuilder('Prestoscale')
    .type(DashboardLinkType.Dashboards)
    .tags([TAG])
    .includeVars(true)
    .keepTime(true);

/** The dashboard as Grafana imports it. */
export const page = ({ uid, title, about, rows, annotations = [] }: PageText): Dashboard => {
  const dashboard = new DashboardBuilder(title)
    .uid(uid)
    .description(about)
    .tags([TAG])
    .timezone('browser')
    .refresh('30s')
    .time({ from: 'now-3h', to: 'now' })
    .tooltip(DashboardCursorSync.Crosshair)
    .variables([...variables()])
    .annotations(annotations.map(annotation))
    .link(links());
  let id = 0;
  for (const [rowTitle, panels] of rows) {
    id += 1;
    dashboard.withRow(new RowBuilder(rowTitle).id(id));
    for (const panel of panels) {
      id += 1;
      dashboard.withPanel(panel(id));
    }
  }
  return dashboard.build();
};
