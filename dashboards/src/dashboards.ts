/** Every dashboard as the JSON that Grafana imports. */
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { autoscalerDashboard } from './autoscaler.ts';
import { clusterDashboard } from './cluster.ts';
import { jvmDashboard } from './jvm.ts';
import { queriesDashboard } from './queries.ts';

/** By the name of its file. */
export const DASHBOARDS: Readonly<Record<string, Dashboard>> = {
  cluster: clusterDashboard,
  queries: queriesDashboard,
  jvm: jvmDashboard,
  autoscaler: autoscalerDashboard,
};

/** Indented as everything else here is: what holds one text stands on one line. */
const jsonOf = (dashboard: Dashboard): string =>
  `${JSON.stringify(dashboard, undefined, 2).replaceAll(/\[\s+("[^"\n]*")\s+\]/g, '[$1]')}\n`;

/** Every file, by its path from the root of the project. */
export const dashboardFiles = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(DASHBOARDS).map(([name, dashboard]) => [`dashboards/grafana/${name}.json`, jsonOf(dashboard)]),
  );
