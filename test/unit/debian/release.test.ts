import { beforeAll, describe, expect, test } from 'vitest';
import { verifyRelease, type ReleaseExpectations, type VerifiedRelease } from '../../../src/debian/index.ts';
import {
  clearsign,
  createArchive,
  createArchiveKey,
  flipByte,
  NOW,
  type ArchiveKey,
  type FakeArchive,
} from '../../support/archive.ts';

const HOUR_MS = 3_600_000;
const IN_RELEASE = 'dists/trixie-updates/InRelease';

let archive: FakeArchive;
let inRelease: Uint8Array;

beforeAll(async () => {
  archive = await createArchive({ packages: [] });
  inRelease = archive.files.debian.get(IN_RELEASE)!;
});

function verify(
  bytes: Uint8Array,
  expectations: Partial<ReleaseExpectations> = {},
): Promise<VerifiedRelease> {
  return verifyRelease(bytes, { keys: archive.keys, suite: 'trixie-updates', now: NOW, ...expectations });
}

async function releaseWith(fields: Record<string, string | undefined>): Promise<Uint8Array> {
  const suites = [{ archive: 'debian', suite: 'trixie-updates', fields }] as const;
  return (await createArchive({ packages: [], suites })).files.debian.get(IN_RELEASE)!;
}

/** The same file with other text, as one would change it without the key. */
function edited(edit: (text: string) => string): Uint8Array {
  const text = Buffer.from(inRelease).toString();
  const changed = edit(text);
  expect(changed).not.toBe(text);
  return Buffer.from(changed);
}

const signatureInvalid = expect.objectContaining({ code: 'INDEX_SIGNATURE_INVALID' });
const invalid = expect.objectContaining({ code: 'INDEX_INVALID' });

describe('a valid InRelease', () => {
  test('says what was signed', async () => {
    const release = await verify(inRelease);
    expect(release).toMatchObject({
      suite: 'trixie-updates',
      codename: 'trixie-updates',
      date: new Date(NOW.getTime() - 24 * HOUR_MS),
      validUntil: new Date(NOW.getTime() + 144 * HOUR_MS),
      signedBy: expect.stringMatching(/^[0-9A-F]{40}$/),
      sha256: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      acquireByHash: true,
    });
    expect([...release.files.keys()]).toEqual([
      'main/binary-amd64/Packages',
      'main/binary-amd64/Packages.xz',
      'main/binary-arm64/Packages',
      'main/binary-arm64/Packages.xz',
    ]);
  });

  test('may be asked for by suite name, and may have no Valid-Until', async () => {
    const stable = archive.files.debian.get('dists/trixie/InRelease')!;
    const release = await verify(stable, { suite: 'stable' });
    expect(release).toMatchObject({ suite: 'stable', codename: 'trixie' });
    expect(release).not.toHaveProperty('validUntil');
  });

  test('may be of the same date as the newest accepted', async () => {
    const { date } = await verify(inRelease);
    await expect(verify(inRelease, { newestAccepted: date })).resolves.toBeDefined();
  });

  test.each(['rsa', 'curve25519'] as const)('may be signed by a subkey of a key of type %s', async (type) => {
    const key = await createArchiveKey({ type });
    const signed = await createArchive({ packages: [], key });
    const bytes = signed.files.debian.get(IN_RELEASE)!;
    await expect(verify(bytes, { keys: signed.keys })).resolves.toBeDefined();
  });

  test('needs one of our keys, and does not mind the others', async () => {
    const other = await createArchiveKey();
    await expect(verify(inRelease, { keys: [other.publicKey, ...archive.keys] })).resolves.toBeDefined();
  });

  test('may have several signatures, of which one is ours', async () => {
    const [ours, theirs] = [await createArchiveKey(), await createArchiveKey()];
    const bytes = await clearsign(minimalRelease(), [theirs, ours], NOW);
    await expect(verify(bytes, { keys: [ours.publicKey] })).resolves.toMatchObject({ acquireByHash: false });
  });

  test('is read without its dash escapes', async () => {
    const key = await createArchiveKey();
    const bytes = await clearsign(minimalRelease('-----BEGIN PGP SIGNATURE-----\n'), [key], NOW);
    expect(Buffer.from(bytes).toString()).toContain('\n- -----BEGIN PGP SIGNATURE-----\n');
    await expect(verify(bytes, { keys: [key.publicKey] })).rejects.toThrow(
      'line 5: expected "Field: value", got "-----BEGIN PGP SIGNATURE-----"',
    );
  });
});

