import { describe, expect, test } from 'vitest';
import type { AttestationForm, DigestRef, Sha256 } from '../../../../src/model/index.ts';
import {
  MEDIA_TYPE,
  PREDICATE_TYPE,
  addReferrers,
  bundleBytes,
  bundleManifest,
  findBundles,
  keyHint,
  listAttached,
  listReferrers,
  readAttestation,
  readAttestations,
  referrersTag,
  sha256Of,
  signEnvelope,
  statementBytes,
  uploadBytes,
} from '../../../../src/oci/index.ts';
import { publish } from '../../../../src/stages/publish/index.ts';
import { attest, imageStatements, sign } from '../../../../src/stages/sign/index.ts';
import type { SignDeps } from '../../../../src/stages/sign/index.ts';
import { evidence } from '../../../support/evidence.ts';
import { fakeCosign } from '../../../support/fake-cosign.ts';
import { gatedImage } from '../../../support/gated-image.ts';
import { clientFor, serveRegistry } from '../../../support/registry.ts';
import { testKeys, testPool } from '../../../support/signing.ts';

const CREATED = '2026-11-21T03:12:00.000Z';

async function workshop(form: AttestationForm, referrersPage?: number) {
  const served = await serveRegistry(undefined, referrersPage === undefined ? {} : { referrersPage });
  const image = await gatedImage();
  const registry = clientFor();
  const pool = testPool();
  const repository = `${served.address}/golden/python`;
  const target = { repository, copies: [`${served.address}/team-a/python`] };
  const published = await publish(image, target, { registry, pool });
  const deps: SignDeps = {
    registry,
    pool,
    processes: fakeCosign(registry),
    ...testKeys(),
    cosign: 'cosign',
    publicKeyFile: 'cosign.pub',
    signal: new AbortController().signal,
    bundles: { form, keyHint: 'hint', created: CREATED, trustedRootFile: 'root.json' },
  };
  const platforms = image.tested.built.platforms.map(({ manifest }) => manifest);
  const input = { published, platforms, statements: imageStatements(image, evidence()) };
  return { served, published, deps, input, golden: served.repository('golden/python') };
}

/** The same in the other form, by the same key. */
function inForm(deps: SignDeps, form: AttestationForm, created = CREATED): SignDeps {
  return { ...deps, bundles: { form, keyHint: 'hint', created, trustedRootFile: 'root.json' } };
}

function textOf(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('utf8');
}

function typesOf(found: Awaited<ReturnType<typeof findBundles>>): readonly string[] {
  return found.bundles.map(({ predicateType }) => predicateType).sort();
}

const KINDS = [
  { name: 'with the referrers API', referrersPage: 3 },
  { name: 'without it', referrersPage: undefined },
];

