import { createHash } from 'node:crypto';

/** A licence that has no SPDX id, by its text. */
export interface LicenceText {
  /** SPDX 2.3, clause 10.1: `LicenseRef-` and letters, digits, `.` and `-`. */
  readonly ref: string;
  /** What the file calls it. */
  readonly name: string;
  readonly text: string;
}

const DIGEST_DIGITS = 8;
const MAX_NAME = 60;

/**
 * Names such as `public-domain` mean another text in every file (copyright-format 1.0, clause 6.7): the digest keeps
 * them apart, and makes the same text the same reference in every image.
 */
export function licenceText(name: string, text: string): LicenceText {
  const shown = text === '' ? `The copyright file says "${name}", and no more.` : text;
  const digest = createHash('sha256').update(shown).digest('hex').slice(0, DIGEST_DIGITS);
  const short = name.replaceAll(/[^A-Za-z0-9.]+/g, '-').slice(0, MAX_NAME);
  return { ref: `LicenseRef-${short.replaceAll(/^-|-$/g, '')}-${digest}`, name, text: shown };
}
