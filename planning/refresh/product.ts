/** Products of AWS’s price list, as `GetProducts` answers them: one JSON text a product. */
import type { PriceList } from './ports.ts';

type Node = Readonly<Record<string, unknown>>;

const nodeOf = (value: unknown): Node => (typeof value === 'object' && value !== null ? (value as Node) : {});

interface Priced {
  readonly type: string;
  readonly usdPerHour: number;
}

/** The price that holds from the first unit on; hours are written Hrs, and by some services Hours. */
const hourlyPrices = (product: Node): readonly number[] => {
  const terms = Object.values(nodeOf(nodeOf(product['terms'])['OnDemand'])).map(nodeOf);
  const dimensions = terms.flatMap((term) => Object.values(nodeOf(term['priceDimensions'])).map(nodeOf));
  return dimensions
    .filter(({ unit }) => /^h(ou)?rs?$/i.test(String(unit)))
    .map((dimension) => Number(nodeOf(dimension['pricePerUnit'])['USD']))
    .filter((usd) => Number.isFinite(usd) && usd > 0);
};

/** A product of zero dollars is a capacity reservation or the like, and no price. */
const pricedOf = (text: string): readonly Priced[] | undefined => {
  let parsed: Node;
  try {
    parsed = nodeOf(JSON.parse(text));
  } catch {
    return undefined;
  }
  const { instanceType } = nodeOf(nodeOf(parsed['product'])['attributes']);
  if (typeof instanceType !== 'string') return undefined;
  return hourlyPrices(parsed).map((usdPerHour) => ({ type: instanceType, usdPerHour }));
};

/**
 * Prices by type. Of two for the same type the higher is taken, so that a plan is never cheaper on paper, and it is told.
 * @param what what is priced, for notices
 */
export const priceListOf = (what: string, texts: readonly string[]): PriceList => {
  const prices = new Map<string, number>();
  const notices: string[] = [];
  let unread = 0;
  for (const text of texts) {
    const priced = pricedOf(text);
    if (priced === undefined) unread += 1;
    for (const { type, usdPerHour } of priced ?? []) {
      const before = prices.get(type) ?? usdPerHour;
      if (before !== usdPerHour) {
        notices.push(`${what} of ${type}: the price list has ${before} and ${usdPerHour}; the higher is taken.`);
      }
      prices.set(type, Math.max(before, usdPerHour));
    }
  }
  if (unread > 0) notices.push(`${what}: ${unread} products of the price list could not be read and are left out.`);
  return { prices, notices };
};
