/** Every generated file, by its path from the root of the project. */
import { dashboardFiles } from '../dashboards/src/dashboards.ts';
import { agentConfigurations } from '../exporters/jmx/configuration.ts';
import { decideReference } from './docs-decide.ts';
import { environmentJsonSchema, environmentReference } from './docs-environment.ts';
import { metricsReference } from './docs-metrics.ts';
import { planExample } from './docs-plan.ts';
import { policyJsonSchema, policyReference } from './docs-policy.ts';
import { reasonsReference } from './docs-reasons.ts';

export const generatedDocs = (): Readonly<Record<string, string>> => ({
  'docs/policy-reference.md': policyReference(),
  'docs/policy.schema.json': policyJsonSchema(),
  'docs/reasons.md': reasonsReference(),
  'docs/decide.md': decideReference(),
  'docs/metrics.md': metricsReference(),
  'docs/plan-example.md': planExample(),
  'docs/environments.md': environmentReference(),
  'environments/environment.schema.json': environmentJsonSchema(),
  ...agentConfigurations(),
  ...dashboardFiles(),
});
