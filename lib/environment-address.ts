/** Addresses in an environment's file: what they may look like, and what is known of where they lead. */

/** Stands for the primary node's host name, as EMR tells it. */
const PRIMARY = '{primary}';
const PRIMARY_HOST = 'primary.invalid';

const parsed = (url: string): URL | undefined => {
  const text = url.replaceAll(PRIMARY, PRIMARY_HOST);
  return URL.canParse(text) ? new URL(text) : undefined;
};

const bracesFault = (url: string, mayHavePrimary: boolean): string | undefined => {
  const others = url.replaceAll(PRIMARY, '');
  if (/[{}]/.test(others)) return mayHavePrimary ? `no other placeholder than ${PRIMARY}` : 'an address without braces';
  if (mayHavePrimary || others === url) return undefined;
  return `an address without ${PRIMARY}: the server is not a primary node`;
};

/**
 * What was expected in place of an address, if it cannot be used. Secrets have no place in the file.
 * @param kind `page`: asked as it is; `server`: paths are added to it; may the primary node be named in it
 */
export const addressFault = (
  url: string,
  kind: { readonly path: 'page' | 'server'; readonly mayHavePrimary: boolean },
): string | undefined => {
  const braces = bracesFault(url, kind.mayHavePrimary);
  if (braces !== undefined) return braces;
  const address = parsed(url);
  if (address === undefined) return 'an http or https address';
  if (address.username !== '' || address.password !== '') {
    return 'an address without user and password: secrets have no place in this file';
  }
  if (url.includes(PRIMARY) && address.hostname !== PRIMARY_HOST)
    return `${PRIMARY} as the host, as in http://${PRIMARY}:9495`;
  if (address.hash !== '') return 'an address without #';
  return kind.path === 'server' && address.search !== '' ? 'an address without ?: paths are added to it' : undefined;
};

const PRIVATE =
  /^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)|\.(internal|local|localhost)$|^[^.:]+$|^\[f[cd]/;

/** Whether an address can only be reached from inside a network. */
export const isPrivate = (url: string): boolean => PRIVATE.test(parsed(url)?.hostname ?? 'public.example');

/** Its port, the one of the protocol where it names none. */
export const portOf = (url: string): number | undefined => {
  const address = parsed(url);
  if (address === undefined) return undefined;
  if (address.port !== '') return Number(address.port);
  return address.protocol === 'https:' ? 443 : 80;
};
