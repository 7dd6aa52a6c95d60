import { expect, test } from 'vitest';
import {
  addReferrers,
  MEDIA_TYPE,
  PREDICATE_TYPE,
  signEnvelope,
  statementBytes,
  uploadBytes,
  type Statement,
} from '../../../src/oci/index.ts';
import { serveRegistry } from '../../support/registry.ts';
import { testKeys, type TestKeys } from '../../support/signing.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import {
  failures,
  releasedRepository,
  type Published,
  type ReleasedRepository,
} from '../../support/verified-release.ts';

const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

async function repository(ours: TestKeys): Promise<ReleasedRepository> {
  const { address } = await serveRegistry();
  return releasedRepository({ address, folder: await temporaryFolder() }, { name: 'golden/python', ours });
}

/** An attestation as cosign 3 attaches it: a sigstore bundle that refers to the image. */
async function attachBundle(
  { repository: name, registry }: ReleasedRepository,
  { published }: Published,
  { statement, keys, listed }: { statement: Statement; keys: TestKeys; listed: string },
): Promise<void> {
  const envelope = await signEnvelope(statementBytes(statement, name), keys.signer);
  const bundle = { mediaType: BUNDLE_TYPE, dsseEnvelope: JSON.parse(Buffer.from(envelope).toString()) };
  const layer = await uploadBytes(name, Buffer.from(JSON.stringify(bundle)), registry);
  const config = await uploadBytes(name, Buffer.from('{}'), registry);
  const manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.manifest,
    artifactType: BUNDLE_TYPE,
    config: { mediaType: MEDIA_TYPE.empty, ...config },
    layers: [{ mediaType: BUNDLE_TYPE, ...layer }],
    subject: { mediaType: MEDIA_TYPE.index, digest: published.ref.digest, size: 1 },
    annotations: { 'dev.sigstore.bundle.predicateType': listed },
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  await addReferrers(published.ref, [{ mediaType: MEDIA_TYPE.manifest, bytes }], registry);
}

const VEX = 'https://openvex.dev/ns';

function vexOf({ published }: Published): Statement {
  return { subject: published.ref.digest, predicateType: VEX, predicate: { statements: [] } };
}

test('an attestation that is a bundle among the referrers is verified like any other', async () => {
  const ours = testKeys();
  const at = await repository(ours);
  const released = await at.release('one');
  await attachBundle(at, released, { statement: vexOf(released), keys: ours, listed: VEX });
  const { checks } = await at.verify();
  expect(checks.find(({ check }) => check === 'referrers')?.message).toBe('1, all of this image');
  expect(checks.find(({ check }) => check === 'attestation vex')).toMatchObject({ status: 'passed' });
});

test('one that somebody else signed does no harm, and counts for nothing', async () => {
  const at = await repository(testKeys());
  const released = await at.release('one');
  await attachBundle(at, released, { statement: vexOf(released), keys: testKeys(), listed: VEX });
  const verification = await at.verify();
  expect(failures(verification)).toEqual({});
  expect(verification.checks.map(({ check }) => check)).not.toContain('attestation vex');
});

test.each([
  {
    summary: 'about another image',
    change: (statement: Statement, other: Statement) => ({ ...statement, subject: other.subject }),
    listed: VEX,
    failed: { 'attestation vex': ['ATTESTATION_FOREIGN'] },
  },
  {
    summary: 'listed under another type',
    change: (statement: Statement) => statement,
    listed: PREDICATE_TYPE.testResult,
    failed: { 'attestation test-result': ['ATTESTATION_TYPE'] },
  },
])('one of ours $summary: $failed', async ({ change, listed, failed }) => {
  const ours = testKeys();
  const at = await repository(ours);
  const other = await at.release('zero');
  const released = await at.release('one');
  const statement = change(vexOf(released), vexOf(other));
  await attachBundle(at, released, { statement, keys: ours, listed });
  expect(failures(await at.verify())).toEqual(failed);
});
