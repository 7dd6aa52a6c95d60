import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** A certificate with its private key, both PEM. */
export interface Certified {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate authority of one test. */
export interface TestAuthority {
  readonly certificate: string;
  issue(host: string, days?: number): Certified;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Object identifiers in DER: RFC 5280 (names, extensions), RFC 5758 (ecdsa-with-SHA256). */
const ECDSA_SHA256 = '2a8648ce3d040302';
const COMMON_NAME = '550403';
const SUBJECT_ALT_NAME = '551d11';
const BASIC_CONSTRAINTS = '551d13';

/** node:crypto signs and reads certificates, but makes none: this is the part of RFC 5280 that a test needs. */
export function createAuthority(name = 'Test authority'): TestAuthority {
  const { privateKey, publicKey } = keyPair();
  const certificate = toCertificate({
    subject: name,
    issuer: name,
    publicKey,
    signer: privateKey,
    days: 2,
    extensions: [extension(BASIC_CONSTRAINTS, sequence(der(0x01, Buffer.from([0xff]))), true)],
  });
  return { certificate, issue: (host, days = 1) => issue(host, { issuer: name, signer: privateKey, days }) };
}

function issue(
  host: string,
  by: { readonly issuer: string; readonly signer: KeyObject; readonly days: number },
): Certified {
  const { privateKey, publicKey } = keyPair();
  const dnsName = der(0x82, Buffer.from(host));
  const certificate = toCertificate({
    ...by,
    subject: host,
    publicKey,
    extensions: [extension(SUBJECT_ALT_NAME, sequence(dnsName))],
  });
  return { certificate, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

export function keyPair(): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

export interface CertificateContent {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  /** Of validity, from an hour ago; below zero it is over. */
  readonly days: number;
  readonly extensions: readonly Buffer[];
}

/** RFC 5280, section 4.1. */
export function toCertificate(content: CertificateContent): string {
  return signedCertificate(certificateContent(content), content.signer);
}

/** What tells two certificates of one content apart. */
export interface CertificateInstance {
  readonly serial: Buffer;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export function certificateInstance(): CertificateInstance {
  return { serial: randomBytes(8), now: Date.now() };
}

/** What is signed: `TBSCertificate`. */
export function certificateContent(
  { subject, issuer, publicKey, days, extensions }: CertificateContent,
  { serial, now } = certificateInstance(),
): Buffer {
  const algorithm = sequence(oid(ECDSA_SHA256));
  const begin = now - (days < 0 ? 2 : 1) * DAY_MS;
  return sequence(
    der(0xa0, der(0x02, Buffer.from([2]))), // version 3
    der(0x02, Buffer.concat([Buffer.from([1]), serial])),
    algorithm,
    commonName(issuer),
    sequence(time(begin), time(now + days * DAY_MS)),
    commonName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
}

export function signedCertificate(content: Buffer, signer: KeyObject): string {
  const algorithm = sequence(oid(ECDSA_SHA256));
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', content, signer)]));
  const base64 = sequence(content, algorithm, signature).toString('base64');
  const lines = base64.match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function commonName(text: string): Buffer {
  return sequence(der(0x31, sequence(oid(COMMON_NAME), der(0x0c, Buffer.from(text)))));
}

export function extension(id: string, value: Buffer, isCritical = false): Buffer {
  const critical = isCritical ? [der(0x01, Buffer.from([0xff]))] : [];
  return sequence(oid(id), ...critical, der(0x04, value));
}

/** UTCTime, RFC 5280, section 4.1.2.5.1 */
function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/\D/g, '').slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`));
}

export function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

export function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

/** Tag, length and content (ITU-T X.690, section 8.1). */
export function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>= 8) {
    bytes.unshift(rest & 0xff);
  }
  const head = length < 0x80 ? [tag, length] : [tag, 0x80 | bytes.length, ...bytes];
  return Buffer.concat([Buffer.from(head), content]);
}
