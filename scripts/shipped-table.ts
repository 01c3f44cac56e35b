/** The shipped catalogue, worked out from recorded files (scripts/shipped-catalogue.ts writes it). */
import { join } from 'node:path';
import { joinFacts, USUAL_EMR_FEE_SHARE } from '../planning/catalogue/join.ts';
import type { CatalogueType } from '../planning/catalogue/model.ts';
import { SHIPPED_COLUMNS, type ShippedTable } from '../planning/catalogue/shipped.ts';
import { readFacts } from '../planning/catalogue/sources/recognise.ts';

const REGION = 'us-east-1';
const LEAST_VCPU = 4;
const MOST_VCPU = 96;

/** EMR fees that a source tells, dollars an hour in us-east-1. */
const TOLD_FEES: Readonly<Record<string, number>> = { 'm5.xlarge': 0.048, 'r5.4xlarge': 0.252 };

const SOURCES: ShippedTable['sources'] = [
  {
    what: 'vCPU, memory, architecture',
    from: 'kubernetes/autoscaler 55c37cd, ec2_instance_types.go',
    date: '2026-01-22',
    licence: 'Apache-2.0',
  },
  {
    what: 'on-demand price',
    from: 'aws/karpenter-provider-aws 1d92708, zz_generated.pricing_aws.go',
    date: '2026-07-20',
    licence: 'Apache-2.0',
  },
  {
    what: 'spot price, estimated as on-demand price × (1 − saving); interruptions; EMR support (of no particular release)',
    from: 'spot advisor, by way of alexei-led/spotinfo 05e9331',
    date: '2025-06',
    licence: 'Apache-2.0',
  },
  {
    what: 'CoreMark, iterations a second with all vCPUs',
    from: 'vantage-sh/ec2instances.info 4ef36cd, manually_fetched_data.json',
    date: '2026-07-01',
    licence: 'MIT',
  },
  {
    what: 'EMR fee, estimated as 25 % of the on-demand price: exact for m5.xlarge and r5.4xlarge; large types of the fifth generation and before may be charged less (said of them: at most about 0.27 an hour, not verified)',
    from: 'public EMR price tables as quoted by several projects',
    date: '2026-11',
  },
  {
    what: 'current generation: taken to be m5, c5, r5, i3 and later',
    from: 'assumption; catalog refresh reads what EC2 says',
    date: '2026-11',
  },
];

const isShipped = ({ current, vcpu, gpus = 0, emrSupported }: CatalogueType): boolean =>
  current === true && vcpu >= LEAST_VCPU && vcpu <= MOST_VCPU && gpus === 0 && emrSupported === true;

const lineOf = (type: CatalogueType): ShippedTable['types'][number] => {
  const figures: Readonly<Record<string, unknown>> = {
    ...type,
    emrUsdPerHour: TOLD_FEES[type.name] ?? type.emrUsdPerHour,
    coremark: type.scores['coremark'] === undefined ? undefined : Math.round(type.scores['coremark']),
  };
  return SHIPPED_COLUMNS.map((column) => (figures[column] ?? null) as string | number | null);
};

/** @param data folder that has `catalog/aws_instance_catalog.csv` */
export const shippedTable = (data: string): ShippedTable => {
  const facts = readFacts(join(data, 'catalog/aws_instance_catalog.csv'), REGION);
  const at = '2026-07-20T00:00:00Z';
  const { catalogue } = joinFacts([facts], { region: REGION, at, estimate: { emrFeeShare: USUAL_EMR_FEE_SHARE } });
  return {
    about: 'Written by scripts/shipped-catalogue.ts; docs/catalogue.md tells what these figures are.',
    region: REGION,
    at,
    sources: SOURCES,
    feesTold: Object.keys(TOLD_FEES),
    columns: SHIPPED_COLUMNS,
    types: catalogue.types.filter(isShipped).map(lineOf),
  };
};