function minimalRelease(more = ''): string {
  return `Codename: trixie-updates\nDate: Sun, 22 Nov 2026 12:00:00 UTC\nSHA256:\n ${'a'.repeat(64)} 1 x\n${more}`;
}

describe('an InRelease that is not what the archive signed', () => {
  test.each<{ summary: string; edit: (text: string) => string }>([
    {
      summary: 'one other digit',
      edit: (text) => text.replace(/^ \d/m, (digit) => (digit === ' 1' ? ' 2' : ' 1')),
    },
    { summary: 'a field more', edit: (text) => text.replace('Components: main', 'Components: main\nX: y') },
    { summary: 'a line less', edit: (text) => text.replace('Components: main\n', '') },
    { summary: 'text before it', edit: (text) => `Codename: sid\n${text}` },
    { summary: 'text after it', edit: (text) => `${text}Codename: sid\n` },
    { summary: 'another message after it', edit: (text) => `${text}${text}` },
    {
      summary: 'text between the message and its signature',
      edit: (text) => text.replace('\n-----BEGIN PGP SIG', '\n-----END\nCodename: sid\n-----BEGIN PGP SIG'),
    },
    {
      summary: 'text among the armour headers',
      edit: (text) => text.replace('\nHash: ', '\nCodename: sid\nHash: '),
    },
    { summary: 'no signature', edit: (text) => text.slice(0, text.indexOf('-----BEGIN PGP SIGNATURE')) },
    {
      summary: 'an empty signature',
      edit: (text) =>
        text.replace(
          /(-----BEGIN PGP SIGNATURE-----\n)[^]*(-----END)/,
          (_, start, end) => `${start}\n${end}`,
        ),
    },
    { summary: 'half of it', edit: (text) => text.slice(0, text.length / 2) },
    { summary: 'nothing', edit: () => '' },
    { summary: 'an error page', edit: () => '<!DOCTYPE html><html></html>\n' },
  ])('is refused with $summary', async ({ edit }) => {
    await expect(verify(edited(edit))).rejects.toThrow(signatureInvalid);
  });

  test('says the same or is refused with one bit flipped, wherever it is', async () => {
    const { sha256: _, ...said } = await verify(inRelease);
    let refused = 0;
    for (let at = 0; at < inRelease.length; at += 7) {
      try {
        // Spaces, line ends and the checksum of the armour are not part of what is signed.
        expect(await verify(flipByte(inRelease, at)), `byte ${at}`).toMatchObject(said);
      } catch (error) {
        expect(error, `byte ${at}`).toMatchObject({ code: 'INDEX_SIGNATURE_INVALID' });
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan((inRelease.length / 7) * 0.9);
  });

  test('is refused when signed by a key that is not ours', async () => {
    const foreign = await createArchive({ packages: [], key: await createArchiveKey() });
    const bytes = foreign.files.debian.get(IN_RELEASE)!;
    await expect(verify(bytes)).rejects.toThrow(signatureInvalid);
    await expect(verify(bytes)).rejects.toThrow(
      /expected a valid signature by one of the accepted keys, got /,
    );
  });

  test('is refused without any keys', async () => {
    await expect(verify(inRelease, { keys: [] })).rejects.toThrow(signatureInvalid);
  });
});

describe('keys', () => {
  const expired: { key?: ArchiveKey; bytes?: Uint8Array } = {};

  beforeAll(async () => {
    const date = new Date(NOW.getTime() - 48 * HOUR_MS);
    expired.key = await createArchiveKey({ date, expiresAfterSeconds: 36 * 3600 });
    const signed = await createArchive({ packages: [], key: expired.key });
    expired.bytes = signed.files.debian.get(IN_RELEASE)!;
  });

  test('are accepted until they expire', async () => {
    const now = new Date(NOW.getTime() - 13 * HOUR_MS);
    await expect(verify(expired.bytes!, { keys: [expired.key!.publicKey], now })).resolves.toBeDefined();
  });

  test('are refused afterwards, though the signature is older', async () => {
    await expect(verify(expired.bytes!, { keys: [expired.key!.publicKey] })).rejects.toThrow(
      signatureInvalid,
    );
  });
});

describe('dates and names', () => {
  test('a suite in the place of another is refused', async () => {
    const updates = verify(inRelease, { suite: 'trixie' });
    await expect(updates).rejects.toThrow(invalid);
    await expect(updates).rejects.toThrow('expected "trixie", got "trixie-updates"');
  });

  test('an expired index is refused', async () => {
    const now = new Date(NOW.getTime() + 145 * HOUR_MS);
    await expect(verify(inRelease, { now })).rejects.toThrow(
      expect.objectContaining({ code: 'INDEX_EXPIRED' }),
    );
  });

  test('an index older than one accepted before is refused', async () => {
    const newestAccepted = new Date(NOW.getTime() - 23 * HOUR_MS);
    await expect(verify(inRelease, { newestAccepted })).rejects.toThrow(
      expect.objectContaining({ code: 'INDEX_ROLLED_BACK' }),
    );
  });

  test('an index of some minutes ahead of our clock is accepted', async () => {
    const now = new Date(NOW.getTime() - 24.5 * HOUR_MS);
    await expect(verify(inRelease, { now })).resolves.toBeDefined();
  });

  test('an index from the future is refused', async () => {
    const bytes = await releaseWith({ Date: 'Mon, 23 Nov 2026 13:00:01 UTC' });
    await expect(verify(bytes)).rejects.toThrow(/it is from the future/);
  });

  test('so is a signature from the future', async () => {
    const now = new Date(NOW.getTime() - 26 * HOUR_MS);
    await expect(verify(inRelease, { now })).rejects.toThrow(signatureInvalid);
  });
});

describe('a signed InRelease that lacks something', () => {
  test.each<{ summary: string; fields: Record<string, string | undefined>; message: string }>([
    { summary: 'SHA256', fields: { SHA256: undefined }, message: 'expected a field "SHA256", got none' },
    {
      summary: 'Codename',
      fields: { Codename: undefined },
      message: 'expected a field "Codename", got none',
    },
    { summary: 'Date', fields: { Date: undefined }, message: 'expected a field "Date", got none' },
    {
      summary: 'a date in UTC',
      fields: { Date: 'Sun, 22 Nov 2026 12:00:00 CET' },
      message: 'expected Date like',
    },
    { summary: 'a date at all', fields: { 'Valid-Until': 'soon' }, message: 'expected Valid-Until like' },
    { summary: 'a path', fields: { SHA256: '\n abc 12' }, message: 'expected "digest size path"' },
    { summary: 'a size', fields: { SHA256: `\n ${'a'.repeat(64)} -1 x` }, message: 'expected the size of x' },
    { summary: 'a digest', fields: { SHA256: '\n abc 12 x' }, message: 'expected sha256: and 64' },
    {
      summary: 'a single stanza',
      fields: { Components: 'main\n\nCodename: x' },
      message: 'expected one stanza',
    },
  ])('$summary is refused', async ({ fields, message }) => {
    const refused = verify(await releaseWith(fields));
    await expect(refused).rejects.toThrow(invalid);
    await expect(refused).rejects.toThrow(message);
  });
});