describe.each(KINDS)('in a registry $name', ({ referrersPage }) => {
  test('bundles stand in every namespace, in the form that cosign writes', async () => {
    const { deps, input, published, golden } = await workshop('bundle', referrersPage);
    await sign(input, deps);
    for (const ref of [published.ref, ...published.copies]) {
      expect(await listAttached(ref, 'att', deps.registry)).toEqual([]);
      expect(await readAttestation(ref, PREDICATE_TYPE.lock, deps)).toMatchObject({
        inputs: { schemaVersion: 1 },
      });
    }
    const listed = await listReferrers(published.ref, deps.registry);
    const entry = listed.find(
      ({ annotations }) => annotations?.['dev.sigstore.bundle.predicateType'] === PREDICATE_TYPE.lock,
    );
    expect(entry?.artifactType).toBe('application/vnd.dev.sigstore.bundle.v0.3+json');
    const manifest = JSON.parse(textOf(golden.manifests.get(entry?.digest ?? '')?.bytes)) as {
      readonly layers: readonly { readonly digest: Sha256 }[];
    };
    expect(manifest).toMatchObject({
      artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      config: { mediaType: 'application/vnd.oci.empty.v1+json', size: 2 },
      layers: [{ mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json' }],
      subject: { mediaType: MEDIA_TYPE.index, digest: published.ref.digest },
      annotations: {
        'dev.sigstore.bundle.content': 'dsse-envelope',
        'dev.sigstore.bundle.predicateType': PREDICATE_TYPE.lock,
        'org.opencontainers.image.created': CREATED,
      },
    });
    expect(JSON.parse(textOf(golden.blobs.get(manifest.layers[0]?.digest ?? '')))).toMatchObject({
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: { publicKey: { hint: 'hint' } },
      dsseEnvelope: { payloadType: 'application/vnd.in-toto+json' },
    });
  });

  test('attaching again writes nothing', async () => {
    const { deps, input, served } = await workshop('both', referrersPage);
    await sign(input, deps);
    const before = served.requests.length;
    await sign(input, inForm(deps, 'both', '2026-11-22T03:12:00.000Z'));
    const writes = served.requests.slice(before).filter(({ method }) => !['GET', 'HEAD'].includes(method));
    expect(writes).toEqual([]);
  });

  test('what is attested anew replaces what was; the rest stays, and other keys have theirs', async () => {
    const { deps, input, published } = await workshop('bundle', referrersPage);
    const others = { ...deps, ...testKeys() };
    await sign(input, others);
    await sign(input, deps);
    const statement = { subject: published.ref.digest, predicateType: PREDICATE_TYPE.lock };
    await attest({ published, platforms: [], statements: [{ ...statement, predicate: { lock: 2 } }] }, deps);
    expect(await readAttestations(published.ref, PREDICATE_TYPE.lock, deps)).toEqual([{ lock: 2 }]);
    expect(await readAttestation(published.ref, PREDICATE_TYPE.provenance, deps)).toBeDefined();
    expect(await readAttestation(published.ref, PREDICATE_TYPE.lock, others)).not.toEqual({ lock: 2 });
  });

  test('a target that changes its form has nothing old in the other', async () => {
    const { deps, input, published } = await workshop('bundle', referrersPage);
    await sign(input, deps);
    await sign(input, inForm(deps, 'classic'));
    const isAny = () => true;
    expect(typesOf(await findBundles(published.ref, isAny, deps.registry))).toEqual([]);
    await sign(input, inForm(deps, 'bundle'));
    expect(await listAttached(published.ref, 'att', deps.registry)).toEqual([]);
    expect(await readAttestation(published.ref, PREDICATE_TYPE.lock, deps)).toBeDefined();
  });
});

test('where nothing can be deleted, the newest counts', async () => {
  const { deps, input, served, published } = await workshop('bundle', 3);
  await sign(input, deps);
  served.fault = ({ method }) => (method === 'DELETE' ? { kind: 'status', status: 405 } : undefined);
  const lock = { subject: published.ref.digest, predicateType: PREDICATE_TYPE.lock, predicate: { lock: 2 } };
  const later = inForm(deps, 'bundle', '2026-11-22T03:12:00.000Z');
  await attest({ published, platforms: [], statements: [lock] }, later);
  expect(await readAttestations(published.ref, PREDICATE_TYPE.lock, deps)).toHaveLength(2);
  expect(await readAttestation(published.ref, PREDICATE_TYPE.lock, deps)).toEqual({ lock: 2 });
});

describe('what cannot be trusted', () => {
  const TYPE = PREDICATE_TYPE.lock;

  /** A bundle that says what it is told to, attached as if all was well. */
  async function planted(
    {
      deps,
      ref,
      listed = TYPE,
    }: { readonly deps: SignDeps; readonly ref: DigestRef; readonly listed?: string },
    statement: { readonly subject: Sha256; readonly predicateType: string },
  ): Promise<void> {
    const payload = statementBytes({ ...statement, predicate: { lock: 'planted' } }, ref.repository);
    const bytes = bundleBytes(await signEnvelope(payload, deps.signer), 'hint');
    const bundle = await uploadBytes(ref.repository, bytes, deps.registry);
    const subject = { mediaType: MEDIA_TYPE.index, digest: ref.digest, size: 2 };
    const manifest = bundleManifest({ subject, bundle, predicateType: listed, created: CREATED });
    await addReferrers(ref, [manifest], deps.registry);
  }

  test.each([
    { summary: 'another image', code: 'ATTESTATION_FOREIGN', subject: sha256Of('another'), type: TYPE },
    { summary: 'another type', code: 'ATTESTATION_TYPE', subject: undefined, type: PREDICATE_TYPE.spdx },
  ])('a bundle of ours about $summary: $code', async ({ code, subject, type }) => {
    const { deps, published } = await workshop('bundle');
    const { ref } = published;
    await planted({ deps, ref }, { subject: subject ?? ref.digest, predicateType: type });
    await expect(readAttestation(ref, TYPE, deps)).rejects.toMatchObject({ code });
  });

  test('a bundle by another key: SIGNATURE_INVALID', async () => {
    const { deps, published } = await workshop('bundle');
    const { ref } = published;
    const others = { ...deps, ...testKeys() };
    await planted({ deps: others, ref }, { subject: ref.digest, predicateType: TYPE });
    await expect(readAttestation(ref, TYPE, deps)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
  });

  test.each([
    { summary: 'refers to another image', isThere: true },
    { summary: 'is not there', isThere: false },
  ])('an entry of the list whose manifest $summary: REFERRER_FOREIGN', async ({ isThere }) => {
    const { deps, published, golden } = await workshop('bundle');
    const { ref } = published;
    const elsewhere = { ...ref, digest: sha256Of('another image') };
    await planted({ deps, ref: elsewhere }, { subject: elsewhere.digest, predicateType: TYPE });
    const list = golden.tags.get(referrersTag(elsewhere.digest)) ?? '';
    golden.tags.set(referrersTag(ref.digest), list);
    if (!isThere) {
      const [entry] = await listReferrers(ref, deps.registry);
      golden.manifests.delete(entry?.digest ?? '');
    }
    await expect(readAttestation(ref, TYPE, deps)).rejects.toMatchObject({ code: 'REFERRER_FOREIGN' });
  });

  test('a list that leaves types out is read all the same', async () => {
    const { deps, published, golden } = await workshop('bundle');
    const { ref } = published;
    await planted({ deps, ref }, { subject: ref.digest, predicateType: TYPE });
    const digest = golden.tags.get(referrersTag(ref.digest)) ?? '';
    const list = JSON.parse(textOf(golden.manifests.get(digest)?.bytes)) as {
      readonly manifests: readonly object[];
    };
    // as go-containerregistry writes it
    const manifests = list.manifests.map(({ annotations: _, ...entry }: { annotations?: unknown }) => ({
      ...entry,
      artifactType: MEDIA_TYPE.empty,
    }));
    const bytes = Buffer.from(JSON.stringify({ ...list, manifests }));
    golden.manifests.set(digest, { mediaType: MEDIA_TYPE.index, bytes });
    expect(await readAttestation(ref, TYPE, deps)).toEqual({ lock: 'planted' });
  });
});

test("a key's hint is the one that cosign writes", () => {
  const pem = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEIKzJ6zWJRNUBiv/eArMAEpsRR5Se
xAG3dlBtVsta4HYhd3JeV69m/Ac1pqAty2VK9Ua4mAb3GWnpN3/+edoPPQ==
-----END PUBLIC KEY-----
`;
  expect(keyHint(pem)).toBe('GoAMLY353++/ZWkMDtrSJyTIWAixik5tqQJAfO8qtOo=');
});
