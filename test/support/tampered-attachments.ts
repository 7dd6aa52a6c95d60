import { attachmentTag, PREDICATE_TYPE } from '../../src/oci/index.ts';
import { allAttestations, relist, saying, typeOf, type Row } from './tampering.ts';

/** What is attached to an image, or says something else than before. */
export const ATTACHED_ROWS: readonly Row[] = [
  {
    summary: 'attestations of another image, copied over',
    tamper: async (at) => {
      const { published } = await at.release('one');
      const other = await at.publishAndSign('other');
      const theirs = attachmentTag(other.published.ref.digest, 'att');
      const manifest = await at.registry.getManifest(at.repository, theirs);
      const here = attachmentTag(published.ref.digest, 'att');
      await at.registry.putManifest(at.repository, here, manifest!);
      return undefined;
    },
    failed: allAttestations('ATTESTATION_FOREIGN'),
  },
  {
    summary: 'an attestation listed under another predicate type',
    tamper: async (at) => {
      const { published } = await at.release('one');
      await relist(at, published.ref.digest, (layers) =>
        layers.map((layer) =>
          typeOf(layer) === PREDICATE_TYPE.testResult
            ? {
                ...layer,
                annotations: { ...layer.annotations, predicateType: 'https://openvex.dev/ns' },
              }
            : layer,
        ),
      );
      return undefined;
    },
    failed: {
      'attestation test-result': ['ATTESTATION_MISSING'],
      'attestation vex': ['ATTESTATION_TYPE'],
    },
  },
  {
    summary: 'an attestation that is gone',
    tamper: async (at) => {
      const { published } = await at.release('one');
      await relist(at, published.ref.digest, (layers) =>
        layers.filter((layer) => typeOf(layer) !== PREDICATE_TYPE.vulnerabilities),
      );
      return undefined;
    },
    failed: { 'attestation vuln': ['ATTESTATION_MISSING'] },
  },
  {
    summary: 'a signature that is gone',
    tamper: async (at) => {
      const { published } = await at.release('one');
      await at.deleteTag(attachmentTag(published.ref.digest, 'sig'));
      return undefined;
    },
    failed: { signature: ['SIGNATURE_MISSING'] },
  },
  {
    summary: 'an SBOM with a package removed',
    tamper: saying(PREDICATE_TYPE.cyclonedx, (bom: { components: readonly { name: string }[] }) => ({
      ...bom,
      components: bom.components.filter(({ name }) => name !== 'openssl'),
    })),
    failed: { sbom: ['SBOM_MISMATCH'], lock: ['LOCK_MISMATCH'] },
  },
  {
    summary: 'a lock with one digest changed',
    tamper: saying(PREDICATE_TYPE.lock, (predicate: object) =>
      JSON.parse(JSON.stringify(predicate).replace(/("sha256":"sha256:)[0-9a-f]{4}/, '$10000')),
    ),
    failed: { lock: ['LOCK_MISMATCH'] },
  },
  {
    summary: 'build inputs that are not those of the build id',
    tamper: saying(PREDICATE_TYPE.lock, ({ inputs, ...rest }: { inputs: object }) => ({
      ...rest,
      inputs: { ...inputs, sourceDateEpoch: 1 },
    })),
    failed: { lock: ['LOCK_MISMATCH'] },
  },
  {
    summary: 'the tag of the build id on another image',
    tamper: async (at) => {
      const { record } = await at.release('one');
      const other = await at.publishAndSign('other');
      await at.pointTag(`build-${record.buildId}`, other.published.ref.digest);
      return undefined;
    },
    failed: { lock: ['LOCK_MISMATCH'] },
  },
  {
    summary: 'a test result that is not PASSED',
    tamper: saying(PREDICATE_TYPE.testResult, (predicate: object) => ({ ...predicate, result: 'FAILED' })),
    failed: { tests: ['TEST_FAILED'] },
  },
];
