/** Every PromQL expression of the dashboards and rules, with where it stands. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const ROOT = join(__dirname, '../..');
export const PROMETHEUS = join(ROOT, 'dashboards/prometheus');
export const GRAFANA = join(ROOT, 'dashboards/grafana');

export interface Expression {
  /** Such as `cluster.json: Memory, A`. */
  readonly where: string;
  readonly expr: string;
}

export interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface RuleGroup {
  readonly name: string;
  readonly interval?: string;
  readonly rules: readonly Rule[];
}

interface Target {
  readonly refId: string;
  readonly expr: string;
}

export interface PanelJson {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly targets?: readonly Target[];
  readonly datasource?: { readonly uid: string };
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

export interface DashboardJson {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly PanelJson[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
  readonly annotations: { readonly list: readonly { readonly name: string; readonly expr?: string }[] };
}

const filesOf = (folder: string, ending: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .sort();

export const ruleFiles = (): readonly string[] => filesOf(join(PROMETHEUS, 'rules'), '.yml');

export const ruleGroups = (): readonly RuleGroup[] =>
  ruleFiles().flatMap(
    (name) =>
      (parse(readFileSync(join(PROMETHEUS, 'rules', name), 'utf8')) as { readonly groups: readonly RuleGroup[] })
        .groups,
  );

export const rules = (): readonly Rule[] => ruleGroups().flatMap((group) => group.rules);
export const alerts = (): readonly Rule[] => rules().filter(({ alert }) => alert !== undefined);

export const dashboards = (): Readonly<Record<string, DashboardJson>> =>
  Object.fromEntries(
    filesOf(GRAFANA, '.json').map((name) => [
      name,
      JSON.parse(readFileSync(join(GRAFANA, name), 'utf8')) as DashboardJson,
    ]),
  );

/** Of panels and annotations. */
export const dashboardExpressions = (): readonly Expression[] =>
  Object.entries(dashboards()).flatMap(([file, { panels, annotations }]) => [
    ...panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ refId, expr }) => ({ where: `${file}: ${title}, ${refId}`, expr })),
    ),
    ...annotations.list.flatMap(({ name, expr }) =>
      expr === undefined ? [] : [{ where: `${file}: annotation ${name}`, expr }],
    ),
  ]);

export const ruleExpressions = (): readonly Expression[] =>
  rules().map(({ record, alert, expr }) => ({ where: `rule ${record ?? alert}`, expr }));
