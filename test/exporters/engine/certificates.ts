/** Certificates for tests, made anew at each run; nothing of them is kept. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestCertificates {
  /** PEM of the authority that signed the server's. */
  readonly authority: string;
  /** PEM, for 127.0.0.1. */
  readonly certificate: string;
  readonly key: string;
}

/** Part of the machine, not of the project; tests that need it are left out without it. */
const OPENSSL = 'openssl';

export const hasOpenssl = (): boolean => {
  try {
    execFileSync(OPENSSL, ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** An authority of its own and a server's certificate that it has signed. */
export const makeCertificates = (): TestCertificates => {
  const folder = mkdtempSync(join(tmpdir(), 'prestoscale-tls-'));
  const openssl = (...args: readonly string[]): void => {
    execFileSync(OPENSSL, args, { cwd: folder, stdio: 'ignore' });
  };
  try {
    openssl('req', '-x509', ...EC, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=test authority');
    openssl('req', '-new', ...EC, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=127.0.0.1');
    writeFileSync(join(folder, 'san.cnf'), 'subjectAltName=IP:127.0.0.1\n');
    openssl(
      ...['x509', '-req', '-in', 'server.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
      ...['-days', '2', '-extfile', 'san.cnf', '-out', 'server.pem'],
    );
    const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
    return { authority: text('ca.pem'), certificate: text('server.pem'), key: text('server.key') };
  } finally {
    rmSync(folder, { recursive: true });
  }
};
