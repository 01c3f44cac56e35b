/** Types of a task fleet that are chosen at synth, as `prestoscale plan` chooses them. */
import { type Asked, ask } from '../../planning/ask/ask.ts';
import type { Names } from '../../planning/ask/problem-text.ts';
import type { Catalogue } from '../../planning/catalogue/model.ts';
import type { Plan } from '../../planning/portfolio/model.ts';
import { DEFAULT_QUESTION } from '../../planning/portfolio/question.ts';
import type { PlannedTypes, TypesPlan, WorkerType } from './props.ts';

/** What the rest of the cluster says of its types. */
interface Limits {
  readonly coresPerUnit: number;
  readonly maximumUnits: number;
  readonly mostUnitsPerInstance: number;
}

export type Planned =
  | { readonly plan: Plan; readonly catalogue: Catalogue; readonly shipped: boolean; readonly mistakes?: undefined }
  | { readonly plan?: undefined; readonly mistakes: readonly string[] };

/** What the fields of a question are called in props. */
const PROPS: Names = {
  catalogue: 'task.types.plan.catalogue',
  filter: 'task.types.plan.filter',
  objective: 'task.types.plan.objective',
  score: 'task.types.plan.score',
  largestShare: 'task.types.plan.largestShare',
  largestFamilyShare: 'task.types.plan.largestFamilyShare',
  typesAtLeast: 'task.types.plan.typesAtLeast',
  typesAtMost: 'task.types.plan.typesAtMost',
  coresPerUnit: 'coresPerUnit',
  maximumUnits: 'task.maximumUnits',
};

/** What is judged where it stands, plan or no plan. */
const JUDGED_ELSEWHERE = /^(coresPerUnit|task\.maximumUnits): /;

/** AWS: "at least 15" types for a workload, and fewer give a warning here. */
const TYPES_AT_LEAST = 15;

export const isPlanned = (types: readonly WorkerType[] | PlannedTypes): types is PlannedTypes => 'plan' in types;

/** EMR may overshoot by the largest weight, whose limit here may be lower than the plan's own. */
const withWeights = (filter: string, { coresPerUnit, mostUnitsPerInstance }: Limits): string =>
  `${filter} vcpu<=${coresPerUnit * mostUnitsPerInstance}`;

/** Chooses the types. The same props and the same catalogue, the same types. */
export const plannedTypes = (plan: TypesPlan, limits: Limits): Planned => {
  const { catalogue, filter = DEFAULT_QUESTION.filter, typesAtLeast, ...question } = plan;
  const { coresPerUnit, maximumUnits } = limits;
  const most = question.typesAtMost ?? DEFAULT_QUESTION.typesAtMost;
  const asked: Asked = ask(
    {
      catalogue,
      question: {
        ...question,
        filter: withWeights(filter, limits),
        typesAtLeast: typesAtLeast ?? Math.min(TYPES_AT_LEAST, most),
        coresPerUnit,
        maximumUnits,
      },
    },
    PROPS,
  );
  return asked.plan === undefined
    ? { mistakes: asked.mistakes.filter((mistake) => !JUDGED_ELSEWHERE.test(mistake)) }
    : { plan: asked.plan, catalogue: asked.catalogue, shipped: catalogue === undefined };
};

/** The chosen types as the fleet takes them; none where there is no plan. */
export const workerTypes = ({ plan }: Planned): readonly WorkerType[] =>
  (plan?.chosen ?? []).map(({ type }) => ({ type: type.name, vcpus: type.vcpu, memoryGiB: type.memoryGib }));
