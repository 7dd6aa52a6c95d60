import { FactoryError, type Sha256 } from '../model/index.ts';
import { sha256Of } from '../oci/index.ts';
import { MAX_CLOCK_SKEW_MS } from '../openpgp/index.ts';
import { openSigned } from './clearsign.ts';
import { parseDeb822, requiredField, type Stanza } from './deb822.ts';
import { parseExpectedFile, type ExpectedFile } from './expected-file.ts';

const verified = Symbol('verified');

/** What an InRelease file says, after its signature, suite and dates were checked. Only `verifyRelease` makes one. */
export interface VerifiedRelease {
  readonly [verified]: true;
  /** As it was asked for. */
  readonly suite: string;
  readonly codename: string;
  readonly date: Date;
  /** Absent where the suite has none: stable releases do not expire. */
  readonly validUntil?: Date;
  /** Fingerprint of the primary key, 40 upper-case hex digits. */
  readonly signedBy: string;
  /** Digest of the InRelease bytes. */
  readonly sha256: Sha256;
  /** Digest and size by path below `dists/<suite>/`. */
  readonly files: ReadonlyMap<string, ExpectedFile>;
  /** The mirror also keeps each of the files under its digest. */
  readonly acquireByHash: boolean;
}

export interface ReleaseExpectations {
  /** ASCII-armoured public keys we accept. */
  readonly keys: readonly string[];
  /** The suite that was asked for, by codename or suite name. */
  readonly suite: string;
  readonly now: Date;
  /** Date of the newest InRelease of this suite accepted before: an older one is a rollback. */
  readonly newestAccepted?: Date;
}

/** RFC 5322 date in UTC, as Debian writes it: `Sat, 21 Nov 2026 09:15:44 UTC`. */
const RELEASE_DATE = /^[A-Z][a-z]{2}, {1,2}\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (?:UTC|GMT|\+0000)$/;

/** The first link of the chain of trust: a suite's clear-signed index (https://wiki.debian.org/DebianRepository/Format). */
export async function verifyRelease(
  inRelease: Uint8Array,
  expectations: ReleaseExpectations,
): Promise<VerifiedRelease> {
  const source = `InRelease of ${expectations.suite}`;
  const { keys, now } = expectations;
  const { text, signedBy } = await openSigned(inRelease, { keys, now, source });
  const stanza = onlyStanza(text, source);
  const codename = requiredField(stanza, 'Codename', source);
  assertSuite(stanza, codename, expectations.suite);
  const date = parseDate(stanza, 'Date', source);
  const validUntil = stanza.has('valid-until') ? parseDate(stanza, 'Valid-Until', source) : undefined;
  assertFresh(date, validUntil, expectations);
  return {
    [verified]: true,
    suite: expectations.suite,
    codename,
    date,
    ...(validUntil === undefined ? {} : { validUntil }),
    signedBy,
    sha256: sha256Of(inRelease),
    files: parseFiles(requiredField(stanza, 'SHA256', source), source),
    acquireByHash: stanza.get('acquire-by-hash') === 'yes',
  };
}

function onlyStanza(text: string, source: string): Stanza {
  const [stanza, ...others] = parseDeb822(text, source);
  if (stanza === undefined || others.length > 0) {
    throw new FactoryError(
      'INDEX_INVALID',
      `cannot read ${source}: expected one stanza, got ${others.length + 1}`,
    );
  }
  return stanza;
}

/** Every suite is signed by the same keys, so a mirror could serve one in the place of another. */
function assertSuite(stanza: Stanza, codename: string, asked: string): void {
  const names = [codename, stanza.get('suite')];
  if (!names.includes(asked)) {
    throw new FactoryError(
      'INDEX_INVALID',
      `cannot use InRelease of ${asked}: it is another suite's, expected "${asked}", got "${codename}"`,
    );
  }
}

function assertFresh(date: Date, validUntil: Date | undefined, expectations: ReleaseExpectations): void {
  const { suite, now, newestAccepted } = expectations;
  if (date.getTime() > now.getTime() + MAX_CLOCK_SKEW_MS) {
    throw new FactoryError(
      'INDEX_INVALID',
      `cannot use InRelease of ${suite}: it is from the future, expected a date up to ${now.toISOString()}, got ${date.toISOString()}`,
      { hint: "check this machine's clock" },
    );
  }
  if (validUntil !== undefined && validUntil < now) {
    throw new FactoryError(
      'INDEX_EXPIRED',
      `cannot use InRelease of ${suite}: it was valid until ${validUntil.toISOString()}, now is ${now.toISOString()}`,
      { hint: 'the mirror is out of date: wait for it, or use another one' },
    );
  }
  if (newestAccepted !== undefined && date < newestAccepted) {
    throw new FactoryError(
      'INDEX_ROLLED_BACK',
      `cannot use InRelease of ${suite}: expected a date of ${newestAccepted.toISOString()} or later, got ${date.toISOString()}`,
      { hint: 'the mirror went back to an older index: wait for it to catch up, or use another one' },
    );
  }
}

function parseDate(stanza: Stanza, field: string, source: string): Date {
  const text = requiredField(stanza, field, source);
  const time = RELEASE_DATE.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(time)) {
    throw new FactoryError(
      'INDEX_INVALID',
      `cannot read ${source}: expected ${field} like "Sat, 21 Nov 2026 09:15:44 UTC", got "${text}"`,
    );
  }
  return new Date(time);
}

function parseFiles(field: string, source: string): ReadonlyMap<string, ExpectedFile> {
  const files = new Map<string, ExpectedFile>();
  for (const line of field.split('\n').filter((text) => text !== '')) {
    const [hex, size, path, ...rest] = line.trim().split(/\s+/);
    if (hex === undefined || size === undefined || path === undefined || rest.length > 0) {
      throw new FactoryError(
        'INDEX_INVALID',
        `cannot read ${source}: expected "digest size path", got "${line}"`,
      );
    }
    files.set(path, parseExpectedFile({ path, size, hex }, source));
  }
  return files;
}
