/**
 * {@link CatalogueReader} over the clients of the SDK. `AWS_ENDPOINT_URL` and `AWS_ENDPOINT_URL_EC2`, `_EMR` and
 * `_PRICING` are followed.
 */
import {
  EC2Client,
  type InstanceTypeInfo,
  paginateDescribeInstanceTypes,
  paginateDescribeSpotPriceHistory,
  type SpotPrice,
} from '@aws-sdk/client-ec2';
import { EMRClient, paginateListReleaseLabels, paginateListSupportedInstanceTypes } from '@aws-sdk/client-emr';
import {
  type Filter,
  type GetProductsCommandOutput,
  PricingClient,
  paginateGetProducts,
} from '@aws-sdk/client-pricing';
import { known, type TypeFacts } from '../catalogue/facts.ts';
import type { Architecture } from '../catalogue/model.ts';
import type { CatalogueReader, OnPage, PriceList, PricePoint, Span } from './ports.ts';
import { priceListOf } from './product.ts';

/** EC2's own most for a page of types. */
const TYPES_A_PAGE = 100;
const POINTS_A_PAGE = 1000;
const PRODUCTS_A_PAGE = 100;
const MIB_PER_GIB = 1024;
const GIB_PER_GB = 1e9 / 2 ** 30;

/** The price list is served in three regions of the world for all of them, and in one of China for China. */
const pricingRegionOf = (region: string): string => (region.startsWith('cn-') ? 'cn-northwest-1' : 'us-east-1');

const architectureOf = ({ ProcessorInfo }: InstanceTypeInfo): Architecture | undefined => {
  const all = ProcessorInfo?.SupportedArchitectures ?? [];
  return all.includes('arm64') ? 'arm64' : all.includes('x86_64') ? 'x86_64' : undefined;
};

const gpusOf = ({ GpuInfo }: InstanceTypeInfo): number =>
  (GpuInfo?.Gpus ?? []).reduce((sum, { Count = 0 }) => sum + Count, 0);

const storageOf = ({ InstanceStorageInfo }: InstanceTypeInfo): number => {
  const gigabytes = InstanceStorageInfo?.TotalSizeInGB ?? 0;
  return Math.round(gigabytes * GIB_PER_GB * 10) / 10;
};

const memoryOf = ({ MemoryInfo }: InstanceTypeInfo): number | undefined =>
  MemoryInfo?.SizeInMiB === undefined ? undefined : MemoryInfo.SizeInMiB / MIB_PER_GIB;

/** What EC2 says of a type; nothing for a Mac or an answer without what must be there. */
const typeOf = (info: InstanceTypeInfo): readonly TypeFacts[] => {
  const arch = architectureOf(info);
  if (info.InstanceType === undefined || arch === undefined) return [];
  const facts: TypeFacts = known({
    name: info.InstanceType,
    vcpu: info.VCpuInfo?.DefaultVCpus,
    memoryGib: memoryOf(info),
    arch,
    current: info.CurrentGeneration,
    gpus: gpusOf(info),
    localStorageGib: storageOf(info),
  });
  return [facts];
};

const pointOf = ({ InstanceType, AvailabilityZone, SpotPrice: price, Timestamp }: SpotPrice): readonly PricePoint[] => {
  const usdPerHour = Number(price);
  if (InstanceType === undefined || Timestamp === undefined || !(usdPerHour > 0)) return [];
  return [{ type: InstanceType, zone: AvailabilityZone ?? '', usdPerHour, at: Timestamp.getTime() / 1000 }];
};

const collected = async <Page, Value>(
  pages: AsyncIterable<Page>,
  valuesOf: (page: Page) => readonly Value[],
  onPage: OnPage,
): Promise<readonly Value[]> => {
  const values: Value[] = [];
  for await (const page of pages) {
    values.push(...valuesOf(page));
    onPage(values.length);
  }
  return values;
};

/** Linux without other software on shared hardware, paid for while it runs. */
const ON_DEMAND = {
  operatingSystem: 'Linux',
  tenancy: 'Shared',
  preInstalledSw: 'NA',
  capacitystatus: 'Used',
  licenseModel: 'No License required',
};

