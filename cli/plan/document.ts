/** A plan as other programs read it (docs/plan.md). Unknown is null. */
import { billOf, shareOfPools } from '../../planning/ask/bill.ts';
import type { InstanceTypeConfig } from '../../planning/ask/configs.ts';
import type { Catalogue } from '../../planning/catalogue/model.ts';
import type { ChosenType, LeftType, Plan, RatedType } from '../../planning/portfolio/model.ts';
import { type PlanReason, planSentence } from '../../planning/portfolio/reasons.ts';

const reasonOf = (reason: PlanReason) => ({ ...reason, sentence: planSentence(reason) });

const ratedOf = (rated: RatedType | undefined) =>
  rated === undefined
    ? null
    : {
        weightUnits: rated.weightUnits,
        relativeSpeed: rated.relativeSpeed,
        spotUsdPerUnitHour: rated.spotUsdPerUnitHour,
        onDemandUsdPerUnitHour: rated.onDemandUsdPerUnitHour,
        spotUsdPerWorkHour: rated.spotUsdPerWorkHour,
        lossesPerMonth: rated.lossesPerMonth,
      };

const typeOf = ({ type, reasons }: ChosenType | LeftType, rated: RatedType | undefined) => ({
  type: type.name,
  vcpu: type.vcpu,
  memoryGib: type.memoryGib,
  arch: type.arch,
  interruptionBand: type.interruptionBand ?? null,
  estimated: type.estimated ?? [],
  rated: ratedOf(rated),
  reasons: reasons.map(reasonOf),
});

/** The whole answer. */
export const planDocument = (plan: Plan, catalogue: Catalogue, configs: readonly InstanceTypeConfig[]) => {
  const { spotUsdPerHour, onDemandUsdPerHour, reference } = billOf(plan, catalogue);
  const { region, zone = null, release = null, at, sources } = catalogue;
  return {
    catalogue: { region, zone, release, at, sources },
    question: plan.question,
    chosen: plan.chosen.map((one) => ({ ...typeOf(one, one), share: one.share, shareOfUnits: one.shareOfUnits })),
    left: plan.left.map((one) => typeOf(one, one.rated)),
    unitsForLoad: plan.unitsForLoad,
    spotUsdPerHour,
    onDemandUsdPerHour,
    spotUsdPerWorkHour: plan.spotUsdPerWorkHour,
    reference: {
      spotUsdPerHour: reference?.spotUsdPerHour ?? null,
      onDemandUsdPerHour: reference?.onDemandUsdPerHour ?? null,
      spotUsdPerWorkHour: plan.referenceUsdPerWorkHour ?? null,
    },
    shareOfLargestPools: [1, 2, 3].map((pools) => shareOfPools(plan, pools)),
    lossesPerMonth: plan.lossesPerMonth,
    notices: plan.notices.map(reasonOf),
    instanceTypeConfigs: configs,
  };
};
