/** Why a type was taken or left, and what is to be noticed of a plan: a code, and a sentence in which {names} are its numbers. */
export const PLAN_REASONS = {
  // taken
  'price-rank':
    'Place {rank} of {candidates} by price per unit of work with the fee: {usdPerWorkHour} dollars an hour.',
  'at-type-limit': 'It has {share} % of the capacity, the most that one type may have.',
  'at-family-limit': 'Family {family} has {share} % of the capacity, the most that one family may have.',
  'for-spread': 'Taken with the smallest share, so that there are at least {types} types to launch from.',
  'few-losses': 'Of the types that are kept most: {lossesPerMonth} losses a month are expected of an instance.',
  'band-unknown':
    'How often it is taken back is not known: counted as {lossesPerMonth} losses a month, the worst band.',
  'support-unknown':
    'The catalogue does not say whether EMR offers it for the release: ask EMR before the cluster is made.',
  burstable: 'It has its speed only while its credits last; the price per unit of work does not know that.',
  // left
  filtered: 'The filter leaves it out: {conditions}.',
  'not-supported': 'EMR does not offer it{forRelease}.',
  'figure-missing': 'The catalogue lacks {figures}.',
  'weight-not-whole': '{vcpu} vCPU are not a whole number of units of {coresPerUnit}.',
  'weight-too-large': 'It would weigh {weightUnits} units; at most {largest} are 5 % of the maximum of {maximumUnits}.',
  'other-memory':
    '{gibPerVcpu} GiB per vCPU; the workers of the plan have {from}–{to}, within a quarter of each other.',
  dearer:
    '{usdPerWorkHour} dollars an hour per unit of work, place {rank} of {candidates}: {percent} % above the plan’s mean.',
  'family-full': 'Family {family} has all that one family may have in types that cost less.',
  'more-losses':
    '{lossesPerMonth} losses a month are expected of an instance; the plan’s types lose less for their price.',
  'types-at-most': 'The plan has its {types} types.',
  // notices
  'few-types': 'Only {types} types fit, fewer than the {wanted} that spread the risk: {advice}.',
  'type-share-raised': '{types} types cannot have less than {share} % each: the limit of {wanted} % a type is raised.',
  'family-share-raised': '{families} families fit: the limit of {wanted} % a family is raised to {share} %.',
  'one-architecture': 'All types are {arch}: what happens to its pools happens to all.',
  'less-memory':
    '{gibPerVcpu} GiB per vCPU, where {reference} has {referenceGibPerVcpu}: add memory-per-vcpu>={referenceGibPerVcpu} if queries need it.',
  'reference-missing':
    'The catalogue has no {reference} with a {score}: speed is told against the middle type, and nothing is compared with {reference}.',
  'bands-unknown': 'Of {types} of the chosen types it is not known how often they are taken back.',
  'prices-estimated': 'Of {types} of the chosen types {figures} is an estimate, not a price that AWS told.',
  'maximum-small':
    'A maximum of {maximumUnits} units is below 20: one type of weight 1 is already more than 5 % of it.',
  'shares-are-planned':
    'Shares are what the plan reckons with. EMR takes from its pools by the allocation strategy: between {from} and {to} dollars an hour per unit of work.',
  // a plan against what runs
  'replan-much-better':
    'The plan costs {percent} % less per unit of work than what runs: {plannedUsdPerWorkHour} in place of {runningUsdPerWorkHour} dollars an hour.',
  'replan-not-worth':
    'The plan costs {percent} % less per unit of work than what runs; from {threshold} % on a change is worth it.',
  'replan-dearer': 'What runs costs {percent} % less per unit of work than the plan.',
  'replan-unknown':
    'It cannot be told: of {percent} % of the running instances neither price nor speed is known ({types}).',
  'replan-nothing-runs': 'Nothing runs: there is nothing to compare with.',
  'replan-how':
    'A fleet keeps its types for life, and a cluster has one task fleet: the types change when the cluster is replaced. Start the new one beside it, move the queries, end the old one.',
} as const;

export type PlanReasonCode = keyof typeof PLAN_REASONS;

/** A code with the numbers of its sentence. Shares in sentences are percent, prices dollars an hour. */
export interface PlanReason {
  readonly code: PlanReasonCode;
  readonly numbers: Readonly<Record<string, number | string>>;
}

/** Four digits that count: prices of a unit are cents. */
const shown = (value: number | string | undefined): string => {
  if (value === undefined) return '?';
  return typeof value === 'string' ? value : String(Number(value.toPrecision(4)));
};

/** The reason as a sentence for people. */
export const planSentence = (reason: PlanReason): string =>
  PLAN_REASONS[reason.code].replace(/\{(\w+)\}/g, (_, name: string) => shown(reason.numbers[name]));
