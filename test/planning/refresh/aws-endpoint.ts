/**
 * As much of AWS as a catalogue is read from, over HTTP on 127.0.0.1 for unmodified clients: EC2's query XML
 * (DescribeInstanceTypes, DescribeSpotPriceHistory), EMR's and the price list's JSON 1.1. It answers in pages.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface KeptType {
  readonly name: string;
  readonly vcpu: number;
  readonly memoryMib: number;
  readonly arch: readonly string[];
  readonly current?: boolean;
  readonly gpus?: number;
  readonly storageGb?: number;
  readonly onDemandUsd?: string;
  readonly emrUsd?: string;
}

export interface KeptPoint {
  readonly type: string;
  readonly zone: string;
  readonly usd: string;
  /** Seconds since 1970. */
  readonly at: number;
}

type Fields = Readonly<Record<string, unknown>>;

export interface CatalogueEndpoint {
  readonly url: string;
  readonly asked: { readonly operation: string; readonly input: Fields }[];
  types: readonly KeptType[];
  points: readonly KeptPoint[];
  /** Types by release. */
  releases: Readonly<Record<string, readonly string[]>>;
  /** Products beside those of the types, as texts of the price list by service. */
  products: Readonly<Record<string, readonly string[]>>;
  /** Error codes by operation, told in place of the answer. */
  refused: Readonly<Record<string, string>>;
  pageSize: number;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly type: string;
}

const xml = (operation: string, inside: string): Answer => ({
  status: 200,
  type: 'text/xml;charset=UTF-8',
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<${operation}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId>${inside}</${operation}Response>`,
});

const json = (value: unknown, status = 200): Answer => ({
  status,
  type: 'application/x-amz-json-1.1',
  body: JSON.stringify(value),
});

const refusal = (code: string, isXml: boolean): Answer => {
  const message = `You are not authorized: ${code}.`;
  const body = `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>r</RequestID></Response>`;
  return isXml ? { status: 403, type: 'text/xml', body } : json({ __type: code, message, Message: message }, 400);
};

const page = <Value>(values: readonly Value[], token: unknown, size: number) => {
  const from = Number(token ?? 0);
  const next = from + size < values.length ? String(from + size) : '';
  return { values: values.slice(from, from + size), next };
};

const typeXml = (type: KeptType): string => {
  const architectures = type.arch.map((arch) => `<item>${arch}</item>`).join('');
  const storage =
    type.storageGb && `<instanceStorageInfo><totalSizeInGB>${type.storageGb}</totalSizeInGB></instanceStorageInfo>`;
  const gpus = type.gpus && `<gpuInfo><gpus><item><name>T4</name><count>${type.gpus}</count></item></gpus></gpuInfo>`;
  return `<item><instanceType>${type.name}</instanceType><currentGeneration>${type.current ?? true}</currentGeneration><processorInfo><supportedArchitectures>${architectures}</supportedArchitectures></processorInfo><vCpuInfo><defaultVCpus>${type.vcpu}</defaultVCpus></vCpuInfo><memoryInfo><sizeInMiB>${type.memoryMib}</sizeInMiB></memoryInfo>${storage ?? ''}${gpus ?? ''}</item>`;
};

const pointXml = ({ type, zone, usd, at }: KeptPoint): string =>
  `<item><instanceType>${type}</instanceType><productDescription>Linux/UNIX</productDescription><spotPrice>${usd}</spotPrice><timestamp>${new Date(at * 1000).toISOString()}</timestamp><availabilityZone>${zone}</availabilityZone></item>`;

/** One product as the price list writes it. */
export const productText = (instanceType: string, usd: string, unit = 'Hrs'): string =>
  JSON.stringify({
    product: { productFamily: 'any', attributes: { instanceType, regionCode: 'eu-central-1' }, sku: 'S' },
    terms: { OnDemand: { 'S.T': { priceDimensions: { 'S.T.R': { unit, pricePerUnit: { USD: usd } } } } } },
  });

/** Points that AWS answers: those after the start, and of each type and zone the last before it. */
const pointsOf = ({ points }: CatalogueEndpoint, input: Fields): readonly KeptPoint[] => {
  const start = Date.parse(String(input['StartTime'])) / 1000;
  const zone = input['AvailabilityZone'];
  return points
    .filter((point) => zone === undefined || point.zone === zone)
    .filter(
      (point) =>
        point.at >= start ||
        !points.some((o) => o.type === point.type && o.zone === point.zone && o.at > point.at && o.at <= start),
    );
};

const productsOf = ({ types, products }: CatalogueEndpoint, service: string): readonly string[] => {
  const usdOf = (type: KeptType): string | undefined => (service === 'AmazonEC2' ? type.onDemandUsd : type.emrUsd);
  const own = types.flatMap((type) => {
    const usd = usdOf(type);
    return usd === undefined ? [] : [productText(type.name, usd)];
  });
  return [...own, ...(products[service] ?? [])];
};

const answerTo = (aws: CatalogueEndpoint, operation: string, input: Fields): Answer => {
  const { pageSize } = aws;
  switch (operation) {
    case 'DescribeInstanceTypes': {
      const { values, next } = page(aws.types, input['NextToken'], pageSize);
      return xml(
        operation,
        `<instanceTypeSet>${values.map(typeXml).join('')}</instanceTypeSet><nextToken>${next}</nextToken>`,
      );
    }
    case 'DescribeSpotPriceHistory': {
      const { values, next } = page(pointsOf(aws, input), input['NextToken'], pageSize);
      return xml(
        operation,
        `<spotPriceHistorySet>${values.map(pointXml).join('')}</spotPriceHistorySet><nextToken>${next}</nextToken>`,
      );
    }
    case 'ListReleaseLabels':
      return json({ ReleaseLabels: Object.keys(aws.releases) });
    case 'ListSupportedInstanceTypes': {
      const names = aws.releases[String(input['ReleaseLabel'])];
      const message = 'The requested release label is not valid.';
      if (names === undefined) return json({ __type: 'InvalidRequestException', Message: message, message }, 400);
      const { values, next } = page(names, input['Marker'], pageSize);
      return json({
        SupportedInstanceTypes: values.map((Type) => ({ Type })),
        ...(next === '' ? {} : { Marker: next }),
      });
    }
    case 'GetProducts': {
      const { values, next } = page(productsOf(aws, String(input['ServiceCode'])), input['NextToken'], pageSize);
      return json({ FormatVersion: 'aws_v1', PriceList: values, ...(next === '' ? {} : { NextToken: next }) });
    }
    default:
      return json({ __type: 'UnknownOperationException', message: operation }, 400);
  }
};

const requestOf = async (request: IncomingMessage) => {
  const body = await text(request);
  const target = request.headers['x-amz-target'];
  if (target !== undefined)
    return { operation: String(target).replace(/^.*\./, ''), input: JSON.parse(body) as Fields };
  const input = Object.fromEntries(new URLSearchParams(body));
  return { operation: input['Action'] ?? '?', input };
};

export const startCatalogueEndpoint = async (): Promise<CatalogueEndpoint> => {
  const server = createServer(async (request, response) => {
    const { operation, input } = await requestOf(request);
    aws.asked.push({ operation, input });
    const code = aws.refused[operation] ?? aws.refused[`${operation} ${String(input['ServiceCode'])}`];
    const isXml = request.headers['x-amz-target'] === undefined;
    const answer = code === undefined ? answerTo(aws, operation, input) : refusal(code, isXml);
    response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const aws: CatalogueEndpoint = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    types: [],
    points: [],
    releases: {},
    products: {},
    refused: {},
    pageSize: 2,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return aws;
};
