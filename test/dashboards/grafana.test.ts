import { type DashboardJson, dashboards, type PanelJson } from './expressions.ts';

const all = Object.entries(dashboards());
const shown = ({ panels }: DashboardJson): readonly PanelJson[] => panels.filter(({ type }) => type !== 'row');

const overlap = (one: PanelJson['gridPos'], other: PanelJson['gridPos']): boolean =>
  one.x < other.x + other.w && other.x < one.x + one.w && one.y < other.y + other.h && other.y < one.y + one.h;

describe('dashboards', () => {
  test('there are four, each with an address of its own', () => {
    expect(all.map(([file]) => file)).toEqual(['autoscaler.json', 'cluster.json', 'jvm.json', 'queries.json']);
    expect(new Set(all.map(([, { uid }]) => uid)).size).toBe(4);
  });
});

describe.each(all)('%s', (_file, dashboard) => {
  test('can be imported anywhere: no id of an installation, data source, environment and cluster are chosen', () => {
    expect(dashboard).not.toHaveProperty('id');
    expect(dashboard).not.toHaveProperty('version');
    expect(dashboard.templating.list.map(({ name, type }) => [name, type])).toEqual([
      ['datasource', 'datasource'],
      ['environment', 'query'],
      ['cluster', 'query'],
    ]);
    for (const { datasource } of shown(dashboard)) expect(datasource?.uid).toBe('$datasource');
  });

  test('ids of panels are told once', () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('panels lie side by side inside 24 columns', () => {
    const places = dashboard.panels.map(({ gridPos }) => gridPos);
    for (const { x, w } of places) expect(x + w).toBeLessThanOrEqual(24);
    const pairs = places.flatMap((one, index) => places.slice(index + 1).filter((other) => overlap(one, other)));
    expect(pairs).toEqual([]);
  });

  test.each(shown(dashboard).map((panel) => [panel.title, panel] as const))(
    '%s: says what it shows, asks for the chosen cluster only',
    (_title, { description, targets = [] }) => {
      expect(description?.length).toBeGreaterThan(10);
      expect(targets.length).toBeGreaterThan(0);
      for (const { expr } of targets) {
        const selectors = expr.match(/\{[^}]*\}/g) ?? [];
        expect(selectors.length).toBeGreaterThan(0);
        for (const one of selectors) expect(one).toMatch(/^\{environment="\$environment", cluster="\$cluster"/);
      }
    },
  );

  test('two series of a panel do not have one name', () => {
    for (const { targets = [] } of shown(dashboard)) {
      const legends = targets.map((target) => (target as unknown as { readonly legendFormat: string }).legendFormat);
      expect(new Set(legends).size).toBe(legends.length);
    }
  });
});
