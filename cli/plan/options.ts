/** The flags of `prestoscale plan`. */
import { SPOT_STRATEGIES } from '../../planning/ask/configs.ts';
import { OBJECTIVES } from '../../planning/portfolio/model.ts';
import { DEFAULT_QUESTION, MOST_TYPES } from '../../planning/portfolio/question.ts';
import { anyText, type Option, oneOf, type Parsed, positiveNumber, type Values, wholeNumber } from '../arguments.ts';
import { JSON_OPTION, TARGET_OPTIONS } from '../target/options.ts';

/** A share of one: `0.15` or `15%`. */
const share = (text: string): Parsed<number> => {
  const isPercent = text.endsWith('%');
  const number = positiveNumber(isPercent ? text.slice(0, -1) : text);
  const value = 'value' in number ? number.value / (isPercent ? 100 : 1) : Number.NaN;
  return value > 0 && value <= 1 ? { value } : { expected: 'a share above 0 and at most 1, such as 0.15 or 15%' };
};

const wholeFrom =
  (least: number, most: number) =>
  (text: string): Parsed<number> => {
    const number = wholeNumber(text);
    return 'value' in number && number.value >= least && number.value <= most
      ? number
      : { expected: `a whole number from ${least} to ${most}` };
  };

const types = wholeFrom(1, MOST_TYPES);

export const PLAN_OPTIONS = [
  {
    name: 'catalog',
    type: 'string',
    placeholder: 'FILE',
    parse: anyText,
    help: 'Types, prices and speeds, as catalog refresh writes them. Default: the shipped catalogue (us-east-1, older prices).',
  },
  {
    name: 'filter',
    type: 'string',
    placeholder: 'TEXT',
    parse: anyText,
    default: DEFAULT_QUESTION.filter,
    help: 'Which types may be taken, as in vcpu>=8 memory>=64 arch=arm64,x86_64 (docs/plan.md).',
  },
  {
    name: 'objective',
    type: 'string',
    placeholder: 'NAME',
    parse: oneOf(OBJECTIVES),
    default: DEFAULT_QUESTION.objective,
    help: `What is minimised: ${OBJECTIVES.join(', ')}.`,
  },
  {
    name: 'score',
    type: 'string',
    placeholder: 'NAME',
    parse: anyText,
    default: DEFAULT_QUESTION.score,
    help: 'The score of the catalogue that speed is read from.',
  },
  {
    name: 'load',
    type: 'string',
    placeholder: 'UNITS',
    parse: positiveNumber,
    default: String(DEFAULT_QUESTION.loadUnits),
    help: 'The load that dollars an hour are told for: what so many units of r5.4xlarge do.',
  },
  {
    name: 'policy',
    type: 'string',
    placeholder: 'FILE',
    parse: anyText,
    help: 'The cluster’s policy, for the size of a unit and the maximum. Default: with --replan that of the cluster.',
  },
  {
    name: 'cores-per-unit',
    type: 'string',
    placeholder: 'N',
    parse: wholeFrom(1, 1024),
    help: 'vCPU of one unit. Default: that of the policy (16).',
  },
  {
    name: 'maximum-units',
    type: 'string',
    placeholder: 'N',
    parse: wholeFrom(1, 100_000),
    help: 'The policy’s maximum: no type weighs more than 5 % of it. Default: that of the policy (100).',
  },
  {
    name: 'largest-share',
    type: 'string',
    placeholder: 'SHARE',
    parse: share,
    default: String(DEFAULT_QUESTION.largestShare),
    help: 'The most of the capacity that one type may have.',
  },
  {
    name: 'largest-family-share',
    type: 'string',
    placeholder: 'SHARE',
    parse: share,
    default: String(DEFAULT_QUESTION.largestFamilyShare),
    help: 'The most of the capacity that one family may have.',
  },
  {
    name: 'types-at-least',
    type: 'string',
    placeholder: 'N',
    parse: types,
    default: String(DEFAULT_QUESTION.typesAtLeast),
    help: 'So many types where they exist.',
  },
  {
    name: 'types-at-most',
    type: 'string',
    placeholder: 'N',
    parse: types,
    default: String(DEFAULT_QUESTION.typesAtMost),
    help: 'No more types than this; EMR takes 30.',
  },
  {
    name: 'strategy',
    type: 'string',
    placeholder: 'NAME',
    parse: oneOf(SPOT_STRATEGIES),
    default: SPOT_STRATEGIES[0],
    help: 'EMR’s spot strategy; with capacity-optimized-prioritized each type has its priority.',
  },
  {
    name: 'left',
    type: 'string',
    placeholder: 'N',
    parse: wholeNumber,
    default: '10',
    help: 'How many of the types that were left are told, the cheapest first.',
  },
  {
    name: 'html',
    type: 'string',
    placeholder: 'FILE',
    parse: anyText,
    help: 'Write the plan as a page, with a chart.',
  },
  { name: 'configs', type: 'string', placeholder: 'FILE', parse: anyText, help: 'Write EMR’s InstanceTypeConfigs.' },
  {
    name: 'replan',
    type: 'string',
    placeholder: 'CLUSTER',
    parse: anyText,
    help: 'Compare with what runs in a cluster of --env or --local, and tell how to change over.',
  },
  ...TARGET_OPTIONS,
  JSON_OPTION,
] as const satisfies readonly Option[];

export type PlanValues = Values<typeof PLAN_OPTIONS>;
