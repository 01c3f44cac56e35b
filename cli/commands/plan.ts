/** `prestoscale plan`: which instance types to buy, why, and what it costs. */
import { type InstanceTypeConfig, instanceTypeConfigs } from '../../planning/ask/configs.ts';
import { planPage } from '../../planning/page/page.ts';
import { UsageError } from '../arguments.ts';
import { askPlan } from '../plan/ask-plan.ts';
import { planDocument } from '../plan/document.ts';
import { writeFiles } from '../plan/files.ts';
import { PLAN_OPTIONS, type PlanValues } from '../plan/options.ts';
import { runningOf } from '../plan/running.ts';
import { configsText, planText } from '../plan/tell-plan.ts';
import { type Replan, replanDocument, replanOf, replanText } from '../plan/tell-replan.ts';
import { defineCommand } from '../program/command.ts';
import { EXIT } from '../program/exit.ts';
import type { Io } from '../program/io.ts';
import { json } from '../program/text.ts';
import { clusterOf, withTarget } from '../target/open.ts';

type Planned = ReturnType<typeof askPlan>;

const tell = ({ plan, catalogue }: Planned, replan: Replan | undefined, values: PlanValues, io: Io): void => {
  const configs: readonly InstanceTypeConfig[] = instanceTypeConfigs(plan, values.strategy);
  writeFiles(
    [
      ...(values.html === undefined ? [] : [{ flag: 'html', path: values.html, text: planPage(plan, catalogue) }]),
      ...(values.configs === undefined ? [] : [{ flag: 'configs', path: values.configs, text: configsText(configs) }]),
    ],
    io,
  );
  if (values.json) {
    const compared = replan === undefined ? {} : { replan: replanDocument(replan) };
    io.out(json({ ...planDocument(plan, catalogue, configs), ...compared }));
    return;
  }
  io.out(planText(plan, catalogue, configs, values.left, io));
  if (replan !== undefined) io.out(`\n${replanText(replan, io)}`);
};

/** A target alone means nothing to a plan. */
const checkTarget = ({ replan, env, local, region }: PlanValues): void => {
  const given = Object.entries({ env, local, region }).filter(([, value]) => value !== undefined);
  if (replan === undefined && given.length > 0)
    throw new UsageError([
      `--${given[0]?.[0]} belongs to --replan CLUSTER, which is not given: a plan alone asks nobody.`,
    ]);
};

export const plan = defineCommand({
  usage: '[flags]',
  purpose:
    'Which instance types to buy for a task fleet: by price per unit of work with EMR’s fee, expected losses and spread, with the reason for each type taken and left (docs/plan.md). Changes nothing: a live fleet keeps its types.',
  options: PLAN_OPTIONS,
  mostLoose: 0,
  run: async ({ values, io }) => {
    checkTarget(values);
    if (values.replan === undefined) {
      tell(askPlan(values, undefined, io), undefined, values, io);
      return EXIT.ok;
    }
    return withTarget(values, io, async (target) => {
      const cluster = await clusterOf(target, values.replan);
      const view = await target.view(cluster);
      const planned = askPlan(values, view.policy.policy, io);
      const running = await runningOf(target, cluster, view, io);
      tell(planned, replanOf(planned.plan, planned.catalogue, running), values, io);
      return EXIT.ok;
    });
  },
});