/** EMR on EC2; MapR’s editions and EMR on EKS are other products of the same list. */
const EMR_FEE = { productFamily: 'Elastic Map Reduce Instance', softwareType: 'EMR' };

export interface AwsReaderOptions {
  readonly region: string;
  /** Attempts at one call; default 5. */
  readonly maxAttempts?: number;
}

export class AwsCatalogueReader implements CatalogueReader {
  readonly #region: string;
  readonly #ec2: EC2Client;
  readonly #emr: EMRClient;
  readonly #pricing: PricingClient;

  constructor({ region, maxAttempts = 5 }: AwsReaderOptions) {
    this.#region = region;
    this.#ec2 = new EC2Client({ region, maxAttempts });
    this.#emr = new EMRClient({ region, maxAttempts });
    this.#pricing = new PricingClient({ region: pricingRegionOf(region), maxAttempts });
  }

  /** Lets go of every connection. */
  close(): void {
    for (const client of [this.#ec2, this.#emr, this.#pricing]) client.destroy();
  }

  types(onPage: OnPage): Promise<readonly TypeFacts[]> {
    const pages = paginateDescribeInstanceTypes({ client: this.#ec2, pageSize: TYPES_A_PAGE }, {});
    return collected(pages, ({ InstanceTypes = [] }) => InstanceTypes.flatMap(typeOf), onPage);
  }

  spotPoints({ from, to }: Span, zone: string | undefined, onPage: OnPage): Promise<readonly PricePoint[]> {
    const pages = paginateDescribeSpotPriceHistory(
      { client: this.#ec2, pageSize: POINTS_A_PAGE },
      {
        StartTime: new Date(from * 1000),
        EndTime: new Date(to * 1000),
        ProductDescriptions: ['Linux/UNIX'],
        ...(zone === undefined ? {} : { AvailabilityZone: zone }),
      },
    );
    return collected(pages, ({ SpotPriceHistory = [] }) => SpotPriceHistory.flatMap(pointOf), onPage);
  }

  releases(): Promise<readonly string[]> {
    const pages = paginateListReleaseLabels({ client: this.#emr, pageSize: 100 }, {});
    return collected(
      pages,
      ({ ReleaseLabels = [] }) => ReleaseLabels,
      () => {},
    );
  }

  supported(release: string, onPage: OnPage): Promise<readonly string[]> {
    const pages = paginateListSupportedInstanceTypes({ client: this.#emr }, { ReleaseLabel: release });
    const namesOf = (types: readonly { readonly Type?: string | undefined }[]): readonly string[] =>
      types.flatMap(({ Type }) => (Type === undefined ? [] : [Type]));
    return collected(pages, ({ SupportedInstanceTypes = [] }) => namesOf(SupportedInstanceTypes), onPage);
  }

  onDemand(onPage: OnPage): Promise<PriceList> {
    return this.#products('On-demand price', 'AmazonEC2', ON_DEMAND, onPage);
  }

  emrFees(onPage: OnPage): Promise<PriceList> {
    return this.#products('EMR fee', 'ElasticMapReduce', EMR_FEE, onPage);
  }

  async #products(
    what: string,
    service: string,
    fields: Readonly<Record<string, string>>,
    onPage: OnPage,
  ): Promise<PriceList> {
    const Filters = Object.entries({ ...fields, regionCode: this.#region }).map(
      ([Field, Value]): Filter => ({ Type: 'TERM_MATCH', Field, Value }),
    );
    const pages = paginateGetProducts(
      { client: this.#pricing, pageSize: PRODUCTS_A_PAGE },
      { ServiceCode: service, FormatVersion: 'aws_v1', Filters },
    );
    const textsOf = ({ PriceList: list = [] }: GetProductsCommandOutput): readonly string[] => list.map(String);
    const texts = await collected(pages, textsOf, onPage);
    return priceListOf(what, texts);
  }
}
