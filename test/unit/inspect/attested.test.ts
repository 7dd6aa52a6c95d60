import { expect, describe, test } from 'vitest';
import { readAttested, readStatements, scannedFindings, upstreamIn } from '../../../src/inspect/index.ts';
import { PREDICATE_TYPE, attachmentTag } from '../../../src/oci/index.ts';
import type { Tag } from '../../../src/model/index.ts';
import { promote } from '../../../src/stages/promote/index.ts';
import { publish } from '../../../src/stages/publish/index.ts';
import { imageStatements, sign } from '../../../src/stages/sign/index.ts';
import { predicateText } from '../../../src/inspect/predicates.ts';
import { evidence } from '../../support/evidence.ts';
import { fakeCosign } from '../../support/fake-cosign.ts';
import { gatedImage } from '../../support/gated-image.ts';
import { clientFor, serveRegistry } from '../../support/registry.ts';
import { testKeys, testPool } from '../../support/signing.ts';

async function released() {
  const served = await serveRegistry();
  const registry = clientFor();
  const image = await gatedImage();
  const target = { repository: `${served.address}/golden/python`, copies: [] };
  const pool = testPool();
  const published = await publish(image, target, { registry, pool });
  const keys = testKeys();
  const platforms = image.tested.built.platforms.map(({ manifest }) => manifest);
  const signed = await sign(
    { published, platforms, statements: imageStatements(image, evidence()) },
    {
      registry,
      pool,
      processes: fakeCosign(registry),
      ...keys,
      cosign: 'cosign',
      publicKeyFile: 'cosign.pub',
      signal: new AbortController().signal,
    },
  );
  const release = {
    track: '3.13' as Tag,
    version: '3.13.5',
    epoch: 1,
    reason: 'first release',
    promotedAt: '2026-11-21T03:12:00.000Z',
  };
  await promote(signed, release, { registry, ...keys });
  const { repository, digest } = published.ref;
  const refs = { image: { repository, digest }, platform: { repository, digest: platforms[0]!.digest } };
  return { served, registry, keys, refs, golden: served.repository('golden/python') };
}

describe('what a registry says of an image', () => {
  test('signature, attestations of image and platform, scans and release, each with who vouches', async () => {
    const { registry, keys, refs } = await released();
    const attested = await readAttested(refs, { registry, verify: keys.verify });
    expect(attested.hasKey).toBe(true);
    expect(attested.signatures).toEqual([{ verified: true, signer: 'our key' }]);
    expect(attested.attestations.every(({ verified, form }) => verified && form === 'classic')).toBe(true);
    const types = attested.attestations.map(({ predicateType, about }) => `${about} ${predicateType}`);
    expect(types).toEqual(
      expect.arrayContaining([
        `image ${PREDICATE_TYPE.cyclonedx}`,
        `platform ${PREDICATE_TYPE.spdx}`,
        `image ${PREDICATE_TYPE.lock}`,
      ]),
    );
    expect(attested.scans.map(({ tool, verified }) => [tool, verified])).toEqual([['debian-archive', true]]);
    expect(attested.releases).toMatchObject([
      { track: '3.13', sequence: 1, tag: '3.13.5.202611210312', verified: true },
    ]);
  });

  test('without a key the same is told, and nothing is called verified', async () => {
    const { registry, refs } = await released();
    const attested = await readAttested(refs, { registry, verify: undefined });
    expect(attested.hasKey).toBe(false);
    const vouched = [
      ...attested.signatures,
      ...attested.attestations,
      ...attested.scans,
      ...attested.releases,
    ];
    expect(vouched.length).toBeGreaterThan(5);
    expect(vouched.some(({ verified }) => verified)).toBe(false);
  });

  test('with another key nothing is verified either', async () => {
    const { registry, refs } = await released();
    const attested = await readAttested(refs, { registry, verify: testKeys().verify });
    expect(attested.signatures).toEqual([{ verified: false, signer: 'another key' }]);
    expect(attested.attestations.some(({ verified }) => verified)).toBe(false);
  });

  test('an attestation of another image, copied over, is told as that', async () => {
    const { registry, keys, refs, golden } = await released();
    const other = await released();
    const moved = other.golden.manifests.get(
      other.golden.tags.get(attachmentTag(other.refs.image.digest, 'att')) ?? '',
    );
    const foreign = `sha256:${'9'.repeat(64)}` as const;
    const ref = { ...refs.image, digest: foreign as typeof refs.image.digest };
    golden.manifests.set('sha256:moved', moved!);
    golden.tags.set(attachmentTag(ref.digest, 'att'), 'sha256:moved');
    other.golden.blobs.forEach((bytes, digest) => golden.blobs.set(digest, bytes));
    const statements = await readStatements(ref, { registry, verify: keys.verify });
    expect(statements.every(({ verified, predicate }) => !verified && predicate === undefined)).toBe(true);
    expect(statements[0]?.signer).toContain('it is about another image');
  });

  test('what nobody attested has nothing', async () => {
    const served = await serveRegistry();
    const registry = clientFor();
    const ref = { repository: `${served.address}/x`, digest: `sha256:${'1'.repeat(64)}` as never };
    expect(await readAttested({ image: ref, platform: ref }, { registry, verify: undefined })).toEqual({
      hasKey: false,
      signatures: [],
      attestations: [],
      scans: [],
      releases: [],
    });
  });
});

test('scan reports of other tools have formats of their own, and find nothing here', () => {
  const foreign = { scanner: { uri: 'trivy', version: '1', result: { Results: [] } } };
  const statement = {
    predicateType: PREDICATE_TYPE.vulnerabilities,
    form: 'classic',
    verified: true,
    signer: 'x',
  } as const;
  expect(scannedFindings([{ ...statement, predicate: foreign }])).toEqual([]);
});

test.each<[string, unknown, string]>([
  [
    'what is excused, by status',
    {
      statements: [
        { status: 'not_affected', vulnerability: { name: 'CVE-2026-1' } },
        { status: 'under_investigation', vulnerability: { name: 'CVE-2026-2' } },
        { status: 'not_affected', vulnerability: 'CVE-2026-3' },
      ],
    },
    'not_affected: CVE-2026-1, CVE-2026-3; under_investigation: CVE-2026-2',
  ],
  [
    'the first of many',
    {
      statements: [1, 2, 3, 4, 5, 6, 7].map((id) => ({ status: 'not_affected', vulnerability: `CVE-${id}` })),
    },
    'not_affected: CVE-1, CVE-2, CVE-3, CVE-4, CVE-5 and 2 more',
  ],
  ['nothing that nobody can read', { statements: 'all' }, ''],
])('a VEX document tells %s', (_, document, text) => {
  expect(predicateText(PREDICATE_TYPE.vex, document)).toBe(text);
});

test('upstream software of a platform, by its lock', () => {
  const artifact = { name: 'node', version: '24.1.0' };
  const lock = {
    version: '24.1.0',
    platforms: [{ platform: 'linux/amd64', layers: [{ packages: [], artifacts: [artifact] }] }],
  };
  expect(upstreamIn({ lock }, 'linux/amd64')).toEqual([artifact]);
  expect(upstreamIn({ lock }, 'linux/arm64')).toBeUndefined();
  expect(upstreamIn('nonsense', 'linux/amd64')).toBeUndefined();
});
