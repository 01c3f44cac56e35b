/**
 * How an engine is asked: as nobody, as a user by header, or with a password over TLS. Headers are secrets: they are in
 * no message, and a password goes nowhere but to an https address.
 */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface EngineAccess {
  /** Sent with each request. `X-Trino-User` does no harm to a PrestoDB; see {@link accessOfPresto}. */
  readonly headers: Readonly<Record<string, string>>;
  /** PEM: the only authorities that are trusted. Absent: those that Node ships. */
  readonly ca?: string;
}

/** What the command line says of access; files by their path. */
export interface AccessOptions {
  /** Address of the coordinator. Absent: whether a password may be sent to it is not judged here. */
  readonly coordinator?: string | undefined;
  readonly user?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly caFile?: string | undefined;
}

/** What is said of access cannot be used; the message has a line for each mistake, and no secret. */
export class AccessError extends Error {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.name = 'AccessError';
    this.mistakes = mistakes;
  }
}

const TRINO_USER = 'X-Trino-User';
const PRESTO_USER = 'X-Presto-User';
const AUTHORIZATION = 'Authorization';
/** A password or a bundle of authorities; Mozilla's own bundle has a quarter of it. */
const MOST_FILE_BYTES = 1024 ** 2;

/** No header, no authority of one's own: PrestoDB as it comes. */
export const OPEN_ACCESS: EngineAccess = { headers: {} };

/** A user by name, without proof: what Trino asks for over plain http. */
export const userAccess = (user: string, ca?: string): EngineAccess => ({
  headers: { [TRINO_USER]: user },
  ...(ca === undefined ? {} : { ca }),
});

/** Basic authentication (RFC 7617, UTF-8). {@link accessTo} keeps it away from addresses that are not https. */
export const basicAccess = (user: string, password: string, ca?: string): EngineAccess => ({
  headers: { [AUTHORIZATION]: `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}` },
  ...(ca === undefined ? {} : { ca }),
});

/** The same for a PrestoDB, which calls the header `X-Presto-User`. A Trino that also takes Presto's names refuses both at once. */
export const accessOfPresto = ({ headers, ...rest }: EngineAccess): EngineAccess => {
  const { [TRINO_USER]: user, ...others } = headers;
  return { ...rest, headers: user === undefined ? others : { ...others, [PRESTO_USER]: user } };
};

const hasPassword = ({ headers }: EngineAccess): boolean =>
  Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');

/** What may be sent to an address: everything over https, anything but a password elsewhere. */
export const accessTo = (url: URL, access: EngineAccess): EngineAccess => {
  if (url.protocol === 'https:' || !hasPassword(access)) return access;
  const headers = Object.entries(access.headers).filter(([name]) => name.toLowerCase() !== 'authorization');
  return { headers: Object.fromEntries(headers) };
};

/** The text of a file, or nothing and a mistake. */
const readText = (flag: string, path: string, mistakes: string[]): string | undefined => {
  try {
    const bytes = readFileSync(path);
    if (bytes.length <= MOST_FILE_BYTES) return bytes.toString('utf8');
    mistakes.push(`${flag} ${path} has ${bytes.length} bytes: expected at most ${MOST_FILE_BYTES}.`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    mistakes.push(`${flag} ${path} cannot be read (${code ?? 'unknown reason'}): expected a file this user may read.`);
  }
  return undefined;
};

const withoutLastNewline = (text: string): string => text.replace(/\r?\n$/, '');

/** Whether a text has characters that no header and no password has: line ends, other control characters. */
const hasControlCharacters = (text: string): boolean => /\p{Cc}/u.test(text);

const passwordOf = (path: string, mistakes: string[]): string | undefined => {
  const text = readText('--password-file', path, mistakes);
  if (text === undefined) return undefined;
  const password = withoutLastNewline(text);
  if (password !== '' && !hasControlCharacters(password)) return password;
  const found = password === '' ? 'is empty' : 'has several lines or control characters';
  mistakes.push(`--password-file ${path} ${found}: expected the password and nothing else.`);
  return undefined;
};

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

const isCertificate = (pem: string): boolean => {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
};

/** The certificates of a file, and nothing else that may stand in it (a key is not kept). */
const authoritiesOf = (path: string, mistakes: string[]): string | undefined => {
  const text = readText('--ca-file', path, mistakes);
  if (text === undefined) return undefined;
  const certificates = text.match(CERTIFICATE) ?? [];
  if (certificates.length > 0 && certificates.every(isCertificate)) return `${certificates.join('\n')}\n`;
  const found = certificates.length === 0 ? 'has no certificate' : 'has a certificate that cannot be read';
  mistakes.push(`--ca-file ${path} ${found}: expected PEM (-----BEGIN CERTIFICATE-----).`);
  return undefined;
};

const judgeUser = ({ user, passwordFile }: AccessOptions, mistakes: string[]): void => {
  if (user === undefined) {
    if (passwordFile !== undefined) mistakes.push('--password-file needs --user: a password is somebody’s.');
    return;
  }
  // A header takes Latin-1 only, and servers disagree on what is beyond ASCII; Basic takes all but a colon.
  if (passwordFile === undefined && !/^[\x21-\x7E]+$/.test(user)) {
    mistakes.push('--user cannot be sent as a header: expected printable ASCII characters without spaces.');
  } else if (user === '' || user.includes(':') || hasControlCharacters(user)) {
    mistakes.push('--user cannot be used with a password: expected a name without colons and control characters.');
  }
};

const judgeAddress = ({ coordinator, passwordFile, caFile }: AccessOptions, mistakes: string[]): void => {
  if (coordinator === undefined || !URL.canParse(coordinator) || new URL(coordinator).protocol === 'https:') return;
  const { origin } = new URL(coordinator);
  if (passwordFile !== undefined) {
    mistakes.push(
      `--password-file cannot be used with ${origin}: expected an https:// address, so that nobody reads it.`,
    );
  }
  if (caFile !== undefined) mistakes.push(`--ca-file has no meaning for ${origin}: expected an https:// address.`);
};

/**
 * Access from flags and files, read now. A password file ends with at most one newline, which is no part of it.
 * @throws {AccessError} with every mistake: it names flags and files, never what is in them
 */
export const readAccess = (options: AccessOptions): EngineAccess => {
  const { user, passwordFile, caFile } = options;
  const mistakes: string[] = [];
  judgeUser(options, mistakes);
  judgeAddress(options, mistakes);
  const password = passwordFile === undefined ? undefined : passwordOf(passwordFile, mistakes);
  const ca = caFile === undefined ? undefined : authoritiesOf(caFile, mistakes);
  if (mistakes.length > 0) throw new AccessError(mistakes);
  if (user === undefined) return { ...OPEN_ACCESS, ...(ca === undefined ? {} : { ca }) };
  return password === undefined ? userAccess(user, ca) : basicAccess(user, password, ca);
};
