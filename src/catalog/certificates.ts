import { X509Certificate } from 'node:crypto';
import type { Certificate } from '../model/index.ts';

/** RFC 7468: a file may have any number of blocks, and text between them. */
const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

export interface ReadCertificates {
  readonly certificates: readonly Certificate[];
  /** `expected X, got Y`, for every block that is no certificate authority. */
  readonly mistakes: readonly string[];
}

/** The certificate authorities in the text of a PEM file. Whether they are still valid is for who uses them. */
export function readCertificates(text: string): ReadCertificates {
  const blocks = text.match(BLOCK) ?? [];
  const read = blocks.map(readBlock);
  return {
    certificates: read.filter((each) => typeof each !== 'string'),
    mistakes: blocks.length === 0 ? [NONE] : read.filter((each) => typeof each === 'string'),
  };
}

const NONE = 'expected certificates in PEM, "-----BEGIN CERTIFICATE-----", got none';

function readBlock(block: string, index: number): Certificate | string {
  const which = `in block ${String(index + 1)}`;
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(block);
  } catch {
    return `expected a certificate ${which}, got what cannot be read`;
  }
  const subject = oneLine(certificate.subject);
  // written anew: the bytes in the image depend on the certificate, not on the file's line endings
  return certificate.ca
    ? { subject, pem: certificate.toString().trim() }
    : `expected a certificate authority ${which}, got "${subject}", which is none`;
}

/** Whatever a certificate calls its subject: it becomes a comment in the Dockerfile and in the bundle. */
function oneLine(subject: string): string {
  return subject.replaceAll('\n', ', ').replaceAll(/[^ -~]/g, '?');
}
