import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { writeWhole } from '../files/index.ts';

let trusted: readonly string[] | undefined;

/**
 * Makes every later TLS connection of this process, npm's libraries' too, trust the system's store beside what Node
 * brings: `SSL_CERT_FILE` and `SSL_CERT_DIR`, else OpenSSL's default places. Node reads NODE_EXTRA_CA_CERTS by itself,
 * when it starts.
 *
 * @returns all that are trusted, in PEM
 */
export function trustSystemCertificates(): readonly string[] {
  if (trusted === undefined) {
    trusted = [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
    setDefaultCACertificates(trusted);
  }
  return trusted;
}

/** For child processes: they know the system's store or NODE_EXTRA_CA_CERTS, hardly one both. Named by its content. */
export async function writeCertificates(certificates: readonly string[], folder: string): Promise<string> {
  const text = `${certificates.map((certificate) => certificate.trim()).join('\n')}\n`;
  const file = path.join(folder, `${createHash('sha256').update(text).digest('hex')}.pem`);
  try {
    await access(file);
  } catch {
    await writeWhole(file, text);
  }
  return file;
}
