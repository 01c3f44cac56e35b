/** Who may talk to the page's server, and what browsers may do with what it answers. */
import type { IncomingMessage } from 'node:http';

/** Sent with every answer. The page loads nothing from elsewhere and is shown in no frame. */
export const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
} as const;

const OWN_NAMES = new Set(['127.0.0.1', 'localhost', '[::1]']);

const parse = (url: string): URL | undefined => {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
};

/**
 * Why a request is refused, or undefined. A strange Host is a foreign name that was pointed at this machine (DNS
 * rebinding); any port of an own name is fine, because of forwarded ports. Browsers send Origin with every POST. A link
 * on another site may lead to the page.
 */
export const refusalOf = ({ headers, method }: Pick<IncomingMessage, 'headers' | 'method'>): string | undefined => {
  const own = parse(`http://${headers.host ?? ''}`);
  if (own === undefined || !OWN_NAMES.has(own.hostname)) return 'This server answers to 127.0.0.1 and localhost only.';
  const { origin } = headers;
  if (origin !== undefined && origin !== own.origin) return 'Requests of other pages are refused.';
  const site = headers['sec-fetch-site'];
  const isLink = method === 'GET' && headers['sec-fetch-mode'] === 'navigate';
  if ((site === 'cross-site' || site === 'same-site') && !isLink) return 'Requests of other pages are refused.';
  return undefined;
};
